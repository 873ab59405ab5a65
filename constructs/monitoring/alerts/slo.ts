/** What the service promises: objectives, from which error ratios and burn-rate alerts are made. */
import { METRICS } from '../../../app/src/metrics';
import type { Histogram } from './promql';
import { bound, bucketsOf, countOf, rate, sumBy } from './promql';
import { FAILED, type RuleQueries } from './queries';
import { RECORDED } from './recorded';

/** Requests a second, over five minutes: those that an objective speaks of, and those of them that miss it. */
export interface Indicator {
  readonly requests: string;
  readonly errors: string;
}

/** A promise: of the requests that the indicator counts, this share is good. */
export interface Slo {
  /** Name of the alerts on it, and of their runbook. */
  readonly alert: string;
  /** The promise, for people. */
  readonly promise: string;
  /** The share of good requests, below 1. */
  readonly objective: number;
  readonly indicator: (queries: RuleQueries) => Indicator;
}

/** Good are requests below a bound of a histogram. @throws when the histogram has no bucket that ends there */
function within(histogram: Histogram, seconds: number): Slo['indicator'] {
  const le = bound(histogram, seconds);
  return (queries) => {
    const requests = sumBy([], rate(queries.gateway(countOf(histogram)), '5m'));
    return {
      requests,
      errors: `${requests} - ${sumBy([], rate(queries.gateway(bucketsOf(histogram), { le }), '5m'))}`,
    };
  };
}

/** The objectives. The time of the upstream is its own promise, so it is in none of them. */
export const SLOS = {
  availability: {
    alert: 'AvailabilityBudgetBurn',
    promise: '99.9 % of requests to /v1 are not answered with 5xx',
    objective: 0.999,
    indicator: (queries) => ({
      requests: sumBy([], queries.recorded(RECORDED.requestRate)),
      errors: sumBy([], queries.recorded(RECORDED.requestRate, { status: FAILED })),
    }),
  },
  'overhead-p95': {
    alert: 'OverheadP95BudgetBurn',
    promise: 'the gateway adds less than 200 ms to 95 % of requests',
    objective: 0.95,
    indicator: within(METRICS.overhead, 0.2),
  },
  'overhead-p99': {
    alert: 'OverheadP99BudgetBurn',
    promise: 'the gateway adds less than 1 s to 99 % of requests',
    objective: 0.99,
    indicator: within(METRICS.overhead, 1),
  },
} as const satisfies Readonly<Record<string, Slo>>;

export type SloName = keyof typeof SLOS;

/** The names, in the order of the table. */
export const SLO_NAMES = Object.keys(SLOS) as readonly SloName[];

/** The objective of each, an environment's own where it has one. */
export type Objectives = Readonly<Record<SloName, number>>;
