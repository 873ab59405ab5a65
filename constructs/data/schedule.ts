/**
 * When things happen: days of the week and windows of the day. All of them are UTC, because that is what the cloud's
 * APIs take (`02:00Z-03:00Z`) and because a plan must not depend on the summer time of whoever runs it.
 */

/** Days as the cloud's APIs spell them, in the order that they return them. */
export const WEEK = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

/** A day of the week. */
export type Weekday = (typeof WEEK)[number];

/** A stretch of the day, on the full hour. */
export interface DailyWindow {
  /** The hour at which it opens, 0–23, UTC. (18 is two in the morning in China.) */
  readonly startHourUtc: number;
  /** How long it stays open, in whole hours; it may run past midnight. */
  readonly hours: number;
}

/** A window that opens on some days of the week only. */
export interface WeeklyWindow extends DailyWindow {
  /** The days on which it opens, in UTC: late on a Friday in UTC is a Saturday morning in China. */
  readonly days: readonly Weekday[];
}

/** A window in UTC as the APIs write it, e.g. `18:00Z-19:00Z`. One that ends before it starts runs past midnight. */
export type UtcWindow = `${string}Z-${string}Z`;

/** `HH:00Z`, the way the database and cache APIs write an hour; hours past midnight wrap around. */
export function utcHour(hour: number): `${string}Z` {
  return `${String(hour % 24).padStart(2, '0')}:00Z`;
}

/** `HH:00Z-HH:00Z`, the way the database and cache APIs write a window. */
export function utcWindow(window: DailyWindow): UtcWindow {
  return `${utcHour(window.startHourUtc)}-${utcHour(window.startHourUtc + window.hours)}`;
}

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
