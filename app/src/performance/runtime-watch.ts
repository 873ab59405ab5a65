/** What the JavaScript runtime does beside the work: delays of its event loop, and collections of garbage. */
import { constants, monitorEventLoopDelay, performance, PerformanceObserver } from 'node:perf_hooks';
import type { Clock } from '../clock';

/** Node's timer for measuring goes off this often, in milliseconds, and reports the time between, not the delay. */
const RESOLUTION_MS = 20;
/** A reading is of the last one to two of these, in milliseconds. */
const PERIOD_MS = 30_000;
const NANOSECONDS = 1e6;

export interface EventLoopReading {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Part of the time in which the event loop had something to do, since the period before. */
  readonly utilization: number;
}

export interface CollectionReading {
  /** Since the start. */
  readonly minor: number;
  readonly major: number;
  readonly totalMs: number;
  readonly longestMs: number;
}

export interface RuntimeWatchProps {
  readonly clock: Clock;
  /** Called after each full collection. */
  readonly onMajorCollection: () => void;
}

export interface RuntimeWatch {
  eventLoop(): EventLoopReading;
  collections(): CollectionReading;
  close(): void;
}

/** Whether a collection was a full one. Node's types do not know what an entry says of it. */
const isMajor = (entry: object): boolean =>
  'detail' in entry &&
  typeof entry.detail === 'object' &&
  entry.detail !== null &&
  'kind' in entry.detail &&
  entry.detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR;

const round = (value: number): number => Math.round(value * 1_000) / 1_000;

export const createRuntimeWatch = ({ clock, onMajorCollection }: RuntimeWatchProps): RuntimeWatch => {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let utilizationThen = performance.eventLoopUtilization();
  let before: EventLoopReading = { p50Ms: 0, p99Ms: 0, maxMs: 0, utilization: 0 };

  const late = (nanoseconds: number): number => Math.max(0, round(nanoseconds / NANOSECONDS - RESOLUTION_MS));
  const now = (): EventLoopReading => ({
    p50Ms: late(delay.percentile(50)),
    p99Ms: late(delay.percentile(99)),
    maxMs: late(delay.max),
    utilization: round(performance.eventLoopUtilization(utilizationThen).utilization),
  });

  let cancel = (): void => undefined;
  const turn = (): void => {
    before = now();
    delay.reset();
    utilizationThen = performance.eventLoopUtilization();
    cancel = clock.after(PERIOD_MS, turn);
  };
  cancel = clock.after(PERIOD_MS, turn);

  let collections: CollectionReading = { minor: 0, major: 0, totalMs: 0, longestMs: 0 };
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { duration } = entry;
      const major = isMajor(entry);
      collections = {
        minor: collections.minor + (major ? 0 : 1),
        major: collections.major + (major ? 1 : 0),
        totalMs: collections.totalMs + duration,
        longestMs: Math.max(collections.longestMs, duration),
      };
      if (major) onMajorCollection();
    }
  });
  observer.observe({ type: 'gc' });

  return {
    eventLoop: () => {
      const present = now();
      return {
        p50Ms: Math.max(present.p50Ms, before.p50Ms),
        p99Ms: Math.max(present.p99Ms, before.p99Ms),
        maxMs: Math.max(present.maxMs, before.maxMs),
        utilization: present.utilization,
      };
    },
    collections: () => ({
      ...collections,
      totalMs: round(collections.totalMs),
      longestMs: round(collections.longestMs),
    }),
    close: () => {
      cancel();
      observer.disconnect();
      delay.disable();
    },
  };
};
