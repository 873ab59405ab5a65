/**
 * Days and hours as the data services write them: English day names, and windows in UTC such as `18:00Z-19:00Z`.
 */
export const WEEK = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
export type Weekday = (typeof WEEK)[number];

/** A window in UTC, e.g. `18:00Z-19:00Z`. One that ends before it starts runs past midnight. */
export type UtcWindow = `${string}Z-${string}Z`;

const WINDOW = /^([01]\d|2[0-3]):([0-5]\d)Z-([01]\d|2[0-3]):([0-5]\d)Z$/;
const DAY_IN_MINUTES = 24 * 60;

/** The two ends of a window, and its length in minutes. */
export interface WindowParts {
  readonly start: string;
  readonly end: string;
  readonly minutes: number;
}

/**
 * Reads a window.
 * @param subject how the message names it, e.g. `mysql.maintenanceWindow`
 * @throws when it is not written as `HH:MMZ-HH:MMZ`, or is empty
 */
export function parseWindow(subject: string, window: string): WindowParts {
  const match = WINDOW.exec(window);
  if (!match) throw new Error(`${subject} (${window}) is not a window in UTC; write it as 18:00Z-19:00Z`);
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = match.slice(1).map(Number);
  const length = (toHour * 60 + toMinute - fromHour * 60 - fromMinute + DAY_IN_MINUTES) % DAY_IN_MINUTES;
  if (length === 0) throw new Error(`${subject} (${window}) has no length; let it end at least an hour later`);
  const [start = '', end = ''] = window.split('-');
  return { start, end, minutes: length };
}

/**
 * Checks a backup hour: the API knows whole hours only.
 * @throws when it is not one hour long from a full hour
 */
export function checkBackupWindow(subject: string, window: string): void {
  const { start, minutes } = parseWindow(subject, window);
  if (minutes !== 60 || !start.endsWith(':00Z')) {
    throw new Error(`${subject} (${window}) must be one hour from a full hour; write it as 18:00Z-19:00Z`);
  }
}

/**
 * Checks the days of a backup.
 * @throws when a day is doubled or there are fewer than `least`
 */
export function checkBackupDays(subject: string, days: readonly Weekday[], least: number): void {
  if (new Set(days).size !== days.length)
    throw new Error(`${subject} (${days.join(', ')}) names a day twice; remove one`);
  if (days.length < least) {
    throw new Error(`${subject} (${days.join(', ')}) has ${days.length} and ${least} is the least; add a day`);
  }
}
