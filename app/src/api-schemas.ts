/**
 * JSON Schemas that several routes share. A route that names what it may answer is checked by it while it answers, and
 * the OpenAPI document is made of the same schemas.
 */
// Lets a route's schema have `summary`, `tags` and `security`, which the document is made of.
import type {} from '@fastify/swagger';

/** OpenAI's error body; `ErrorBody` of `errors.ts`. */
export const ERROR_BODY_SCHEMA = {
  type: 'object',
  required: ['error'],
  additionalProperties: false,
  properties: {
    error: {
      type: 'object',
      required: ['message', 'type', 'param', 'code'],
      additionalProperties: false,
      properties: {
        message: { type: 'string', description: 'What is wrong, and the way out.' },
        type: { type: 'string' },
        param: { type: ['string', 'null'], description: 'The member of the request that is at fault.' },
        code: { type: ['string', 'null'], description: 'What is wrong, as one word for programs.' },
      },
    },
  },
} as const;

/** What each status of a failure means, on every route. */
const FAILURES = {
  400: 'The request cannot be served as it is.',
  401: 'There is no key, or nobody has this one.',
  403: 'The key, or the address, may not do this.',
  404: 'There is nothing of this name.',
  408: 'The request took too long to arrive.',
  409: 'What is there does not allow this any more.',
  413: 'The body is too large.',
  415: 'The body is not application/json.',
  429: 'A limit, a quota or a budget is used up for now; `Retry-After` says until when.',
  431: 'The headers are too large.',
  499: 'The client closed the connection.',
  500: 'The gateway failed; its log says why.',
  502: 'The upstream failed.',
  503: 'The gateway cannot serve this now; `Retry-After` says when to try again.',
  504: 'The upstream did not answer in time.',
} as const;

export type FailureStatus = keyof typeof FAILURES;

/** What any route may answer that needs a key. */
const EVERYWHERE = [400, 401, 403, 429, 500, 503] as const satisfies readonly FailureStatus[];
/** What any route may answer, besides, that takes a body. */
const WITH_BODY = [408, 413, 415] as const satisfies readonly FailureStatus[];

const failure = (status: FailureStatus) => [status, { description: FAILURES[status], ...ERROR_BODY_SCHEMA }] as const;

/**
 * The failures of a route without a body, to be spread into its `response`.
 * @param more those that only some routes have
 */
export const errorResponses = (...more: readonly FailureStatus[]) =>
  Object.fromEntries([...EVERYWHERE, ...more].map(failure));

/** The same for a route that takes a body. */
export const bodyErrorResponses = (...more: readonly FailureStatus[]) => errorResponses(...WITH_BODY, ...more);

/** How every route below `/v1` and `/api` is asked: a key as bearer token, or in the header `x-api-key`. */
export const SECURITY_SCHEMES = {
  bearer: { type: 'http', scheme: 'bearer' },
  apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
} as const;

/** For the member `security` of such a route's schema. */
export const NEEDS_KEY: readonly Readonly<Record<string, readonly string[]>>[] = [{ bearer: [] }, { apiKey: [] }];
