/** A clock that stands still until a test moves it, and then lets every timer go off at its moment, in order. */
import type { Clock } from '../src/clock';
import { NOW_MS } from './running';

export interface VirtualClock extends Clock {
  /** Timers that are set. */
  readonly pending: number;
  /** What each timer so far was set for, in milliseconds, in the order in which they were set. */
  readonly waits: readonly number[];
  /** Moves it on, timer by timer; what a timer starts is let run before the next one. */
  advance(ms: number): Promise<void>;
}

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** Lets everything run that waits for nothing but its turn. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const virtualClock = (): VirtualClock => {
  const timers = new Set<Timer>();
  const waits: number[] = [];
  let now = 0;
  /** The first to go off; of several at one moment the one that was set first, as a Set keeps their order. */
  const nextUntil = (end: number): Timer | undefined => {
    let next: Timer | undefined;
    for (const timer of timers) if (timer.at <= end && (next === undefined || timer.at < next.at)) next = timer;
    return next;
  };
  return {
    epochMs: () => NOW_MS + now,
    monotonicMs: () => now,
    after: (ms, run) => {
      const timer = { at: now + Math.max(0, ms), run };
      timers.add(timer);
      waits.push(ms);
      return () => void timers.delete(timer);
    },
    waits,
    get pending() {
      return timers.size;
    },
    async advance(ms) {
      const end = now + ms;
      await settled();
      for (let timer = nextUntil(end); timer !== undefined; timer = nextUntil(end)) {
        now = Math.max(now, timer.at);
        timers.delete(timer);
        timer.run();
        await settled();
      }
      now = end;
      await settled();
    },
  };
};
