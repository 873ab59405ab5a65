/** The upstream, its quota, what it costs, who uses it. */
import { METRICS } from '../../app/src/metrics';
import { countOf } from '../../constructs/monitoring/alerts';
import type { Samples, Scenario, Seen } from './scenario';
import { SELECTORS } from './scenario';

const MODEL = 'qwen-plus';

const called = (samples: Samples, error_type?: string): Seen => ({
  [SELECTORS.gateway(countOf(METRICS.operationDuration), {
    gen_ai_operation_name: 'chat',
    gen_ai_request_model: MODEL,
    pod: 'a',
    ...(error_type === undefined ? {} : { error_type }),
  })]: samples,
});

const circuit = (samples: Samples): Seen => ({
  [SELECTORS.gateway(METRICS.circuitState, { upstream: 'dashscope', pod: 'a' })]: samples,
});

const quota = (used: Samples, pod = 'a'): Seen => ({
  [SELECTORS.gateway(METRICS.quotaUsedRatio, { model: MODEL, window: 'tpm', pod })]: used,
});

const queued = (high: Samples, medium: Samples, processes: Samples): Seen => ({
  [SELECTORS.gateway(METRICS.queueDepth, { priority: 'high', pod: 'a' })]: high,
  [SELECTORS.gateway(METRICS.queueDepth, { priority: 'medium', pod: 'a' })]: medium,
  [SELECTORS.gateway(METRICS.processes, { pod: 'a' })]: processes,
});

const spent = (samples: Samples): Seen => ({
  [SELECTORS.gateway(METRICS.aiCost, { model: MODEL, currency: 'CNY', pod: 'a' })]: samples,
});

const budget = (used: Samples): Seen => ({ [SELECTORS.gateway(METRICS.budgetUsed, { scope: 'all', pod: 'a' })]: used });

const users = (samples: Samples): Seen => ({ [SELECTORS.gateway(METRICS.activeUsers, { pod: 'a' })]: samples });

/** A day has 720 samples, a week 5,040. */
const OF_A_WEEK = { interval: '2m', pace: '10m' } as const;

const OF_MODEL = { gen_ai_request_model: MODEL } as const;

