/** What a call is told that was not let through to the upstream. */
import { OverloadedError } from '../errors';
import type { AdmissionCall } from './admission';
import type { Lane, Refusal } from './lane';

/** For `Retry-After`: at least one second. */
export const secondsOf = (ms: number): number => Math.max(1, Math.ceil(ms / 1_000));

export const fullError = ({ model }: AdmissionCall, lane: Lane, places: number): OverloadedError =>
  new OverloadedError(
    `the upstream’s quota for ${model} is used up for now, and the places to wait for it (QUEUE_PLACES, ${places}) are taken; try again later`,
    { code: 'queue_full', retryAfterSeconds: secondsOf(lane.retryAfterMs) },
  );

export const timeoutError = ({ model }: AdmissionCall, lane: Lane, timeoutMs: number): OverloadedError =>
  new OverloadedError(
    `the upstream’s quota for ${model} had no room within QUEUE_TIMEOUT_MS (${timeoutMs}); try again later, or use another model`,
    { code: 'queue_timeout', retryAfterSeconds: secondsOf(lane.retryAfterMs) },
  );

export const exhaustedError = ({ model }: AdmissionCall, { exhausted, retryAfterMs }: Refusal): OverloadedError =>
  new OverloadedError(
    `the upstream’s quota for ${model} (${exhausted?.limit ?? 0} ${exhausted?.words ?? ''}) is used up; try again then, or use another model`,
    { code: 'quota_exhausted', retryAfterSeconds: secondsOf(retryAfterMs) },
  );
