/** Removes usage that is older than LEDGER_DAYS, a few rows at a time, so that nobody waits for it. */
import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from '../clock';
import { DAY_MS } from '../durations';
import { dayOf } from '../costs/day';
import type { Database } from '../database/database';
import { asDatabaseError } from '../database/database-error';
import type { LogKind } from '../log';

const KIND: LogKind = 'component';

/** How often there is a look for old rows, and how long after the start the first one is, in milliseconds. */
const LOOK_MS = 3_600_000;
const FIRST_MS = 60_000;
/** Rows that go at once, and the pause after them, in milliseconds. */
const STEP_ROWS = 200;
const STEP_MS = 100;

export interface RetentionProps {
  readonly database: Database;
  /** LEDGER_DAYS. */
  readonly days: number;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
}

export interface Retention {
  close(): Promise<void>;
}

export const createRetention = ({ database, days, clock, log }: RetentionProps): Retention => {
  let closed = false;
  let running: Promise<void> = Promise.resolve();
  let cancel: () => void = () => undefined;

  const again = (ms: number): void => {
    if (closed) return;
    cancel = clock.after(ms, () => {
      running = step();
    });
  };
  const step = async (): Promise<void> => {
    const before = clock.epochMs() - days * DAY_MS;
    try {
      again((await removeSome(database, before)) ? STEP_MS : LOOK_MS);
    } catch (error) {
      log.warn(
        { kind: KIND, component: 'ledger', err: asDatabaseError('ledger-retention', error) },
        'old usage stays for now',
      );
      again(LOOK_MS);
    }
  };

  again(FIRST_MS);
  return {
    close: async () => {
      closed = true;
      cancel();
      await running;
    },
  };
};

/** @returns whether there may be more */
const removeSome = async (database: Database, before: number): Promise<boolean> => {
  const old = await database.query('ledger-retention', (db) =>
    db.selectFrom('usage_entries').select('id').where('at', '<', before).orderBy('at').limit(STEP_ROWS).execute(),
  );
  if (old.length === 0) {
    await database.query('ledger-retention', (db) =>
      db.deleteFrom('usage_days').where('day', '<', dayOf(before)).execute(),
    );
    return false;
  }
  const ids = old.map(({ id }) => id);
  await database.query('ledger-retention', (db) => db.deleteFrom('usage_entries').where('id', 'in', ids).execute());
  return old.length === STEP_ROWS;
};
