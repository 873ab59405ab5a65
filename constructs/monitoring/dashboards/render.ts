/**
 * Every dashboard in Grafana's own form, by the builders of its SDK. A panel has its number from its place, so links to a
 * single panel last as long as nothing is put before it.
 *
 * The form is the classic one, which files and ConfigMaps are read in by every Grafana; what the SDK prefers to it is read
 * through the API of Grafana 12 alone.
 */
/* eslint-disable @typescript-eslint/no-deprecated */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { METRICS } from '../../../app/src/metrics';
import {
  changedObjectives,
  changedThresholds,
  DEFAULT_TARGETS,
  RUNBOOKS,
  SLOS,
  type ObjectiveChanges,
  type RuleTargets,
  type ThresholdChanges,
  type Thresholds,
} from '../alerts';
import { apiQuotaUsage } from './api-quota-usage';
import { businessAndCost } from './business-and-cost';
import { cachePerformance } from './cache-performance';
import { DASHBOARD_NAMES, DASHBOARD_TAG, DASHBOARDS, type DashboardName } from './catalogue';
import type { DashboardDefinition, Panel, Steps } from './definition';
import { errorsAndLatency } from './errors-and-latency';
import { infrastructureHealth } from './infrastructure-health';
import { placed } from './layout';
import { overview } from './overview';
import { DATA_SOURCE, renderPanel } from './panels';
import { CHOSEN_MODELS, PanelQueries, VARIABLES } from './queries';
import { security } from './security';
import { slo } from './slo';
import { stepsOf } from './thresholds';

/** What dashboards of one deployment differ in. */
export interface DashboardOptions {
  /** Whom the queries watch; its namespace is the one that is chosen at first. @default the gateway stack's names */
  readonly targets?: Partial<RuleTargets>;
  /** Numbers of alerts that differ from the table's. @default none */
  readonly thresholds?: ThresholdChanges;
  /** Objectives that differ from the table's. @default none */
  readonly objectives?: ObjectiveChanges;
  /** Address of the folder of the runbooks, without a slash at its end. @default {@link RUNBOOKS} */
  readonly runbooks?: string;
  /** Seconds from one scrape of the gateway to the next. @default 30 */
  readonly scrapeIntervalSeconds?: number;
}

/** A dashboard in both forms. */
export interface RenderedDashboard {
  readonly definition: DashboardDefinition;
  /** As Grafana reads it. */
  readonly json: dashboard.Dashboard;
  /** The same as text. */
  readonly text: string;
}

/** Every dashboard, in the order of the catalogue. */
export function renderDashboards(options: DashboardOptions = {}): readonly RenderedDashboard[] {
  const queries = new PanelQueries(options.targets);
  const objectives = changedObjectives(options.objectives ?? {});
  const definitions: Readonly<Record<DashboardName, () => DashboardDefinition>> = {
    overview: () => overview(queries),
    errors: () => errorsAndLatency(queries),
    quota: () => apiQuotaUsage(queries),
    cache: () => cachePerformance(queries),
    infrastructure: () => infrastructureHealth(queries),
    business: () => businessAndCost(queries),
    security: () => security(queries),
    slo: () => slo(queries, objectives),
  };
  return DASHBOARD_NAMES.map((name) => {
    const definition = definitions[name]();
    const json = render(definition, queries, options);
    return { definition, json, text: textOf(json) };
  });
}

/** The SDK hides every link in a menu unless told otherwise, and cannot be told; links belong where they are seen. */
function textOf(json: dashboard.Dashboard): string {
  return JSON.stringify(json, (key, value: unknown) =>
    key === 'placement' && value === dashboard.DashboardLinkPlacement.InControlsMenu ? undefined : value,
  );
}

