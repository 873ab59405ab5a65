/** Lets a call to the upstream through when the account's quota for its model has room; until then it waits its turn. */
import type { Usage } from '../chat';
import type { Priority } from './priority';

export interface AdmissionCall {
  readonly model: string;
  readonly priority: Priority;
  /** Tokens that the call is expected to use, prompt and answer. */
  readonly estimatedTokens: number;
  /** Gives up its place when aborted. */
  readonly signal: AbortSignal;
}

/** A place that was given. */
export interface Ticket {
  /** Milliseconds that it was waited for. */
  readonly waitedMs: number;
  /** Corrects the estimate by what was used; `undefined`: nothing was, as the call never reached the upstream. Once. */
  settle(usage: Usage | undefined): void;
}

export interface Admission {
  /**
   * @throws OverloadedError when QUEUE_PLACES are taken, or after QUEUE_TIMEOUT_MS
   * @throws the signal's reason when aborted
   */
  enter(call: AdmissionCall): Promise<Ticket>;
  close(): void;
}
