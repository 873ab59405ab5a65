/** Rules in the form of a Prometheus rule file, which is also that of a PrometheusRule's `spec.groups`. */
import type { AlertComponent, AlertSeverity, Duration } from './alert';

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Labels that every alert has; routing goes by them. */
export interface AlertLabels {
  readonly severity: AlertSeverity;
  readonly component: AlertComponent;
  /** Namespace of the gateway: the operator routes an alert by that of the AlertmanagerConfig. */
  readonly namespace: string;
  /** Others, such as `slo`. */
  readonly [label: string]: string;
}

/** What a person reads. */
export interface AlertAnnotations {
  readonly summary: string;
  readonly description: string;
  readonly runbook_url: string;
}

export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: Duration;
  readonly labels: AlertLabels;
  readonly annotations: AlertAnnotations;
}

export type Rule = RecordingRule | AlertingRule;

/** Rules that are evaluated one after the other, in this order. */
export interface RuleGroup {
  readonly name: string;
  /** How often. @default Prometheus' own evaluation interval */
  readonly interval?: Duration;
  readonly rules: readonly Rule[];
}
