/** Database and cache. */
import { METRICS } from '../../app/src/metrics';
import { bucketsOf, countOf } from '../../constructs/monitoring/alerts';
import type { Samples, Scenario, Seen } from './scenario';
import { SELECTORS } from './scenario';

const pool = (used: Samples): Seen => ({
  [SELECTORS.gateway(METRICS.databasePoolConnections, { state: 'used', pod: 'a' })]: used,
  [SELECTORS.gateway(METRICS.databasePoolConnections, { state: 'limit', pod: 'a' })]: '20x60',
});

const queries = (op: string, within: Readonly<Record<string, Samples>>): Seen => ({
  ...Object.fromEntries(
    Object.entries(within).map(([le, samples]) => [
      SELECTORS.gateway(bucketsOf(METRICS.databaseQueryDuration), { op, le, pod: 'a' }),
      samples,
    ]),
  ),
  [SELECTORS.gateway(countOf(METRICS.databaseQueryDuration), { op, pod: 'a' })]: within['+Inf'] ?? '0x60',
});

const failed = (errorClass: string, samples: Samples): Seen => ({
  [SELECTORS.gateway(METRICS.databaseErrors, { class: errorClass, pod: 'a' })]: samples,
});

const looked = (level: string, result: string, samples: Samples): Seen => ({
  [SELECTORS.gateway(METRICS.cacheRequests, { level, result, pod: 'a' })]: samples,
});

const kept = (bytes: Samples, evictions: Samples, processes: Samples): Seen => ({
  [SELECTORS.gateway(METRICS.cacheBytes, { pod: 'a' })]: bytes,
  [SELECTORS.gateway(METRICS.cacheEvictions, { pod: 'a' })]: evictions,
  [SELECTORS.gateway(METRICS.processes, { pod: 'a' })]: processes,
});

/** Nineteen twentieths of what one process may take. */
const NEARLY_FULL = `${SELECTORS.targets.settings.CACHE_L1_BYTES * 0.95}x60`;

export const DATA_SCENARIOS: readonly Scenario[] = [
  {
    alert: 'DatabaseConnectionPoolExhausted',
    title: 'eighteen connections of twenty are used',
    seen: pool('18x60'),
    at: '10m',
    rings: [
      {
        severity: 'warning',
        labels: { pod: 'a' },
        description: 'Pod a uses 90% of its connections to the database (limit 80 %); queries wait for one.',
      },
    ],
  },
  {
    alert: 'DatabaseConnectionPoolExhausted',
    title: 'all are used for a moment',
    seen: pool('4x4 20 4x50'),
    at: '7m',
    rings: [],
  },
  {
    alert: 'SlowDatabaseQueries',
    title: 'one look for a key in ten takes up to a second',
    seen: queries('key-find', { '0.25': '0+80x60', '0.5': '0+90x60', '1': '0+100x60', '+Inf': '0+100x60' }),
    at: '20m',
    rings: [
      {
        severity: 'warning',
        labels: { op: 'key-find' },
        description: 'One in twenty queries key-find takes 750ms or more (limit 500 ms).',
      },
    ],
  },
  {
    alert: 'SlowDatabaseQueries',
    title: 'four in a hundred take up to a second',
    seen: queries('key-find', { '0.25': '0+80x60', '0.5': '0+96x60', '1': '0+100x60', '+Inf': '0+100x60' }),
    at: '20m',
    rings: [],
  },
  {
    alert: 'SlowDatabaseQueries',
    title: 'what runs every five minutes takes ten seconds',
    seen: queries('ledger-retention', { '0.5': '0x60', '10': '0+0.2x60', '+Inf': '0+0.2x60' }),
    at: '20m',
    rings: [],
  },
  {
    alert: 'HighDatabaseErrorRate',
    title: 'one query in ten runs out of time',
    seen: { ...queries('key-find', { '+Inf': '0+100x60' }), ...failed('timeout', '0+10x60') },
    at: '15m',
    rings: [{ severity: 'warning', description: '10% of the queries of five minutes failed (limit 5 %).' }],
  },
  {
    alert: 'HighDatabaseErrorRate',
    title: 'half of the queries find no connection',
    seen: { ...queries('key-find', { '+Inf': '0+100x60' }), ...failed('connection', '0+50x60') },
    at: '15m',
    rings: [
      { severity: 'critical', description: '50% of the queries of five minutes failed (limit 25 %).' },
      { severity: 'warning', description: '50% of the queries of five minutes failed (limit 5 %).' },
    ],
  },
  {
    alert: 'HighDatabaseErrorRate',
    title: 'half of the rows are there already',
    seen: { ...queries('cache-put', { '+Inf': '0+100x60' }), ...failed('duplicate', '0+50x60') },
    at: '15m',
    rings: [],
  },
  {
    alert: 'LowCacheHitRatio',
    title: 'three lookups in ten find an answer, in whichever level',
    seen: {
      ...looked('l1', 'hit', '0+20x90'),
      ...looked('l1', 'miss', '0+80x90'),
      ...looked('l2', 'hit', '0+10x90'),
      ...looked('l2', 'miss', '0+70x90'),
    },
    at: '60m',
    rings: [
      {
        severity: 'warning',
        description:
          '30% of the lookups of a quarter of an hour found an answer (limit 50 %); the upstream is asked and paid for the rest.',
      },
    ],
  },
  {
    alert: 'LowCacheHitRatio',
    title: 'no lookup has ever found an answer',
    seen: looked('l1', 'miss', '0+80x90'),
    at: '60m',
    rings: [
      {
        severity: 'warning',
        description:
          '0% of the lookups of a quarter of an hour found an answer (limit 50 %); the upstream is asked and paid for the rest.',
      },
    ],
  },
  {
    alert: 'LowCacheHitRatio',
    title: 'memory has a third, and Redis half of the rest',
    seen: {
      ...looked('l1', 'hit', '0+33x90'),
      ...looked('l1', 'miss', '0+67x90'),
      ...looked('l2', 'hit', '0+34x90'),
      ...looked('l2', 'miss', '0+33x90'),
    },
    at: '60m',
    rings: [],
  },
  {
    alert: 'LowCacheHitRatio',
    title: 'a lookup a minute finds nothing',
    seen: looked('l1', 'miss', '0+1x90'),
    at: '60m',
    rings: [],
  },
  {
    alert: 'CacheMemoryHigh',
    title: 'the cache is full and drops an answer a second',
    seen: kept(NEARLY_FULL, '0+60x60', '1x60'),
    at: '35m',
    rings: [
      {
        severity: 'warning',
        labels: { pod: 'a' },
        description: 'Pod a has filled 95% of its cache in memory (limit 90 %) and drops answers to make room.',
      },
    ],
  },
  {
    alert: 'CacheMemoryHigh',
    title: 'the cache is full of what is wanted',
    seen: kept(NEARLY_FULL, '0x60', '1x60'),
    at: '35m',
    rings: [],
  },
  {
    alert: 'CacheMemoryHigh',
    title: 'two processes share what would fill one',
    seen: kept(NEARLY_FULL, '0+60x60', '2x60'),
    at: '35m',
    rings: [],
  },
];
