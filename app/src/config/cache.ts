/** How long answers are kept, where, and for whom. */
import type { Reader } from './reader';
import type { VariableTable } from './variable';

export const CACHE_VARIABLES = {
  CACHE_L1_ENTRIES: {
    type: 'integer',
    unit: 'entries',
    default: 1000,
    minimum: 1,
    maximum: 1000000,
    description: 'Answers kept in memory.',
  },
  CACHE_L1_BYTES: {
    type: 'integer',
    unit: 'bytes',
    default: 67108864,
    minimum: 65536,
    maximum: 8589934592,
    description: 'Memory that they may take, all together.',
  },
  CACHE_L1_MS: {
    type: 'integer',
    unit: 'ms',
    default: 600000,
    minimum: 1000,
    maximum: 86400000,
    description: 'How long an answer is kept in memory.',
  },
  CACHE_L2_MS: {
    type: 'integer',
    unit: 'ms',
    default: 3600000,
    minimum: 1000,
    maximum: 604800000,
    description: 'How long it is kept in Redis.',
  },
  CACHE_L3_MS: {
    type: 'integer',
    unit: 'ms',
    default: 86400000,
    minimum: 1000,
    maximum: 2592000000,
    description: 'How long it is kept in the database.',
  },
  CACHE_STALE_MS: {
    type: 'integer',
    unit: 'ms',
    default: 3600000,
    minimum: 0,
    maximum: 86400000,
    description: 'How long beyond its time an answer may stand in when the upstream fails. 0: never.',
  },
  CACHE_ANSWER_BYTES: {
    type: 'integer',
    unit: 'bytes',
    default: 1048576,
    minimum: 1024,
    maximum: 67108864,
    description: 'Longest answer that is kept.',
  },
  CACHE_POPULAR_HITS: {
    type: 'integer',
    unit: 'requests',
    default: 10,
    minimum: 1,
    maximum: 1000000,
    description: 'Hits after which an answer is popular and is asked for anew before it expires.',
  },
  CACHE_REFRESH_MS: {
    type: 'integer',
    unit: 'ms',
    default: 3600000,
    minimum: 60000,
    maximum: 86400000,
    description: 'How often the popular are asked for anew.',
  },
  CACHE_COSTLY: {
    type: 'number',
    unit: 'currency of the price table',
    default: 0.1,
    minimum: 0,
    maximum: 1000000,
    description: 'Cost from which an answer is costly and kept twice as long. 0: none is.',
  },
  CACHE_BROWSER_SECONDS: {
    type: 'integer',
    unit: 's',
    default: 300,
    minimum: 0,
    maximum: 86400,
    description: 'What a browser is told to keep a public answer for.',
  },
  CACHE_CDN_SECONDS: {
    type: 'integer',
    unit: 's',
    default: 1800,
    minimum: 0,
    maximum: 86400,
    description: 'What a content delivery network is told.',
  },
} as const satisfies VariableTable;

export const readCache = (read: Reader) => ({
  l1Entries: read.integer('CACHE_L1_ENTRIES'),
  l1Bytes: read.integer('CACHE_L1_BYTES'),
  l1Ms: read.integer('CACHE_L1_MS'),
  l2Ms: read.integer('CACHE_L2_MS'),
  l3Ms: read.integer('CACHE_L3_MS'),
  staleMs: read.integer('CACHE_STALE_MS'),
  answerBytes: read.integer('CACHE_ANSWER_BYTES'),
  popularHits: read.integer('CACHE_POPULAR_HITS'),
  refreshMs: read.integer('CACHE_REFRESH_MS'),
  costly: read.number('CACHE_COSTLY'),
  browserSeconds: read.integer('CACHE_BROWSER_SECONDS'),
  cdnSeconds: read.integer('CACHE_CDN_SECONDS'),
});

/** What these variables say, checked. */
export type CacheConfig = ReturnType<typeof readCache>;
