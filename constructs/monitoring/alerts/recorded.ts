/** What recording rules keep, because many ask for it or because it is costly. Named `level:metric:operations`. */
import type { Metric } from './promql';

/** A series that a recording rule makes. It has the label `namespace` of its deployment on top. */
export interface Recorded extends Metric {
  readonly meaning: string;
}

export const RECORDED = {
  requestRate: {
    name: 'gateway:http_requests:rate5m',
    labels: ['pod', 'route', 'status'],
    meaning: 'requests to /v1 a second, over five minutes',
  },
  requestRateSmooth: {
    name: 'gateway:http_requests:rate15m',
    labels: [],
    meaning: 'requests to /v1 a second, over a quarter of an hour; 0 when there are none',
  },
  overheadP95: {
    name: 'gateway:overhead_seconds:p95_5m',
    labels: [],
    meaning: '95th percentile of what the gateway adds, over five minutes',
  },
  latencyP95: {
    name: 'gateway:inference_seconds:p95_5m',
    labels: [],
    meaning: '95th percentile of whole answers of models, over five minutes',
  },
  hourlyCost: {
    name: 'gateway:ai_cost:increase1h',
    labels: ['currency'],
    meaning: 'spent in the last hour',
  },
  sliErrors: {
    name: 'slo:sli_errors:rate5m',
    labels: ['slo'],
    meaning: 'requests a second that miss an objective, over five minutes',
  },
  sliRequests: {
    name: 'slo:sli_requests:rate5m',
    labels: ['slo'],
    meaning: 'requests a second that an objective speaks of, over five minutes',
  },
} as const satisfies Readonly<Record<string, Recorded>>;

/** The share of requests that miss an objective, over a window. */
export function sliErrorRatio<W extends string>(
  window: W,
): { readonly name: `slo:sli_error:ratio_rate${W}`; readonly labels: readonly ['slo']; readonly meaning: string } {
  return {
    name: `slo:sli_error:ratio_rate${window}`,
    labels: ['slo'],
    meaning: `share of requests that miss an objective, over ${window}`,
  };
}
