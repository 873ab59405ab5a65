/**
 * Who must be told of what: one row for each severity and component of an alert, written without a look at the routes,
 * which `amtool.ts` then asks.
 */
import type { AlertComponent, AlertSeverity } from '../constructs/monitoring/alerts';
import type { ReceiverName } from '../constructs/monitoring/routing';

type Told = readonly ReceiverName[];

/** By severity, in the order of the routes. A receiver that an environment's channels do not reach is not told. */
export const TOLD: Readonly<Record<AlertComponent, Readonly<Record<AlertSeverity, Told>>>> = {
  gateway: onCall(),
  latency: onCall(),
  resources: operations(),
  database: team('database-team'),
  cache: team('database-team'),
  ingress: operations(),
  pods: operations(),
  security: onCall(),
  business: team('business-team'),
  quota: team('business-team'),
  upstream: onCall(),
  slo: onCall(),
  watchdog: onCall(),
};

/** What no table of components and severities holds. */
export const TOLD_BESIDE: readonly { readonly labels: Readonly<Record<string, string>>; readonly told: Told }[] = [
  { labels: { alertname: 'Watchdog', severity: 'info', component: 'watchdog' }, told: ['heartbeat'] },
  // Rules of others: kube-prometheus-stack's own.
  { labels: { alertname: 'Watchdog', severity: 'none' }, told: ['heartbeat'] },
  { labels: { alertname: 'InfoInhibitor', severity: 'none' }, told: ['nobody'] },
  { labels: { alertname: 'KubeAPIDown', severity: 'critical' }, told: ['webhook', 'critical-alerts'] },
  { labels: { alertname: 'KubeQuotaAlmostFull', severity: 'info' }, told: ['default'] },
  { labels: { alertname: 'Unlabelled' }, told: ['default'] },
];

function onCall(): Readonly<Record<AlertSeverity, Told>> {
  return { critical: ['webhook', 'critical-alerts'], warning: ['webhook', 'warning-alerts'], info: ['default'] };
}

/** Beside who is on call, and of critical ones alone: this team is paged. */
function operations(): Readonly<Record<AlertSeverity, Told>> {
  return { ...onCall(), critical: ['ops-team', ...onCall().critical] };
}

/** Beside who is on call, of everything. */
function team(name: ReceiverName): Readonly<Record<AlertSeverity, Told>> {
  const { critical, warning, info } = onCall();
  return { critical: [name, ...critical], warning: [name, ...warning], info: [name, ...info] };
}
