/**
 * Counts that are bounded over time, shared by whoever shares the store: the requests of a user, the tokens of a model.
 */

/** Refills by `perSecond`, which is above 0, and holds at most `burst`. */
export interface BucketRule {
  readonly kind: 'bucket';
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * At most `limit` in any `windowMs`. Counted by sixtieths of it, so that an amount may count up to a sixtieth longer
 * than it should, and never shorter.
 */
export interface WindowRule {
  readonly kind: 'window';
  readonly limit: number;
  readonly windowMs: number;
}

export type Rule = BucketRule | WindowRule;

/** An amount that is counted under a name. */
export interface Charge {
  /** Names the count: `user:<key id>:minute`. Of bounded length, and never a secret. Each name once in a call. */
  readonly key: string;
  readonly rule: Rule;
  /** @default 1 */
  readonly amount?: number;
}

/** How one count stands. */
export interface Standing {
  /** What is counted now. */
  readonly used: number;
  /** What may still be taken. */
  readonly remaining: number;
  /** Milliseconds until everything that is counted now no longer counts. */
  readonly resetMs: number;
}

export interface Decision {
  readonly allowed: boolean;
  /** Index of the first charge that stands in the way. */
  readonly refusedBy: number | undefined;
  /** Milliseconds until that one could be taken, if nothing else is; 0 when all were. Of an amount above the limit: `resetMs`. */
  readonly retryAfterMs: number;
  /** By charge, after what was taken. */
  readonly standings: readonly Standing[];
}

export interface Counters {
  /** Takes every amount, or none when one would exceed its rule. Exact over all who share the store. */
  take(charges: readonly Charge[]): Promise<Decision>;
  /**
   * Counts more, or less by a negative amount, and refuses nothing: what an estimate was wrong by. What is given back is
   * taken from the oldest that still counts, and no count falls below nothing. Never waited for.
   */
  adjust(charges: readonly Charge[]): void;
  /** How counts stand; takes nothing. */
  standings(charges: readonly Charge[]): Promise<readonly Standing[]>;
}

/** Counters in a store that may be out of reach; nothing is known then. */
export interface RemoteCounters {
  take(charges: readonly Charge[]): Promise<Decision | undefined>;
  adjust(charges: readonly Charge[]): void;
  standings(charges: readonly Charge[]): Promise<readonly Standing[] | undefined>;
}
