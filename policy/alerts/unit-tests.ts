/** Scenarios in the form of promtool's unit tests. Source: Prometheus' documentation, Unit testing for rules. */
import type { AlertingRule, Duration, RecordingRule, Rule, RuleGroup } from '../../constructs/monitoring/alerts';
import type { Ringing, Scenario } from './scenario';

/** From sample to sample, and from evaluation to evaluation, where a scenario does not say otherwise. */
const MINUTE: Duration = '1m';

/** Rules, and the tests that are run with them. */
export interface UnitTests {
  readonly groups: readonly RuleGroup[];
  readonly evaluation_interval: Duration;
  readonly tests: readonly object[];
}

/**
 * A file of tests for each alert and each pace of its scenarios. It has no rules but those of the alert
 * and those that record what these ask for, and they keep to the pace of the scenarios: a week of every rule at its own
 * pace would take minutes.
 */
export function unitTests(groups: readonly RuleGroup[], scenarios: readonly Scenario[]): readonly UnitTests[] {
  const alerts = [...new Set(scenarios.map(({ alert }) => alert))];
  return alerts.flatMap((alert) => {
    const own = scenarios.filter((scenario) => scenario.alert === alert);
    const paces = [...new Set(own.map(({ pace = MINUTE }) => pace))];
    return paces.map((pace) => ({
      evaluation_interval: pace,
      groups: [{ name: alert, rules: rulesFor(groups, alert) }],
      tests: own
        .filter((scenario) => (scenario.pace ?? MINUTE) === pace)
        .map((scenario) => testOf(rulesOf(groups, alert), scenario)),
    }));
  });
}

/** The rules of an alert, behind those that record what they ask for. */
function rulesFor(groups: readonly RuleGroup[], alert: string): readonly Rule[] {
  const recording = groups.flatMap(({ rules }) => rules.flatMap((rule) => ('record' in rule ? [rule] : [])));
  const needed = new Set<RecordingRule>();
  const need = ({ expr }: Rule): void => {
    for (const rule of recording) {
      if (needed.has(rule) || !expr.includes(`${rule.record}{`)) continue;
      needed.add(rule);
      need(rule);
    }
  };
  const alerting = rulesOf(groups, alert);
  alerting.forEach(need);
  return [...recording.filter((rule) => needed.has(rule)), ...alerting];
}

function testOf(
  rules: readonly AlertingRule[],
  { alert, title, seen, interval = MINUTE, at, rings }: Scenario,
): object {
  return {
    name: `${alert}: ${title}`,
    interval,
    input_series: Object.entries(seen).map(([series, values]) => ({ series, values })),
    alert_rule_test: [
      {
        eval_time: at,
        alertname: alert,
        exp_alerts: rings.map((ringing) => expectation(rules, ringing)),
      },
    ],
  };
}

/** An alert as promtool expects it: what all alerts of the rule have is the rule's, what one has is the scenario's. */
function expectation(rules: readonly AlertingRule[], { severity, labels = {}, description }: Ringing): object {
  const rule = rules.find(
    (each) =>
      each.labels.severity === severity &&
      Object.entries(labels).every(([label, value]) => (each.labels[label] ?? value) === value),
  );
  if (rule === undefined) throw new Error(`no rule has severity ${severity} and ${JSON.stringify(labels)}`);
  return { exp_labels: { ...labels, ...rule.labels }, exp_annotations: { ...rule.annotations, description } };
}

function rulesOf(groups: readonly RuleGroup[], alert: string): readonly AlertingRule[] {
  return groups.flatMap(({ rules }) =>
    rules.flatMap((rule) => ('alert' in rule && rule.alert === alert ? [rule] : [])),
  );
}
