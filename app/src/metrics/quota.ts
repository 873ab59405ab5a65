/** The upstream's quota, and who waits for it. */
import type { MetricFactory, MetricTable } from './metric';

/** 10 ms to 30 s: from a token that was given back to the longest wait. */
const WAIT_BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60] as const;

export const QUOTA_METRICS = {
  quotaUsedRatio: {
    name: 'gateway_upstream_quota_used_ratio',
    type: 'gauge',
    help: 'Used part of the account’s quota of a model, 1 at the limit. window: rpm, rpd, tpm, tpd.',
    labels: ['model', 'window'],
    // Each process reads the one count that all share.
    aggregator: 'max',
  },
  queueDepth: {
    name: 'gateway_queue_depth',
    type: 'gauge',
    help: 'Requests that wait for the upstream’s quota.',
    labels: ['priority'],
  },
  queueWait: {
    name: 'gateway_queue_wait_seconds',
    type: 'histogram',
    help: 'Time that requests have waited for the upstream’s quota. Those that need not wait are not in it.',
    labels: [],
    buckets: WAIT_BUCKETS,
  },
  queueRejected: {
    name: 'gateway_queue_rejected_total',
    type: 'counter',
    help: 'Requests that got no quota. reason: full, timeout, too_large, exhausted, throttled, aborted, closing.',
    labels: ['reason'],
  },
} as const satisfies MetricTable;

export const createQuotaMetrics = (make: MetricFactory) =>
  ({
    quotaUsedRatio: make.gauge(QUOTA_METRICS.quotaUsedRatio),
    queueDepth: make.gauge(QUOTA_METRICS.queueDepth),
    queueWait: make.histogram(QUOTA_METRICS.queueWait),
    queueRejected: make.counter(QUOTA_METRICS.queueRejected),
  }) satisfies Record<keyof typeof QUOTA_METRICS, unknown>;
