import fc from 'fast-check';
import { dayAfter } from '../src/costs/day';
import type { DayCost } from '../src/costs/forecast';
import {
  forecast,
  FORECAST_DAYS_BACK,
  FORECAST_DAYS_MIN,
  FORECAST_LEVEL,
  studentQuantile,
} from '../src/costs/forecast';
import { leastSquares } from '../src/costs/least-squares';

/** Numbers from 0 to 1 that are the same at each run. Source: mulberry32. */
const randomFrom = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const normalFrom = (seed: number) => {
  const random = randomFrom(seed);
  return (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
};

const WEEK = [0, 5, 4, 3, 2, -6, -8];

/** What a day costs without chance: a trend, and a level for each weekday. */
const truth = (index: number): number => 100 + 0.7 * index + (WEEK[index % 7] ?? 0);

const series = (length: number, cost: (index: number) => number): readonly DayCost[] =>
  Array.from({ length }, (_none, index) => ({ day: dayAfter('2026-01-01', index), cost: cost(index) }));

describe('Least squares', () => {
  test('[G11] find the weights that a series was made with', () => {
    const weights = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(weights, (made) => {
        const rows = Array.from({ length: 12 }, (_none, index) => [1, index, index % 3]);
        const values = rows.map((row) => row.reduce((sum, value, at) => sum + value * (made[at] ?? 0), 0));
        const { weights: found, residual, degreesOfFreedom } = leastSquares(rows, values);
        for (const [at, weight] of made.entries()) expect(found[at]).toBeCloseTo(weight, 6);
        expect(residual).toBeCloseTo(0, 6);
        expect(degreesOfFreedom).toBe(9);
      }),
    );
  });

  test('[G11] agree with a textbook: residual and standard error of a straight line', () => {
    // Five points; slope 0.6, intercept 2.2, s² = 0.8, error of the mean at x = 3: s / √5.
    const rows = [1, 2, 3, 4, 5].map((x) => [1, x]);
    const fit = leastSquares(rows, [2, 4, 5, 4, 5]);
    expect(fit.weights[0]).toBeCloseTo(2.2, 12);
    expect(fit.weights[1]).toBeCloseTo(0.6, 12);
    expect(fit.residual ** 2).toBeCloseTo(0.8, 12);
    expect(fit.uncertainty([1, 3])).toBeCloseTo(Math.sqrt(0.8 / 5), 12);
  });

  test('[G11] refuse rows that do not determine the weights', () => {
    const rows = [1, 2, 3].map((x) => [1, x, 2 * x]);
    expect(() => leastSquares(rows, [1, 2, 3])).toThrow(/column 2 follows from the others/);
  });
});

describe('The forecast', () => {
  test('[G11] continues a series without chance exactly, with an interval of no width', () => {
    const { days, total, trendPerDay } = forecast(series(42, truth), 14);
    expect(days.map(({ day }) => day)).toEqual(
      Array.from({ length: 14 }, (_none, index) => dayAfter('2026-02-12', index)),
    );
    for (const [index, { expected, low, high }] of days.entries()) {
      expect(expected).toBeCloseTo(truth(42 + index), 6);
      expect(high - low).toBeLessThan(1e-6);
    }
    const sum = Array.from({ length: 14 }, (_none, index) => truth(42 + index)).reduce((a, b) => a + b, 0);
    expect(total?.expected).toBeCloseTo(sum, 6);
    expect(trendPerDay).toBeCloseTo(0.7, 6);
  });

  test.each([FORECAST_DAYS_MIN, 28, FORECAST_DAYS_BACK])(
    '[G11] from %i days has intervals that hold as often as they say, for one day and for the sum',
    (length) => {
      const normal = normalFrom(length);
      const [horizon, runs] = [10, 3_000];
      let [lastHeld, totalHeld] = [0, 0];
      for (let run = 0; run < runs; run += 1) {
        const noisy = (index: number): number => truth(index) + 4 * normal();
        const { days, total } = forecast(series(length, noisy), horizon);
        const actual = Array.from({ length: horizon }, (_none, index) => noisy(length + index));
        const [last, sum] = [actual.at(-1) ?? 0, actual.reduce((a, b) => a + b, 0)];
        const bounds = days.at(-1);
        if (bounds !== undefined && last >= bounds.low && last <= bounds.high) lastHeld += 1;
        if (total !== undefined && sum >= total.low && sum <= total.high) totalHeld += 1;
      }
      // Four standard errors of a share over so many runs.
      const slack = 4 * Math.sqrt((FORECAST_LEVEL * (1 - FORECAST_LEVEL)) / runs);
      expect(Math.abs(lastHeld / runs - FORECAST_LEVEL)).toBeLessThan(slack);
      expect(Math.abs(totalHeld / runs - FORECAST_LEVEL)).toBeLessThan(slack);
    },
  );

  test('[G11] goes by the last eight weeks alone', () => {
    const changed = series(100, (index) => (index < 100 - FORECAST_DAYS_BACK ? 1e6 : truth(index)));
    expect(forecast(changed, 1).days[0]?.expected).toBeCloseTo(truth(100), 6);
  });

  test('[G11] says nothing of what it has too few days for', () => {
    expect(forecast([], 5)).toEqual({ days: [], total: undefined, trendPerDay: undefined });
    expect(forecast(series(FORECAST_DAYS_MIN - 1, truth), 5).total).toBeUndefined();
    expect(forecast(series(FORECAST_DAYS_MIN, truth), 5).days).toHaveLength(5);
  });

  test('[G11] foretells no negative costs, and keeps its bounds in order', () => {
    const costs = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 14, maxLength: 80 });
    fc.assert(
      fc.property(costs, fc.integer({ min: 1, max: 90 }), (values, horizon) => {
        const { days, total } = forecast(
          values.map((cost, index) => ({ day: dayAfter('2026-01-01', index), cost })),
          horizon,
        );
        for (const { expected, low, high } of [...days, ...(total === undefined ? [] : [total])]) {
          expect(low).toBeGreaterThanOrEqual(0);
          expect(low).toBeLessThanOrEqual(expected);
          expect(expected).toBeLessThanOrEqual(high);
        }
      }),
    );
  });

  test('[G11] takes its quantiles from Student’s distribution', () => {
    // Source: any table of its 95th percentile.
    const table = { 6: 1.943, 10: 1.812, 20: 1.725, 48: 1.677 };
    for (const [degrees, quantile] of Object.entries(table)) {
      expect(Math.abs(studentQuantile(Number(degrees)) - quantile)).toBeLessThan(0.001);
    }
  });
});
