/**
 * Counts that are bounded over time, shared by whoever shares the store: the requests of a user, the tokens of a model.
 */

/** Refills by `perSecond`, holds at most `burst`. */
export interface BucketRule {
  readonly kind: 'bucket';
  readonly perSecond: number;
  readonly burst: number;
}

/** At most `limit` in any `windowMs`, to within a sixtieth of it. */
export interface WindowRule {
  readonly kind: 'window';
  readonly limit: number;
  readonly windowMs: number;
}

export type Rule = BucketRule | WindowRule;

/** An amount that is counted under a name. */
export interface Charge {
  /** Names the count: `user:<key id>:minute`. Of bounded length, and never a secret. */
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
  /** Milliseconds until that one could be taken; 0 when all were. */
  readonly retryAfterMs: number;
  /** By charge, after what was taken. */
  readonly standings: readonly Standing[];
}

export interface Counters {
  /** Takes every amount, or none when one would exceed its rule. Exact over all who share the store. */
  take(charges: readonly Charge[]): Promise<Decision>;
  /** Counts more, or less by a negative amount, and refuses nothing: what an estimate was wrong by. Never waited for. */
  adjust(charges: readonly Charge[]): void;
  /** How counts stand; takes nothing. */
  standings(charges: readonly Charge[]): Promise<readonly Standing[]>;
}
