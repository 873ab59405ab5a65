/** The dashboards: what is asked on each, that it can be answered, and that it says what the alerts say. */
import type { Panel as GrafanaPanel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import { toMatchFile } from 'jest-file-snapshot';
import { join } from 'node:path';
import { METRICS } from '../../../../app/src/metrics';
import type { MetricDefinition } from '../../../../app/src/metrics/metric';
import { ALERT_NAMES, ALERT_THRESHOLDS, SLO_NAMES, SLOS } from '../../../../constructs/monitoring/alerts';
import {
  DASHBOARD_NAMES,
  DASHBOARDS,
  PANEL_METRICS,
  renderDashboards,
  stepsOf,
  type Panel,
  type RenderedDashboard,
} from '../../../../constructs/monitoring/dashboards';
import { TARGET_LABELS } from '../../../../constructs/monitoring/alerts/promql';
import { KNOWN_SERIES, readQuery } from '../../../promql';

expect.extend({ toMatchFile });

const ALL = renderDashboards();
const known = new Map([
  ...KNOWN_SERIES,
  ...Object.values(PANEL_METRICS).map(({ name, labels }): [string, ReadonlySet<string>] => [
    name,
    new Set([...labels, ...TARGET_LABELS]),
  ]),
]);

/** What Grafana puts into a query; variables inside of texts are as good as any value. */
const filledIn = (expr: string): string => expr.replaceAll('$__rate_interval', '5m').replaceAll('$__range', '3h');

const panelsOf = ({ definition }: RenderedDashboard): readonly Panel[] =>
  definition.sections.flatMap(({ panels }) => panels);
const queriesOf = (rendered: RenderedDashboard): readonly { panel: string; expr: string; legend: string }[] =>
  panelsOf(rendered).flatMap(({ title, queries }) =>
    queries.map(({ expr, legend = '' }) => ({ panel: title, expr, legend })),
  );
/** Grafana's own form, which the SDK calls by a deprecated name. */
type Dashboard = RenderedDashboard['json'];

const isPanel = (each: GrafanaPanel | RowPanel): each is GrafanaPanel => each.type !== 'row';
const named = ALL.map((rendered): [string, RenderedDashboard] => [rendered.definition.name, rendered]);

/** A dashboard for people: sections, panels and queries, a line each. */
function digest({ definition }: RenderedDashboard): string {
  const { uid, title } = DASHBOARDS[definition.name];
  const lines = definition.sections.flatMap(({ title: heading, panels }) => [
    '',
    `== ${heading}`,
    ...panels.flatMap((panel) => [
      `${panel.kind} ${panel.width} "${panel.title}" ${panel.unit}${panel.alert === undefined ? '' : ` alert ${panel.alert}`}`,
      ...panel.queries.map(({ expr, legend }) => `    ${legend ?? '-'}: ${expr.replaceAll('\n', '\n      ')}`),
    ]),
  ]);
  return [`${title} (${uid})`, ...lines, ''].join('\n');
}

describe('The dashboards', () => {
  test('[M6] are the eight', () => {
    expect(ALL.map(({ json }) => json.title)).toEqual([
      'Application Overview',
      'Errors and Latency',
      'API Quota Usage',
      'Cache Performance',
      'Infrastructure Health',
      'Business and Cost',
      'Security',
      'SLO',
    ]);
  });

  test('[M6] have addresses of their own, which Grafana takes', () => {
    const uids = DASHBOARD_NAMES.map((name) => DASHBOARDS[name].uid);
    expect(new Set(uids).size).toBe(uids.length);
    expect(ALL.map(({ json }) => json.uid)).toEqual(uids);
    for (const uid of uids) expect(uid).toMatch(/^[a-zA-Z0-9_-]{1,40}$/);
  });

  test.each(named)('[M6] %s asks what its snapshot says', (name, rendered) => {
    expect(digest(rendered)).toMatchFile(join(__dirname, '__snapshots__', `${name}.txt`));
  });

  test.each(named)('[T2] %s names only metrics and labels that there are', async (_, rendered) => {
    const faults: string[] = [];
    for (const { panel, expr, legend } of queriesOf(rendered)) {
      const reading = await readQuery(filledIn(expr), known);
      faults.push(...reading.faults.map((fault) => `${panel}: ${fault}`));
      for (const [, label = ''] of legend.matchAll(/\{\{(\w+)\}\}/g)) {
        if (!reading.labels.has(label)) faults.push(`${panel}: is called after ${label}, which its result has not`);
      }
    }
    for (const { name, expr } of rendered.json.annotations.list ?? []) {
      const { faults: wrong } = await readQuery(filledIn(expr ?? ''), known);
      faults.push(...wrong.map((fault) => `${name}: ${fault}`));
    }
    expect(faults).toEqual([]);
  });

  test('[T2] would not pass with a metric or a label that is misspelt', async () => {
    const [overview] = ALL;
    const query = overview && queriesOf(overview).find(({ expr }) => expr.includes(METRICS.ready.name));
    const misspelt = [query?.expr.replace(METRICS.ready.name, 'gateway_raedy'), query?.expr.replace('job=', 'jobb=')];
    for (const expr of misspelt) {
      expect((await readQuery(filledIn(expr ?? ''), known)).faults).not.toEqual([]);
    }
  });

  test.each(named)('[M6] %s uses no variable that it has not', (_, { json, definition }) => {
    const variables = new Set(json.templating.list?.map(({ name }) => name));
    const used = JSON.stringify(definition).matchAll(/\$(?!__)(\w+)/g);
    for (const [, variable] of used) expect(variables).toContain(variable);
    expect([...variables]).toEqual(expect.arrayContaining(['datasource', 'namespace']));
  });

  test('[M6] lets models be chosen wherever a query asks for them', () => {
    const withModels = ALL.filter(({ json }) => json.templating.list?.some(({ name }) => name === 'model'));
    expect(withModels.map(({ definition }) => definition.name)).toEqual(['overview', 'errors', 'quota', 'business']);
  });

  test.each(named)('[M6] %s fills its lines, and no panel lies on another', (_, { json }) => {
    const cells = new Map<string, string>();
    let lowest = 0;
    for (const { gridPos, title = '' } of json.panels ?? []) {
      if (gridPos === undefined) throw new Error(`${title} has no place`);
      lowest = Math.max(lowest, gridPos.y + gridPos.h);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect([title, cells.get(`${x} ${y}`)]).toEqual([title, undefined]);
          cells.set(`${x} ${y}`, title);
        }
      }
    }
    expect(cells.size).toBe(lowest * 24);
  });

  test.each(named)('[M6] %s explains each panel, gives it a unit, a number and queries', (_, { json }) => {
    const panels = (json.panels ?? []).filter(isPanel);
    expect(panels.length).toBeGreaterThan(5);
    for (const { title, description, fieldConfig, targets = [] } of panels) {
      expect([title, description]).toEqual([title, expect.stringMatching(/^.{20,}\.$/)]);
      expect([title, fieldConfig?.defaults.unit]).toEqual([title, expect.stringMatching(/./)]);
      expect(targets.length).toBeGreaterThan(0);
    }
    const ids = (json.panels ?? []).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const titles = panels.map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });

  test('[M6] leads from each to all others, with the environment and the time that are chosen', () => {
    for (const { json } of ALL) {
      expect(json.links?.[0]).toMatchObject({ type: 'dashboards', tags: json.tags, includeVars: true, keepTime: true });
    }
  });

  test('[M6] shows every alert, but for the one that always rings', () => {
    const shown = new Set(ALL.flatMap(panelsOf).flatMap(({ alert }) => alert ?? []));
    expect(ALERT_NAMES.filter((name) => !shown.has(name))).toEqual(['Watchdog']);
    expect(ALL.flatMap(panelsOf).flatMap((panel) => panel.slo ?? [])).toEqual(SLO_NAMES);
  });

  test('[M6] shows every metric of the gateway', async () => {
    const shown = new Set<string>();
    for (const { expr } of ALL.flatMap(queriesOf)) {
      for (const name of (await readQuery(filledIn(expr), known)).names) shown.add(name);
    }
    const of = ({ name, type }: MetricDefinition): readonly string[] =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_count`] : [name];
    const hidden = Object.values<MetricDefinition>(METRICS).filter(
      (metric) => !of(metric).some((name) => shown.has(name)),
    );
    // It is a mark on every graph.
    expect(hidden.map(({ name }) => name)).toEqual([METRICS.startTime.name]);
  });
});

describe('The thresholds that a dashboard draws', () => {
  const linesOf = (json: Dashboard, title: string): unknown =>
    (json.panels ?? []).filter(isPanel).find((panel) => panel.title === title)?.fieldConfig?.defaults.thresholds?.steps;

  test('[M6] are those of the alert', () => {
    const errors = ALL.find(({ definition }) => definition.name === 'errors');
    const { warning, critical } = ALERT_THRESHOLDS.HighErrorRate.levels;
    expect(errors && linesOf(errors.json, 'Failed requests')).toEqual([
      { value: null, color: 'green' },
      { value: warning.value, color: 'orange' },
      { value: critical.value, color: 'red' },
    ]);
  });

  test('[M6] follow an environment that changes the alert', () => {
    const changed = renderDashboards({ thresholds: { HighErrorRate: { warning: 0.02 } } });
    const errors = changed.find(({ definition }) => definition.name === 'errors');
    expect(errors && linesOf(errors.json, 'Failed requests')).toContainEqual({ value: 0.02, color: 'orange' });
  });

  test('[M6] are worst at the bottom where too little is what rings', () => {
    expect(stepsOf(ALERT_THRESHOLDS.DiskSpaceLow)).toEqual({
      base: 'red',
      steps: [
        { value: 0.05, color: 'orange' },
        { value: 0.15, color: 'green' },
      ],
    });
    expect(stepsOf(ALERT_THRESHOLDS.ServiceDown)).toEqual({ base: 'red', steps: [{ value: 1, color: 'green' }] });
    expect(stepsOf(ALERT_THRESHOLDS.LowCacheHitRatio).base).toBe('orange');
  });

  test('[M6] come with the runbook of the alert or the objective', () => {
    const folder = 'https://runbooks.example';
    for (const { definition, json } of renderDashboards({ runbooks: folder })) {
      const drawn = (json.panels ?? []).filter(isPanel);
      const panels = definition.sections.flatMap(({ panels: all }) => all);
      for (const [index, { alert, slo }] of panels.entries()) {
        const runbook = alert ?? (slo === undefined ? undefined : SLOS[slo].alert);
        const urls = drawn[index]?.links?.map(({ url }) => url) ?? [];
        if (runbook !== undefined) expect(urls).toContain(`${folder}/${runbook}.md`);
      }
    }
  });
});

describe('The text of a dashboard', () => {
  test.each(named)(
    '[M6] of %s is read back as what was written, but for links that hide in a menu',
    (_, { json, text }) => {
      const parsed = JSON.parse(text) as Dashboard;
      expect(parsed.panels).toHaveLength(json.panels?.length ?? 0);
      expect(parsed.uid).toBe(json.uid);
      expect(text).not.toContain('inControlsMenu');
    },
  );

  test('[M6] is the same whenever it is written', () => {
    expect(renderDashboards().map(({ text }) => text)).toEqual(ALL.map(({ text }) => text));
  });
});
