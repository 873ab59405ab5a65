/** Panels in Grafana's own form. */
import * as bargauge from '@grafana/grafana-foundation-sdk/bargauge';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as heatmap from '@grafana/grafana-foundation-sdk/heatmap';
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as table from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import * as units from '@grafana/grafana-foundation-sdk/units';
import type { Panel, PanelUnit, State, Steps } from './definition';
import { VARIABLES } from './queries';

/** The data source that is chosen at the top. */
export const DATA_SOURCE: common.DataSourceRef = { type: 'prometheus', uid: `\${${VARIABLES.datasource}}` };

const UNITS: Readonly<Record<PanelUnit, string>> = {
  ratio: units.PercentUnit,
  seconds: units.Seconds,
  days: units.Days,
  bytes: units.BytesIEC,
  count: units.Short,
  perSecond: units.OpsPerSecond,
  money: units.NoUnit,
  times: 'suffix: ×',
};

/** Labels of an alert that say nothing to whoever reads the table. */
const HIDDEN_COLUMNS = ['Time', 'Value', '__name__', 'alertstate', 'namespace'] as const;

/** What a panel needs beside its definition. */
export interface PanelFrame {
  readonly id: number;
  readonly place: dashboard.GridPos;
  readonly steps: Steps | undefined;
  readonly links: readonly Builder<dashboard.DashboardLink>[];
  /** Seconds from a scrape to the next: the least step of a query. */
  readonly scrapeIntervalSeconds: number;
}

/** The panel. */
export function renderPanel(panel: Panel, frame: PanelFrame): Builder<dashboard.Panel> {
  switch (panel.kind) {
    case 'stat':
      return framed(new stat.PanelBuilder(), panel, frame)
        .reduceOptions(lastOfEach())
        .graphMode(common.BigValueGraphMode.None)
        .colorMode(
          frame.steps === undefined && panel.states === undefined
            ? common.BigValueColorMode.Value
            : common.BigValueColorMode.Background,
        )
        .mappings(mappingsOf(panel.states));
    case 'graph':
      return framed(new timeseries.PanelBuilder(), panel, frame)
        .lineWidth(1)
        .fillOpacity(panel.isStacked === true ? 25 : 5)
        .showPoints(common.VisibilityMode.Never)
        .stacking(
          new common.StackingConfigBuilder().mode(
            panel.isStacked === true ? common.StackingMode.Normal : common.StackingMode.None,
          ),
        )
        .thresholdsStyle(
          new common.GraphThresholdsStyleConfigBuilder().mode(
            frame.steps === undefined ? common.GraphThresholdsStyleMode.Off : common.GraphThresholdsStyleMode.Dashed,
          ),
        )
        .colorScheme(color(dashboard.FieldColorModeId.PaletteClassic))
        .legend(
          new common.VizLegendOptionsBuilder()
            .displayMode(common.LegendDisplayMode.Table)
            .placement(common.LegendPlacement.Bottom)
            .showLegend(true)
            .calcs(['lastNotNull', 'max']),
        )
        .tooltip(
          new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending),
        );
    case 'bars':
      return framed(new bargauge.PanelBuilder(), panel, frame)
        .reduceOptions(lastOfEach())
        .orientation(common.VizOrientation.Horizontal)
        .displayMode(common.BarGaugeDisplayMode.Basic)
        .min(0);
    case 'table':
      return framed(new table.PanelBuilder(), panel, frame).withTransformation({
        id: 'organize',
        options: { excludeByName: Object.fromEntries(HIDDEN_COLUMNS.map((column) => [column, true])) },
      });
    case 'heatmap':
      return framed(new heatmap.PanelBuilder(), panel, frame)
        .calculate(false)
        .yAxis(new heatmap.YAxisConfigBuilder().unit(UNITS[panel.unit]));
  }
}

/** What the builders of all kinds of panels have in common. */
interface FrameBuilder<B> {
  id(id: number): B;
  title(title: string): B;
  description(description: string): B;
  gridPos(place: dashboard.GridPos): B;
  datasource(source: common.DataSourceRef): B;
  targets(targets: Builder<prometheus.Dataquery>[]): B;
  unit(unit: string): B;
  decimals(decimals: number): B;
  thresholds(thresholds: Builder<dashboard.ThresholdsConfig>): B;
  links(links: Builder<dashboard.DashboardLink>[]): B;
}

function framed<B extends FrameBuilder<B>>(builder: B, panel: Panel, frame: PanelFrame): B {
  const whole = builder
    .id(frame.id)
    .title(panel.title)
    .description(
      panel.emptyUntil === undefined ? panel.description : `${panel.description} Empty until ${panel.emptyUntil}.`,
    )
    .gridPos(frame.place)
    .datasource(DATA_SOURCE)
    .targets(panel.queries.map((query, index) => target(panel, query, index, frame)))
    .unit(UNITS[panel.unit])
    .thresholds(thresholds(frame.steps))
    .links([...frame.links]);
  return panel.unit === 'money' ? whole.decimals(2) : whole;
}

function target(
  { kind, title }: Panel,
  { expr, legend = title }: Panel['queries'][number],
  index: number,
  { scrapeIntervalSeconds }: PanelFrame,
): prometheus.DataqueryBuilder {
  const query = new prometheus.DataqueryBuilder()
    .refId(String.fromCharCode('A'.charCodeAt(0) + index))
    .datasource(DATA_SOURCE)
    .expr(expr)
    .legendFormat(legend)
    // The least step: rates then always look back over four scrapes or more.
    .interval(`${scrapeIntervalSeconds}s`);
  switch (kind) {
    case 'graph':
      return query.range();
    case 'heatmap':
      return query.range().format(prometheus.PromQueryFormat.Heatmap);
    case 'table':
      return query.instant().format(prometheus.PromQueryFormat.Table);
    case 'stat':
    case 'bars':
      return query.instant();
  }
}

/** Without steps of its own a panel has one colour, not Grafana's red above 80. */
function thresholds({ base, steps }: Steps = { base: 'text', steps: [] }): dashboard.ThresholdsConfigBuilder {
  return new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps([{ value: null, color: base }, ...steps]);
}

function mappingsOf(states: readonly State[] = []): dashboard.ValueMapping[] {
  if (states.length === 0) return [];
  const options = states.map(({ value, text, color: own }, index) => [String(value), { text, color: own, index }]);
  return [
    {
      type: dashboard.MappingType.ValueToText,
      options: Object.fromEntries(options) as Record<string, dashboard.ValueMappingResult>,
    },
  ];
}

function lastOfEach(): common.ReduceDataOptionsBuilder {
  return new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false);
}

function color(mode: dashboard.FieldColorModeId): dashboard.FieldColorBuilder {
  return new dashboard.FieldColorBuilder().mode(mode);
}
