/** Panels of what an alert watches: the alert's own query, unit and words, and its thresholds as lines. */
import type { AlertName, Unit } from '../alerts';
import { ALERT_THRESHOLDS, GATEWAY_ALERTS } from '../alerts';
import type { Panel, PanelUnit } from './definition';
import type { PanelQueries } from './queries';

/** The unit of an alert's numbers, as a panel has it. */
const UNITS = {
  ratio: 'ratio',
  seconds: 'seconds',
  days: 'days',
  'per second': 'perSecond',
  'per hour': 'money',
  times: 'times',
  count: 'count',
} as const satisfies Readonly<Record<Unit, PanelUnit>>;

/** What differs from panel to panel. */
export interface WatchedPanel extends Pick<Panel, 'kind' | 'title' | 'width' | 'details' | 'states' | 'emptyUntil'> {
  /** What the series are called. @default the title */
  readonly legend?: string;
  /** What to make of it, beyond what the alert says of itself. @default nothing */
  readonly advice?: string;
  /** Nothing to count is nothing wrong, and is shown as 0. @default false: nothing is shown */
  readonly isZeroWithoutAny?: boolean;
}

/** The panel of an alert. */
export function watched(queries: PanelQueries, alert: AlertName, panel: WatchedPanel): Panel {
  const { legend, advice, isZeroWithoutAny = false, ...rest } = panel;
  const compared = queries.compared(alert);
  const { meaning, unit } = ALERT_THRESHOLDS[alert];
  const summary = GATEWAY_ALERTS.find(({ name }) => name === alert)?.summary ?? alert;
  return {
    ...rest,
    description: `${capitalized(meaning)}. Alert ${alert}: ${summary}.${advice === undefined ? '' : ` ${advice}`}`,
    unit: UNITS[unit],
    queries: [
      { expr: isZeroWithoutAny ? `(${compared})\nor vector(0)` : compared, ...(legend !== undefined && { legend }) },
    ],
    alert,
  };
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
