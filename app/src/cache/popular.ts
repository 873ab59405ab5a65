/**
 * Answers that are asked for often: CACHE_POPULAR_HITS times within CACHE_REFRESH_MS in this process. They are asked for
 * anew before they expire, by one process of all, as long as they stay popular: what nobody wants costs nothing.
 */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock';
import type { CacheConfig } from '../config/cache';
import type { CacheCall } from './answer-cache';

/** A request whose answer is popular. */
export interface PopularRequest {
  readonly key: string;
  readonly call: CacheCall;
}

export interface PopularProps {
  readonly config: Pick<CacheConfig, 'popularHits' | 'refreshMs' | 'l1Entries'>;
  readonly clock: Clock;
  /** Asks for it anew. Never fails. */
  readonly refresh: (request: PopularRequest) => Promise<void>;
}

/** Requests that are kept to be sent again, and what they take together; a larger one is never popular. */
const REQUESTS_MAX = 200;
const REQUESTS_MAX_BYTES = 8_388_608;
const REQUEST_MAX_BYTES = 262_144;
/** How often it is looked whose time has come, in milliseconds. */
const LOOK_MS = 60_000;
/** Answers that are asked for anew at one look, one after the other. */
const REFRESHES_MAX = 20;

interface Count {
  hits: number;
  since: number;
}

interface Watched extends PopularRequest {
  dueAt: number;
}

/** What was hit. */
export interface Hit extends PopularRequest {
  /** Characters of the request. */
  readonly length: number;
  /** When its answer came. */
  readonly storedAt: number;
}

export class Popular {
  readonly #counts: LRUCache<string, Count>;
  readonly #watched = new LRUCache<string, Watched>({ max: REQUESTS_MAX, maxSize: REQUESTS_MAX_BYTES });
  #cancel: () => void;
  #closed = false;

  constructor(private readonly props: PopularProps) {
    this.#counts = new LRUCache({ max: props.config.l1Entries });
    this.#cancel = props.clock.after(LOOK_MS, this.#look);
  }

  /** Requests that are asked anew when their time comes. */
  get size(): number {
    return this.#watched.size;
  }

  hit({ key, call, length, storedAt }: Hit): void {
    const { config, clock } = this.props;
    const count = this.#counts.get(key);
    if (this.#watched.get(key) !== undefined && count !== undefined) {
      count.hits += 1;
      return;
    }
    const now = clock.epochMs();
    const counted = count !== undefined && now - count.since < config.refreshMs ? count : { hits: 0, since: now };
    counted.hits += 1;
    if (counted !== count) this.#counts.set(key, counted);
    if (counted.hits < config.popularHits) return;
    // A character takes up to two bytes.
    const size = 2 * length;
    if (size > REQUEST_MAX_BYTES) return;
    this.#watched.set(key, { key, call: { ...call, headers: {} }, dueAt: storedAt + config.refreshMs }, { size });
  }

  /** It is gone, and not asked for anew. */
  forget(matches: (request: PopularRequest) => boolean): void {
    for (const watched of [...this.#watched.values()]) {
      if (!matches(watched)) continue;
      this.#watched.delete(watched.key);
      this.#counts.delete(watched.key);
    }
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  readonly #look = (): void => {
    void this.#refreshDue().finally(() => {
      if (!this.#closed) this.#cancel = this.props.clock.after(LOOK_MS, this.#look);
    });
  };

  async #refreshDue(): Promise<void> {
    const { config, clock, refresh } = this.props;
    const due = [...this.#watched.values()].filter(({ dueAt }) => dueAt <= clock.epochMs()).slice(0, REFRESHES_MAX);
    for (const watched of due) {
      if (this.#closed) return;
      const { key } = watched;
      if ((this.#counts.peek(key)?.hits ?? 0) < config.popularHits) {
        this.#watched.delete(key);
        continue;
      }
      this.#counts.set(key, { hits: 0, since: clock.epochMs() });
      watched.dueAt = clock.epochMs() + config.refreshMs;
      await refresh(watched);
    }
  }
}
