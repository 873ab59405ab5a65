/**
 * The OpenAPI 3.1 document, made of the same schemas that requests are checked and answers written by. A route without
 * a schema is not in it.
 */
import fastifySwagger from '@fastify/swagger';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { SECURITY_SCHEMES } from '../api-schemas';
import { publicHeaders } from '../cache/cache-headers';
import type { CacheConfig } from '../config/cache';
import { ROUTES } from '../routes';

export const OPENAPI_VERSION = '3.1.0';

const INFO = {
  title: 'Bailian Gateway',
  description:
    'An OpenAI-compatible gateway in front of Alibaba Cloud Model Studio. `/v1` is OpenAI’s own API; `/api` is ' +
    'administration, by an admin key from an allowed address. Every answer has `x-request-id`, every failure OpenAI’s ' +
    'error body.',
  version: '1',
  license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
} as const;

/** Anything that a client may send to be known by. */
const COMMON_HEADERS = {
  type: 'object',
  properties: {
    'x-request-id': {
      type: 'string',
      description:
        'Names the request in answer, log and upstream: up to 128 letters, digits, `_`, `.`, `:` and `-`. Anything else is replaced.',
    },
  },
} as const;

/** Names an operation after its method and path: `post_v1_chat_completions`. */
const operationIdOf = (method: string, url: string): string =>
  [method.toLowerCase(), ...url.split('/').filter((part) => part !== '')]
    .join('_')
    .replace(/\W+/g, '_')
    .replace(/_+/g, '_');

/**
 * Comes before the routes: it sees each as it is declared.
 * @param kept how long browsers and networks keep the document, which is the same for everybody
 */
export const openapi = (server: FastifyInstance, kept: Pick<CacheConfig, 'browserSeconds' | 'cdnSeconds'>): void => {
  const options = {
    openapi: { openapi: OPENAPI_VERSION, info: INFO, components: { securitySchemes: SECURITY_SCHEMES } },
    transform: ({
      schema,
      url,
      route,
    }: {
      schema?: FastifySchema;
      url: string;
      route: { method: string | string[] };
    }) => {
      if (schema === undefined) return { schema: { hide: true }, url };
      const [method = ''] = [route.method].flat();
      return { schema: { operationId: operationIdOf(method, url), headers: COMMON_HEADERS, ...schema }, url };
    },
  };
  // Called, not registered: a registered plugin would see no route that is declared before the server starts.
  fastifySwagger(server, options, (error) => {
    if (error !== undefined) throw error;
  });

  const headers = publicHeaders(kept);
  let document: string | undefined;
  server.get(ROUTES.openapi, async (_request, reply) => {
    document ??= JSON.stringify(server.swagger());
    return reply.headers(headers).type('application/json; charset=utf-8').send(document);
  });
};
