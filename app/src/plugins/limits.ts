/**
 * How often may be asked: `/v1/*` by address and by user, `/api/*` by address. All limits of a request are taken at once
 * or none, so that one who is refused by the last does not use up the first.
 *
 * The user is the key, or the end user that a key with the permission `end-users` names, by the
 * header `x-end-user` or the body's member `user`. A key's own limits are then those of each of its end users.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { LimitsConfig } from '../config/limits';
import { endUserOf } from '../end-user';
import { RateLimitedError } from '../errors';
import type { Counters, Decision, Standing } from '../limits/counters';
import { createRequestLimits } from '../limits/request-limits';
import type { Limit } from '../limits/request-limits';
import type { Metrics } from '../metrics';

export interface LimitsProps {
  readonly counters: Pick<Counters, 'take'>;
  readonly limits: LimitsConfig;
  readonly metrics: Pick<Metrics, 'rateLimitDecisions'>;
}

const INFERENCE_PREFIX = '/v1/';
const ADMIN_PREFIX = '/api/';

/** OpenAI's own code for it, which clients look for. */
const CODE = 'rate_limit_exceeded';

export const limits = (server: FastifyInstance, { counters, limits: config, metrics }: LimitsProps): void => {
  for (const scope of ['client', 'user', 'admin']) {
    for (const result of ['allowed', 'refused']) metrics.rateLimitDecisions.inc({ scope, result }, 0);
  }

  const requestLimits = createRequestLimits(config);
  const allowed = {
    client: metrics.rateLimitDecisions.labels({ scope: 'client', result: 'allowed' }),
    user: metrics.rateLimitDecisions.labels({ scope: 'user', result: 'allowed' }),
    admin: metrics.rateLimitDecisions.labels({ scope: 'admin', result: 'allowed' }),
  };

  const limitsFor = (request: FastifyRequest): readonly Limit[] => {
    const { url = '', config: route } = request.route;
    if (route.probe === true) return [];
    if (url.startsWith(ADMIN_PREFIX)) return requestLimits.ofAdmin(request.ip);
    if (!url.startsWith(INFERENCE_PREFIX)) return [];
    const { ip, caller, headers, body } = request;
    return requestLimits.ofInference(ip, caller, caller && endUserOf(headers, body, caller));
  };

  server.addHook('preHandler', async (request, reply) => {
    const asked = limitsFor(request);
    if (asked.length === 0) return;
    const decision = await counters.take(asked);
    const refusedBy = decision.refusedBy === undefined ? undefined : asked[decision.refusedBy];
    const tightest = tightestOf(asked, decision);
    if (tightest !== undefined) describe(reply, tightest);
    if (refusedBy === undefined) {
      // Limits of one scope stand together.
      for (const [index, { scope }] of asked.entries()) if (asked[index - 1]?.scope !== scope) allowed[scope].inc();
      return;
    }
    metrics.rateLimitDecisions.inc({ scope: refusedBy.scope, result: 'refused' });
    throw refusal(refusedBy, decision.retryAfterMs);
  });
};

const WHO: Readonly<Record<Limit['scope'], string>> = {
  client: 'your address',
  user: 'this user',
  admin: 'your address',
};

const refusal = ({ scope, words, setBy }: Limit, waitMs: number): RateLimitedError => {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1_000));
  const message = `${WHO[scope]} may send ${words}, and has; try again in ${retryAfterSeconds} s, or have ${setBy} raised`;
  return new RateLimitedError(message, { code: CODE, retryAfterSeconds });
};

interface Tightest {
  readonly limit: Limit;
  readonly standing: Standing;
}

/** What stands in the way; or of all limits the one with the smallest part left. */
const tightestOf = (asked: readonly Limit[], { refusedBy, standings }: Decision): Tightest | undefined => {
  let tightest: (Tightest & { readonly part: number }) | undefined;
  for (const [index, limit] of asked.entries()) {
    const standing = standings[index];
    if (standing === undefined || (refusedBy !== undefined && refusedBy !== index)) continue;
    const part = standing.remaining / sizeOf(limit);
    if (tightest === undefined || part < tightest.part) tightest = { limit, standing, part };
  }
  return tightest;
};

const sizeOf = ({ rule }: Limit): number => (rule.kind === 'bucket' ? rule.burst : rule.limit);

/** Seconds over which a limit holds: of a bucket the time in which it fills. */
const secondsOf = ({ rule }: Limit): number =>
  Math.ceil(rule.kind === 'bucket' ? rule.burst / rule.perSecond : rule.windowMs / 1_000);

/** OpenAI's headers, and the fields of the IETF's draft (RateLimit header fields for HTTP, version 10). */
const describe = (reply: FastifyReply, { limit, standing }: Tightest): void => {
  const size = sizeOf(limit);
  const remaining = Math.floor(standing.remaining + 1e-6);
  const resetSeconds = Math.ceil(standing.resetMs / 1_000);
  void reply
    .header('x-ratelimit-limit-requests', size)
    .header('x-ratelimit-remaining-requests', remaining)
    .header('x-ratelimit-reset-requests', durationOf(standing.resetMs))
    .header('ratelimit-policy', `"${limit.name}";q=${size};w=${secondsOf(limit)}`)
    .header('ratelimit', `"${limit.name}";r=${remaining};t=${resetSeconds}`);
};

/** A duration as OpenAI writes it: `80ms`, `12s`, `6m0s`, `1h0m30s`. */
const durationOf = (ms: number): string => {
  if (ms < 1_000) return `${Math.ceil(ms)}ms`;
  const seconds = Math.ceil(ms / 1_000);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)];
  const tail = `${seconds % 60}s`;
  if (hours > 0) return `${hours}h${minutes}m${tail}`;
  return minutes > 0 ? `${minutes}m${tail}` : tail;
};
