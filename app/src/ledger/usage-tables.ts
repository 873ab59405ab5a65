/** Usage in the tables: each row once, however often it is given, and its day's sums together with it. */
import { CompiledQuery, sql } from 'kysely';
import type { Transaction } from 'kysely';
import type { Database } from '../database/database';
import { DatabaseError } from '../database/database-error';
import type { Schema } from '../database/schema';
import type { UsageDay, UsageRow } from './row';
import { COLUMNS, daysOf } from './row';

/** Rows of one transaction. SQLite stops the process meanwhile: a hundred rows are a few milliseconds. */
export const TRANSACTION_ROWS = { mysql: 500, sqlite: 100 } as const;

/** A busy database has longer for this than for what a request waits for, in milliseconds. */
const TIMEOUT_MS = 10_000;

export interface Written {
  /** Rows that were not there before. */
  readonly written: number;
  /** Rows that the database can never take. */
  readonly refused: readonly UsageRow[];
}

/**
 * Writes rows, in transactions of their own if the database does not take some of them.
 * @throws DatabaseError when they are to be given again later
 */
export const writeRows = async (database: Database, rows: readonly UsageRow[]): Promise<Written> => {
  const once = [...new Map(rows.map((row) => [row.id, row])).values()];
  if (once.length === 0) return { written: 0, refused: [] };
  try {
    return { written: await insertMissing(database, once), refused: [] };
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.class !== 'data') throw error;
    if (once.length === 1) return { written: 0, refused: once };
    const half = Math.ceil(once.length / 2);
    const first = await writeRows(database, once.slice(0, half));
    const second = await writeRows(database, once.slice(half));
    return { written: first.written + second.written, refused: [...first.refused, ...second.refused] };
  }
};

/**
 * A plain insert says by failing that a row is there already, which is so after a crash or a commit whose answer got
 * lost; only then is it looked which. Whatever is committed was not there, so its sums are added once.
 */
const insertMissing = async (database: Database, rows: readonly UsageRow[]): Promise<number> => {
  try {
    return await insert(database, rows);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.class !== 'duplicate') throw error;
    const there = await idsOf(database, rows);
    const missing = rows.filter(({ id }) => !there.has(id));
    // Another's transaction has them and has not ended.
    if (missing.length === rows.length) throw error;
    return missing.length === 0 ? 0 : insertMissing(database, missing);
  }
};

const insert = (database: Database, rows: readonly UsageRow[]): Promise<number> =>
  database.query(
    'ledger-write',
    (db) =>
      db.transaction().execute(async (transaction) => {
        await transaction.executeQuery(insertion(rows));
        // Last, as these rows are every writer's, and locked until the commit.
        await addDays(database.kind, transaction, daysOf(rows));
        return rows.length;
      }),
    TIMEOUT_MS,
  );

/**
 * Many rows as one statement of our own: Kysely would build one from every single value, which takes longer than SQLite
 * takes to insert them.
 */
const insertion = (rows: readonly UsageRow[]): CompiledQuery => {
  const values: unknown[] = [];
  for (const row of rows) for (const name of COLUMNS) values.push(row[name]);
  return CompiledQuery.raw(insertionText(rows.length), values);
};

/** By the number of rows, of which a transaction has a bounded one. */
const texts = new Map<number, string>();

const insertionText = (rows: number): string => {
  const known = texts.get(rows);
  if (known !== undefined) return known;
  const places = `(${COLUMNS.map(() => '?').join(', ')})`;
  const text = `insert into usage_entries (${COLUMNS.join(', ')}) values ${Array(rows).fill(places).join(', ')}`;
  texts.set(rows, text);
  return text;
};

const idsOf = async (database: Database, rows: readonly UsageRow[]): Promise<ReadonlySet<string>> => {
  const ids = rows.map(({ id }) => id);
  const found = await database.query(
    'ledger-look',
    (db) => db.selectFrom('usage_entries').select('id').where('id', 'in', ids).execute(),
    TIMEOUT_MS,
  );
  return new Set(found.map(({ id }) => id));
};

const SUMS = ['requests', 'input_tokens', 'output_tokens', 'cached_tokens', 'cost', 'errors', 'cache_hits'] as const;

const addDays = async (
  kind: Database['kind'],
  transaction: Transaction<Schema>,
  days: readonly UsageDay[],
): Promise<void> => {
  const query = transaction.insertInto('usage_days').values(days);
  const added = (name: string) =>
    kind === 'mysql'
      ? sql<number>`${sql.ref(name)} + values(${sql.ref(name)})`
      : sql<number>`${sql.ref(`usage_days.${name}`)} + ${sql.ref(`excluded.${name}`)}`;
  const sums = Object.fromEntries(SUMS.map((name) => [name, added(name)]));
  if (kind === 'mysql') await query.onDuplicateKeyUpdate(sums).execute();
  else {
    await query
      .onConflict((conflict) => conflict.columns(['day', 'key_id', 'model', 'currency']).doUpdateSet(sums))
      .execute();
  }
};
