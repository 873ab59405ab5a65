/**
 * `npm run bench:gateway`: this gateway beside a bare pipe, Portkey and LiteLLM, all in front of one mock upstream on this
 * machine, each alone on a core while load and upstream share the others. The order of each round is drawn anew.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { coresOf } from './cores';
import type { Cores } from './cores';
import { measure } from './course';
import { loadOfOthers, machine } from './machine';
import { readOptions } from './options';
import type { Options } from './options';
import { installed, PEERS } from './peers';
import { tableOf } from './results';
import type { Measured } from './results';
import { SCENARIOS } from './scenarios';
import type { Scenario } from './scenarios';
import { HIGHEST_MB, RISE_MB, soak } from './soak';
import { randomFrom, shuffled } from './statistics';
import { subjectOf } from './subjects';
import type { SubjectName } from './subjects';

const BUILD = resolve(__dirname, '..', 'build.mjs');

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Where it was measured, and how. */
const preface = (options: Options, cores: Cores | undefined, others: number): string => {
  const pins =
    cores === undefined
      ? 'nothing is pinned, as there is one core'
      : `the subject on core ${cores.server}; load and mock upstream share core ${cores.load}`;
  const busy = `other programs took ${(others * 100).toFixed(0)} % of the machine at most, looked at between measurements`;
  return [
    `${machine()}; ${pins}; ${busy}.`,
    `${options.seconds} s a measurement, ${options.rounds} rounds, seed ${options.seed}; medians. ${new Date().toISOString().slice(0, 10)}.`,
    '',
    ...options.subjects.map((name) => `- \`${name}\`: ${subjectOf(name).about}`),
  ].join('\n');
};

const compare = async (options: Options, cores: Cores | undefined): Promise<string> => {
  const random = randomFrom(options.seed);
  const tables: string[] = [];
  let others = await loadOfOthers();
  for (const name of options.scenarios) {
    const scenario: Scenario = SCENARIOS[name];
    const rounds = new Map<SubjectName, Measured[]>(options.subjects.map((subject) => [subject, []]));
    for (let round = 1; round <= options.rounds; round += 1) {
      for (const subject of shuffled(options.subjects, random)) {
        const measured = await measure({
          scenario,
          subject,
          cores,
          seconds: options.seconds,
          streams: options.streams,
        });
        rounds.get(subject)?.push(measured);
        say(`${name} ${round}/${options.rounds} ${subject}: ${JSON.stringify(measured)}`);
        others = Math.max(others, await loadOfOthers());
      }
    }
    tables.push(`### ${scenario.title}\n\n${tableOf(scenario, rounds)}`);
  }
  return [preface(options, cores, others), ...tables].join('\n\n');
};

const soakAll = async (options: Options, cores: Cores | undefined, minutes: number): Promise<string> => {
  const head = ['', 'answered', 'failed', 'highest MB', '2nd quarter MB', 'last quarter MB', 'MB an hour', 'verdict'];
  const rows: string[][] = [];
  const others = await loadOfOthers();
  for (const subject of options.subjects) {
    const { answered, failed, highestMb, earlyMb, lateMb, risePerHour } = await soak({
      subject,
      cores,
      minutes,
      rate: options.soakRate,
    });
    const passed = highestMb < HIGHEST_MB && lateMb - earlyMb < RISE_MB;
    const megabytes = [highestMb, earlyMb, lateMb, risePerHour].map((value) => value.toFixed(0));
    rows.push([subject, String(answered), String(failed), ...megabytes, passed ? 'flat' : 'TOO MUCH']);
    say(`soak ${subject}: ${rows.at(-1)?.join(' ') ?? ''}`);
  }
  const lines = [head, head.map((_, at) => (at === 0 ? '---' : '--:')), ...rows];
  const goal = `Below ${HIGHEST_MB} MB, and less than ${RISE_MB} MB more in the last quarter than in the second.`;
  const title = `### Memory, ${minutes} minutes at ${options.soakRate} requests/s`;
  return [
    preface(options, cores, others),
    title,
    goal,
    lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n'),
  ].join('\n\n');
};

const run = async (): Promise<void> => {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) return;
  if (spawnSync(process.execPath, [BUILD], { stdio: 'inherit' }).status !== 0) throw new Error('app/build.mjs failed');
  // Before anything is measured: an installation takes every core.
  await installed(PEERS.oha);
  if (options.subjects.includes('portkey')) await installed(PEERS.portkey);
  if (options.subjects.includes('litellm')) await installed(PEERS.litellm);
  const cores = coresOf(availableParallelism());
  const { soakMinutes } = options;
  const results = await (soakMinutes === undefined ? compare(options, cores) : soakAll(options, cores, soakMinutes));
  process.stdout.write(`${results}\n`);
  if (options.write !== undefined) writeFileSync(options.write, `${results}\n`);
};

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
