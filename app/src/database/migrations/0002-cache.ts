/** Kept answers by what they are kept for, and how processes tell each other that some are gone. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { DatabaseKind } from '../address';

export const cache = (kind: DatabaseKind) => ({
  up: async (db: Kysely<unknown>): Promise<void> => {
    await db.schema
      .alterTable('cache_entries')
      .addColumn('operation', 'varchar(32)', (column) => column.notNull().defaultTo('chat'))
      .execute();
    await db.schema
      .createIndex('cache_entries_group')
      .on('cache_entries')
      .columns(['tenant', 'operation', 'model'])
      .execute();
    await db.schema.createIndex('cache_entries_expiry').on('cache_entries').column('expires_at').execute();
    await db.schema.createIndex('cache_entries_use').on('cache_entries').columns(['hits', 'stored_at']).execute();
    const table = db.schema
      .createTable('cache_announcements')
      .ifNotExists()
      .addColumn('id', 'varchar(64)', (column) => column.primaryKey().notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('event', 'text', (column) => column.notNull());
    await (
      kind === 'mysql' ? table.modifyEnd(sql`engine = innodb character set utf8mb4 collate utf8mb4_bin`) : table
    ).execute();
    await db.schema.createIndex('cache_announcements_at').on('cache_announcements').column('at').execute();
  },
});
