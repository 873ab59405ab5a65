/** The database and the cache, as the gateway sees them. CloudMonitor watches the instances themselves. */
import { METRICS } from '../../../app/src/metrics';
import type { AlertDefinition } from './definition';
import { bucketsOf, countOf, quantile, rate, sumBy } from './promql';
import type { AlertName } from './thresholds';

/** Shares of lookups are of the first level: each request looks there once, and goes on from there. */
const LOOKED_UP = { level: 'l1', result: { like: 'hit|miss' } } as const;

export const DATA_ALERTS = {
  DatabaseConnectionPoolExhausted: {
    component: 'database',
    summary: 'Connections to the database run out',
    description: ({ limit }) =>
      `Pod {{ $labels.pod }} uses {{ $value | humanizePercentage }} of its connections to the database (limit ${limit}); queries wait for one.`,
    expression: (queries, { beyond }) => {
      const of = (state: 'used' | 'limit'): string =>
        sumBy(['pod'], `avg_over_time(${queries.gateway(METRICS.databasePoolConnections, { state })}[5m])`);
      return `${of('used')} / ${of('limit')} ${beyond}`;
    },
  },
  SlowDatabaseQueries: {
    component: 'database',
    summary: 'Queries are slow',
    description: ({ limit }) =>
      `One in twenty queries {{ $labels.op }} takes {{ $value | humanizeDuration }} or more (limit ${limit}).`,
    expression: (queries, { beyond, enough }) => {
      const buckets = rate(queries.gateway(bucketsOf(METRICS.databaseQueryDuration)), '5m');
      const count = rate(queries.gateway(countOf(METRICS.databaseQueryDuration)), '5m');
      return `${quantile(0.95, sumBy(['op', 'le'], buckets))} ${beyond}\nand ${enough(sumBy(['op'], count))}`;
    },
  },
  HighDatabaseErrorRate: {
    component: 'database',
    summary: 'Queries fail',
    description: ({ limit }) =>
      `{{ $value | humanizePercentage }} of the queries of five minutes failed (limit ${limit}).`,
    expression: (queries, { beyond }) => {
      // That a row is there already is an answer, not a failure.
      const errors = rate(queries.gateway(METRICS.databaseErrors, { class: { not: 'duplicate' } }), '5m');
      const count = rate(queries.gateway(countOf(METRICS.databaseQueryDuration)), '5m');
      return `${sumBy([], errors)} / ${sumBy([], count)} ${beyond}`;
    },
  },
  LowCacheHitRatio: {
    component: 'cache',
    summary: 'Few answers come from the cache',
    description: ({ limit }) =>
      `{{ $value | humanizePercentage }} of the lookups of a quarter of an hour found an answer (limit ${limit}); the upstream is asked and paid for the rest.`,
    expression: (queries, { beyond, enough }) => {
      const hits = rate(queries.gateway(METRICS.cacheRequests, { result: 'hit' }), '15m');
      const lookups = sumBy([], rate(queries.gateway(METRICS.cacheRequests, LOOKED_UP), '15m'));
      // Before the first hit there is no such series.
      return `(${sumBy([], hits)} or vector(0)) / ${lookups} ${beyond}\nand ${enough(lookups)}`;
    },
  },
  CacheMemoryHigh: {
    component: 'cache',
    summary: 'The cache in memory is too small',
    description: ({ limit }) =>
      `Pod {{ $labels.pod }} has filled {{ $value | humanizePercentage }} of its cache in memory (limit ${limit}) and drops answers to make room.`,
    expression: (queries, { beyond, enough }) => {
      const processes = sumBy(['pod'], queries.gateway(METRICS.processes));
      const evictions = rate(queries.gateway(METRICS.cacheEvictions), '15m');
      return (
        `${sumBy(['pod'], queries.gateway(METRICS.cacheBytes))} / (${queries.targets.settings.CACHE_L1_BYTES} * ${processes}) ${beyond}\n` +
        `and ${enough(sumBy(['pod'], evictions))}`
      );
    },
  },
} as const satisfies Partial<Record<AlertName, AlertDefinition>>;
