/** What dashboards ask: every query of a panel, of a variable and of the marks on graphs, as Grafana would send it. */

/** One query. */
export interface Question {
  readonly dashboard: string;
  readonly panel: string;
  /** Filled in, ready to be sent. */
  readonly expr: string;
  /** What must have happened before there is anything to show; it stands in the panel's description. */
  readonly emptyUntil?: string;
}

/** A variable whose values are asked of Prometheus. */
export interface Choice {
  readonly dashboard: string;
  readonly variable: string;
  readonly label: string;
  readonly match: string;
}

/** A dashboard in Grafana's form, as far as it asks something. */
interface Dashboard {
  readonly title: string;
  readonly time: { readonly from: string };
  readonly templating: { readonly list?: readonly Variable[] };
  readonly annotations: { readonly list?: readonly { readonly name: string; readonly expr?: string }[] };
  readonly panels?: readonly {
    readonly title?: string;
    readonly description?: string;
    readonly targets?: readonly { readonly expr: string; readonly interval?: string }[];
  }[];
}

interface Variable {
  readonly name: string;
  readonly type: string;
  readonly query?: string | { readonly query?: string };
  readonly allValue?: string;
  readonly current?: { readonly value?: string | readonly string[] };
}

/** Scrapes that `$__rate_interval` looks back over at least. Source: Grafana's documentation of its Prometheus data source. */
const SCRAPES_IN_RATE_INTERVAL = 4;

/** Every query of a dashboard's panels and marks. @param text the dashboard as Grafana reads it */
export function questionsOf(text: string): readonly Question[] {
  const dashboard = JSON.parse(text) as Dashboard;
  const { title, panels = [], annotations } = dashboard;
  const ofPanels = panels.flatMap(({ title: panel = '', description = '', targets = [] }) => {
    const [, emptyUntil] = / Empty until (.+)\.$/.exec(description) ?? [];
    return targets.map(({ expr, interval }) => ({
      dashboard: title,
      panel,
      expr: filledIn(dashboard, expr, interval),
      ...(emptyUntil !== undefined && { emptyUntil }),
    }));
  });
  const ofMarks = (annotations.list ?? []).flatMap(({ name, expr }) =>
    expr === undefined
      ? []
      : [{ dashboard: title, panel: name, expr: filledIn(dashboard, expr), emptyUntil: 'a replica begins' }],
  );
  return [...ofPanels, ...ofMarks];
}

/** What a dashboard lets people choose from. @throws Error when a variable asks in a form that is not known here */
export function choicesOf(text: string): readonly Choice[] {
  const dashboard = JSON.parse(text) as Dashboard;
  return (dashboard.templating.list ?? [])
    .filter(({ type }) => type === 'query')
    .map(({ name, query }) => {
      const asked = typeof query === 'string' ? query : (query?.query ?? '');
      const [, match, label] = /^label_values\((.+), (\w+)\)$/.exec(asked) ?? [];
      if (match === undefined || label === undefined) {
        throw new Error(`${dashboard.title}: ${name} asks ${asked}, and only label_values(…, label) is understood`);
      }
      return { dashboard: dashboard.title, variable: name, label, match: filledIn(dashboard, match) };
    });
}

/** @param interval the least step of the query, which is the interval of its scrapes */
function filledIn({ time, templating }: Dashboard, expr: string, interval = '30s'): string {
  const seconds = Number.parseInt(interval, 10) * SCRAPES_IN_RATE_INTERVAL;
  const built = expr
    .replaceAll('$__rate_interval', `${seconds}s`)
    .replaceAll('$__range', time.from.replace('now-', ''));
  return (templating.list ?? []).reduce((text, { name, allValue, current }) => {
    const value = allValue ?? current?.value;
    return typeof value === 'string' ? text.replaceAll(`$${name}`, value) : text;
  }, built);
}
