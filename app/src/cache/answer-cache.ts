/** Answers that are kept in three levels (memory, Redis, database), and one flight for each that is not there. */
import type { Usage } from '../chat';

export type CacheSource = 'hit-l1' | 'hit-l2' | 'hit-l3' | 'stale' | 'miss' | 'bypass';

/** An answer as it is kept: the bytes that the client gets. */
export interface CachedAnswer {
  readonly kind: 'json' | 'stream';
  /** A JSON body; of a stream every event, the closing one included, with the usage event. */
  readonly body: Buffer;
  readonly usage: Usage | undefined;
  /** The model that answered. */
  readonly model: string;
  /** Milliseconds since 1970. */
  readonly storedAt: number;
}

export interface CacheCall {
  readonly operation: 'chat' | 'embeddings';
  /** The key's id: answers are never shared between tenants. */
  readonly tenant: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** The request's own headers: `cache-control: no-cache | no-store`, `x-cache-sampled: true` asks for cached answers at temperature > 0. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Where one call's answer is kept. */
export interface CacheSlot {
  /** Looks in the levels in turn. `undefined`: in none. */
  find(): Promise<{ readonly answer: CachedAnswer; readonly source: CacheSource } | undefined>;
  /** An expired answer that may stand in for a failed upstream. */
  findStale(): Promise<CachedAnswer | undefined>;
  /**
   * Becomes the one that asks for this answer, or waits for whoever is.
   * @returns the other's answer; or `undefined` for the one that has to ask, who then calls {@link keep} or {@link giveUp}
   */
  lead(signal: AbortSignal): Promise<CachedAnswer | undefined>;
  /** Keeps an answer, if it may be kept, and gives it to those who wait. Never waited for. */
  keep(answer: CachedAnswer, cost: number): void;
  /** No answer came, or none that may be kept: the next who waits asks. Harmless after {@link keep}. */
  giveUp(): void;
}

export interface AnswerCache {
  /** `undefined`: this call is neither looked up nor kept. */
  slot(call: CacheCall): CacheSlot | undefined;
  close(): Promise<void>;
}
