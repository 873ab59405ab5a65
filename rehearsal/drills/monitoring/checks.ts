/** What a running Prometheus must know: every rule evaluates, every metric that is named is there, every panel has data. */
import { EXPORTER_METRICS, type ExporterMetric, type RuleGroup } from '../../../constructs/monitoring/alerts';
import { PANEL_METRICS } from '../../../constructs/monitoring/dashboards';
import type { PrometheusApi } from './prometheus';
import type { Choice, Question } from './questions';

/** How many there were, and what was not as it should be. */
export interface Checked {
  readonly count: number;
  readonly faults: readonly string[];
  /** What is to be known beside. */
  readonly remarks: readonly string[];
}

/** Metrics that the gateway does not expose, by their names. */
const OF_EXPORTERS: ReadonlyMap<string, ExporterMetric> = new Map(
  [...Object.values<ExporterMetric>(EXPORTER_METRICS), ...Object.values<ExporterMetric>(PANEL_METRICS)].map(
    (metric) => [metric.name, metric] as const,
  ),
);

/** Names that only Prometheus makes, which are there as soon as it runs. */
const OF_PROMETHEUS = new Set(['up', 'ALERTS']);

/** Every rule that was rendered is loaded and evaluates, and no group takes longer than it has. */
export async function checkRules(prometheus: PrometheusApi, rendered: readonly RuleGroup[]): Promise<Checked> {
  const groups = await prometheus.groups();
  const faults: string[] = [];
  let slowest = 0;
  for (const { name, rules } of rendered) {
    const group = groups.find((each) => each.name === name);
    if (group === undefined) {
      // An environment's numbers may leave a component without a rule, and Prometheus keeps no empty group.
      if (rules.length > 0) faults.push(`the group ${name} is not loaded`);
      continue;
    }
    const meant = rules.map((rule) => ('alert' in rule ? rule.alert : rule.record));
    if (group.rules.map((rule) => rule.name).join() !== meant.join())
      faults.push(`${name} has other rules than it had`);
    for (const rule of group.rules.filter(({ health }) => health !== 'ok')) {
      faults.push(
        `${name}: ${rule.name} is ${rule.health}${rule.lastError === undefined ? '' : `, ${rule.lastError}`}`,
      );
    }
    if (group.evaluationTime > group.interval) faults.push(`${name} takes ${group.evaluationTime} s to evaluate`);
    slowest = Math.max(slowest, group.evaluationTime);
  }
  const remarks = [`the slowest group takes ${(slowest * 1_000).toFixed(1)} ms`];
  return { count: rendered.reduce((sum, { rules }) => sum + rules.length, 0), faults, remarks };
}

/** Every metric that rules and panels name is scraped, recorded, or one of an exporter's. */
export async function checkMetrics(
  prometheus: PrometheusApi,
  rendered: readonly RuleGroup[],
  questions: readonly Question[],
): Promise<Checked> {
  const rules = rendered.flatMap((group) => group.rules);
  const recorded = new Set(rules.flatMap((rule) => ('record' in rule ? [rule.record] : [])));
  const [described, kept] = [await prometheus.described(), new Set(await prometheus.values('__name__'))];
  const named = new Set<string>();
  for (const expr of new Set([...rules, ...questions].map((each) => each.expr))) {
    for (const name of await prometheus.namesIn(expr)) named.add(name);
  }

  const faults: string[] = [];
  const elsewhere = new Map<string, number>();
  for (const name of named) {
    if (recorded.has(name) || kept.has(name) || described.has(name.replace(/_(bucket|count|sum)$/, ''))) continue;
    const exporter = OF_EXPORTERS.get(name)?.exporter;
    if (exporter === undefined) faults.push(`nothing exposes ${name}`);
    else elsewhere.set(exporter, (elsewhere.get(exporter) ?? 0) + 1);
  }
  const away = [...elsewhere].map(([exporter, count]) => `${count} of ${exporter}`);
  return { count: named.size, faults, remarks: away.length === 0 ? [] : [`not scraped here: ${away.join(', ')}`] };
}

/** When a panel that says when it is empty may be so. */
export type Patience = 'until it happens' | 'never';

/**
 * Every query returns data. One that cannot, since it asks an exporter that is not scraped here, is counted and named;
 * one that waits for something to happen is a fault only when that has happened.
 * @param answered those that have been answered before, which is enough; those that are now are added
 */
export async function checkPanels(
  prometheus: PrometheusApi,
  questions: readonly Question[],
  patience: Patience,
  answered: Set<Question> = new Set(),
): Promise<Checked> {
  const kept = new Set(await prometheus.values('__name__'));
  const faults: string[] = [];
  const remarks = new Set<string>();
  for (const question of questions) {
    const { dashboard, panel, expr, emptyUntil } = question;
    const samples = await prometheus.query(expr);
    if (samples.some(({ value }) => !Number.isNaN(value))) answered.add(question);
    if (answered.has(question)) continue;
    const away = await exportersAway(prometheus, expr, kept);
    const where = `${dashboard}, ${panel}`;
    if (away.length > 0) remarks.add(`${where}: asks ${away.join(' and ')}`);
    else if (emptyUntil !== undefined && patience === 'until it happens') {
      remarks.add(`${where}: empty until ${emptyUntil}`);
    } else faults.push(`${where} has no data: ${expr.replaceAll(/\s+/g, ' ')}`);
  }
  return { count: answered.size, faults, remarks: [...remarks] };
}

/** Every list of choices has something in it. */
export async function checkChoices(prometheus: PrometheusApi, choices: readonly Choice[]): Promise<Checked> {
  const faults: string[] = [];
  for (const { dashboard, variable, label, match } of choices) {
    const values = await prometheus.values(label, match);
    if (values.length === 0) faults.push(`${dashboard}: there is no ${variable} to choose`);
  }
  return { count: choices.length, faults, remarks: [] };
}

/** Exporters that a query needs and that nothing is kept of. */
async function exportersAway(
  prometheus: PrometheusApi,
  expr: string,
  kept: ReadonlySet<string>,
): Promise<readonly string[]> {
  const names = [...(await prometheus.namesIn(expr))].filter((name) => !kept.has(name) && !OF_PROMETHEUS.has(name));
  return [...new Set(names.flatMap((name) => OF_EXPORTERS.get(name)?.exporter ?? []))];
}
