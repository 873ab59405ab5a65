/**
 * Which alert goes to whom. One table, read from the top; the first route without `continues` that fits ends the search.
 *
 * - The severity decides how loud it is: critical pages, a warning does not, and nothing but critical ever pages.
 * - The component decides which team is told beside that.
 *
 * Source: Alertmanager's documentation of `route` and `inhibit_rule` (0.28).
 */
import type { AlertComponent, AlertSeverity } from '../alerts/alert';
import type { Receiver, ReceiverName } from './receivers';

/** How alerts are put together, and how often a message is sent. Durations as Alertmanager writes them: `30s`, `5m`. */
export interface Grouping {
  /** Alerts that are equal in these labels are one message. */
  readonly by: readonly string[];
  /** From a group's first alert to its first message: what comes along within is in it. */
  readonly wait: string;
  /** From a message to the next, when the group has changed. */
  readonly interval: string;
  /** From a message to the next, when nothing has changed. */
  readonly repeat: string;
}

/** How every route groups, unless it says otherwise. */
export const GROUPING: Grouping = {
  by: ['alertname', 'component', 'severity'],
  wait: '30s',
  interval: '5m',
  repeat: '4h',
};

/** The Watchdog is passed on each minute: a dead man's switch rings when it has heard nothing for some. */
const HEARTBEAT: Grouping = { by: ['alertname'], wait: '0s', interval: '1m', repeat: '1m' };

/** A label, and the values of it that fit. */
export interface Match {
  readonly label: 'alertname' | 'severity' | 'component';
  readonly values: readonly string[];
}

/** One line of the table. */
export interface Route {
  readonly receiver: ReceiverName;
  /** All of them must fit; none fits every alert. */
  readonly matches: readonly Match[];
  /** The search goes on behind it. */
  readonly continues: boolean;
  /** @default GROUPING */
  readonly grouping?: Grouping;
}

/** A target is not told of while a source rings that is equal to it in these labels; labels that both lack are equal. */
export interface Inhibition {
  readonly source: readonly Match[];
  readonly target: readonly Match[];
  readonly equal: readonly string[];
}

const severity = (...values: readonly AlertSeverity[]): Match => ({ label: 'severity', values });
const component = (...values: readonly AlertComponent[]): Match => ({ label: 'component', values });

/** The alert that always rings. Others' rules have one of this name, too. */
export const WATCHDOG = 'Watchdog';

/** The table, but for the Watchdog. A line whose receiver an environment's channels do not reach is left out, see {@link routesTo}. */
const ROUTES: readonly Route[] = [
  // What kube-prometheus-stack's rules say to other rules only.
  { receiver: 'nobody', matches: [{ label: 'severity', values: ['none'] }], continues: false },
  { receiver: 'database-team', matches: [component('database', 'cache')], continues: true },
  // Critical alone, because this receiver pages.
  {
    receiver: 'ops-team',
    matches: [component('resources', 'pods', 'ingress'), severity('critical')],
    continues: true,
  },
  { receiver: 'business-team', matches: [component('business', 'quota')], continues: true },
  { receiver: 'webhook', matches: [severity('critical', 'warning')], continues: true },
  { receiver: 'critical-alerts', matches: [severity('critical')], continues: false },
  { receiver: 'warning-alerts', matches: [severity('warning')], continues: false },
  // Said outright: a route that continues would otherwise keep an alert from the receiver at the root.
  { receiver: 'default', matches: [], continues: false },
];

/** The routes to receivers that are there. The Watchdog comes first: it goes to the heartbeat, or else to nobody. */
export function routesTo(receivers: readonly Receiver[]): readonly Route[] {
  const reached = new Set(receivers.map(({ name }) => name));
  const watchdog = { matches: [{ label: 'alertname', values: [WATCHDOG] }], continues: false } as const;
  return [
    reached.has('heartbeat')
      ? { ...watchdog, receiver: 'heartbeat', grouping: HEARTBEAT }
      : { ...watchdog, receiver: 'nobody' },
    ...ROUTES.filter(({ receiver }) => reached.has(receiver)),
  ];
}

/**
 * What an alert rings for, beside its name: the labels that tell one pod, node, disk, model or certificate from another.
 * Not `window`: a budget that burns fast within an hour also burns within a day.
 */
const SUBJECT = [
  'namespace',
  'pod',
  'container',
  'node',
  'nodename',
  'instance',
  'device',
  'mountpoint',
  'persistentvolumeclaim',
  'claim',
  'host',
  'name',
  'gen_ai_request_model',
  'slo',
] as const;

/** A warning is not told of while the same alert rings critical for the same thing; one on another pod still is. */
export const INHIBITIONS: readonly Inhibition[] = [
  {
    source: [severity('critical')],
    target: [severity('warning')],
    equal: ['alertname', 'component', ...SUBJECT],
  },
];
