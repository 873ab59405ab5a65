/** Spans of time that people name, in milliseconds. */
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** The longest time that `setTimeout` keeps. Source: Node.js, Timers. */
export const LONGEST_TIMER_MS = 2_147_483_647;
