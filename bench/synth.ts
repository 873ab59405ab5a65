/**
 * `npm run bench`: what the synth of every environment costs beside that of a three-stack hello world of the same
 * packages: by `cdktf synth`, as users run it, and the app alone, which is what cdktf starts. All run as whole
 * processes, in turn, so that whatever else the machine does meets them alike.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '..');

/** What is run, by the name that it has in the report. */
const SUBJECTS = { 'every environment': 'main.ts', 'hello world': join('bench', 'hello-world.ts') } as const;

type Subject = keyof typeof SUBJECTS;

const NAMES: readonly Subject[] = ['every environment', 'hello world'];

/** Rounds that count; one more before them fills the caches. */
const ROUNDS = 9;

/** How a subject is run: by the command, or the app by itself. */
const WAYS = ['cdktf synth', 'app alone'] as const;

type Way = (typeof WAYS)[number];

/** The most that `cdktf synth` of every environment may cost, as a multiple of the hello world's median. */
const GOAL = 1.5;

interface Cost {
  /** From the start of the process to its end, in ms. */
  readonly wall: number;
  /** User and system time of the process, all threads, in ms. */
  readonly cpu: number;
}

/** Writes the CPU time of a process and of what it started; `times` of a shell that waits for it. */
const TIMED = '"$@" >/dev/null; status=$?; times >&3; exit $status';

/** The command line of a subject. */
function commandOf(subject: Subject, way: Way, output: string): readonly string[] {
  const app = ['--import', 'tsx', SUBJECTS[subject]];
  if (way === 'app alone') return [process.execPath, ...app];
  const cdktf = join(PROJECT, 'node_modules', '.bin', 'cdktf');
  return [cdktf, 'synth', '--app', ['node', ...app].join(' '), '--output', output];
}

/** @throws Error when the subject cannot be synthesized */
function measure(subject: Subject, way: Way, output: string): Cost {
  const started = performance.now();
  const { status, output: streams } = spawnSync('bash', ['-c', TIMED, 'bash', ...commandOf(subject, way, output)], {
    cwd: PROJECT,
    encoding: 'utf8',
    env: { ...process.env, CDKTF_OUTDIR: output, CHECKPOINT_DISABLE: '1' },
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const wall = performance.now() - started;
  const cpu = childrenTime(streams[3] ?? '');
  if (status !== 0 || Number.isNaN(cpu)) throw new Error(`${SUBJECTS[subject]} ended with ${String(status)}`);
  return { wall, cpu };
}

/** The second line of what `times` prints: user and system time of the children, such as `0m1.234s 0m0.045s`. In ms. */
function childrenTime(times: string): number {
  const [, children = ''] = times.trim().split('\n');
  return children
    .split(/\s+/)
    .map((time) => /^(\d+)m([\d.]+)s$/.exec(time))
    .reduce((sum, match) => sum + (match ? Number(match[1]) * 60_000 + Number(match[2]) * 1000 : Number.NaN), 0);
}

/** The median; of an even count, the upper of the two. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function report(way: Way, measured: ReadonlyMap<string, readonly Cost[]>, unit: keyof Cost): void {
  const of = (subject: Subject): number[] => (measured.get(`${way} ${subject}`) ?? []).map((cost) => cost[unit]);
  const ms = (value: number): string => value.toFixed(0).padStart(6);
  for (const subject of NAMES) {
    const values = of(subject);
    const spread = [Math.min(...values), median(values), Math.max(...values)].map(ms).join('  ');
    console.log(`${way.padEnd(11)}  ${subject.padEnd(17)}  ${unit.padEnd(4)}  ${spread}`);
  }
  const ratio = median(of('every environment')) / median(of('hello world'));
  const verdict = way === 'cdktf synth' ? `, goal at most ${GOAL}: ${ratio <= GOAL ? 'met' : 'NOT met'}` : '';
  console.log(`${way.padEnd(11)}  ${'ratio'.padEnd(17)}  ${unit.padEnd(4)}  ${ratio.toFixed(2)}${verdict}\n`);
}

function main(): void {
  const output = mkdtempSync(join(tmpdir(), 'bench-synth-'));
  const measured = new Map<string, Cost[]>();
  try {
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const way of WAYS) {
        for (const subject of NAMES) {
          const cost = measure(subject, way, join(output, subject.replace(' ', '-')));
          const name = `${way} ${subject}`;
          if (round > 0) measured.set(name, [...(measured.get(name) ?? []), cost]);
        }
      }
    }
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
  console.log(`Synth as a whole process, ${ROUNDS} rounds in turn after one to warm up, in ms: min, median, max\n`);
  for (const way of WAYS) {
    report(way, measured, 'wall');
    report(way, measured, 'cpu');
  }
}

main();
