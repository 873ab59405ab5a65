/** Redis, as the service sees it. */
import type { MetricFactory, MetricTable } from './metric';

/** 0.1 ms to 1 s: from a neighbour's answer to more than any command may take by default. */
const COMMAND_BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1] as const;

export const REDIS_METRICS = {
  redisUp: {
    name: 'gateway_redis_up',
    type: 'gauge',
    help: '1 while Redis is used; 0 while it is lost, or where none is configured.',
    labels: [],
    aggregator: 'min',
  },
  redisCommandDuration: {
    name: 'gateway_redis_command_seconds',
    type: 'histogram',
    help: 'Time until a command or pipeline was answered, or given up.',
    labels: ['op'],
    buckets: COMMAND_BUCKETS,
  },
  redisFailures: {
    name: 'gateway_redis_failures_total',
    type: 'counter',
    help: 'Commands that came to nothing: timeout, refused (Redis said no), connection.',
    labels: ['op', 'reason'],
  },
} as const satisfies MetricTable;

export const createRedisMetrics = (make: MetricFactory) =>
  ({
    redisUp: make.gauge(REDIS_METRICS.redisUp),
    redisCommandDuration: make.histogram(REDIS_METRICS.redisCommandDuration),
    redisFailures: make.counter(REDIS_METRICS.redisFailures),
  }) satisfies Record<keyof typeof REDIS_METRICS, unknown>;
