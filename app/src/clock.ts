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

/**
 * A UUID of version 7: the time, then chance. Names that were made one after another stand beside one another in an index,
 * so that a database writes few of its pages for many rows. Source: RFC 9562, 5.7.
 */
export const randomId: NewId = () => {
  const now = Date.now();
  if (now !== timed.at) timed = { at: now, begin: beginOf(now) };
  // What follows the version of a random UUID: its variant and 74 bits of chance.
  return timed.begin + randomUUID().slice(15);
};

/** The first half of a name is the same for all of one millisecond. */
let timed = { at: 0, begin: '' };

const beginOf = (epochMs: number): string => {
  const time = epochMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7`;
};
