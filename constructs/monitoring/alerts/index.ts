/** Alerts of Prometheus on the gateway: what rings when, the objectives, and the rules that they are rendered into. */
export {
  ALERT_COMPONENTS,
  ALERT_SEVERITIES,
  type Alert,
  type AlertComponent,
  type AlertSeverity,
  type Duration,
  type Level,
  type Levels,
  type Threshold,
  type Unit,
} from './alert';
export { GATEWAY_ALERTS } from './alerts';
export { BURN_RATES, LEAST_OBJECTIVE, WINDOWS, type BurnRate } from './burn-rate';
export { EXPORTER_METRICS, EXPORTERS, type Exporter, type ExporterMetric } from './exporters';
export {
  bucketsOf,
  countOf,
  quantile,
  rate,
  select,
  sumBy,
  type Histogram,
  type Matchers,
  type Metric,
} from './promql';
export { RuleQueries } from './queries';
export { RECORDED, sliErrorRatio, type Recorded } from './recorded';
export type { AlertAnnotations, AlertingRule, AlertLabels, RecordingRule, Rule, RuleGroup } from './rule';
export { faultsOfRunbooks, renderRuleFile, renderRuleGroups, RUNBOOKS, type RuleOptions } from './rule-groups';
export { SLO_NAMES, SLOS, type Objectives, type Slo, type SloName } from './slo';
export { DEFAULT_TARGETS, type RuleTargets } from './targets';
export {
  changedObjectives,
  changedThresholds,
  faultsOfChanges,
  type ChangeFault,
  type ObjectiveChanges,
  type ThresholdChange,
  type ThresholdChanges,
} from './threshold-changes';
export { ALERT_NAMES, ALERT_THRESHOLDS, HISTORY_DAYS, type AlertName, type Thresholds } from './thresholds';