export const MODEL_SCENARIOS: readonly Scenario[] = [
  {
    alert: 'UpstreamErrors',
    title: 'one call in ten runs out of time',
    seen: { ...called('0+90x30'), ...called('0+10x30', 'upstream_timeout') },
    at: '20m',
    rings: [
      {
        severity: 'warning',
        labels: OF_MODEL,
        description: '10% of the calls to qwen-plus of five minutes failed (limit 5 %), retries counted.',
      },
    ],
  },
  {
    alert: 'UpstreamErrors',
    title: 'the upstream is away for two calls in five',
    seen: { ...called('0+60x30'), ...called('0+40x30', 'upstream_unavailable') },
    at: '20m',
    rings: [
      {
        severity: 'critical',
        labels: OF_MODEL,
        description: '40% of the calls to qwen-plus of five minutes failed (limit 25 %), retries counted.',
      },
      {
        severity: 'warning',
        labels: OF_MODEL,
        description: '40% of the calls to qwen-plus of five minutes failed (limit 5 %), retries counted.',
      },
    ],
  },
  {
    alert: 'UpstreamErrors',
    title: 'half of the clients send what no model takes, or go away',
    seen: { ...called('0+50x30'), ...called('0+30x30', 'upstream_rejected'), ...called('0+20x30', 'client_closed') },
    at: '20m',
    rings: [],
  },
  {
    alert: 'UpstreamErrors',
    title: 'a call comes every few minutes, and each fails',
    seen: called('0+0.4x30', 'upstream_timeout'),
    at: '20m',
    rings: [],
  },
  {
    alert: 'CircuitBreakerOpen',
    title: 'a breaker opens, tries, and opens again',
    seen: circuit('2 1 2 2 1 2 1 2 2 2'),
    at: '6m',
    rings: [
      {
        severity: 'critical',
        labels: { upstream: 'dashscope' },
        description:
          'The circuit breaker of dashscope is open: the upstream failed too often, and calls go elsewhere or fail at once.',
      },
    ],
  },
  { alert: 'CircuitBreakerOpen', title: 'a breaker tries', seen: circuit('1x10'), at: '6m', rings: [] },
  {
    alert: 'QuotaNearLimit',
    title: 'nine tenths of the tokens of a minute are used, as two pods see it',
    seen: { ...quota('0.9x20', 'a'), ...quota('0.85x20', 'b') },
    at: '10m',
    rings: [
      {
        severity: 'warning',
        labels: { model: MODEL, window: 'tpm' },
        description: '90% of the quota tpm of qwen-plus is used (limit 80 %); at 100 % requests wait.',
      },
    ],
  },
  { alert: 'QuotaNearLimit', title: 'seven tenths are used', seen: quota('0.7x20'), at: '10m', rings: [] },
  {
    alert: 'QueueSaturated',
    title: 'ninety requests wait in one process',
    seen: queued('50x20', '40x20', '1x20'),
    at: '5m',
    rings: [
      {
        severity: 'warning',
        labels: { pod: 'a' },
        description:
          '90% of the places to wait in pod a are taken (limit 80 %); one more than all is answered with 503.',
      },
    ],
  },
  {
    alert: 'QueueSaturated',
    title: 'as many wait in two processes',
    seen: queued('50x20', '40x20', '2x20'),
    at: '5m',
    rings: [],
  },
  {
    alert: 'HighCost',
    title: 'an hour costs twenty times what the hours of a week did',
    ...OF_A_WEEK,
    seen: spent('0+1x5040 5040+20x60'),
    at: '170h',
    rings: [
      {
        severity: 'warning',
        labels: { currency: 'CNY' },
        description: 'The last hour cost 17.0 times the average hour of a week, in CNY (limit 3 times).',
      },
    ],
  },
  {
    alert: 'HighCost',
    title: 'a week costs much, and each hour of it the same',
    ...OF_A_WEEK,
    seen: spent('0+20x5100'),
    at: '170h',
    rings: [],
  },
  {
    alert: 'HighCost',
    title: 'somebody tries something where nothing is spent',
    ...OF_A_WEEK,
    seen: spent('0x5040 0+0.25x60'),
    at: '170h',
    rings: [],
  },
  {
    alert: 'BudgetExceeded',
    title: 'all of it is spent',
    seen: budget('0.98 0.99 1x20'),
    at: '10m',
    rings: [
      {
        severity: 'critical',
        labels: { scope: 'all' },
        description: '100% of DAILY_BUDGET is spent: every request is refused with 429 until midnight in UTC+8.',
      },
    ],
  },
  { alert: 'BudgetExceeded', title: 'nearly all of it is spent', seen: budget('0.99x20'), at: '10m', rings: [] },
  {
    alert: 'NoUserActivity',
    title: 'nobody comes, where twenty did yesterday and a week ago',
    ...OF_A_WEEK,
    seen: users('20x5040 0x60'),
    at: '169h',
    rings: [
      {
        severity: 'warning',
        description:
          'No key and no end user has asked for anything in five minutes, unlike yesterday and a week ago at this time.',
      },
    ],
  },
  {
    alert: 'NoUserActivity',
    title: 'nobody comes to where nobody was',
    ...OF_A_WEEK,
    seen: users('0x5100'),
    at: '169h',
    rings: [],
  },
  {
    alert: 'NoUserActivity',
    title: 'nobody comes to what was tried out for a day and a half',
    ...OF_A_WEEK,
    seen: users('0x4000 20x1000 0x100'),
    at: '169h',
    rings: [],
  },
  {
    alert: 'NoUserActivity',
    title: 'nobody comes on the second day of a holiday',
    ...OF_A_WEEK,
    seen: users('20x4200 0x900'),
    at: '169h',
    rings: [],
  },
  {
    alert: 'Watchdog',
    title: 'time passes',
    seen: {},
    at: '1m',
    rings: [
      {
        severity: 'info',
        description:
          'This alert always rings. When it stops, Prometheus, Alertmanager or the way to the receiver is broken, and no other alert would be heard.',
      },
    ],
  },
];
