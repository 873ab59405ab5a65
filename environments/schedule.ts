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

/** `HH:00Z`, the way the database and cache APIs write an hour; hours past midnight wrap around. */
export function utcHour(hour: number): `${string}Z` {
  return `${String(hour % 24).padStart(2, '0')}:00Z`;
}

/** `HH:00Z-HH:00Z`, the way the database and cache APIs write a window. */
export function utcWindow(window: DailyWindow): `${string}Z-${string}Z` {
  return `${utcHour(window.startHourUtc)}-${utcHour(window.startHourUtc + window.hours)}`;
}
