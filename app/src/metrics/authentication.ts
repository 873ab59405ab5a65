/** Who was let in. */
import type { MetricFactory, MetricTable } from './metric';

export const AUTHENTICATION_METRICS = {
  auth: {
    name: 'gateway_auth_total',
    type: 'counter',
    help:
      'Requests to routes that need a key: granted; missing, unknown (or revoked, or expired), forbidden; ' +
      'unavailable when the database could not be asked.',
    labels: ['result'],
  },
  keyLookups: {
    name: 'gateway_key_lookups_total',
    type: 'counter',
    help: 'Where keys were found: in memory, in the database, stale (the database is away), or not at all because it is.',
    labels: ['source'],
  },
} as const satisfies MetricTable;

export const createAuthenticationMetrics = (make: MetricFactory) =>
  ({
    auth: make.counter(AUTHENTICATION_METRICS.auth),
    keyLookups: make.counter(AUTHENTICATION_METRICS.keyLookups),
  }) satisfies Record<keyof typeof AUTHENTICATION_METRICS, unknown>;
