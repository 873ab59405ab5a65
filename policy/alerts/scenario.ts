/** What a Prometheus sees over some time, and which alerts that rings: the tests of the rules, as promtool runs them. */
import {
  DEFAULT_TARGETS,
  EXPORTER_METRICS,
  RuleQueries,
  type AlertSeverity,
  type Duration,
  type ExporterMetric,
} from '../../constructs/monitoring/alerts';

/** Samples in promtool's notation: `0+60x20` begins at 0 and gains 60 twenty times, `1x20` stays. */
export type Samples = string;

/** Series by their selectors, with all of their labels, and their samples. */
export type Seen = Readonly<Record<string, Samples>>;

/** An alert that rings. */
export interface Ringing {
  readonly severity: AlertSeverity;
  /** Labels beside severity, component and namespace. @default none */
  readonly labels?: Readonly<Record<string, string>>;
  /** The description as a person reads it. */
  readonly description: string;
}

export interface Scenario {
  /** Name of the alert. */
  readonly alert: string;
  /** What happens. */
  readonly title: string;
  readonly seen: Seen;
  /** From sample to sample. @default 1m */
  readonly interval?: Duration;
  /** From evaluation to evaluation of the rules; a week of them takes long. @default 1m */
  readonly pace?: Duration;
  /** When it is looked. */
  readonly at: Duration | `${number}h${number}m`;
  /** What rings then; nothing when it is empty. */
  readonly rings: readonly Ringing[];
}

/** Selectors as the rules have them: what is seen has the labels that are asked for. */
export const SELECTORS = new RuleQueries(DEFAULT_TARGETS);

const { namespace, deployment, container, autoscaler, disruptionBudget } = DEFAULT_TARGETS;

/** A label of a series, and its value. */
export type Labels = Readonly<Record<string, string>>;

/** A metric about the gateway's Deployment. */
export const ofDeployment = (metric: ExporterMetric): string => SELECTORS.exporter(metric, { namespace, deployment });

/** A metric about one of its containers. */
export const ofContainer = (metric: ExporterMetric, pod: string, more: Labels = {}): string =>
  SELECTORS.exporter(metric, { namespace, pod, container, ...more });

/** A metric about its autoscaler. */
export const ofAutoscaler = (metric: ExporterMetric): string =>
  SELECTORS.exporter(metric, { namespace, horizontalpodautoscaler: autoscaler });

/** A metric about its disruption budget. */
export const ofDisruptionBudget = (metric: ExporterMetric): string =>
  SELECTORS.exporter(metric, { namespace, poddisruptionbudget: disruptionBudget });

/** Whether a pod of the gateway answers scrapes. */
export const upOf = (pod: string): string =>
  SELECTORS.exporter(EXPORTER_METRICS.up, { namespace, job: DEFAULT_TARGETS.job, pod });

/** The node of an instance of the node exporter. */
export const nameOf = (instance: string, nodename: string): Seen => ({
  [SELECTORS.exporter(EXPORTER_METRICS.nodeName, { instance, nodename })]: '1x10000',
});
