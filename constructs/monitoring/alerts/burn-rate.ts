/**
 * How fast the error budget of an objective is spent, and when that rings. At burn rate 1 the budget of the period lasts
 * exactly as long as the period. A long window says that it matters, a short one that it still goes on.
 * Source: The Site Reliability Workbook, chapter 5, alert on multiple burn rates over multiple windows.
 */
import type { AlertSeverity, Duration } from './alert';
import { FEW_REQUESTS } from './thresholds';
import type { RuleQueries } from './queries';
import { RECORDED, sliErrorRatio } from './recorded';
import type { SloName } from './slo';

export interface BurnRate {
  /** How many times faster than allowed. */
  readonly factor: number;
  readonly long: Duration;
  readonly short: Duration;
  readonly severity: AlertSeverity;
  /** How long it must last. */
  readonly for: Duration;
}

export const BURN_RATES = [
  { factor: 14.4, long: '1h', short: '5m', severity: 'critical', for: '2m' },
  { factor: 6, long: '6h', short: '30m', severity: 'critical', for: '15m' },
  { factor: 3, long: '1d', short: '2h', severity: 'warning', for: '1h' },
  { factor: 1, long: '3d', short: '6h', severity: 'warning', for: '3h' },
] as const satisfies readonly BurnRate[];

type Window = (typeof BURN_RATES)[number]['long' | 'short'];

/** Every window, the shortest first: it is the one that the others are made of. */
export const WINDOWS = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'] as const satisfies readonly Window[];

/** The greatest error ratio that any row can ring for is 1, so an objective must leave the fastest row room. */
export const LEAST_OBJECTIVE = 1 - 1 / Math.max(...BURN_RATES.map(({ factor }) => factor));

/** Rings when both windows burn faster than the row allows, and there are requests enough to say so. */
export function burns(queries: RuleQueries, slo: SloName, objective: number, row: BurnRate): string {
  const limit = Number((row.factor * (1 - objective)).toPrecision(10));
  const ratio = (window: Duration): string => queries.recorded(sliErrorRatio(window), { slo });
  const requests = queries.recorded(RECORDED.sliRequests, { slo });
  return (
    `${ratio(row.long)} > ${limit}\nand ${ratio(row.short)} > ${limit}\n` +
    `and avg_over_time(${requests}[${row.short}]) >= ${FEW_REQUESTS.value}`
  );
}
