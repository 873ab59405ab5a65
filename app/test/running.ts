/** A real gateway on a free loopback port, with its log kept and its names counted, and what talks to it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateway } from '../src/gateway';
import type { Gateway } from '../src/gateway';
import { systemClock } from '../src/clock';
import type { Clock } from '../src/clock';
import type { Environment } from '../src/config';

/** The moment at which every test takes place. */
export const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5);

/** The machine's clock, except that it is always {@link NOW_MS}. */
export const frozenClock: Clock = { ...systemClock, epochMs: () => NOW_MS };

/** A clock whose timers go off when a test says so. */
export interface ManualClock extends Clock {
  /** Lets every timer that was set for `ms` go off; says how many there were. */
  fire(ms: number): number;
}

/** @param held only timers of so many milliseconds are held; the others are the machine's. @default every one is held */
export const manualClock = (...held: readonly number[]): ManualClock => {
  const timers = new Set<{ readonly ms: number; readonly run: () => void }>();
  return {
    ...frozenClock,
    after: (ms, run) => {
      if (held.length > 0 && !held.includes(ms)) return systemClock.after(ms, run);
      const timer = { ms, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    fire: (ms) => {
      const due = [...timers].filter((timer) => timer.ms === ms);
      for (const timer of due) {
        timers.delete(timer);
        timer.run();
      }
      return due.length;
    },
  };
};

export interface Running extends Gateway {
  /** The log so far, as written. */
  readonly log: () => string;
  /** The log so far, line by line. */
  readonly lines: () => Record<string, unknown>[];
  readonly post: (body: unknown, init?: RequestInit) => Promise<Response>;
  readonly get: (path: string, init?: RequestInit) => Promise<Response>;
}

/** The administrator's key of every gateway under test. Planted to be looked for. */
export const ADMIN_KEY = 'bgk-planted-administrator';

/** No limit, a database in memory, and no wait at the end, where a test says nothing else. */
const USUAL: Environment = {
  NODE_ENV: 'test',
  PORT: '0',
  LOG_LEVEL: 'trace',
  SHUTDOWN_DRAIN_MS: '0',
  ADMIN_API_KEY: ADMIN_KEY,
  DATABASE_URL: 'sqlite::memory:',
  CLIENT_RATE_PER_SECOND: '0',
  CLIENT_PER_MINUTE: '0',
  USER_PER_MINUTE: '0',
  USER_PER_HOUR: '0',
  USER_PER_DAY: '0',
  ADMIN_PER_15_MINUTES: '0',
  RETRY_BASE_MS: '1',
  RETRY_MAX_MS: '1',
};

const running: Gateway[] = [];
const folders: string[] = [];

export const start = async (env: Environment = {}, clock: Clock = frozenClock): Promise<Running> => {
  const written: string[] = [];
  const journal = mkdtempSync(join(tmpdir(), 'gateway-journal-'));
  folders.push(journal);
  let ids = 0;
  const gateway = await startGateway({
    env: { ...USUAL, JOURNAL_DIRECTORY: journal, ...env },
    clock,
    newId: () => `id-${++ids}`,
    logTo: { write: (line) => void written.push(line) },
  });
  running.push(gateway);
  // What names itself at the start does not shift the names of what a test asks.
  ids = 0;
  const get = (path: string, init: RequestInit = {}) =>
    fetch(`${gateway.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${ADMIN_KEY}`, ...objectOf(init.headers ?? {}) },
    });
  return {
    ...gateway,
    log: () => written.join(''),
    lines: () => written.map((line) => objectOf(JSON.parse(line))),
    get,
    post: (body, init = {}) =>
      get('/v1/chat/completions', {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...init,
        headers: { 'content-type': 'application/json', ...objectOf(init.headers ?? {}) },
      }),
  };
};

/** For `afterEach`: ends whatever a test has started. */
export const stopAll = async (): Promise<void> => {
  await Promise.all(running.splice(0).map((gateway) => gateway.close({ drain: false })));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
};

const objectOf = (value: unknown): Record<string, string> => {
  if (typeof value !== 'object' || value === null) throw new Error(`${typeof value} is no object`);
  return Object.fromEntries(Object.entries(value));
};

/** Longest wait for what takes milliseconds, on a machine with much else to do; a test may take twice as long. */
const EVENTUALLY_MS = 30_000;

/** Waits until `holds`, for what happens right after an answer; fails when it never does. */
export const eventually = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  const until = Date.now() + EVENTUALLY_MS;
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(`never held: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

/** A prompt in its smallest form. */
export const prompt = (content: string, more: object = {}): object => ({
  model: 'qwen-plus',
  messages: [{ role: 'user', content }],
  ...more,
});
