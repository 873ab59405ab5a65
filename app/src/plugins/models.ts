/** OpenAI's list of models, from the table. */
import type { FastifyInstance } from 'fastify';
import { errorResponses, NEEDS_KEY } from '../api-schemas';
import { privateHeaders } from '../cache/cache-headers';
import type { CacheConfig } from '../config/cache';
import { MODELS, MODELS_CREATED, MODELS_OWNER } from '../models';
import { ROUTES } from '../routes';

const LIST = {
  object: 'list',
  data: MODELS.map((id) => ({ id, object: 'model', created: MODELS_CREATED, owned_by: MODELS_OWNER })),
};

const SCHEMA = {
  summary: 'The models',
  tags: ['inference'],
  security: NEEDS_KEY,
  response: {
    200: {
      type: 'object',
      required: ['object', 'data'],
      additionalProperties: false,
      properties: {
        object: { type: 'string', const: 'list' },
        data: {
          type: 'array',
          items: {
            type: 'object',
            required: ['id', 'object', 'created', 'owned_by'],
            additionalProperties: false,
            properties: {
              id: { type: 'string' },
              object: { type: 'string', const: 'model' },
              created: { type: 'integer' },
              owned_by: { type: 'string' },
            },
          },
        },
      },
    },
    ...errorResponses(),
  },
} as const;

/** A key with a list of models sees those alone, so the answer is kept by its own client only. */
export const models = (server: FastifyInstance, kept: Pick<CacheConfig, 'browserSeconds' | 'cdnSeconds'>): void => {
  const headers = privateHeaders(kept);
  server.get(ROUTES.models, { schema: SCHEMA, config: { permission: 'inference' } }, ({ caller }, reply) => {
    reply.headers(headers);
    const allowed = caller?.models;
    return allowed === undefined ? LIST : { ...LIST, data: LIST.data.filter(({ id }) => allowed.has(id)) };
  });
};
