/** The load: oha for JSON answers, our own client for streams, each in a process of its own on the load's cores. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROUTES } from '../src/routes';
import { installed, PEERS } from './peers';
import { environmentOf, pinned } from './process';
import type { StreamsSeen } from './stream-client';
import { BENCH_KEY } from './subjects';

export interface Target {
  /** Where the subject listens, such as `http://127.0.0.1:8787`. */
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Load extends Target {
  readonly cores: string | undefined;
  readonly seconds: number;
  readonly connections: number;
  /** Requests a second; `undefined`: as fast as it answers. */
  readonly rate: number | undefined;
  /** File of bodies, one a line, taken in turn. */
  readonly bodies: string;
}

export interface Served {
  /** Requests that were answered 200 a second. */
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** Requests that were answered otherwise or not at all. */
  readonly failed: number;
}

const JSON_HEADERS = { 'content-type': 'application/json' } as const;

const headersOf = ({ headers }: Target): Readonly<Record<string, string>> => ({
  ...JSON_HEADERS,
  authorization: `Bearer ${BENCH_KEY}`,
  ...headers,
});

export const requests = async (load: Load): Promise<Served> => {
  const { origin, seconds, connections, rate, bodies, cores } = load;
  const oha = join(await installed(PEERS.oha), 'bin', 'oha');
  const fixed = rate === undefined ? [] : ['-q', String(rate), '--latency-correction'];
  const headers = Object.entries(headersOf(load)).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const command = [
    ...[oha, '--no-tui', '--output-format', 'json', '-z', `${seconds}s`, '-c', String(connections)],
    ...['-m', 'POST', '-Z', bodies, ...headers, ...fixed, `${origin}${ROUTES.chatCompletions}`],
  ];
  return readReport(await outputOf(command, cores));
};

interface Report {
  readonly summary: { readonly total: number };
  /** In seconds; null when nothing was answered. */
  readonly latencyPercentiles: Readonly<Record<'p50' | 'p95' | 'p99', number | null>>;
  readonly statusCodeDistribution: Readonly<Record<string, number>>;
  readonly errorDistribution: Readonly<Record<string, number>>;
}

/** Requests that were under way when the time was up are no failures. */
const AT_DEADLINE = 'aborted due to deadline';

/** What oha says, in the units of our tables. */
export const readReport = (text: string): Served => {
  const { summary, latencyPercentiles, statusCodeDistribution, errorDistribution } = JSON.parse(text) as Report;
  const ms = (seconds: number | null): number => (seconds ?? Number.NaN) * 1_000;
  const answered = statusCodeDistribution['200'] ?? 0;
  const sum = (counts: Readonly<Record<string, number>>): number =>
    Object.values(counts).reduce((total, each) => total + each, 0);
  return {
    perSecond: answered / summary.total,
    p50Ms: ms(latencyPercentiles.p50),
    p95Ms: ms(latencyPercentiles.p95),
    p99Ms: ms(latencyPercentiles.p99),
    failed: sum(statusCodeDistribution) - answered + sum({ ...errorDistribution, [AT_DEADLINE]: 0 }),
  };
};

export interface StreamLoad extends Target {
  readonly cores: string | undefined;
  readonly streams: number;
  readonly frames: number;
  readonly body: string;
}

export const streams = async (load: StreamLoad): Promise<StreamsSeen> => {
  const { origin, streams: count, frames, body, cores } = load;
  const url = `${origin}${ROUTES.chatCompletions}`;
  const client = [process.execPath, '--import', 'tsx', join(__dirname, 'stream-client.ts')];
  const headers = JSON.stringify(headersOf(load));
  return JSON.parse(
    await outputOf([...client, url, String(count), String(frames), headers, body], cores),
  ) as StreamsSeen;
};

/** What a few requests in turn make of a cold process, before anything is measured. */
export const warmUp = async (load: Load): Promise<void> => {
  await requests({ ...load, rate: undefined });
  // Whatever follows an answer, such as a write of the ledger, is not the measurement's.
  await sleep(500);
};

const outputOf = (command: readonly string[], cores: string | undefined): Promise<string> =>
  new Promise((resolve, reject) => {
    const [program = '', ...args] = pinned(command, cores);
    const child = spawn(program, args, { env: environmentOf(), stdio: ['ignore', 'pipe', 'inherit'] });
    const pieces: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(Buffer.concat(pieces).toString());
      else reject(new Error(`${command[0] ?? ''} ended with ${code ?? 'a signal'}; run it by hand to see why`));
    });
  });
