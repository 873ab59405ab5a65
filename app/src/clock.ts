/** Time and names as the service sees them: passed in everywhere, so that a test decides both. */
import { randomUUID } from 'node:crypto';

export interface Clock {
  /** Milliseconds since 1970, for what people and clients read. */
  epochMs(): number;
  /** Milliseconds since an arbitrary point, never going back: for every duration. */
  monotonicMs(): number;
  /** Runs `run` once after `ms` milliseconds, unless the returned function is called before. */
  after(ms: number, run: () => void): () => void;
}

/** The machine's clock. */
export const systemClock: Clock = {
  epochMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** Makes a name that no other request or answer has. */
export type NewId = () => string;

export const randomId: NewId = () => randomUUID();
