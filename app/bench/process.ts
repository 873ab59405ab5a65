/** A process of the benchmark: on its own cores, quiet, ready when it answers, and gone when told to. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProcessProps {
  readonly command: readonly string[];
  /** As `taskset` takes them. @default any */
  readonly cores?: string | undefined;
  /** Added to a small environment of its own: this shell's variables stay out of a measurement. */
  readonly env?: Readonly<Record<string, string>>;
  /** @default the current folder */
  readonly cwd?: string;
  /** Asked until it answers, whatever the status. */
  readonly readyUrl: string;
}

export interface Running {
  readonly pid: number;
  /** Resident memory of the process and its children, in MB. */
  readonly residentMb: () => number;
  readonly stop: () => Promise<void>;
}

/** Longest start that is waited for: LiteLLM loads for half a minute on a busy machine. */
const START_MS = 120_000;
const STOP_MS = 10_000;

/** What a program needs to run at all. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'TMPDIR'] as const;

/** The command line on those cores. */
export const pinned = (command: readonly string[], cores: string | undefined): readonly string[] =>
  cores === undefined ? command : ['taskset', '--cpu-list', cores, ...command];

export const environmentOf = (more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  ...Object.fromEntries(INHERITED.map((name) => [name, process.env[name] ?? ''])),
  ...more,
});

/**
 * Starts a process and waits until it answers.
 * @throws Error with the end of what it said when it ends, or does not answer in time
 */
export const start = async ({ command, cores, env, cwd, readyUrl }: ProcessProps): Promise<Running> => {
  const [program = '', ...args] = pinned(command, cores);
  const child = spawn(program, args, {
    env: environmentOf(env),
    ...(cwd === undefined ? {} : { cwd }),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said = lastWordsOf(child);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.once('error', () => {
      resolve();
    });
  });
  const over = (): boolean => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
  const stop = async (): Promise<void> => {
    if (over()) return;
    // Ctrl-C's signal: no subject waits for load balancers to notice.
    child.kill('SIGINT');
    await Promise.race([ended, sleep(STOP_MS, undefined, { ref: false })]);
    if (!over()) child.kill('SIGKILL');
    await ended;
  };
  const until = performance.now() + START_MS;
  while (!(await answers(readyUrl))) {
    if (over() || performance.now() > until) {
      await stop();
      throw new Error(`${command.join(' ')} did not answer at ${readyUrl}:\n${said()}`);
    }
    await sleep(100);
  }
  const pid = child.pid ?? 0;
  return { pid, residentMb: () => residentMb(pid), stop };
};

const LAST_WORDS = 2_000;

const lastWordsOf = (child: ChildProcess): (() => string) => {
  let words = '';
  child.stderr?.on('data', (piece: Buffer) => {
    words = (words + piece.toString()).slice(-LAST_WORDS);
  });
  child.once('error', (error) => {
    words += error.message;
  });
  return () => words;
};

const answers = async (url: string): Promise<boolean> => {
  try {
    await (await fetch(url, { signal: AbortSignal.timeout(2_000) })).arrayBuffer();
    return true;
  } catch {
    return false;
  }
};

/** A loopback port that is free now. */
export const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free loopback port; end what takes them');
  return address.port;
};

const KB_PER_MB = 1_024;

const residentMb = (pid: number): number => {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), statusOf(Number(name))]),
  );
  const isOfTree = (each: number | undefined): boolean =>
    each === pid || (each !== undefined && each > 1 && isOfTree(parents.get(each)?.parent));
  return [...parents].reduce((sum, [each, { kb }]) => sum + (isOfTree(each) ? kb : 0), 0) / KB_PER_MB;
};

/** A process's parent and resident memory; zero of both when it has just ended. */
const statusOf = (pid: number): { readonly parent: number; readonly kb: number } => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const field = (name: string): number => Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    return { parent: field('PPid'), kb: field('VmRSS') };
  } catch {
    return { parent: 0, kb: 0 };
  }
};
