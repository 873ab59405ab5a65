/** The upstream, its quota, what it costs, and who uses it. */
import type { ErrorType } from '../../../app/src/errors';
import { METRICS } from '../../../app/src/metrics';
import type { AlertDefinition } from './definition';
import { anyOf, countOf, maxBy, rate, sumBy } from './promql';
import { RECORDED } from './recorded';
import type { AlertName } from './thresholds';

/** Failures that are the upstream’s. A request that it rejects is its client’s, and so is one that its client left. */
const UPSTREAM_FAULTS = [
  'upstream_rate_limited',
  'upstream_timeout',
  'upstream_unavailable',
  'internal',
] as const satisfies readonly ErrorType[];

export const MODEL_ALERTS = {
  UpstreamErrors: {
    component: 'upstream',
    summary: 'The upstream fails calls',
    description: ({ limit }) =>
      `{{ $value | humanizePercentage }} of the calls to {{ $labels.gen_ai_request_model }} of five minutes failed (limit ${limit}), retries counted.`,
    expression: (queries, { beyond, enough }) => {
      const calls = countOf(METRICS.operationDuration);
      const failed = rate(queries.gateway(calls, { error_type: anyOf(UPSTREAM_FAULTS) }), '5m');
      const all = sumBy(['gen_ai_request_model'], rate(queries.gateway(calls), '5m'));
      return `${sumBy(['gen_ai_request_model'], failed)} / ${all} ${beyond}\nand ${enough(all)}`;
    },
  },
  CircuitBreakerOpen: {
    component: 'upstream',
    summary: 'An upstream is not asked any more',
    description: () =>
      'The circuit breaker of {{ $labels.upstream }} is open: the upstream failed too often, and calls go elsewhere or fail at once.',
    // Half-open for a moment, it tries; that it does is no recovery yet.
    expression: (queries, { beyond }) =>
      `${maxBy(['upstream'], `max_over_time(${queries.gateway(METRICS.circuitState)}[2m])`)} ${beyond}`,
  },
  QuotaNearLimit: {
    component: 'quota',
    summary: 'The upstream’s quota is nearly used up',
    description: ({ limit }) =>
      `{{ $value | humanizePercentage }} of the quota {{ $labels.window }} of {{ $labels.model }} is used (limit ${limit}); at 100 % requests wait.`,
    expression: (queries, { beyond }) =>
      `${maxBy(['model', 'window'], queries.gateway(METRICS.quotaUsedRatio))} ${beyond}`,
  },
  QueueSaturated: {
    component: 'quota',
    summary: 'Nearly as many requests wait for quota as may',
    description: ({ limit }) =>
      `{{ $value | humanizePercentage }} of the places to wait in pod {{ $labels.pod }} are taken (limit ${limit}); one more than all is answered with 503.`,
    expression: (queries, { beyond }) => {
      const processes = sumBy(['pod'], queries.gateway(METRICS.processes));
      const waiting = sumBy(['pod'], queries.gateway(METRICS.queueDepth));
      return `${waiting} / (${queries.targets.settings.QUEUE_PLACES} * ${processes}) ${beyond}`;
    },
  },
  HighCost: {
    component: 'business',
    summary: 'Far more is spent than usual',
    description: ({ limit }) =>
      `The last hour cost {{ $value | printf "%.1f" }} times the average hour of a week, in {{ $labels.currency }} (limit ${limit}).`,
    expression: (queries, { beyond, enough }) => {
      const hour = queries.recorded(RECORDED.hourlyCost);
      return `${hour} / avg_over_time(${hour}[7d]) ${beyond}\nand ${enough(hour)}`;
    },
  },
  BudgetExceeded: {
    component: 'business',
    summary: 'The daily budget is spent',
    description: () =>
      '{{ $value | humanizePercentage }} of DAILY_BUDGET is spent: every request is refused with 429 until midnight in UTC+8.',
    expression: (queries, { beyond }) => `${maxBy(['scope'], queries.gateway(METRICS.budgetUsed))} ${beyond}`,
  },
  NoUserActivity: {
    component: 'business',
    summary: 'Nobody uses the gateway at a time when people do',
    description: () =>
      'No key and no end user has asked for anything in five minutes, unlike yesterday and a week ago at this time.',
    expression: (queries, { beyond, enough }) => {
      const users = (before = ''): string => `max(${queries.gateway(METRICS.activeUsers)}${before})`;
      return `${users()} ${beyond}\nand ${enough(users(' offset 1d'))}\nand ${enough(users(' offset 1w'))}`;
    },
  },
  Watchdog: {
    component: 'watchdog',
    summary: 'Alerts arrive',
    description: () =>
      'This alert always rings. When it stops, Prometheus, Alertmanager or the way to the receiver is broken, and no other alert would be heard.',
    expression: (_, { beyond }) => `vector(1) ${beyond}`,
  },
} as const satisfies Partial<Record<AlertName, AlertDefinition>>;
