/** How the last calls of one upstream ended: what its health is read from, without asking it anything. */
import type { Clock } from '../clock';
import type { ErrorType } from '../errors';

/** Calls that are remembered, and for how long, in milliseconds. */
const CALLS_MAX = 100;
const CALLS_MS = 300_000;

export interface RecentStanding {
  /** Calls of the last five minutes, a hundred at most. */
  readonly calls: number;
  readonly failures: number;
  /** Milliseconds since the last answer; `undefined`: none since the start. */
  readonly sinceAnswerMs: number | undefined;
  /** Milliseconds since the last call that said anything; `undefined`: none since the start. */
  readonly sinceCallMs: number | undefined;
  /** What went wrong last, if anything did. */
  readonly lastError: ErrorType | undefined;
}

export interface RecentAnswers {
  answered(): void;
  failed(errorType: ErrorType): void;
  standing(): RecentStanding;
}

export const createRecentAnswers = (clock: Clock): RecentAnswers => {
  /** A ring: the oldest is written over. */
  const calls: { readonly at: number; readonly failed: boolean }[] = [];
  let next = 0;
  let answeredAt: number | undefined;
  let calledAt: number | undefined;
  let lastError: ErrorType | undefined;

  const add = (failed: boolean): void => {
    calledAt = clock.monotonicMs();
    calls[next] = { at: calledAt, failed };
    next = (next + 1) % CALLS_MAX;
  };
  const since = (at: number | undefined): number | undefined =>
    at === undefined ? undefined : clock.monotonicMs() - at;

  return {
    answered: () => {
      add(false);
      answeredAt = calledAt;
    },
    failed: (errorType) => {
      add(true);
      lastError = errorType;
    },
    standing: () => {
      const from = clock.monotonicMs() - CALLS_MS;
      const recent = calls.filter(({ at }) => at >= from);
      return {
        calls: recent.length,
        failures: recent.filter(({ failed }) => failed).length,
        sinceAnswerMs: since(answeredAt),
        sinceCallMs: since(calledAt),
        lastError,
      };
    },
  };
};
