/** A real gateway in a process of its own, which a test may end as an orchestrator would, or kill. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../src/config';
import { ADMIN_KEY } from '../running';

const ROOT = join(__dirname, '..', '..', '..');
/** Compiled on the way, beside other tests, on a machine that is busy. */
const START_MS = 60_000;

export interface GatewayProcess {
  readonly url: string;
  /** What it has written, log and all. */
  readonly output: () => string;
  readonly get: (path: string, init?: RequestInit) => Promise<Response>;
  readonly post: (body: object, init?: RequestInit) => Promise<Response>;
  /** @returns the exit code; null: it was killed */
  readonly end: (signal: 'SIGTERM' | 'SIGKILL') => Promise<number | null>;
  /** What {@link end} waits for. */
  readonly ended: Promise<number | null>;
  readonly signal: (signal: 'SIGTERM') => void;
}

const open: (() => Promise<unknown>)[] = [];

/** For `afterEach`. */
export const stopGatewayProcesses = async (): Promise<void> => {
  await Promise.all(open.splice(0).map((stop) => stop()));
};

const USUAL: Environment = {
  NODE_ENV: 'development',
  PORT: '0',
  WORKERS: '1',
  SHUTDOWN_DRAIN_MS: '0',
  ADMIN_API_KEY: ADMIN_KEY,
  CLIENT_RATE_PER_SECOND: '0',
  CLIENT_PER_MINUTE: '0',
  USER_PER_MINUTE: '0',
  USER_PER_HOUR: '0',
  USER_PER_DAY: '0',
  ADMIN_PER_15_MINUTES: '0',
};

const headersOf = (init: RequestInit): Record<string, string> => ({
  authorization: `Bearer ${ADMIN_KEY}`,
  ...Object.fromEntries(new Headers(init.headers).entries()),
});

/** Resolves when it serves. @throws Error with what it wrote when it does not */
export const startGatewayProcess = async (env: Environment): Promise<GatewayProcess> => {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-alone-'));
  const child = spawn(process.execPath, ['--import', 'tsx', 'app/src/main.ts'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, JOURNAL_DIRECTORY: join(folder, 'journal'), ...USUAL, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const started = new Promise<string>((resolve) => {
    const hear = (piece: Buffer): void => {
      output += piece.toString();
      const url = /^Bailian Gateway on (http:\S+)/m.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  open.push(async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const failed = Promise.race([
    ended.then(() => 'it ended'),
    new Promise<string>((resolve) => void setTimeout(resolve, START_MS, 'it takes too long').unref()),
  ]).then((reason) => {
    throw new Error(`the gateway does not serve, ${reason}: ${output}`);
  });
  // It rejects at every later end, too, when nobody waits for it any more.
  failed.catch(() => undefined);
  const url = await Promise.race([started, failed]);
  const get = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${url}${path}`, { ...init, headers: headersOf(init) });
  return {
    url,
    output: () => output,
    get,
    post: (body, init = {}) =>
      get('/v1/chat/completions', {
        method: 'POST',
        body: JSON.stringify(body),
        ...init,
        headers: { 'content-type': 'application/json', ...Object.fromEntries(new Headers(init.headers).entries()) },
      }),
    signal: (signal) => void child.kill(signal),
    ended,
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
};
