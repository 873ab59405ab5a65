/** The way in. */
import { METRICS } from '../../app/src/metrics';
import { DEFAULT_TARGETS, EXPORTER_METRICS } from '../../constructs/monitoring/alerts';
import type { Samples, Scenario, Seen } from './scenario';
import { SELECTORS, upOf } from './scenario';
import { answered } from './service';

const { ingress, jobs } = DEFAULT_TARGETS;

const CONTROLLER = SELECTORS.exporter(EXPORTER_METRICS.deploymentAvailable, ingress);
const KUBE_STATE_METRICS = SELECTORS.exporter(EXPORTER_METRICS.up, { job: jobs.kubeStateMetrics });

const NO_CONTROLLER = {
  severity: 'critical',
  description: 'kube-system/nginx-ingress-controller has no available replica.',
} as const;

const THREE_PODS: Seen = { [upOf('a')]: '1x40', [upOf('b')]: '1x40', [upOf('c')]: '1x40' };

const served = (host: string, ends: Samples): Seen => ({
  [SELECTORS.exporter(EXPORTER_METRICS.ingressCertificateEnd, { host })]: ends,
});

const issued = (name: string, ends: Samples): Seen => ({
  [SELECTORS.exporter(EXPORTER_METRICS.certificateEnd, { name })]: ends,
});

/** Days after the beginning, which is 1970. */
const day = (days: number): Samples => `${days * 86_400}x200`;

const decided = (scope: string, refused: Samples, allowed: Samples): Seen => ({
  [SELECTORS.gateway(METRICS.rateLimitDecisions, { scope, result: 'refused', pod: 'a' })]: refused,
  [SELECTORS.gateway(METRICS.rateLimitDecisions, { scope, result: 'allowed', pod: 'a' })]: allowed,
});

export const TRAFFIC_SCENARIOS: readonly Scenario[] = [
  {
    alert: 'IngressControllerDown',
    title: 'no replica of the controller is available',
    seen: { [CONTROLLER]: '0x10', [KUBE_STATE_METRICS]: '1x10' },
    at: '5m',
    rings: [NO_CONTROLLER],
  },
  {
    alert: 'IngressControllerDown',
    title: 'the controller was deleted',
    seen: { [KUBE_STATE_METRICS]: '1x10' },
    at: '5m',
    rings: [NO_CONTROLLER],
  },
  {
    alert: 'IngressControllerDown',
    title: 'one replica is left',
    seen: { [CONTROLLER]: '1x10', [KUBE_STATE_METRICS]: '1x10' },
    at: '5m',
    rings: [],
  },
  {
    alert: 'IngressControllerDown',
    title: 'who would know of the controller is away',
    seen: { [KUBE_STATE_METRICS]: '0x10' },
    at: '5m',
    rings: [],
  },
  {
    alert: 'UnevenLoadDistribution',
    title: 'one pod of three has ten requests in eleven, and one has none',
    seen: { ...THREE_PODS, ...answered('200', '0+600x40', 'a'), ...answered('200', '0+60x40', 'b') },
    at: '25m',
    rings: [
      {
        severity: 'warning',
        labels: { pod: 'a' },
        description: 'Pod a has 2.7 times the requests of the average pod (limit 1.5 times).',
      },
    ],
  },
  {
    alert: 'UnevenLoadDistribution',
    title: 'one pod has a quarter more than the others',
    seen: {
      ...THREE_PODS,
      ...answered('200', '0+375x40', 'a'),
      ...answered('200', '0+300x40', 'b'),
      ...answered('200', '0+300x40', 'c'),
    },
    at: '25m',
    rings: [],
  },
  {
    alert: 'UnevenLoadDistribution',
    title: 'all of one request a second goes to one pod',
    seen: { ...THREE_PODS, ...answered('200', '0+60x40', 'a') },
    at: '25m',
    rings: [],
  },
  {
    alert: 'CertificateExpiring',
    title: 'a certificate ends in ten days',
    seen: served('ai.example.com', day(10)),
    at: '2h',
    rings: [
      {
        severity: 'warning',
        labels: { host: 'ai.example.com' },
        description: 'The certificate of ai.example.com ends in 9.9 days (limit 14 d).',
      },
    ],
  },
  {
    alert: 'CertificateExpiring',
    title: 'cert-manager has not renewed one that ends in two days',
    seen: issued('gateway-tls', day(2)),
    at: '2h',
    rings: [
      {
        severity: 'critical',
        labels: { name: 'gateway-tls' },
        description: 'The certificate gateway-tls ends in 1.9 days (limit 3 d).',
      },
      {
        severity: 'warning',
        labels: { name: 'gateway-tls' },
        description: 'The certificate gateway-tls ends in 1.9 days (limit 14 d).',
      },
    ],
  },
  {
    alert: 'CertificateExpiring',
    title: 'what ends soon is the one that NGINX made up',
    seen: { ...served('ai.example.com', day(60)), ...issued('gateway-tls', day(60)), ...served('_', day(1)) },
    at: '2h',
    rings: [],
  },
  {
    alert: 'HighRateLimitRejects',
    title: 'one request in five of the users is refused',
    seen: { ...decided('user', '0+20x30', '0+80x30'), ...decided('client', '0+1x30', '0+99x30') },
    at: '20m',
    rings: [
      {
        severity: 'warning',
        labels: { scope: 'user' },
        description: 'The limits of scope user refused 20% of the requests of five minutes (limit 10 %).',
      },
    ],
  },
  {
    alert: 'HighRateLimitRejects',
    title: 'a few administrators ask too often',
    seen: decided('admin', '0+5x30', '0+5x30'),
    at: '20m',
    rings: [],
  },
];
