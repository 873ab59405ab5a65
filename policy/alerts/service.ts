/** The service: there, answering, fast. */
import { METRICS } from '../../app/src/metrics';
import { ROUTES } from '../../app/src/routes';
import { bucketsOf, countOf, EXPORTER_METRICS } from '../../constructs/monitoring/alerts';
import type { Samples, Scenario, Seen } from './scenario';
import { ofDeployment, SELECTORS, upOf } from './scenario';

/** Requests to chat completions that one pod has answered with a status. */
export const answered = (status: string, samples: Samples, pod = 'a'): Seen => ({
  [SELECTORS.gateway(countOf(METRICS.httpRequestDuration), {
    route: ROUTES.chatCompletions,
    method: 'POST',
    status,
    pod,
  })]: samples,
});

/** What the gateway added to requests: how many were within each bound. */
export const added = (within: Readonly<Record<string, Samples>>): Seen => ({
  ...Object.fromEntries(
    Object.entries(within).map(([le, samples]) => [
      SELECTORS.gateway(bucketsOf(METRICS.overhead), { le, pod: 'a' }),
      samples,
    ]),
  ),
  [SELECTORS.gateway(countOf(METRICS.overhead), { pod: 'a' })]: within['+Inf'] ?? '0x10000',
});

const took = (within: Readonly<Record<string, Samples>>): Seen =>
  Object.fromEntries(
    Object.entries(within).map(([le, samples]) => [
      SELECTORS.gateway(bucketsOf(METRICS.httpRequestDuration), {
        route: ROUTES.chatCompletions,
        method: 'POST',
        status: '200',
        pod: 'a',
        le,
      }),
      samples,
    ]),
  );

const DOWN = {
  severity: 'critical',
  description: 'No replica of bailian-gateway/gateway answers scrapes, or Kubernetes finds none of them ready.',
} as const;

const READY = ofDeployment(EXPORTER_METRICS.deploymentReady);

/** A day has 720 samples, a week 5,040. */
const OF_A_WEEK = { interval: '2m', pace: '10m' } as const;

