/** Kept answers by what they are kept for, and how processes tell each other that some are gone. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { DatabaseKind } from '../address';

export const cache = (kind: DatabaseKind) => ({
  up: (db: Kysely<unknown>): Promise<void> => (kind === 'mysql' ? onMysql(db) : onSqlite(db)),
});

/** MySQL ends a transaction at each of these, so one that was interrupted must be able to run again: one change a table. */
const onMysql = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table if not exists cache_announcements (
      id varchar(64) not null primary key,
      at bigint not null,
      event text not null,
      index cache_announcements_at (at)
    ) engine = innodb character set utf8mb4 collate utf8mb4_bin`.execute(db);
  await sql`
    alter table cache_entries
      add column operation varchar(32) not null default 'chat',
      add index cache_entries_group (tenant, operation, model),
      add index cache_entries_expiry (expires_at),
      add index cache_entries_use (hits, stored_at)`.execute(db);
};

const onSqlite = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .createTable('cache_announcements')
    .addColumn('id', 'varchar(64)', (column) => column.primaryKey().notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('event', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .alterTable('cache_entries')
    .addColumn('operation', 'varchar(32)', (column) => column.notNull().defaultTo('chat'))
    .execute();
  const indexes = [
    ['cache_announcements_at', 'cache_announcements', ['at']],
    ['cache_entries_group', 'cache_entries', ['tenant', 'operation', 'model']],
    ['cache_entries_expiry', 'cache_entries', ['expires_at']],
    ['cache_entries_use', 'cache_entries', ['hits', 'stored_at']],
  ] as const;
  for (const [name, table, columns] of indexes) {
    await db.schema
      .createIndex(name)
      .on(table)
      .columns([...columns])
      .execute();
  }
};
