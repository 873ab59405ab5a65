/** Requests that were refused for where they came from. */
import type { MetricFactory, MetricTable } from './metric';

export const SECURITY_METRICS = {
  addressRefusals: {
    name: 'gateway_address_refusals_total',
    type: 'counter',
    help: 'Requests from an address outside ALLOWED_CIDRS (any) or ADMIN_ALLOWED_CIDRS (admin).',
    labels: ['rule'],
  },
  honeypotHits: {
    name: 'gateway_honeypot_hits_total',
    type: 'counter',
    help: 'Requests for a path of HONEYPOT_PATHS.',
    labels: [],
  },
  honeypotRefusals: {
    name: 'gateway_honeypot_refusals_total',
    type: 'counter',
    help: 'Requests from an address that is turned away after it asked for one of those.',
    labels: [],
  },
} as const satisfies MetricTable;

export const createSecurityMetrics = (make: MetricFactory) =>
  ({
    addressRefusals: make.counter(SECURITY_METRICS.addressRefusals),
    honeypotHits: make.counter(SECURITY_METRICS.honeypotHits),
    honeypotRefusals: make.counter(SECURITY_METRICS.honeypotRefusals),
  }) satisfies Record<keyof typeof SECURITY_METRICS, unknown>;
