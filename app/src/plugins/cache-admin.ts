/** The cache for administrators: what it holds and does, and a way to empty it. */
import type { FastifyInstance } from 'fastify';
import { errorResponses, NEEDS_KEY } from '../api-schemas';
import type { AnswerCache } from '../cache/answer-cache';
import { INVALIDATION_MAX } from '../cache/answer-cache';
import { Pattern, PATTERN_MAX_LENGTH, PATTERN_SYNTAX } from '../cache/pattern';
import { InvalidRequestError } from '../errors';
import type { Redis } from '../redis/redis';
import { ROUTES } from '../routes';

export interface CacheAdminProps {
  /** Absent: ENABLE_CACHING is false. */
  readonly cache: AnswerCache | undefined;
  readonly redis: Pick<Redis, 'up'>;
  readonly database: { readonly up: boolean };
}

const count = (description: string) => ({ type: 'integer', minimum: 0, description }) as const;

const LEVEL_PROPERTIES = {
  hits: count('Answers that were found here.'),
  misses: count('Looks that found none.'),
  stale: count('Answers past their time that were given in place of a failure.'),
  unavailable: count('Looks while this level was not there, or too slow.'),
} as const;

const levelSchema = {
  type: 'object',
  required: Object.keys(LEVEL_PROPERTIES),
  additionalProperties: false,
  properties: LEVEL_PROPERTIES,
} as const;

const MEMORY_PROPERTIES = {
  entries: count('Answers in memory.'),
  maxEntries: count('CACHE_L1_ENTRIES.'),
  bytes: count('Memory that they take.'),
  maxBytes: count('CACHE_L1_BYTES.'),
} as const;

const STATS_PROPERTIES = {
  enabled: { type: 'boolean', description: 'ENABLE_CACHING.' },
  hitRatio: {
    type: ['number', 'null'],
    minimum: 0,
    maximum: 1,
    description: 'Of the requests that might be answered from the cache, those that were. Null: there was none.',
  },
  memory: {
    type: 'object',
    required: Object.keys(MEMORY_PROPERTIES),
    additionalProperties: false,
    properties: MEMORY_PROPERTIES,
  },
  levels: {
    type: 'object',
    description: 'Memory (l1), Redis (l2) and database (l3).',
    required: ['l1', 'l2', 'l3'],
    additionalProperties: false,
    properties: { l1: levelSchema, l2: levelSchema, l3: levelSchema },
  },
  redisUp: { type: 'boolean' },
  databaseUp: { type: 'boolean' },
  bypassed: count('Requests that might not be answered from the cache.'),
  pendingWrites: count('Answers that wait to be written to the database.'),
  flights: count('Answers that are asked for right now.'),
  popular: count('Answers that are asked for anew before they expire.'),
} as const;

const STATS_SCHEMA = {
  description: 'What the process that answers has in memory, and what it found since it started.',
  type: 'object',
  required: Object.keys(STATS_PROPERTIES),
  additionalProperties: false,
  properties: STATS_PROPERTIES,
} as const;

const INVALIDATION_PROPERTIES = {
  removed: count('Answers that were removed.'),
  more: { type: 'boolean', description: 'Whether there are more, or a level could not be asked: do it again.' },
} as const;

const INVALIDATION_SCHEMA = {
  description: 'What was removed, from memory, Redis and database; other processes follow within seconds.',
  type: 'object',
  required: Object.keys(INVALIDATION_PROPERTIES),
  additionalProperties: false,
  properties: INVALIDATION_PROPERTIES,
} as const;

const TENANT_MAX_LENGTH = 64;

const INVALIDATION_QUERY_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    pattern: {
      type: 'string',
      minLength: 5,
      maxLength: PATTERN_MAX_LENGTH,
      pattern: PATTERN_SYNTAX,
      description: `key id:operation:model, where * stands for any characters and ? for one, as in \`*:chat:qwen-*\`. Removes at most ${INVALIDATION_MAX} answers.`,
    },
    tenant: {
      type: 'string',
      minLength: 1,
      maxLength: TENANT_MAX_LENGTH,
      description: 'The id of a key, every answer of which is removed. Either this or a pattern.',
    },
  },
} as const;

const EMPTY_LEVEL = { hits: 0, misses: 0, stale: 0, unavailable: 0 } as const;
const EMPTY = {
  memory: { entries: 0, maxEntries: 0, bytes: 0, maxBytes: 0 },
  levels: { l1: EMPTY_LEVEL, l2: EMPTY_LEVEL, l3: EMPTY_LEVEL },
  bypassed: 0,
  pendingWrites: 0,
  flights: 0,
  popular: 0,
} as const;

export const cacheAdmin = (server: FastifyInstance, { cache, redis, database }: CacheAdminProps): void => {
  const config = { permission: 'admin' } as const;
  const common = { tags: ['cache'], security: NEEDS_KEY };

  const statsSchema = {
    ...common,
    summary: 'See what the cache holds and does',
    response: { 200: STATS_SCHEMA, ...errorResponses() },
  };
  server.get(ROUTES.cacheStats, { config, schema: statsSchema }, () => {
    const stats = cache?.stats() ?? EMPTY;
    const { l1, l2, l3 } = stats.levels;
    const looked = l1.hits + l1.misses;
    return {
      ...stats,
      enabled: cache !== undefined,
      hitRatio: looked === 0 ? null : Math.min(1, (l1.hits + l2.hits + l3.hits) / looked),
      redisUp: redis.up,
      databaseUp: database.up,
    };
  });

  const invalidateSchema = {
    ...common,
    summary: 'Remove kept answers, by a pattern or all of a key',
    querystring: INVALIDATION_QUERY_SCHEMA,
    response: { 200: INVALIDATION_SCHEMA, ...errorResponses(415) },
  };
  server.delete<{ Querystring: { readonly pattern?: string; readonly tenant?: string } }>(
    ROUTES.cache,
    { config, schema: invalidateSchema },
    async ({ query: { pattern, tenant } }) => {
      if ((pattern === undefined) === (tenant === undefined)) {
        throw new InvalidRequestError(
          'there must be either pattern or tenant in the query; to remove everything, use pattern=*:*:*',
          { code: 'invalid_value', param: 'pattern' },
        );
      }
      if (cache === undefined) return { removed: 0, more: false };
      if (tenant !== undefined) return cache.invalidateTenant(tenant);
      const parsed = Pattern.parse(pattern ?? '');
      if (parsed === undefined) {
        const message = `pattern (${pattern ?? ''}) must have three parts, as in *:chat:qwen-*; add what is missing`;
        throw new InvalidRequestError(message, { code: 'invalid_value', param: 'pattern' });
      }
      return cache.invalidate(parsed);
    },
  );
};
