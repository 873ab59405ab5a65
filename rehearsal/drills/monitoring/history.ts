/**
 * What Prometheus remembers of the week before: alerts and panels that compare with yesterday and a week ago have nothing
 * to compare with in a server that has just begun. Only series that are compared with are made up, and at a steady level.
 */
import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { METRICS } from '../../../app/src/metrics';
import { RECORDED } from '../../../constructs/monitoring/alerts';
import { PRICE_TABLE } from '../../../app/src/costs/price-table';

const execute = promisify(execFile);

const DAYS = 8;
const DAY_SECONDS = 86_400;
/** Below Prometheus' five minutes, after which a series counts as ended. */
const STEP_SECONDS = 120;
/** What is newer Prometheus keeps in its head, and blocks must not overlap with that. */
const GAP_SECONDS = 3 * 3_600;

/** The levels: those of a gateway that a small company uses, so that the drill's own load is no less than usual. */
const LEVELS = { requestsPerSecond: 1.5, users: 3, costPerHour: 5 } as const;

export interface HistoryProps {
  readonly promtool: string;
  /** Where the text is written before it becomes blocks; removed after that. */
  readonly file: string;
  /** Where Prometheus will keep its own. */
  readonly data: string;
  /** Labels of one target of the gateway. */
  readonly target: Readonly<Record<string, string>>;
}

/** Writes blocks of the week before into the folder of a Prometheus that does not run yet. */
export async function writeHistory({ promtool, file, data, target }: HistoryProps): Promise<void> {
  const namespace = target['namespace'] ?? '';
  const end = Math.floor(Date.now() / 1_000) - GAP_SECONDS;
  const times = Array.from(
    { length: (DAYS * DAY_SECONDS) / STEP_SECONDS },
    (_, at) => end - DAYS * DAY_SECONDS + at * STEP_SECONDS,
  );
  const currency = PRICE_TABLE[0]?.currency ?? '';
  const series: readonly (readonly [name: string, labels: Readonly<Record<string, string>>, value: number])[] = [
    [RECORDED.requestRateSmooth.name, { namespace }, LEVELS.requestsPerSecond],
    [RECORDED.hourlyCost.name, { namespace, currency }, LEVELS.costPerHour],
    [METRICS.activeUsers.name, target, LEVELS.users],
  ];
  const lines = series.flatMap(([name, labels, value]) => {
    const written = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
    return [`# TYPE ${name} gauge`, ...times.map((time) => `${name}{${written.join(',')}} ${value} ${time}`)];
  });
  writeFileSync(file, `${[...lines, '# EOF'].join('\n')}\n`);
  await execute(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', file, data]);
  rmSync(file);
}
