/** Headers of the gateway's own, by name. An Ingress that answers browsers in its place imports them. */
import { REQUEST_ID_HEADER } from './routes';

/** Names the end user; the body's own member `user` counts where it is absent. */
export const END_USER_HEADER = 'x-end-user';

/** Asks for a priority; a key without the permission gets its own at most. */
export const PRIORITY_HEADER = 'x-priority';

/** Asks for kept answers at a temperature above 0 (`true`), or refuses them (`false`). */
export const SAMPLED_HEADER = 'x-cache-sampled';

/**
 * Asks Model Studio to let a call wait for some seconds where it would refuse it for coming too fast. Clients may send it;
 * the wait counts inside UPSTREAM_TOTAL_TIMEOUT_MS. Source: Model Studio, Rate limits.
 */
export const WAIT_HEADER = 'x-dashscope-wait-timeout';

/** What a page may send besides what any page may. */
export const CLIENT_HEADERS = [
  'authorization',
  'content-type',
  REQUEST_ID_HEADER,
  END_USER_HEADER,
  PRIORITY_HEADER,
  SAMPLED_HEADER,
  WAIT_HEADER,
] as const;

/** What a page may read of an answer besides its body. There is no pattern for names: each is listed. */
export const EXPOSED_HEADERS = [
  REQUEST_ID_HEADER,
  'x-cache',
  'retry-after',
  ...['limit', 'remaining', 'reset'].flatMap((what) => [
    `x-ratelimit-${what}-requests`,
    `x-ratelimit-${what}-tokens`,
    `ratelimit-${what}`,
  ]),
] as const;
