/** Tells an administrator how much of the upstream's quota is used, and who waits for it. */
import type { FastifyInstance } from 'fastify';
import { errorResponses, NEEDS_KEY } from '../api-schemas';
import type { Admission } from '../quota/admission';
import { REJECTIONS } from '../quota/admission';
import { WINDOWS } from '../quota/model-quotas';
import { PRIORITIES } from '../quota/priority';
import type { QuotaStandings } from '../quota/quota-standings';
import { ROUTES } from '../routes';

export interface QuotaStatsProps {
  readonly standings: Pick<QuotaStandings, 'read'>;
  readonly admission: Pick<Admission, 'line' | 'throttledMs'>;
}

const COUNT = { type: 'integer', minimum: 0 } as const;

/** An object with one count a name. */
const countsOf = (names: readonly string[], description: string) => ({
  type: 'object',
  description,
  required: names,
  additionalProperties: false,
  properties: Object.fromEntries(names.map((name) => [name, COUNT])),
});

const WINDOW_SCHEMA = {
  type: 'object',
  required: ['window', 'limit', 'used', 'remaining', 'resetMs', 'ratio'],
  additionalProperties: false,
  properties: {
    window: {
      type: 'string',
      enum: WINDOWS.map(({ name }) => name),
      description: WINDOWS.map(({ name, words }) => `${name}: ${words}`).join(', '),
    },
    limit: { ...COUNT, description: 'What the account may use in this window.' },
    used: { type: 'number', minimum: 0, description: 'What all replicas together have used, and reserved, of it.' },
    remaining: { type: 'number', minimum: 0 },
    resetMs: { ...COUNT, description: 'Milliseconds until nothing that is counted now counts any more.' },
    ratio: { type: 'number', minimum: 0, description: 'Used part of the limit.' },
  },
} as const;

const STATS_SCHEMA = {
  type: 'object',
  description: 'The quota is that of the account, over all replicas; the line is that of the process that answers.',
  required: ['models', 'line'],
  additionalProperties: false,
  properties: {
    models: {
      type: 'array',
      items: {
        type: 'object',
        required: ['model', 'throttledMs', 'windows'],
        additionalProperties: false,
        properties: {
          model: { type: 'string', description: 'other: all models that have no quota of their own.' },
          throttledMs: {
            ...COUNT,
            description: 'Milliseconds for which calls still wait because the upstream itself refused one.',
          },
          windows: { type: 'array', items: WINDOW_SCHEMA },
        },
      },
    },
    line: {
      type: 'object',
      required: ['places', 'timeoutMs', 'waiting', 'waited', 'rejected'],
      additionalProperties: false,
      properties: {
        places: { ...COUNT, description: 'Requests that may wait.' },
        timeoutMs: { ...COUNT, description: 'How long one may wait.' },
        waiting: countsOf(PRIORITIES, 'Requests that wait now.'),
        waited: { ...COUNT, description: 'Requests that were let through after a wait, since the start.' },
        rejected: countsOf(REJECTIONS, 'Requests that were not let through, since the start.'),
      },
    },
  },
} as const;

export const quotaStats = (server: FastifyInstance, { standings, admission }: QuotaStatsProps): void => {
  const schema = {
    summary: 'How much of the upstream’s quota is used, and who waits for it',
    tags: ['administration'],
    security: NEEDS_KEY,
    response: { 200: STATS_SCHEMA, ...errorResponses() },
  };
  server.get(ROUTES.quota, { schema, config: { permission: 'admin' } }, async () => {
    const models = await standings.read();
    return {
      models: models.map(({ model, windows }) => ({
        model,
        throttledMs: Math.ceil(admission.throttledMs(model)),
        windows,
      })),
      line: admission.line(),
    };
  });
};
