/** Lets a call to the upstream through when the account's quota for its model has room; until then it waits its turn. */
import type { AbortState } from '../abort';
import type { Usage } from '../chat';
import type { Priority } from './priority';

export interface AdmissionCall {
  readonly model: string;
  readonly priority: Priority;
  /** Tokens that the call is expected to use, prompt and answer. */
  readonly estimatedTokens: number;
  /**
   * How many of them are only a guess, as the client sets its answer no bound. In their place stands what the model's
   * answers have come to, once some are known, and never more than its quota leaves beside the rest. @default 0
   */
  readonly guessedTokens?: number;
  /** Gives up its place when aborted. */
  readonly signal: AbortState;
}

/** A place that was given. */
export interface Ticket {
  /** Milliseconds that it was waited for. */
  readonly waitedMs: number;
  /** Corrects the estimate by what was used; `undefined`: nothing was, as the call never reached the upstream. Once. */
  settle(usage: Usage | undefined): void;
}

/**
 * Why a call was not let through.
 * - `full`: QUEUE_PLACES were taken, or its own was given to one of a higher priority
 * - `timeout`: it had waited for QUEUE_TIMEOUT_MS
 * - `too_large`: it needs more tokens than its model's quota ever has
 * - `exhausted`: a day's quota is used up
 * - `throttled`: the upstream asked to be left alone for longer than a call may wait
 * - `aborted`: its client went away, or it ran out of its own time
 * - `closing`: the process ends
 */
export const REJECTIONS = ['full', 'timeout', 'too_large', 'exhausted', 'throttled', 'aborted', 'closing'] as const;

export type Rejection = (typeof REJECTIONS)[number];

/** How those stand that wait in this process. */
export interface LineStanding {
  readonly places: number;
  readonly timeoutMs: number;
  readonly waiting: Readonly<Record<Priority, number>>;
  /** Calls that were let through after they had to wait, since the start. */
  readonly waited: number;
  /** Calls that were not let through, since the start. */
  readonly rejected: Readonly<Record<Rejection, number>>;
}

export interface Admission {
  /**
   * Within one process those of a higher priority go first, and of one priority those that came first: a call that needs
   * little does not pass one that needs much. What the quota counts is exact over all processes; the order is not.
   * When QUEUE_PLACES are taken, the last of the lowest priority gives its place to one of a higher.
   * @throws OverloadedError when it is rejected; see {@link Rejection}
   * @throws InvalidRequestError when it is larger than its quota
   * @throws the signal's reason when aborted
   */
  enter(call: AdmissionCall): Promise<Ticket>;
  /**
   * The same for a call that does not wait: for a model that stands in for another, of which there may be a next.
   * @returns `undefined` when its quota has no room now, whoever waits for it goes first, or the upstream has refused it
   */
  enterNow(call: AdmissionCall): Promise<Ticket | undefined>;
  /** The upstream itself has refused a call of this model: those that come wait for so long, in this process. */
  penalize(model: string, retryAfterMs: number): void;
  /** Milliseconds for which calls of this model still wait because of {@link penalize}. */
  throttledMs(model: string): number;
  line(): LineStanding;
  /** Rejects who waits, and whoever comes. */
  close(): void;
}
