/** Removes from the database what is of no more use, and what exceeds CACHE_L3_ENTRIES: every minute, in small steps. */
import type { Kysely } from 'kysely';
import type { Clock } from '../clock';
import type { CacheConfig } from '../config/cache';
import type { Database } from '../database/database';
import type { Schema } from '../database/schema';
import { ANNOUNCEMENTS_KEPT_MS } from './announcements';

export interface OldRowsProps {
  readonly database: Pick<Database, 'up' | 'query'>;
  readonly clock: Clock;
  readonly config: Pick<CacheConfig, 'l3Entries'>;
}

const CLEAN_MS = 60_000;
/** What one statement removes, and the most of them in one round. */
const STEP_ROWS = 500;
const STEPS_MAX = 40;

export class OldRows {
  #cancel: () => void;
  #cleaning: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(private readonly props: OldRowsProps) {
    this.#cancel = props.clock.after(CLEAN_MS, this.#round);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel();
    await this.#cleaning;
  }

  readonly #round = (): void => {
    this.#cleaning = this.#clean().finally(() => {
      if (!this.#closed) this.#cancel = this.props.clock.after(CLEAN_MS, this.#round);
    });
  };

  async #clean(): Promise<void> {
    const { database, clock, config } = this.props;
    if (!database.up) return;
    const now = clock.epochMs();
    try {
      await this.#remove(Infinity, (db, rows) =>
        db.selectFrom('cache_entries').select('key').where('expires_at', '<', now).limit(rows).execute(),
      );
      const { rows } = await database.query('cache-count', (db) =>
        db
          .selectFrom('cache_entries')
          .select((make) => make.fn.countAll().as('rows'))
          .executeTakeFirstOrThrow(),
      );
      await this.#remove(Number(rows) - config.l3Entries, (db, step) =>
        db.selectFrom('cache_entries').select('key').orderBy('hits').orderBy('stored_at').limit(step).execute(),
      );
      await database.query('cache-clean', (db) =>
        db
          .deleteFrom('cache_announcements')
          .where('at', '<', now - ANNOUNCEMENTS_KEPT_MS)
          .execute(),
      );
    } catch {
      // The next round tries again; the database says in its own log why.
    }
  }

  /** Between two steps requests have their turn: a statement of SQLite stops the process. */
  async #remove(
    most: number,
    next: (db: Kysely<Schema>, rows: number) => Promise<readonly { readonly key: string }[]>,
  ): Promise<void> {
    const { database } = this.props;
    let left = most;
    for (let step = 0; step < STEPS_MAX && left > 0 && !this.#closed; step += 1) {
      const rows = await database.query('cache-old', (db) => next(db, Math.min(STEP_ROWS, left)));
      if (rows.length === 0) return;
      const keys = rows.map(({ key }) => key);
      await database.query('cache-clean', (db) => db.deleteFrom('cache_entries').where('key', 'in', keys).execute());
      left -= keys.length;
      await new Promise(setImmediate);
    }
  }
}
