/** What is done to each subject, and what is read off. */
import { requests, streams, warmUp } from './load';
import type { Target } from './load';
import { quantile } from './statistics';
import { bodyOf } from './bodies';

/** How the mock upstream behaves. */
export interface UpstreamManner {
  readonly delayMs: number;
  readonly frames: number;
  readonly frameMs: number;
}

export interface Conditions extends Target {
  readonly cores: string | undefined;
  readonly seconds: number;
  readonly streams: number;
  readonly bodies: string;
}

/** One measurement, by the column that it is shown in. */
export type Figures = Readonly<Record<string, number>>;

export interface Scenario {
  readonly title: string;
  readonly upstream: UpstreamManner;
  /** Columns in their order, and the digits behind the point. */
  readonly columns: Readonly<Record<string, number>>;
  /** The column by which subjects are compared, by its ratio or its difference; `undefined`: they are not. */
  readonly compared: { readonly column: string; readonly by: 'ratio' | 'difference' } | undefined;
  readonly prompts: 'distinct' | 'one';
  /** Whether a cache may keep the answers. */
  readonly repeatable: boolean;
  readonly run: (conditions: Conditions) => Promise<Figures>;
}

const CONNECTIONS = 32;
const RATE = 1_000;
/** Enough that a late answer delays no other: a request waits for its time, not for a connection. */
const RATE_CONNECTIONS = 256;
const WARM_UP_SECONDS = 2;
const WARM_UP_STREAMS = 50;
const FRAMES = 50;

/** Requests as fast as they are answered. */
const asFastAsTheyCome = async (conditions: Conditions): Promise<Figures> => {
  const load = { ...conditions, connections: CONNECTIONS, rate: undefined };
  await warmUp({ ...load, seconds: WARM_UP_SECONDS });
  const { perSecond, p50Ms, p99Ms, failed } = await requests(load);
  return { 'requests/s': perSecond, 'p50 ms': p50Ms, 'p99 ms': p99Ms, failed };
};

export const SCENARIOS = {
  throughput: {
    title: `JSON answers of 0.9 KB as fast as they come, ${CONNECTIONS} connections, every prompt another`,
    upstream: { delayMs: 0, frames: 1, frameMs: 1 },
    columns: { 'requests/s': 0, 'p50 ms': 2, 'p99 ms': 2, failed: 0 },
    compared: { column: 'requests/s', by: 'ratio' },
    prompts: 'distinct',
    repeatable: false,
    run: asFastAsTheyCome,
  },
  keeps: {
    title: 'The same at temperature 0: every answer may be kept, and none is asked for again',
    upstream: { delayMs: 0, frames: 1, frameMs: 1 },
    columns: { 'requests/s': 0, 'p50 ms': 2, 'p99 ms': 2, failed: 0 },
    compared: { column: 'requests/s', by: 'ratio' },
    prompts: 'distinct',
    repeatable: true,
    run: asFastAsTheyCome,
  },
  hits: {
    title: 'One prompt for all at temperature 0: what a cache is worth, where there is one',
    upstream: { delayMs: 0, frames: 1, frameMs: 1 },
    columns: { 'requests/s': 0, 'p50 ms': 2, 'p99 ms': 2, failed: 0 },
    compared: { column: 'requests/s', by: 'ratio' },
    prompts: 'one',
    repeatable: true,
    run: asFastAsTheyCome,
  },
  latency: {
    title: `${RATE} requests/s whatever comes, an upstream of 60 ms; latency counted from when a request was due`,
    upstream: { delayMs: 60, frames: 1, frameMs: 1 },
    columns: { 'requests/s': 0, 'p50 ms': 1, 'p95 ms': 1, 'p99 ms': 1, failed: 0 },
    compared: { column: 'p99 ms', by: 'difference' },
    prompts: 'distinct',
    repeatable: false,
    async run(conditions) {
      const load = { ...conditions, connections: RATE_CONNECTIONS, rate: RATE };
      await warmUp({ ...load, connections: CONNECTIONS, seconds: WARM_UP_SECONDS });
      const { perSecond, p50Ms, p95Ms, p99Ms, failed } = await requests(load);
      return { 'requests/s': perSecond, 'p50 ms': p50Ms, 'p95 ms': p95Ms, 'p99 ms': p99Ms, failed };
    },
  },
  streams: {
    title: `Streams of ${FRAMES} frames, one each 100 ms, all begun at once; every frame counted and in its place`,
    upstream: { delayMs: 60, frames: FRAMES, frameMs: 100 },
    columns: { complete: 0, 'lost frames': 0, 'first frame p50 ms': 0, 'first frame p99 ms': 0 },
    compared: undefined,
    prompts: 'distinct',
    repeatable: false,
    async run({ streams: count, ...target }) {
      const body = bodyOf('stream', { stream: true, temperature: 0.7 });
      await streams({ ...target, streams: WARM_UP_STREAMS, frames: FRAMES, body });
      const seen = await streams({ ...target, streams: count, frames: FRAMES, body });
      const { complete, lostFrames, firstFrameMs, failures } = seen;
      for (const [reason, times] of Object.entries(failures)) process.stderr.write(`${times} streams: ${reason}\n`);
      return {
        complete,
        'lost frames': lostFrames,
        'first frame p50 ms': quantile(firstFrameMs, 0.5),
        'first frame p99 ms': quantile(firstFrameMs, 0.99),
      };
    },
  },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;
