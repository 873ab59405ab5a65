/** What is measured, how long, and how often: the command's flags. */
import { parseArgs } from 'node:util';
import { SCENARIOS } from './scenarios';
import type { ScenarioName } from './scenarios';
import { SUBJECTS } from './subjects';
import type { SubjectName } from './subjects';

export interface Options {
  /** Length of one measurement, in seconds. */
  readonly seconds: number;
  readonly rounds: number;
  /** Decides the order in which the subjects are measured. */
  readonly seed: number;
  readonly subjects: readonly SubjectName[];
  readonly scenarios: readonly ScenarioName[];
  /** Streams at once. */
  readonly streams: number;
  /** Minutes of the soak, in place of everything else; `undefined`: no soak. */
  readonly soakMinutes: number | undefined;
  /** Requests a second of the soak. */
  readonly soakRate: number;
  /** File that the results go to, besides standard output. */
  readonly write: string | undefined;
}

const HELP = `npm run bench:gateway -- [flags]
  --seconds N      length of one measurement (10)
  --rounds N       rounds, each in an order of its own; medians are shown (3)
  --seed N         decides the orders (made up, and shown)
  --subjects A,B   of: ${Object.keys(SUBJECTS).join(', ')}
  --scenarios A,B  of: ${Object.keys(SCENARIOS).join(', ')}
  --streams N      streams at once (1000)
  --soak           memory over ten minutes instead; --soak-minutes N, --soak-rate N (500/s)
  --write FILE     write the results there as Markdown, too
`;

/**
 * What the command line asks for; `undefined` when it asks for help, which has then been given.
 * @throws Error with a way out when a flag makes no sense
 */
export const readOptions = (args: readonly string[]): Options | undefined => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '10' },
      rounds: { type: 'string', default: '3' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
      subjects: { type: 'string', default: Object.keys(SUBJECTS).join(',') },
      scenarios: { type: 'string', default: Object.keys(SCENARIOS).join(',') },
      streams: { type: 'string', default: '1000' },
      soak: { type: 'boolean', default: false },
      'soak-minutes': { type: 'string', default: '10' },
      'soak-rate': { type: 'string', default: '500' },
      write: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return undefined;
  }
  return {
    seconds: positive('--seconds', values.seconds),
    rounds: positive('--rounds', values.rounds),
    seed: positive('--seed', values.seed),
    subjects: namesOf('--subjects', values.subjects, SUBJECTS),
    scenarios: namesOf('--scenarios', values.scenarios, SCENARIOS),
    streams: positive('--streams', values.streams),
    soakMinutes: values.soak ? positive('--soak-minutes', values['soak-minutes']) : undefined,
    soakRate: positive('--soak-rate', values['soak-rate']),
    write: values.write,
  };
};

const positive = (flag: string, text: string): number => {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`${flag} (${text}) must be a number above 0; see --help`);
};

const namesOf = <N extends string>(flag: string, text: string, table: Readonly<Record<N, unknown>>): readonly N[] =>
  text.split(',').map((name) => {
    if (isKeyOf(name, table)) return name;
    throw new Error(`${flag} (${name}) must be of ${Object.keys(table).join(', ')}; see --help`);
  });

const isKeyOf = <N extends string>(name: string, table: Readonly<Record<N, unknown>>): name is N =>
  Object.hasOwn(table, name);