export const SERVICE_SCENARIOS: readonly Scenario[] = [
  {
    alert: 'ServiceDown',
    title: 'no pod answers scrapes',
    seen: { [upOf('a')]: '0x10', [upOf('b')]: '0x10' },
    at: '5m',
    rings: [DOWN],
  },
  { alert: 'ServiceDown', title: 'there is no pod', seen: {}, at: '5m', rings: [DOWN] },
  {
    alert: 'ServiceDown',
    title: 'pods answer scrapes, and none is ready for requests',
    seen: { [upOf('a')]: '1x10', [READY]: '0x10' },
    at: '5m',
    rings: [DOWN],
  },
  {
    alert: 'ServiceDown',
    title: 'one pod of two is away',
    seen: { [upOf('a')]: '0x10', [upOf('b')]: '1x10', [READY]: '1x10' },
    at: '5m',
    rings: [],
  },
  {
    alert: 'ServiceDown',
    title: 'kube-state-metrics is away, and the pods answer',
    seen: { [upOf('a')]: '1x10' },
    at: '5m',
    rings: [],
  },
  {
    alert: 'HighErrorRate',
    title: 'seven in a hundred fail',
    seen: { ...answered('200', '0+93x20'), ...answered('503', '0+7x20') },
    at: '15m',
    rings: [
      { severity: 'warning', description: '7% of the requests of five minutes were answered with 5xx (limit 5 %).' },
    ],
  },
  {
    alert: 'HighErrorRate',
    title: 'fifteen in a hundred fail',
    seen: { ...answered('200', '0+85x20'), ...answered('500', '0+10x20'), ...answered('502', '0+5x20') },
    at: '15m',
    rings: [
      { severity: 'critical', description: '15% of the requests of five minutes were answered with 5xx (limit 10 %).' },
      { severity: 'warning', description: '15% of the requests of five minutes were answered with 5xx (limit 5 %).' },
    ],
  },
  {
    alert: 'HighErrorRate',
    title: 'four in a hundred fail, and as many clients ask for what they may not',
    seen: { ...answered('200', '0+56x20'), ...answered('503', '0+4x20'), ...answered('429', '0+40x20') },
    at: '15m',
    rings: [],
  },
  {
    alert: 'HighErrorRate',
    title: 'the one request of a night fails',
    seen: answered('503', '0x5 1x15'),
    at: '8m',
    rings: [],
  },
  {
    alert: 'MultipleReplicasDown',
    title: 'two of three replicas are not available',
    seen: {
      [ofDeployment(EXPORTER_METRICS.deploymentReplicas)]: '3x10',
      [ofDeployment(EXPORTER_METRICS.deploymentAvailable)]: '1x10',
    },
    at: '6m',
    rings: [
      { severity: 'critical', description: '2 replicas of bailian-gateway/gateway are wanted and not available.' },
    ],
  },
  {
    alert: 'MultipleReplicasDown',
    title: 'a rolling update has one replica on its way',
    seen: {
      [ofDeployment(EXPORTER_METRICS.deploymentReplicas)]: '3x10',
      [ofDeployment(EXPORTER_METRICS.deploymentAvailable)]: '2x10',
    },
    at: '6m',
    rings: [],
  },
  {
    alert: 'MultipleReplicasDown',
    title: 'new replicas have been coming up for two minutes',
    seen: {
      [ofDeployment(EXPORTER_METRICS.deploymentReplicas)]: '3x2 6x8',
      [ofDeployment(EXPORTER_METRICS.deploymentAvailable)]: '3x8',
    },
    at: '5m',
    rings: [],
  },
  {
    alert: 'HighResponseTime',
    title: 'one request in ten waits half a second for the gateway',
    seen: {
      ...answered('200', '0+100x30'),
      ...added({ '0.1': '0+90x30', '0.2': '0+90x30', '0.5': '0+100x30', '+Inf': '0+100x30' }),
    },
    at: '20m',
    rings: [
      {
        severity: 'warning',
        description: 'The gateway adds 350ms to one in twenty requests, without the upstream’s time (limit 200 ms).',
      },
    ],
  },
  {
    alert: 'HighResponseTime',
    title: 'four requests in a hundred wait half a second for the gateway',
    seen: {
      ...answered('200', '0+100x30'),
      ...added({ '0.1': '0+90x30', '0.2': '0+96x30', '0.5': '0+100x30', '+Inf': '0+100x30' }),
    },
    at: '20m',
    rings: [],
  },
  {
    alert: 'HighResponseTime',
    title: 'a request every two minutes is slow, and there are no others',
    seen: { ...answered('200', '0+0.5x30'), ...added({ '0.2': '0x30', '0.5': '0+0.5x30', '+Inf': '0+0.5x30' }) },
    at: '20m',
    rings: [],
  },
  {
    alert: 'HighLatency',
    title: 'one answer in ten takes up to five seconds',
    seen: {
      ...answered('200', '0+100x30'),
      ...took({ '1': '0+50x30', '3': '0+90x30', '5': '0+100x30', '+Inf': '0+100x30' }),
    },
    at: '20m',
    rings: [
      {
        severity: 'warning',
        description: 'One in twenty answers takes 4s or more, the upstream’s time included (limit 3 s).',
      },
    ],
  },
  {
    alert: 'HighLatency',
    title: 'four answers in a hundred take up to five seconds',
    seen: {
      ...answered('200', '0+100x30'),
      ...took({ '1': '0+50x30', '3': '0+96x30', '5': '0+100x30', '+Inf': '0+100x30' }),
    },
    at: '20m',
    rings: [],
  },
  {
    alert: 'LowThroughput',
    title: 'a tenth of the requests of yesterday and a week ago arrives',
    ...OF_A_WEEK,
    seen: answered('200', '0+240x5040 1209600+24x60'),
    at: '170h',
    rings: [
      {
        severity: 'warning',
        description:
          'Requests are at 10% of those at this time a week ago, and as low beside yesterday’s (limit 30 %).',
      },
    ],
  },
  {
    alert: 'LowThroughput',
    title: 'a weekend is as quiet as its first day was',
    ...OF_A_WEEK,
    seen: answered('200', '0+3600x4320 15552000+288x780'),
    at: '170h',
    rings: [],
  },
  {
    alert: 'LowThroughput',
    title: 'nobody uses an environment that nobody used a week ago',
    ...OF_A_WEEK,
    seen: answered('200', '0+12x5040 60480x60'),
    at: '170h',
    rings: [],
  },
];
