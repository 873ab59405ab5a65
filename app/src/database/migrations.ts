/** The schema's versions, in order, for both databases, and how one is brought to the newest. */
import { Migrator, sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';
import type { DatabaseKind } from './address';
import { asDatabaseError } from './database-error';
import type { Queries } from './engine';
import { tables } from './migrations/0001-tables';
import { cache } from './migrations/0002-cache';

/** By name; a name sorts after all before it, and is never changed once it has run somewhere. */
const MIGRATIONS = {
  '0001-tables': tables,
  '0002-cache': cache,
} as const satisfies Readonly<Record<string, (kind: DatabaseKind) => Migration>>;

/** The versions that this program knows, oldest first. */
export const VERSIONS: readonly string[] = Object.keys(MIGRATIONS).sort();

/** How a database stands to this program. */
export type Standing = 'current' | 'older' | 'newer';

/** @throws whatever the driver does when there is no database */
export const standing = async (db: Queries): Promise<Standing> => {
  const versions = await versionsOf(db);
  if (versions.some((version) => !VERSIONS.includes(version))) return 'newer';
  return versions.length < VERSIONS.length ? 'older' : 'current';
};

/** The versions that a database has been brought through, oldest first. */
export const versionsOf = async (db: Queries): Promise<readonly string[]> => {
  try {
    const { rows } = await sql<{ readonly name: string }>`select name from kysely_migration order by name`.execute(db);
    return rows.map(({ name }) => name);
  } catch (error) {
    // Before the first one there is not even the table of versions.
    if (asDatabaseError('versions', error).class === 'schema') return [];
    throw error;
  }
};

/**
 * Brings a database to the newest version. Of several who do so at once, one does the work and the others wait for it.
 * @returns the versions that ran; none when it was up to date
 * @throws whatever a migration fails with, and an Error when the database is newer than this program
 */
export const migrate = async (db: Queries, kind: DatabaseKind): Promise<readonly string[]> => {
  const found = await standing(db);
  if (found === 'newer') throw new Error('the database is newer than this program; run the newer one');
  if (found === 'current') return [];
  return kind === 'mysql' ? run(db, kind) : db.connection().execute((one) => inTransaction(one, () => run(one, kind)));
};

/** On MySQL, Kysely takes a lock that the server gives back when this process dies. */
const run = async (db: Queries, kind: DatabaseKind): Promise<readonly string[]> => {
  const migrations = Object.fromEntries(Object.entries(MIGRATIONS).map(([name, make]) => [name, make(kind)]));
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error !== undefined) throw asDatabaseError('migrate', error);
  return results.map(({ migrationName }) => migrationName);
};

/** On SQLite it takes none: the right to write to the file is the lock, and everything or nothing is done. */
const inTransaction = async <T>(db: Kysely<unknown> | Queries, work: () => Promise<T>): Promise<T> => {
  await sql`begin immediate`.execute(db);
  try {
    const result = await work();
    await sql`commit`.execute(db);
    return result;
  } catch (error) {
    await sql`rollback`.execute(db);
    throw error;
  }
};
