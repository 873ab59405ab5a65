/** Answers on their way to the database: gathered, and written together every second. What does not fit is not written. */
import type { Clock } from '../clock';
import type { Database } from '../database/database';
import type { Metrics } from '../metrics';
import type { Address, CacheEntry, Lifetimes } from './level';

export interface PendingWritesProps {
  readonly database: Pick<Database, 'up' | 'query'>;
  readonly lifetimes: Lifetimes;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'cacheEntries'>;
  /** Answers did not get there. */
  readonly onLost: (answers: number) => void;
}

const WRITE_MS = 1_000;
/** What may wait. */
const PENDING_MAX = 2_000;
const PENDING_MAX_BYTES = 16_777_216;
/** What one statement writes: a statement of SQLite stops the process, and MySQL takes packets up to some megabytes. */
const BATCH_ROWS = 50;
const BATCH_BYTES = 1_048_576;

export class PendingWrites {
  readonly #entries = new Map<string, CacheEntry>();
  /** Keys that were found in the database since the last write. */
  readonly #found = new Set<string>();
  #bytes = 0;
  #writing: Promise<void> = Promise.resolve();
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(private readonly props: PendingWritesProps) {}

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): CacheEntry | undefined {
    return this.#entries.get(key);
  }

  put(entry: CacheEntry): void {
    const { length } = entry.answer.body;
    this.#drop(entry.key);
    if (this.#entries.size >= PENDING_MAX || this.#bytes + length > PENDING_MAX_BYTES) {
      this.props.onLost(1);
      return;
    }
    this.#entries.set(entry.key, entry);
    this.#bytes += length;
    this.#show();
    this.#soon();
  }

  /** Counts that an entry was found in the database. */
  found(key: string): void {
    if (this.#found.size < PENDING_MAX) this.#found.add(key);
    this.#soon();
  }

  /** Does not write what matches. */
  forget(matches: (address: Address) => boolean): void {
    for (const entry of [...this.#entries.values()]) if (matches(entry)) this.#drop(entry.key);
    this.#show();
  }

  /** Writes everything that waits at this moment; one batch at a time. Never fails. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#writeAll());
    return this.#writing;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel?.();
    await this.flush();
  }

  #soon(): void {
    if (this.#closed) return;
    this.#cancel ??= this.props.clock.after(WRITE_MS, () => {
      this.#cancel = undefined;
      void this.flush();
    });
  }

  #drop(key: string): void {
    this.#bytes -= this.#entries.get(key)?.answer.body.length ?? 0;
    this.#entries.delete(key);
  }

  #show(): void {
    this.props.metrics.cacheEntries.set({ level: 'l3_pending' }, this.#entries.size);
  }

  async #writeAll(): Promise<void> {
    const found = [...this.#found];
    this.#found.clear();
    let batch = this.#take();
    try {
      for (; batch.length > 0; batch = this.#take()) await this.#write(batch);
      if (found.length > 0) await this.#countHits(found);
    } catch {
      // The database says in its own log why; an answer that is not written is asked for again.
      this.props.onLost(batch.length + this.#entries.size);
      this.forget(() => true);
    }
    this.#show();
  }

  #take(): readonly CacheEntry[] {
    const batch: CacheEntry[] = [];
    let bytes = 0;
    for (const entry of this.#entries.values()) {
      bytes += entry.answer.body.length;
      if (batch.length >= BATCH_ROWS || (batch.length > 0 && bytes > BATCH_BYTES)) break;
      batch.push(entry);
    }
    for (const { key } of batch) this.#drop(key);
    return batch;
  }

  async #write(batch: readonly CacheEntry[]): Promise<void> {
    const { database, lifetimes } = this.props;
    const rows = batch.map(({ key, group, answer, cost, freshUntil }) => ({
      key,
      ...group,
      kind: answer.kind,
      body: answer.body,
      usage: answer.usage === undefined ? null : JSON.stringify(answer.usage),
      stored_at: answer.storedAt,
      expires_at: freshUntil + lifetimes.staleMs,
      hits: 0,
      cost,
    }));
    await database.query('cache-put', (db) => db.replaceInto('cache_entries').values(rows).execute());
  }

  async #countHits(keys: readonly string[]): Promise<void> {
    await this.props.database.query('cache-hits', (db) =>
      db
        .updateTable('cache_entries')
        .set((make) => ({ hits: make('hits', '+', 1) }))
        .where('key', 'in', keys)
        .execute(),
    );
  }
}
