/** The way in: ingress, certificates, balance between pods, limits. */
import { METRICS } from '../../../app/src/metrics';
import type { AlertDefinition } from './definition';
import { EXPORTER_METRICS } from './exporters';
import { minBy, rate, sumBy } from './promql';
import { RECORDED } from './recorded';
import type { AlertName } from './thresholds';

const SECONDS_A_DAY = 86_400;

/** NGINX’s server of last resort, whose certificate is made up at its start. */
const NO_HOST = '_';

export const TRAFFIC_ALERTS = {
  IngressControllerDown: {
    component: 'ingress',
    summary: 'Nothing comes in',
    description: (_, { targets: { ingress } }) =>
      `${ingress.namespace}/${ingress.deployment} has no available replica.`,
    // A Deployment that is gone has no series, and so has every one while its exporter is away.
    expression: (queries, { beyond }) => {
      const exporter = queries.exporter(EXPORTER_METRICS.up, { job: queries.targets.jobs.kubeStateMetrics });
      const available = sumBy([], queries.exporter(EXPORTER_METRICS.deploymentAvailable, queries.targets.ingress));
      return `(${available} or vector(0)) ${beyond}\nand ${sumBy([], exporter)} > 0`;
    },
  },
  UnevenLoadDistribution: {
    component: 'ingress',
    summary: 'One pod has more than its share',
    description: ({ limit }) =>
      `Pod {{ $labels.pod }} has {{ $value | printf "%.1f" }} times the requests of the average pod (limit ${limit}).`,
    // Divided by the pods that are up: one without any request has no series of requests.
    expression: (queries, { beyond, enough }) => {
      const all = sumBy([], queries.recorded(RECORDED.requestRate));
      const share = `${sumBy(['pod'], queries.recorded(RECORDED.requestRate))} / on () group_left () ${all}`;
      return `${share} * on () group_left () ${sumBy([], queries.up)} ${beyond}\nand on () ${enough(all)}`;
    },
  },
  CertificateExpiring: {
    component: 'security',
    summary: 'A certificate is about to end',
    description: ({ limit }) =>
      `The certificate {{ with $labels.host }}of {{ . }}{{ else }}{{ $labels.name }}{{ end }} ends in {{ $value | printf "%.1f" }} days (limit ${limit}).`,
    expression: (queries, { beyond }) => {
      const left = (ends: string): string => `(${ends} - time()) / ${SECONDS_A_DAY} ${beyond}`;
      const served = queries.exporter(EXPORTER_METRICS.ingressCertificateEnd, { host: { not: NO_HOST } });
      const issued = queries.exporter(EXPORTER_METRICS.certificateEnd);
      return `${left(minBy(['host'], served))}\nor ${left(minBy(['name'], issued))}`;
    },
  },
  HighRateLimitRejects: {
    component: 'security',
    summary: 'Limits refuse many requests',
    description: ({ limit }) =>
      `The limits of scope {{ $labels.scope }} refused {{ $value | humanizePercentage }} of the requests of five minutes (limit ${limit}).`,
    expression: (queries, { beyond, enough }) => {
      const refused = rate(queries.gateway(METRICS.rateLimitDecisions, { result: 'refused' }), '5m');
      const all = sumBy(['scope'], rate(queries.gateway(METRICS.rateLimitDecisions), '5m'));
      return `${sumBy(['scope'], refused)} / ${all} ${beyond}\nand ${enough(all)}`;
    },
  },
} as const satisfies Partial<Record<AlertName, AlertDefinition>>;
