/**
 * What the next days will cost, if they go on like the last eight weeks: a straight trend, and for each day of the week
 * what it differs by, fitted together by least squares. The interval is a prediction interval: it takes in how far days
 * lie from the fit, and how uncertain the fit itself is. It does not know of holidays, launches and price changes.
 */
import { dayAfter } from './day';
import { leastSquares } from './least-squares';

export interface DayCost {
  /** `YYYY-MM-DD` */
  readonly day: string;
  readonly cost: number;
}

/** What is expected, and between which bounds it lies with the probability {@link FORECAST_LEVEL}. */
export interface Expectation {
  readonly expected: number;
  readonly low: number;
  readonly high: number;
}

export interface Forecast {
  /** Absent when there are fewer than {@link FORECAST_DAYS_MIN} days to go by. */
  readonly days: readonly (Expectation & { readonly day: string })[];
  readonly total: Expectation | undefined;
  /** What a day costs more than the day before, on the whole. */
  readonly trendPerDay: number | undefined;
}

export const FORECAST_METHOD =
  'ordinary least squares over the last 56 days at most, with a linear trend and one level for each day of the week; ' +
  'the interval is Student’s prediction interval from the residuals';

/** How many days back it looks, and how few are too few: two of each weekday, or the fit explains everything. */
export const FORECAST_DAYS_BACK = 56;
export const FORECAST_DAYS_MIN = 14;

/** The interval's probability, and the quantile of the normal distribution that leaves half of the rest above it. */
export const FORECAST_LEVEL = 0.9;
const NORMAL_QUANTILE = 1.644_853_627;

const WEEK = 7;

/**
 * @param history every day up to yesterday, those without cost too, the oldest first
 * @param horizon how many days from the one after the last of them
 */
export const forecast = (history: readonly DayCost[], horizon: number): Forecast => {
  const known = history.slice(-FORECAST_DAYS_BACK);
  const first = known[0];
  if (first === undefined || known.length < FORECAST_DAYS_MIN) {
    return { days: [], total: undefined, trendPerDay: undefined };
  }
  const weekday = new Date(`${first.day}T00:00:00Z`).getUTCDay();
  const rowOf = (index: number): readonly number[] => featuresOf(index, (weekday + index) % WEEK, known.length);
  const fit = leastSquares(
    known.map((_day, index) => rowOf(index)),
    known.map(({ cost }) => cost),
  );
  const quantile = studentQuantile(fit.degreesOfFreedom);
  const between = (expected: number, deviation: number): Expectation => ({
    expected: Math.max(0, expected),
    low: Math.max(0, expected - quantile * deviation),
    high: Math.max(0, expected + quantile * deviation),
  });
  const ahead = Array.from({ length: horizon }, (_none, index) => rowOf(known.length + index));
  const days = ahead.map((row, index) => ({
    day: dayAfter(first.day, known.length + index),
    ...between(fit.predict(row), Math.hypot(fit.residual, fit.uncertainty(row))),
  }));
  // Days err together where the fit errs, and each by itself otherwise.
  const sum = rowOf(0).map((_value, at) => ahead.reduce((whole, row) => whole + (row[at] ?? 0), 0));
  const total = between(fit.predict(sum), Math.hypot(fit.residual * Math.sqrt(horizon), fit.uncertainty(sum)));
  return { days, total, trendPerDay: (fit.weights[1] ?? 0) / known.length };
};

/** One, the time in lengths of the history, and a one for the weekday unless it is a Sunday, which the others are held against. */
const featuresOf = (index: number, weekday: number, length: number): readonly number[] => [
  1,
  index / length,
  ...Array.from({ length: WEEK - 1 }, (_none, at) => (weekday === at + 1 ? 1 : 0)),
];

/**
 * The quantile of Student's distribution for {@link FORECAST_LEVEL}, by the expansion of Fisher and Cornish around the
 * normal one; right to a thousandth from four degrees of freedom on.
 */
export const studentQuantile = (degreesOfFreedom: number): number => {
  const z = NORMAL_QUANTILE;
  const n = degreesOfFreedom;
  return (
    z +
    (z ** 3 + z) / (4 * n) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * n ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * n ** 3)
  );
};
