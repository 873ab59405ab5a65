/** The limits of clients, users and administrators. */
import type { MetricFactory, MetricTable } from './metric';

export const LIMIT_METRICS = {
  rateLimitDecisions: {
    name: 'gateway_rate_limit_decisions_total',
    type: 'counter',
    help: 'Requests that a limit looked at, by scope (client, user, admin) and result (allowed, refused).',
    labels: ['scope', 'result'],
  },
} as const satisfies MetricTable;

export const createLimitMetrics = (make: MetricFactory) =>
  ({
    rateLimitDecisions: make.counter(LIMIT_METRICS.rateLimitDecisions),
  }) satisfies Record<keyof typeof LIMIT_METRICS, unknown>;
