/** How a load asks, and what it and its parent say to each other. */
import type { LoadReport } from './tally';

export interface LoadPlan {
  /** The Service: `http://10.96.1.2:8080`. */
  readonly gateway: string;
  readonly key: string;
  /** Requests a second, whatever their answers take. */
  readonly perSecond: number;
  /** Whether the client tries again as the gateway's guide tells clients to. */
  readonly retries: boolean;
}

/** The most that any load may send, and how long: a drill that hangs does not go on asking. */
export const LOAD_BOUNDS = { requests: 200_000, seconds: 1_800 } as const;

/** What a client is told in docs/gateway/guide.md: it outlasts the time in which a cluster notices that nodes are gone. */
export const CLIENT_RETRY = { maxRetries: 8, timeoutMs: 60_000 } as const;

/** To the load. */
export type LoadOrder = { readonly perSecond: number } | { readonly stop: true };

/** From the load: how many requests have ended, each second; the report at its end. */
export type LoadWord = { readonly count: number } | { readonly report: LoadReport };
