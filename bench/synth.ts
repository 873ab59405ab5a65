/**
 * `npm run bench`: what the synth of every environment costs beside that of a three-stack hello world of the same
 * packages. Both run as whole processes, in turn, so that whatever else the machine does meets both alike.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '..');

/** What is run, by the name that it has in the report. */
const SUBJECTS = { 'every environment': 'main.ts', 'hello world': join('bench', 'hello-world.ts') } as const;

type Subject = keyof typeof SUBJECTS;

const NAMES: readonly Subject[] = ['every environment', 'hello world'];

/** Rounds that count; one more before them fills the caches. */
const ROUNDS = 9;

/** The most that the synth of every environment may cost, as a multiple of the hello world's median. */
const GOAL = 1.5;

interface Cost {
  /** From the start of the process to its end, in ms. */
  readonly wall: number;
  /** User and system time of the process, all threads, in ms. */
  readonly cpu: number;
}

/** Loaded before the subject: writes the CPU time of the process to its fourth stream as the last thing it does. */
const CPU_REPORT = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    writeSync(3, String((user + system) / 1000));
  });
`)}`;

/** @throws Error when the subject cannot be synthesized */
function measure(subject: Subject, output: string): Cost {
  const started = performance.now();
  const { status, output: streams } = spawnSync(
    process.execPath,
    ['--import', CPU_REPORT, '--import', 'tsx', SUBJECTS[subject]],
    {
      cwd: PROJECT,
      encoding: 'utf8',
      env: { ...process.env, CDKTF_OUTDIR: output },
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    },
  );
  const wall = performance.now() - started;
  const cpu = Number(streams[3] ?? Number.NaN);
  if (status !== 0 || Number.isNaN(cpu)) throw new Error(`${SUBJECTS[subject]} ended with ${String(status)}`);
  return { wall, cpu };
}

/** The median; of an even count, the upper of the two. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function report(measured: Readonly<Record<Subject, readonly Cost[]>>, measure: keyof Cost): void {
  const of = (subject: Subject): number[] => measured[subject].map((cost) => cost[measure]);
  const ms = (value: number): string => value.toFixed(0).padStart(6);
  for (const subject of NAMES) {
    const values = of(subject);
    const spread = [Math.min(...values), median(values), Math.max(...values)].map(ms).join('  ');
    console.log(`${subject.padEnd(17)}  ${measure.padEnd(4)}  ${spread}`);
  }
  const ratio = median(of('every environment')) / median(of('hello world'));
  console.log(
    `${'ratio'.padEnd(17)}  ${measure.padEnd(4)}  ${ratio.toFixed(2)}, goal at most ${GOAL}: ${ratio <= GOAL ? 'met' : 'NOT met'}\n`,
  );
}

function main(): void {
  const output = mkdtempSync(join(tmpdir(), 'bench-synth-'));
  for (const subject of NAMES) mkdirSync(join(output, subject));
  const measured: Record<Subject, Cost[]> = { 'every environment': [], 'hello world': [] };
  try {
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const subject of NAMES) {
        const cost = measure(subject, join(output, subject));
        if (round > 0) measured[subject].push(cost);
      }
    }
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
  console.log(`Synth as a whole process, ${ROUNDS} rounds in turn after one to warm up, in ms\n`);
  console.log(
    `${''.padEnd(17)}  ${''.padEnd(4)}  ${['min', 'median', 'max'].map((name) => name.padStart(6)).join('  ')}`,
  );
  report(measured, 'wall');
  report(measured, 'cpu');
}

main();
