/**
 * The third level: the database. A request waits for it no longer than CACHE_L3_TIMEOUT_MS, and never for a write.
 * A database that is slow is left alone for a while, so that nobody pays for it request by request.
 */
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Clock } from '../clock';
import type { CacheConfig } from '../config/cache';
import type { Database } from '../database/database';
import { TEXT_LENGTHS } from '../database/schema';
import type { Schema } from '../database/schema';
import type { Metrics } from '../metrics';
import type { Address, CacheEntry, Lifetimes, Located, Lookup } from './level';
import { OldRows } from './old-rows';
import type { Pattern } from './pattern';
import { LIKE_ESCAPE, likeOf } from './pattern';
import { PendingWrites } from './pending-writes';
import { readUsage } from './record';

export interface DatabaseLevelProps {
  readonly database: Pick<Database, 'up' | 'query'>;
  readonly config: Pick<CacheConfig, 'l3TimeoutMs' | 'l3Entries'>;
  readonly lifetimes: Lifetimes;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'cacheEntries'>;
  /** Answers did not get there. */
  readonly onLost: (answers: number) => void;
}

/** Requests that may wait for the database at once: more would only queue for its connections. */
const READS_MAX = 32;
/** After so many failures in a row nobody asks it for a while, in milliseconds. */
const FAILURES_MAX = 3;
const PAUSE_MS = 5_000;
/** Rows that are looked through at a time, and how often at most, to find those that a pattern names. */
const PAGE_ROWS = 500;
const PAGES_MAX = 20;

export class DatabaseLevel {
  readonly #writes: PendingWrites;
  readonly #oldRows: OldRows;
  #reads = 0;
  #failures = 0;
  #pausedUntilMs = 0;

  constructor(private readonly props: DatabaseLevelProps) {
    this.#writes = new PendingWrites(props);
    this.#oldRows = new OldRows(props);
  }

  /** Answers that wait to be written. */
  get pending(): number {
    return this.#writes.size;
  }

  async get(key: string): Promise<Lookup> {
    const pending = this.#writes.get(key);
    if (pending !== undefined) return pending;
    const { database, clock } = this.props;
    if (!database.up || this.#reads >= READS_MAX || clock.monotonicMs() < this.#pausedUntilMs) return 'unavailable';
    this.#reads += 1;
    try {
      const entry = await this.#read(key);
      this.#failures = 0;
      if (entry === undefined) return 'miss';
      this.#writes.found(key);
      return entry;
    } catch {
      // The database says in its own log why.
      this.#failures += 1;
      if (this.#failures >= FAILURES_MAX) this.#pausedUntilMs = clock.monotonicMs() + PAUSE_MS;
      return 'unavailable';
    } finally {
      this.#reads -= 1;
    }
  }

  /** Not waited for. */
  put(entry: CacheEntry): void {
    if (entry.group.model.length > TEXT_LENGTHS.model || entry.group.tenant.length > TEXT_LENGTHS.id) return;
    this.#writes.put({ ...entry, freshUntil: this.props.lifetimes.freshUntil('l3', entry) });
  }

  /** Entries that a pattern names; at most `limit`. */
  async locate(pattern: Pattern, limit: number): Promise<Located> {
    await this.#writes.flush();
    const entries: Address[] = [];
    let after = '';
    try {
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const rows = await this.props.database.query('cache-keys', (db) => matching(db, pattern, after));
        for (const { key, ...group } of rows) {
          after = key;
          // A database that does not tell cases apart finds more than there is.
          if (!pattern.matches(group)) continue;
          if (entries.length >= limit) return { entries, more: true };
          entries.push({ key, group });
        }
        if (rows.length < PAGE_ROWS) return { entries, more: false };
      }
    } catch {
      // What could not be asked may hold more.
    }
    return { entries, more: true };
  }

  /** @returns whether they are no longer there */
  async remove(keys: readonly string[]): Promise<boolean> {
    const gone = new Set(keys);
    this.#writes.forget(({ key }) => gone.has(key));
    if (keys.length === 0) return true;
    try {
      await this.props.database.query('cache-remove', (db) =>
        db.deleteFrom('cache_entries').where('key', 'in', keys).execute(),
      );
      return true;
    } catch {
      return false;
    }
  }

  /** Does not write what another process has removed. */
  forget(matches: (address: Address) => boolean): void {
    this.#writes.forget(matches);
  }

  /** Writes what waits. */
  async close(): Promise<void> {
    await this.#oldRows.close();
    await this.#writes.close();
  }

  async #read(key: string): Promise<CacheEntry | undefined> {
    const { database, config, lifetimes } = this.props;
    const row = await database.query(
      'cache-get',
      (db) => db.selectFrom('cache_entries').selectAll().where('key', '=', key).executeTakeFirst(),
      config.l3TimeoutMs,
    );
    if (row === undefined) return undefined;
    const { tenant, operation, model, kind, body, cost } = row;
    const answer = { kind, body, usage: readUsage(row.usage), model, storedAt: row.stored_at };
    const entry = { key, group: { tenant, operation, model }, answer, cost };
    return { ...entry, freshUntil: lifetimes.freshUntil('l3', entry) };
  }
}

const matching = (db: Kysely<Schema>, { tenant, operation, model }: Pattern, after: string) => {
  const like = (column: 'tenant' | 'operation' | 'model', glob: string) =>
    sql<boolean>`${sql.ref(column)} like ${likeOf(glob)} escape ${sql.lit(LIKE_ESCAPE)}`;
  return db
    .selectFrom('cache_entries')
    .select(['key', 'tenant', 'operation', 'model'])
    .where('key', '>', after)
    .where(like('tenant', tenant))
    .where(like('operation', operation))
    .where(like('model', model))
    .orderBy('key')
    .limit(PAGE_ROWS)
    .execute();
};
