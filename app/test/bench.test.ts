import { coresOf } from '../bench/cores';
import { readReport } from '../bench/load';
import { readOptions } from '../bench/options';
import { tableOf } from '../bench/results';
import type { Measured } from '../bench/results';
import { SCENARIOS } from '../bench/scenarios';
import { memoryOf } from '../bench/soak';
import { median, quantile, randomFrom, shuffled } from '../bench/statistics';

const measured = (perSecond: number, p99 = 1): Measured => ({
  figures: { 'requests/s': perSecond, 'p50 ms': 1, 'p95 ms': 1, 'p99 ms': p99, failed: 0 },
  residentMb: 100,
  startMs: 500,
});

/** What oha 1.16 prints, as far as it is read. */
const report = (statuses: object, errors: object = {}): string =>
  JSON.stringify({
    summary: { total: 2 },
    latencyPercentiles: { p50: 0.001, p95: 0.002, p99: 0.003 },
    statusCodeDistribution: statuses,
    errorDistribution: errors,
  });

test('[T3] counts only answers of 200 as served, and everything else as failed', () => {
  const errors = { 'connection refused': 3, 'aborted due to deadline': 32 };
  const served = readReport(report({ '200': 1_000, '429': 10 }, errors));
  expect(served).toEqual({ perSecond: 500, p50Ms: 1, p95Ms: 2, p99Ms: 3, failed: 13 });
});

test('[T3] a report without any answer has no latency, instead of one of zero', () => {
  const text = report({ '500': 4 }).replace('"p99":0.003', '"p99":null');
  expect(readReport(text)).toMatchObject({ perSecond: 0, p99Ms: NaN, failed: 4 });
});

test('[T3] the median is one of the values, and a percentile never lies behind the last', () => {
  expect(median([5, 1, 3])).toBe(3);
  expect(quantile([1, 2, 3], 0.99)).toBe(3);
  expect(median([])).toBeNaN();
});

test('[T3] a seed decides the order of the subjects', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  expect(shuffled(names, randomFrom(7))).toEqual(shuffled(names, randomFrom(7)));
  expect(shuffled(names, randomFrom(7))).not.toEqual(shuffled(names, randomFrom(8)));
  expect([...shuffled(names, randomFrom(7))].sort()).toEqual(names);
});

test('[T3] shows medians of the rounds and ratios to the bare pipe and the peers that were measured', () => {
  const rounds = new Map([
    ['pipe', [measured(1_000), measured(3_000), measured(2_000)]],
    ['gateway', [measured(500), measured(1_500), measured(1_000)]],
  ] as const);
  expect(tableOf(SCENARIOS.throughput, rounds)).toBe(
    [
      '|  | requests/s | p50 ms | p99 ms | failed | RSS MB | start ms | of pipe |',
      '| --- | --: | --: | --: | --: | --: | --: | --: |',
      '| pipe | 2000 | 1.00 | 1.00 | 0 | 100 | 500 | 1.00 × |',
      '| gateway | 1000 | 1.00 | 1.00 | 0 | 100 | 500 | 0.50 × |',
    ].join('\n'),
  );
});

test('[T3] shows an added latency as a difference to the bare pipe', () => {
  const rounds = new Map([
    ['pipe', [measured(1_000, 70)]],
    ['gateway', [measured(1_000, 72.5)]],
  ] as const);
  expect(tableOf(SCENARIOS.latency, rounds)).toContain('| +2.5 ms |');
});

test('[T3] memory that rises after its first quarter is told apart from memory that only starts up', () => {
  const hour = (part: number): number => part / 100;
  const points = Array.from({ length: 100 }, (_, at) => at);
  const starting = memoryOf(points.map((at) => ({ x: hour(at), y: Math.min(100, 50 + 10 * at) })));
  expect(starting).toMatchObject({ highestMb: 100, earlyMb: 100, lateMb: 100 });
  expect(starting.risePerHour).toBeCloseTo(0);
  const leaking = memoryOf(points.map((at) => ({ x: hour(at), y: 50 + at })));
  expect(leaking.lateMb - leaking.earlyMb).toBeCloseTo(50);
  expect(leaking.risePerHour).toBeCloseTo(100);
});

test('[T3] the subject has a core to itself where there are two, and shares where there is one', () => {
  expect(coresOf(1)).toBeUndefined();
  expect(coresOf(2)).toEqual({ server: '1', load: '0' });
  expect(coresOf(8)).toEqual({ server: '7', load: '0-6' });
});

test('[T3] a flag that makes no sense is refused with what it may be', () => {
  expect(() => readOptions(['--subjects', 'pipe,nginx'])).toThrow(
    '--subjects (nginx) must be of direct, pipe, gateway',
  );
  expect(() => readOptions(['--seconds', '0'])).toThrow('--seconds (0) must be a number above 0; see --help');
});
