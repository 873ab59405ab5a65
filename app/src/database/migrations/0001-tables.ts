/** The first tables: keys, usage, kept answers. What is here has run somewhere: change it by another migration only. */
import { sql } from 'kysely';
import type { CreateTableBuilder, Kysely } from 'kysely';
import type { DatabaseKind } from '../address';

export const tables = (kind: DatabaseKind) => ({
  up: async (db: Kysely<unknown>): Promise<void> => {
    const blob = kind === 'mysql' ? sql`longblob` : sql`blob`;
    await as(kind, db.schema.createTable('api_keys').ifNotExists())
      .addColumn('id', 'varchar(64)', (column) => column.primaryKey().notNull())
      .addColumn('name', 'varchar(255)', (column) => column.notNull())
      .addColumn('hash', 'char(64)', (column) => column.notNull().unique())
      .addColumn('prefix', 'varchar(32)', (column) => column.notNull())
      .addColumn('permissions', 'text', (column) => column.notNull())
      .addColumn('models', 'text')
      .addColumn('daily_budget', 'double precision')
      .addColumn('per_minute', 'bigint')
      .addColumn('per_hour', 'bigint')
      .addColumn('per_day', 'bigint')
      .addColumn('priority', 'varchar(32)', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint')
      .addColumn('revoked_at', 'bigint')
      .execute();
    await as(kind, db.schema.createTable('usage_entries').ifNotExists())
      .addColumn('id', 'varchar(64)', (column) => column.primaryKey().notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('request_id', 'varchar(255)', (column) => column.notNull())
      .addColumn('key_id', 'varchar(64)', (column) => column.notNull())
      .addColumn('end_user', 'varchar(255)')
      .addColumn('operation', 'varchar(32)', (column) => column.notNull())
      .addColumn('model', 'varchar(128)', (column) => column.notNull())
      .addColumn('served_model', 'varchar(128)', (column) => column.notNull())
      .addColumn('upstream', 'varchar(255)', (column) => column.notNull())
      .addColumn('input_tokens', 'bigint', (column) => column.notNull())
      .addColumn('output_tokens', 'bigint', (column) => column.notNull())
      .addColumn('cached_tokens', 'bigint', (column) => column.notNull())
      .addColumn('counted', 'integer', (column) => column.notNull())
      .addColumn('cost', 'double precision', (column) => column.notNull())
      .addColumn('currency', 'varchar(8)', (column) => column.notNull())
      .addColumn('latency_ms', 'double precision', (column) => column.notNull())
      .addColumn('status', 'integer', (column) => column.notNull())
      .addColumn('cache', 'varchar(32)', (column) => column.notNull())
      .addColumn('error_type', 'varchar(32)')
      // Indexes. That they are unique says nothing, as the id is; but as constraints they come with the table, and MySQL,
      // which ends a transaction at each change of a table, has either both or none when it is interrupted.
      .addUniqueConstraint('usage_entries_at', ['at', 'id'])
      .addUniqueConstraint('usage_entries_key', ['key_id', 'at', 'id'])
      .execute();
    await as(kind, db.schema.createTable('usage_days').ifNotExists())
      .addColumn('day', 'char(10)', (column) => column.notNull())
      .addColumn('key_id', 'varchar(64)', (column) => column.notNull())
      .addColumn('model', 'varchar(128)', (column) => column.notNull())
      .addColumn('currency', 'varchar(8)', (column) => column.notNull())
      .addColumn('requests', 'bigint', (column) => column.notNull())
      .addColumn('input_tokens', 'bigint', (column) => column.notNull())
      .addColumn('output_tokens', 'bigint', (column) => column.notNull())
      .addColumn('cached_tokens', 'bigint', (column) => column.notNull())
      .addColumn('cost', 'double precision', (column) => column.notNull())
      .addColumn('errors', 'bigint', (column) => column.notNull())
      .addColumn('cache_hits', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('usage_days_pk', ['day', 'key_id', 'model', 'currency'])
      .execute();
    await as(kind, db.schema.createTable('cache_entries').ifNotExists())
      .addColumn('key', 'char(64)', (column) => column.primaryKey().notNull())
      .addColumn('tenant', 'varchar(64)', (column) => column.notNull())
      .addColumn('kind', 'varchar(32)', (column) => column.notNull())
      .addColumn('body', blob, (column) => column.notNull())
      .addColumn('usage', 'text')
      .addColumn('model', 'varchar(128)', (column) => column.notNull())
      .addColumn('stored_at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addColumn('hits', 'bigint', (column) => column.notNull())
      .addColumn('cost', 'double precision', (column) => column.notNull())
      .execute();
  },
});

/** The order of bytes is the order of texts, in both: models and ids that differ in case are two. */
const as = <T extends string>(kind: DatabaseKind, table: CreateTableBuilder<T>): CreateTableBuilder<T> =>
  kind === 'mysql' ? table.modifyEnd(sql`engine = innodb character set utf8mb4 collate utf8mb4_bin`) : table;
