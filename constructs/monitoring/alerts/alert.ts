/**
 * What an alert of Prometheus is, before it is rendered into a rule: by whom it is read, and of what it speaks.
 * Alarms of CloudMonitor, on the resources that the cloud manages, are another thing: `../alarm.ts`.
 */

/** From "wakes somebody" to "is read some day". The label `severity` of every rule; routing goes by it. */
export const ALERT_SEVERITIES = ['critical', 'warning', 'info'] as const;

/** How bad it is; decides who is told and how. */
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

/** The part that an alert speaks of. The label `component` of every rule; routing goes by it, too. */
export const ALERT_COMPONENTS = [
  'gateway',
  'latency',
  'resources',
  'database',
  'cache',
  'ingress',
  'pods',
  'security',
  'business',
  'quota',
  'upstream',
  'slo',
  'watchdog',
] as const;

/** What an alert speaks of; decides which team is told. */
export type AlertComponent = (typeof ALERT_COMPONENTS)[number];
