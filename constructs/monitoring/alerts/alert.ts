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

/** A time in Prometheus' words: `30s`, `5m`, `1h`, `3d`. */
export type Duration = `${number}${'s' | 'm' | 'h' | 'd' | 'w'}`;

/** What a number means, and how it is written for people. A `ratio` is 1 where people say 100 %. */
export type Unit = 'ratio' | 'seconds' | 'days' | 'per second' | 'per hour' | 'times' | 'count';

/** When one severity of an alert begins. */
export interface Level {
  /** The bound, in the threshold's unit. */
  readonly value: number;
  /** How long it must last. */
  readonly for: Duration;
}

/** When an alert begins, by severity; one that is missing makes no rule. */
export type Levels = Partial<Readonly<Record<AlertSeverity, Level>>>;

/** The numbers of an alert, in one place: rules compare with them, dashboards draw them. */
export interface Threshold {
  /** What is compared. */
  readonly meaning: string;
  /** Unit of what is compared. */
  readonly unit: Unit;
  /** How it is compared: `>` and `>=` ring above the value, `<` below. */
  readonly comparison: '>' | '>=' | '<';
  /** The values. */
  readonly levels: Levels;
  /** How much must be going on for the comparison to mean anything. @default it always does */
  readonly floor?: { readonly meaning: string; readonly unit: Unit; readonly value: number };
  /**
   * The bounds of the histogram that a quantile is read from. A quantile is exact at these alone, and a guess between
   * them, so a value must be one of them.
   * @default the value is not compared with a quantile
   */
  readonly buckets?: readonly number[];
}

/** An alert, as routing and dashboards see it. */
export interface Alert {
  /** The label `alertname`, and the name of the runbook. */
  readonly name: string;
  readonly component: AlertComponent;
  /** One line, the same for everything that it rings for. */
  readonly summary: string;
  readonly severities: readonly AlertSeverity[];
}
