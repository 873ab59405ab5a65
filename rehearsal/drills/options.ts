/** What is asked of a drill on the command line. */
import { parseArgs } from 'node:util';

export const DRILLS = ['faults', 'interrupts', 'kill'] as const;
export type DrillName = (typeof DRILLS)[number];

/** Stacks that can be drilled; each stands on those before it that it takes values from. */
export const STACKS = ['foundation', 'network', 'data', 'cluster'] as const;
export type StackName = (typeof STACKS)[number];

/** Those that an apply makes in seconds; the provider itself waits minutes for the others. */
const QUICK: readonly StackName[] = ['foundation', 'network'];

/** How many scenarios are played at a time where nobody says; they sleep more than they work. */
const WORKERS = 2;

export interface Options {
  readonly environment: string;
  readonly drills: readonly DrillName[];
  readonly seed: number;
  readonly stacks: readonly StackName[];
  /** Scenarios at a time, each with a double of its own. */
  readonly workers: number;
  /** Scenarios whose name has this text in it. @default all */
  readonly only?: string;
}

export const USAGE =
  'npm run drill -- <environment> [faults] [interrupts] [kill] [--seed N] [--stacks foundation,network,data,cluster | all] [--workers N] [--only TEXT]';

/** @throws Error that says what was not understood, and how it is written */
export function readOptions(words: readonly string[], environments: readonly string[], fallbackSeed: number): Options {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      stacks: { type: 'string' },
      workers: { type: 'string' },
      only: { type: 'string' },
    },
  });
  const [environment, ...asked] = positionals;
  if (environment === undefined || !environments.includes(environment)) {
    throw new Error(`${environment ?? 'nothing'} is no environment, which are ${environments.join(', ')}; ${USAGE}`);
  }
  const named = values.stacks === 'all' ? STACKS : values.stacks?.split(',');
  return {
    environment,
    drills: asked.length === 0 ? DRILLS : asked.map((word) => oneOf(word, DRILLS, 'drill')),
    seed: wholeNumber(values.seed, '--seed') ?? fallbackSeed,
    stacks: named === undefined ? QUICK : named.map((word) => oneOf(word, STACKS, 'stack')),
    workers: wholeNumber(values.workers, '--workers') ?? WORKERS,
    ...(values.only !== undefined && { only: values.only }),
  };
}

function oneOf<T extends string>(word: string, known: readonly T[], noun: string): T {
  const found = known.find((each) => each === word);
  if (found === undefined) throw new Error(`${word} is no ${noun}, which are ${known.join(', ')}; ${USAGE}`);
  return found;
}

function wholeNumber(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${option} is a whole number up to 999999999, not ${text}; ${USAGE}`);
  return Number(text);
}
