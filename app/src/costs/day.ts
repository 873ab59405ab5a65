/** Days as the bill has them: Alibaba Cloud's begin at midnight in UTC+8, which knows no summer time. */
import { DAY_MS } from '../durations';

const UTC_PLUS_8_MS = 8 * 3_600_000;
const FORM = /^\d{4}-\d{2}-\d{2}$/;

/** `YYYY-MM-DD` in UTC+8 of a moment in milliseconds since 1970. */
export const dayOf = (epochMs: number): string => new Date(epochMs + UTC_PLUS_8_MS).toISOString().slice(0, 10);

/** When a day of {@link dayOf} begins, in milliseconds since 1970; `NaN` for one that the calendar does not have. */
export const startOf = (day: string): number => {
  const startMs = FORM.test(day) ? Date.parse(`${day}T00:00:00.000Z`) - UTC_PLUS_8_MS : Number.NaN;
  // Date.parse takes a 31st of any month for the first of the next.
  return !Number.isNaN(startMs) && dayOf(startMs) === day ? startMs : Number.NaN;
};

/** The day that is `count` days after another, or before it by a negative count. */
export const dayAfter = (day: string, count: number): string => dayOf(startOf(day) + count * DAY_MS);
