/** Kept answers: where they were found, how many there are, and what keeps them fresh. */
import type { MetricFactory, MetricTable } from './metric';

export const CACHE_METRICS = {
  cacheRequests: {
    name: 'gateway_cache_requests_total',
    type: 'counter',
    help:
      'Looks into a level (l1 memory, l2 Redis, l3 database) by result: hit, miss, stale (given in place of a failure), ' +
      'unavailable. Level none, result bypass: requests whose answer may not be kept.',
    labels: ['level', 'result'],
  },
  cacheEntries: {
    name: 'gateway_cache_entries',
    type: 'gauge',
    help: 'Answers in memory (l1), and those that wait to be written to the database (l3_pending).',
    labels: ['level'],
  },
  cacheBytes: {
    name: 'gateway_cache_bytes',
    type: 'gauge',
    help: 'Memory that the answers in memory take.',
    labels: [],
  },
  cacheEvictions: {
    name: 'gateway_cache_evictions_total',
    type: 'counter',
    help: 'Answers that left memory to make room for others.',
    labels: [],
  },
  cacheWrites: {
    name: 'gateway_cache_writes_total',
    type: 'counter',
    help: 'Answers by what became of them: kept, unfit (truncated, a tool call, too long and the like), or lost on the way to a level.',
    labels: ['result'],
  },
  cacheRefreshes: {
    name: 'gateway_cache_refreshes_total',
    type: 'counter',
    help: 'Popular answers whose time had come: refreshed, failed, or done elsewhere by another process.',
    labels: ['result'],
  },
  cacheFlightsShared: {
    name: 'gateway_cache_flights_shared_total',
    type: 'counter',
    help: 'Requests that got the answer another one was waiting for already.',
    labels: [],
  },
  cacheInvalidated: {
    name: 'gateway_cache_invalidated_total',
    type: 'counter',
    help: 'Answers that were removed on request.',
    labels: [],
  },
} as const satisfies MetricTable;

export const createCacheMetrics = (make: MetricFactory) =>
  ({
    cacheRequests: make.counter(CACHE_METRICS.cacheRequests),
    cacheEntries: make.gauge(CACHE_METRICS.cacheEntries),
    cacheBytes: make.gauge(CACHE_METRICS.cacheBytes),
    cacheEvictions: make.counter(CACHE_METRICS.cacheEvictions),
    cacheWrites: make.counter(CACHE_METRICS.cacheWrites),
    cacheRefreshes: make.counter(CACHE_METRICS.cacheRefreshes),
    cacheFlightsShared: make.counter(CACHE_METRICS.cacheFlightsShared),
    cacheInvalidated: make.counter(CACHE_METRICS.cacheInvalidated),
  }) satisfies Record<keyof typeof CACHE_METRICS, unknown>;
