/** Answers that are kept in three levels (memory, Redis, database), and one flight for each that is not there. */
import type { AbortState } from '../abort';
import type { Usage } from '../chat';
import type { CacheSource } from './cache-source';
import type { Pattern } from './pattern';

/** An answer as it is kept: the bytes that the client gets. */
export interface CachedAnswer {
  readonly kind: 'json' | 'stream';
  /** A JSON body; of a stream every event, the closing one included, with the usage event. */
  readonly body: Buffer;
  readonly usage: Usage | undefined;
  /** The model that answered: the one that was asked for, or its fallback. */
  readonly model: string;
  /** Milliseconds since 1970. */
  readonly storedAt: number;
}

export interface CacheCall {
  readonly operation: 'chat' | 'embeddings';
  /** The key's id: answers are never shared between tenants. */
  readonly tenant: string;
  readonly body: Readonly<Record<string, unknown>> & { readonly model: string };
  /** The request's own headers: `cache-control: no-cache | no-store`, `x-cache-sampled: true` asks for cached answers at temperature > 0. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Where one call's answer is kept. */
export interface CacheSlot {
  /** Looks in the levels in turn. `undefined`: in none. Never fails, and takes a bounded time. */
  find(): Promise<Kept | undefined>;
  /** An expired answer that may stand in for a failed upstream. */
  findStale(): Promise<CachedAnswer | undefined>;
  /**
   * Becomes the one that asks for this answer, or waits for whoever is. A leader whose signal is aborted leads no more.
   * @returns the other's answer; or `undefined` for the one that has to ask, who then calls {@link keep} or {@link giveUp}
   * @throws the signal's reason when it is aborted while waiting
   */
  lead(signal: AbortState): Promise<CachedAnswer | undefined>;
  /**
   * Keeps an answer, if it may be kept, and gives it to those who wait. Never waited for.
   * An answer that is truncated, filtered, empty, a tool call, too long or a fallback's is not kept, and those who wait
   * ask by themselves.
   */
  keep(answer: CachedAnswer, cost: number): void;
  /** No answer came, or none that may be kept: the next who waits asks. Harmless after {@link keep}. */
  giveUp(): void;
}

/** An answer that was found, and where. */
export interface Kept {
  readonly answer: CachedAnswer;
  readonly source: Extract<CacheSource, 'hit-l1' | 'hit-l2' | 'hit-l3'>;
}

/** An answer that was asked for anew. */
export interface Refreshed {
  readonly answer: CachedAnswer;
  readonly cost: number;
}

/**
 * Asks the upstream for an answer that is kept already, on the gateway's own account. `undefined`: not now, or not any
 * more, as its tenant's key was revoked, has expired, or may not use the model.
 */
export type Refresh = (call: CacheCall, signal: AbortSignal) => Promise<Refreshed | undefined>;

export interface AnswerCache {
  /** `undefined`: this call is neither looked up nor kept. */
  slot(call: CacheCall): CacheSlot | undefined;
  /** What this process has in memory, and what it found since it started. */
  stats(): CacheStats;
  /** Removes at most {@link INVALIDATION_MAX} answers from every level, here and in all processes. */
  invalidate(pattern: Pattern): Promise<Invalidation>;
  /** Removes every answer of a tenant from every level, here and in all processes. */
  invalidateTenant(tenant: string): Promise<Invalidation>;
  /** Writes what is not in the database yet, and stops asking anew. */
  close(): Promise<void>;
}

/** Most answers that one call removes by a pattern. */
export const INVALIDATION_MAX = 100;

export interface Invalidation {
  /** Answers that were removed. */
  readonly removed: number;
  /** Whether there are more, or a level could not be asked: do it again. */
  readonly more: boolean;
}

export interface LevelStats {
  readonly hits: number;
  readonly misses: number;
  /** Answers given in place of a failure. */
  readonly stale: number;
  /** Looks into a level that was not there, or too slow. */
  readonly unavailable: number;
}

export interface CacheStats {
  readonly memory: {
    readonly entries: number;
    readonly maxEntries: number;
    readonly bytes: number;
    readonly maxBytes: number;
  };
  readonly levels: { readonly l1: LevelStats; readonly l2: LevelStats; readonly l3: LevelStats };
  /** Requests that might not be answered from the cache. */
  readonly bypassed: number;
  /** Answers that wait to be written to the database. */
  readonly pendingWrites: number;
  /** Answers that are asked for right now, each for one or more requests. */
  readonly flights: number;
  /** Answers that are asked for anew before they expire. */
  readonly popular: number;
}
