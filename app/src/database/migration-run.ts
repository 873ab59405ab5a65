/** One run of the migrations against DATABASE_URL, as an init container or a release makes it. */
import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from '../clock';
import type { Environment } from '../config';
import { Reader } from '../config/reader';
import { readStorage } from '../config/storage';
import { createMetrics } from '../metrics';
import { ConfigError } from '../read-config';
import { createDatabase } from './database';
import type { Database } from './database';
import { asDatabaseError } from './database-error';
import { standing, versionsOf } from './migrations';

/** What the process ends with. */
export const EXIT_CODES = {
  done: 0,
  /** The environment, the database's version or a migration is at fault: trying again is no use. */
  failed: 1,
  /** The database was not there within DATABASE_WAIT_MS. */
  absent: 2,
} as const;

/** How long before a database is asked again that did not answer, in milliseconds. */
const RETRY_MS = 1_000;

export interface MigrationRunProps {
  readonly env: Environment;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
  /** Takes a line for people. */
  readonly say: (line: string) => void;
}

/** Runs what is missing, and says what it did. @returns one of {@link EXIT_CODES} */
export const runMigrations = async ({ env, clock, log, say }: MigrationRunProps): Promise<number> => {
  const read = new Reader(env);
  const { databaseUrl: url, databaseTimeoutMs: timeoutMs, databaseWaitMs: waitMs } = readStorage(read);
  let database: Database | undefined;
  try {
    if (read.faults.length > 0) throw new ConfigError(read.faults);
    // One connection for the work and its lock; the second looks after the first.
    database = createDatabase({ url, pool: 2, timeoutMs, clock, log, metrics: createMetrics() });
    if (!(await answers(database, clock, waitMs, say))) {
      say(`The database did not answer within ${waitMs} ms; look at it, or raise DATABASE_WAIT_MS.`);
      return EXIT_CODES.absent;
    }
    await bringUp(database, say);
    return EXIT_CODES.done;
  } catch (error) {
    say(`The migration failed. ${explain(error)}`);
    return EXIT_CODES.failed;
  } finally {
    await database?.close();
  }
};

const answers = async (
  database: Database,
  clock: Clock,
  waitMs: number,
  say: MigrationRunProps['say'],
): Promise<boolean> => {
  const untilMs = clock.monotonicMs() + waitMs;
  for (;;) {
    try {
      await database.query('versions', versionsOf);
      return true;
    } catch (error) {
      const failure = asDatabaseError('versions', error);
      if (failure.class !== 'connection' && failure.class !== 'timeout') throw failure;
      if (clock.monotonicMs() + RETRY_MS > untilMs) return false;
      say(`waiting: ${failure.message}`);
      await new Promise<void>((resolve) => void clock.after(RETRY_MS, resolve));
    }
  }
};

const bringUp = async (database: Database, say: MigrationRunProps['say']): Promise<void> => {
  if ((await database.query('versions', standing)) === 'newer') {
    throw new Error('The database has tables of a newer version than this one; run that version’s migration.');
  }
  const ran = await database.migrate();
  for (const version of ran) say(`ran ${version}`);
  const versions = await database.query('versions', versionsOf);
  say(`${database.kind} is at ${versions.at(-1) ?? 'no version'}${ran.length === 0 ? ', as it was' : ''}`);
};

/** A failure and what lies under it: a migration's own says which table or column. */
const explain = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
};
