/** What the gateway does about an upstream that fails: circuit breakers, retries, fallbacks, keys, checks of answers. */
import type { MetricFactory, MetricTable } from './metric';

export const UPSTREAM_METRICS = {
  circuitState: {
    name: 'gateway_circuit_state',
    type: 'gauge',
    help: 'Circuit breaker of an upstream: 0 closed, 1 half-open, 2 open. Of several processes, the worst.',
    labels: ['upstream'],
    aggregator: 'max',
  },
  upstreamRetries: {
    name: 'gateway_upstream_retries_total',
    type: 'counter',
    help: 'Calls that were made again, by the failure before.',
    labels: ['upstream', 'error_type'],
  },
  upstreamFallbacks: {
    name: 'gateway_upstream_fallbacks_total',
    type: 'counter',
    help: 'Answers that did not come from the first upstream (region) or the model that was asked for (model).',
    labels: ['upstream', 'by'],
  },
  upstreamKeyRests: {
    name: 'gateway_upstream_key_rests_total',
    type: 'counter',
    help: 'Times that a key was put aside for a while, because the upstream refused or limited it.',
    labels: ['upstream', 'reason'],
  },
  upstreamAnswerFaults: {
    name: 'gateway_upstream_answer_faults_total',
    type: 'counter',
    help: 'Answers of the upstream in which something is wrong, by what it is.',
    labels: ['fault'],
  },
} as const satisfies MetricTable;

export const createUpstreamMetrics = (make: MetricFactory) =>
  ({
    circuitState: make.gauge(UPSTREAM_METRICS.circuitState),
    upstreamRetries: make.counter(UPSTREAM_METRICS.upstreamRetries),
    upstreamFallbacks: make.counter(UPSTREAM_METRICS.upstreamFallbacks),
    upstreamKeyRests: make.counter(UPSTREAM_METRICS.upstreamKeyRests),
    upstreamAnswerFaults: make.counter(UPSTREAM_METRICS.upstreamAnswerFaults),
  }) satisfies Record<keyof typeof UPSTREAM_METRICS, unknown>;

export type UpstreamMetrics = ReturnType<typeof createUpstreamMetrics>;
