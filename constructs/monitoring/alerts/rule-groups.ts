/** Renders every rule on one deployment of the gateway: what a PrometheusRule or a rule file has under `groups`. */
import { stringify } from 'yaml';
import type { AlertComponent, AlertSeverity, Duration } from './alert';
import { ALERT_COMPONENTS, ALERT_SEVERITIES } from './alert';
import { ALERT_DEFINITIONS, GATEWAY_ALERTS } from './alerts';
import type { BurnRate } from './burn-rate';
import { BURN_RATES, burns } from './burn-rate';
import { boundOf, written } from './definition';
import { RuleQueries } from './queries';
import { sliRules, trafficRules } from './recording-rules';
import type { AlertAnnotations, AlertingRule, RuleGroup } from './rule';
import type { SloName } from './slo';
import { SLO_NAMES, SLOS } from './slo';
import type { RuleTargets } from './targets';
import { DEFAULT_TARGETS } from './targets';
import type { ChangeFault, ObjectiveChanges, ThresholdChanges } from './threshold-changes';
import { changedObjectives, changedThresholds, faultsOfChanges } from './threshold-changes';
import type { AlertName, Thresholds } from './thresholds';
import { ALERT_NAMES } from './thresholds';

/** Where the runbooks are read, when nothing else is said. */
export const RUNBOOKS = 'https://github.com/bailian-gateway/bailian-gateway/blob/main/docs/runbooks';

export interface RuleOptions {
  /** Whom the rules watch. @default {@link DEFAULT_TARGETS} */
  readonly targets?: Partial<RuleTargets>;
  /** Numbers that differ from the table's. @default none */
  readonly thresholds?: ThresholdChanges;
  /** Objectives that differ from the table's. @default none */
  readonly objectives?: ObjectiveChanges;
  /** Address of the folder of the runbooks, without a slash at its end. @default {@link RUNBOOKS} */
  readonly runbooks?: string;
}

/**
 * Every rule, the same text for the same options.
 * @throws one error with every fault of the options
 */
export function renderRuleGroups(options: RuleOptions = {}): readonly RuleGroup[] {
  const { thresholds = {}, objectives = {}, runbooks = RUNBOOKS } = options;
  const faults = [...faultsOfChanges(thresholds, objectives), ...faultsOfRunbooks(runbooks)].map(
    ({ field, value, complaint }) => `${field} (${value}) ${complaint}`,
  );
  if (faults.length > 0) throw new Error(faults.join('\n'));

  const queries = new RuleQueries({ ...DEFAULT_TARGETS, ...options.targets });
  const alerting = [
    ...thresholdRules(queries, changedThresholds(thresholds), runbooks),
    ...sloRules(queries, changedObjectives(objectives), runbooks),
  ];
  return [
    { name: 'gateway-traffic', interval: '30s', rules: trafficRules(queries) },
    { name: 'gateway-objectives', interval: '30s', rules: sliRules(queries) },
    ...ALERT_COMPONENTS.map((component) => ({
      name: `gateway-alerts-${component}`,
      rules: alerting.filter((rule) => rule.labels.component === component),
    })),
  ];
}

/** What is wrong with the address of the runbooks' folder. */
export function* faultsOfRunbooks(runbooks: string): Iterable<ChangeFault> {
  if (!/^https?:\/\/[^\s]+[^\s/]$/.test(runbooks)) {
    yield { field: 'runbooks', value: runbooks, complaint: 'must be an http address without a slash at its end' };
  }
}

/** The groups as the text of a rule file. */
export function renderRuleFile(groups: readonly RuleGroup[]): string {
  return stringify({ groups }, { lineWidth: 0 });
}

function thresholdRules(queries: RuleQueries, thresholds: Thresholds, runbooks: string): readonly AlertingRule[] {
  return ALERT_NAMES.flatMap((name) =>
    ALERT_SEVERITIES.flatMap((severity) => {
      const threshold = thresholds[name];
      const level = threshold.levels[severity];
      if (level === undefined) return [];
      const { component, description, expression } = ALERT_DEFINITIONS[name];
      const bound = boundOf(name, threshold, severity);
      return [
        rule(queries, runbooks, {
          alert: name,
          component,
          severity,
          expr: expression(queries, bound),
          for: level.for,
          description: description(bound, queries),
        }),
      ];
    }),
  );
}

function sloRules(
  queries: RuleQueries,
  objectives: Readonly<Record<SloName, number>>,
  runbooks: string,
): readonly AlertingRule[] {
  return SLO_NAMES.flatMap((slo) =>
    BURN_RATES.map((row: BurnRate) =>
      rule(queries, runbooks, {
        alert: SLOS[slo].alert,
        component: 'slo',
        severity: row.severity,
        expr: burns(queries, slo, objectives[slo], row),
        for: row.for,
        description:
          `{{ $value | humanizePercentage }} of the requests of ${row.long} missed an objective of ` +
          `${written(objectives[slo], 'ratio')}, and of ${row.short} as well: its error budget is spent ` +
          `more than ${row.factor} times as fast as it lasts.`,
        // Two rows of one severity are two alerts.
        labels: { slo, window: row.long },
      }),
    ),
  );
}

interface RuleParts {
  readonly alert: AlertName | (typeof SLOS)[SloName]['alert'];
  readonly component: AlertComponent;
  readonly severity: AlertSeverity;
  readonly expr: string;
  readonly for: Duration;
  readonly description: string;
  readonly labels?: Readonly<Record<string, string>>;
}

function rule(queries: RuleQueries, runbooks: string, parts: RuleParts): AlertingRule {
  const { alert, component, severity, expr, description, labels = {} } = parts;
  const { namespace } = queries.targets;
  return {
    alert,
    expr,
    for: parts.for,
    labels: { severity, component, namespace, ...labels },
    annotations: annotations(alert, description, runbooks),
  };
}

function annotations(name: string, description: string, runbooks: string): AlertAnnotations {
  const summary = GATEWAY_ALERTS.find((alert) => alert.name === name)?.summary ?? name;
  return { summary, description, runbook_url: `${runbooks}/${name}.md` };
}
