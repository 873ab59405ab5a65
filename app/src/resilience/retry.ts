/**
 * Whether and when a failed call is made again: exponential backoff with full jitter, so that clients that failed
 * together do not come back together. Source: AWS Architecture Blog, Exponential Backoff And Jitter.
 */
import { reasonOf } from '../abort';
import type { AbortState } from '../abort';
import type { Clock } from '../clock';
import type { GatewayError } from '../errors';
import { UpstreamTimeoutError } from '../errors';
import { isTransient } from '../upstream/upstream-error';

export interface RetryConfig {
  /** Most calls of one model in one region, the first included. */
  readonly attempts: number;
  /** Longest wait before the first retry, in milliseconds; it doubles with each. */
  readonly baseMs: number;
  /** Longest wait before any, in milliseconds. */
  readonly maxMs: number;
}

/** Most calls where each has used up a timeout: a third would come too late for whoever waits. */
const TIMEOUT_ATTEMPTS = 2;

/**
 * How long to wait before the next call, in milliseconds; `undefined`: no more.
 * @param attempt of the call that failed, from 1
 * @param random from 0 to 1
 */
export const waitBefore = (
  attempt: number,
  error: GatewayError,
  { attempts, baseMs, maxMs }: RetryConfig,
  random: () => number,
): number | undefined => {
  const most = error instanceof UpstreamTimeoutError ? Math.min(attempts, TIMEOUT_ATTEMPTS) : attempts;
  if (attempt >= most || !isTransient(error)) return undefined;
  const backoffMs = random() * Math.min(maxMs, baseMs * 2 ** (attempt - 1));
  const askedForMs = Math.min(maxMs, (error.retryAfterSeconds ?? 0) * 1_000);
  return Math.max(backoffMs, askedForMs);
};

/**
 * Lets time pass.
 * @throws the signal's reason, at once, when it is aborted
 */
export const pause = (ms: number, signal: AbortState, clock: Clock): Promise<void> =>
  new Promise((resolve, reject) => {
    const giveUp = (): void => {
      cancel();
      reject(reasonOf(signal));
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', giveUp);
      resolve();
    });
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });
