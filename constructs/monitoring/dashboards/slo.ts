/** Is the promise kept, and how fast is the error budget spent? */
import {
  BURN_RATES,
  RECORDED,
  SLO_NAMES,
  sliErrorRatio,
  SLOS,
  type Objectives,
  type SloName,
  WINDOWS,
} from '../alerts';
import type { DashboardDefinition, Panel, Section, Steps } from './definition';
import type { PanelQueries } from './queries';

/** What is left of a budget; below nothing, the promise is broken. */
const BUDGET: Steps = {
  base: 'red',
  steps: [
    { value: 0, color: 'orange' },
    { value: 0.25, color: 'green' },
  ],
};

export function slo(queries: PanelQueries, objectives: Objectives): DashboardDefinition {
  return { name: 'slo', sections: SLO_NAMES.map((name) => sectionOf(queries, name, objectives[name])) };
}

function sectionOf(queries: PanelQueries, name: SloName, objective: number): Section {
  const { alert, promise } = SLOS[name];
  /** Rounded, so that no query shows what a float makes of 1 - 0.999. */
  const budget = Number((1 - objective).toPrecision(6));
  const requests = queries.recorded(RECORDED.sliRequests, { slo: name });
  const errors = queries.recorded(RECORDED.sliErrors, { slo: name });
  const missed = `avg_over_time(${errors}[$__range]) / avg_over_time(${requests}[$__range])`;
  const burn = (window: (typeof WINDOWS)[number]): string =>
    `${queries.recorded(sliErrorRatio(window), { slo: name })} / ${budget}`;
  const panels: readonly Panel[] = [
    {
      kind: 'stat',
      title: `${name}: kept`,
      description: `${promise}. The share of good requests in all the time that is shown.`,
      unit: 'ratio',
      queries: [{ expr: `1 - ${missed}` }],
      width: 4,
      steps: { base: 'red', steps: [{ value: objective, color: 'green' }] },
    },
    {
      kind: 'stat',
      title: `${name}: budget left`,
      description: 'What is left of the error budget of the time that is shown; below 0 the promise is broken.',
      unit: 'ratio',
      queries: [{ expr: `1 - (${missed}) / ${budget}` }],
      width: 4,
      steps: BUDGET,
    },
    {
      kind: 'graph',
      title: `${name}: burn rate`,
      description:
        `How many times faster than allowed the budget is spent. ${alert} rings when a long window and its short one are both above: ` +
        `${BURN_RATES.map(({ factor, long, short, severity }) => `${factor} over ${long} and ${short} (${severity})`).join(', ')}.`,
      unit: 'times',
      queries: WINDOWS.map((window) => ({ expr: burn(window), legend: window })),
      width: 16,
      slo: name,
      steps: burnSteps(),
    },
  ];
  return { title: promise, panels };
}

/** The slowest burn rate of each severity: where it begins to matter. */
function burnSteps(): Steps {
  const least = (severity: 'critical' | 'warning'): number =>
    Math.min(...BURN_RATES.filter((row) => row.severity === severity).map(({ factor }) => factor));
  return {
    base: 'green',
    steps: [
      { value: least('warning'), color: 'orange' },
      { value: least('critical'), color: 'red' },
    ],
  };
}
