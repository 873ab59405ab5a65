import type { CacheSource } from '../cache/cache-source';

/** One request as the books have it. */
export interface LedgerEntry {
  /** Made here, and unique: the same entry twice is one. */
  readonly id: string;
  /** Milliseconds since 1970, at its end. */
  readonly at: number;
  readonly requestId: string;
  readonly keyId: string;
  /** The end user that a trusted key named. */
  readonly endUser: string | undefined;
  readonly operation: 'chat' | 'embeddings';
  /** As asked for. */
  readonly model: string;
  /** As answered by, where a fallback was. */
  readonly servedModel: string;
  readonly upstream: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the input: what the upstream had in its cache. */
  readonly cachedTokens: number;
  /** Whether the tokens are the upstream's count, or an estimate for an answer that broke off. */
  readonly counted: boolean;
  /** In the currency; 0 for what the gateway's own cache answered. */
  readonly cost: number;
  readonly currency: string;
  readonly latencyMs: number;
  readonly status: number;
  readonly cache: CacheSource;
  readonly errorType: string | undefined;
}
