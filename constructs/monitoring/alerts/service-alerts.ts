/** Whether the service is there, answers, and answers fast. */
import type { AlertDefinition } from './definition';
import { EXPORTER_METRICS } from './exporters';
import { sumBy } from './promql';
import { FAILED, INFERENCE, type RuleQueries } from './queries';
import { RECORDED } from './recorded';
import type { AlertName } from './thresholds';

const requests = (queries: RuleQueries): string => sumBy([], queries.recorded(RECORDED.requestRate));
const asked = (queries: RuleQueries): string => sumBy([], queries.recorded(RECORDED.requestRate, { route: INFERENCE }));

export const SERVICE_ALERTS = {
  ServiceDown: {
    component: 'gateway',
    summary: 'The gateway does not serve',
    description: (_, { targets }) =>
      `No replica of ${targets.namespace}/${targets.deployment} answers scrapes, or Kubernetes finds none of them ready.`,
    // Prometheus scrapes pods that are not ready, too, and Kubernetes knows pods that Prometheus does not reach.
    expression: (queries, { beyond }) =>
      `(${sumBy([], queries.up)} or vector(0)) ${beyond}\n` +
      `or ${queries.deployment(EXPORTER_METRICS.deploymentReady)} ${beyond}`,
  },
  HighErrorRate: {
    component: 'gateway',
    summary: 'Requests fail',
    description: ({ limit }) =>
      `{{ $value | humanizePercentage }} of the requests of five minutes were answered with 5xx (limit ${limit}).`,
    expression: (queries, { beyond, enough }) =>
      `${sumBy([], queries.recorded(RECORDED.requestRate, { status: FAILED }))} / ${requests(queries)} ${beyond}\n` +
      `and ${enough(requests(queries))}`,
  },
  MultipleReplicasDown: {
    component: 'gateway',
    summary: 'Several replicas are missing',
    description: (_, { targets }) =>
      `{{ $value }} replicas of ${targets.namespace}/${targets.deployment} are wanted and not available.`,
    expression: (queries, { beyond }) =>
      `${queries.deployment(EXPORTER_METRICS.deploymentReplicas)} - ` +
      `${queries.deployment(EXPORTER_METRICS.deploymentAvailable)} ${beyond}`,
  },
  HighResponseTime: {
    component: 'latency',
    summary: 'The gateway itself is slow',
    description: ({ limit }) =>
      `The gateway adds {{ $value | humanizeDuration }} to one in twenty requests, without the upstream’s time ` +
      `(limit ${limit}).`,
    expression: (queries, { beyond, enough }) =>
      `max(${queries.recorded(RECORDED.overheadP95)}) ${beyond}\nand ${enough(asked(queries))}`,
  },
  HighLatency: {
    component: 'latency',
    summary: 'Answers take long',
    description: ({ limit }) =>
      `One in twenty answers takes {{ $value | humanizeDuration }} or more, the upstream’s time included ` +
      `(limit ${limit}).`,
    expression: (queries, { beyond, enough }) =>
      `max(${queries.recorded(RECORDED.latencyP95)}) ${beyond}\nand ${enough(asked(queries))}`,
  },
  LowThroughput: {
    component: 'latency',
    summary: 'Far fewer requests than usual',
    description: ({ limit }) =>
      `Requests are at {{ $value | humanizePercentage }} of those at this time a week ago, and as low beside ` +
      `yesterday’s (limit ${limit}).`,
    // Both, so that neither a holiday nor a Monday after a Sunday rings.
    expression: (queries, { beyond, enough }) => {
      const now = queries.recorded(RECORDED.requestRateSmooth);
      const [yesterday, lastWeek] = [`${now} offset 1d`, `${now} offset 1w`];
      return (
        `${now} / ${lastWeek} ${beyond}\nand ${now} / ${yesterday} ${beyond}\n` +
        `and ${enough(lastWeek)}\nand ${enough(yesterday)}`
      );
    },
  },
} as const satisfies Partial<Record<AlertName, AlertDefinition>>;