function render(
  definition: DashboardDefinition,
  queries: PanelQueries,
  options: DashboardOptions,
): dashboard.Dashboard {
  const { uid, title, purpose } = DASHBOARDS[definition.name];
  const { runbooks = RUNBOOKS, scrapeIntervalSeconds = 30, targets: { namespace } = DEFAULT_TARGETS } = options;
  const thresholds = changedThresholds(options.thresholds ?? {});
  const builder = new dashboard.DashboardBuilder(title)
    .uid(uid)
    .description(purpose)
    .tags([DASHBOARD_TAG])
    .timezone('browser')
    .time({ from: 'now-3h', to: 'now' })
    .refresh('30s')
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .readonly()
    .links([
      new dashboard.DashboardLinkBuilder('Dashboards')
        .type(dashboard.DashboardLinkType.Dashboards)
        .tags([DASHBOARD_TAG])
        .asDropdown(true)
        .includeVars(true)
        .keepTime(true),
      new dashboard.DashboardLinkBuilder('Runbooks')
        .type(dashboard.DashboardLinkType.Link)
        .icon('doc')
        .url(runbooks)
        .targetBlank(true),
    ])
    .variables(variables(definition, queries, namespace ?? DEFAULT_TARGETS.namespace))
    .annotation(starts(queries));

  let id = 0;
  for (const section of placed(definition.sections)) {
    id += 1;
    builder.withRow(new dashboard.RowBuilder(section.title).id(id).gridPos(section.place));
    for (const { panel, place } of section.panels) {
      id += 1;
      const links = linksOf(panel, runbooks);
      builder.withPanel(
        renderPanel(panel, { id, place, steps: steps(panel, thresholds), links, scrapeIntervalSeconds }),
      );
    }
  }
  return builder.build();
}

function steps({ steps: own, alert }: Panel, thresholds: Thresholds): Steps | undefined {
  return own ?? (alert === undefined ? undefined : stepsOf(thresholds[alert]));
}

/** To the runbook of what the panel watches, and to the dashboard that knows more of it. */
function linksOf({ alert, slo: objective, details }: Panel, runbooks: string): Builder<dashboard.DashboardLink>[] {
  const runbook = alert ?? (objective === undefined ? undefined : SLOS[objective].alert);
  return [
    ...(runbook === undefined
      ? []
      : [
          new dashboard.DashboardLinkBuilder(`Runbook: ${runbook}`)
            .type(dashboard.DashboardLinkType.Link)
            .url(`${runbooks}/${runbook}.md`)
            .targetBlank(true),
        ]),
    ...(details === undefined
      ? []
      : [
          new dashboard.DashboardLinkBuilder(`Details: ${DASHBOARDS[details].title}`)
            .type(dashboard.DashboardLinkType.Link)
            .url(`/d/${DASHBOARDS[details].uid}?\${__url_time_range}&\${__all_variables}`),
        ]),
  ];
}

function variables(
  { sections }: DashboardDefinition,
  queries: PanelQueries,
  namespace: string,
): Builder<dashboard.VariableModel>[] {
  const asksForModels = sections.some(({ panels }) =>
    panels.some((panel) => panel.queries.some(({ expr }) => expr.includes(CHOSEN_MODELS.like))),
  );
  const models = queries.gateway(METRICS.inputTokens);
  return [
    new dashboard.DatasourceVariableBuilder(VARIABLES.datasource).label('Data source').type('prometheus'),
    new dashboard.QueryVariableBuilder(VARIABLES.namespace)
      .label('Environment')
      .description('The namespace of a gateway; an environment has one.')
      .datasource(DATA_SOURCE)
      .query(`label_values(${METRICS.ready.name}, namespace)`)
      .refresh(dashboard.VariableRefresh.OnDashboardLoad)
      .sort(dashboard.VariableSort.AlphabeticalAsc)
      .current({ text: namespace, value: namespace }),
    ...(asksForModels
      ? [
          new dashboard.QueryVariableBuilder(VARIABLES.model)
            .label('Model')
            .datasource(DATA_SOURCE)
            .query(`label_values(${models}, gen_ai_request_model)`)
            .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
            .sort(dashboard.VariableSort.AlphabeticalAsc)
            .multi(true)
            .includeAll(true)
            .allValue('.*')
            .current({ text: ['All'], value: ['$__all'] }),
        ]
      : []),
  ];
}

/** Marks on every graph where a replica began: a rollout, a restart, a scale-up. */
function starts(queries: PanelQueries): Builder<dashboard.AnnotationQuery> {
  return new dashboard.AnnotationQueryBuilder()
    .name('Replicas that began')
    .datasource(DATA_SOURCE)
    .enable(true)
    .iconColor('blue')
    .expr(startsQuery(queries))
    .step('30s')
    .titleFormat('Replica began')
    .textFormat('{{pod}}');
}

function startsQuery(queries: PanelQueries): string {
  return `min by (pod) (time() - ${queries.gateway(METRICS.startTime)}) < 60`;
}
