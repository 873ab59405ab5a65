import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { ROUTES } from '../src/routes';

const ROOT = join(__dirname, '..', '..');
/** Three processes are started and compiled on the way, beside other tests. */
const SLOW_MS = 60_000;
const LIMIT = 5;

const directories: string[] = [];
const children: ReturnType<typeof spawn>[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** Waits until `holds`; what it says is what the failure shows. */
const until = async (holds: () => Promise<boolean> | boolean, said: () => string): Promise<void> => {
  const deadline = Date.now() + SLOW_MS / 2;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`never held: ${holds.toString()}\n${said()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

const run = (env: Record<string, string>) => {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-workers-'));
  directories.push(directory);
  const child = spawn(process.execPath, ['--import', 'tsx', 'app/src/main.ts'], {
    cwd: ROOT,
    // A group of its own, as a terminal would give it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      WORKERS: '2',
      SHUTDOWN_DRAIN_MS: '1',
      DATABASE_URL: `sqlite:${join(directory, 'gateway.db')}`,
      JOURNAL_DIRECTORY: join(directory, 'journal'),
      CLIENT_RATE_PER_SECOND: '0',
      CLIENT_PER_MINUTE: String(LIMIT),
      ...env,
    },
  });
  children.push(child);
  let out = '';
  child.stdout.on('data', (piece: Buffer) => (out += piece.toString()));
  child.stderr.on('data', (piece: Buffer) => (out += piece.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const pid = child.pid ?? 0;
  /** Of the workers, from the lowest. */
  const workers = () =>
    readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .split(' ')
      .flatMap((word) => (word.trim() === '' ? [] : [Number(word)]));
  return { child, pid, ended, workers, out: () => out };
};

const start = async (env: Record<string, string> = {}) => {
  const running = run(env);
  await until(() => running.out().includes('curl'), running.out);
  const [, url = '', key = ''] = /curl (http:\/\/[^/]+)\S* -H "authorization: Bearer (\S+)"/.exec(running.out()) ?? [];
  /** On a connection of its own, so that any worker may get it. */
  const ask = async (path: string, body?: object) => {
    const answer = await request(`${url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', connection: 'close' },
      body: body === undefined ? null : JSON.stringify(body),
      reset: true,
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  };
  return { ...running, ask };
};

const PROMPT = { model: 'qwen-plus', messages: [{ role: 'user', content: 'Hello' }] };
const times = (count: number) => Array.from({ length: count });

describe('a gateway of two workers', () => {
  test(
    '[G16] [G8] [G14] has one limit, replaces the worker that dies, and ends with both on SIGTERM, with 0',
    async () => {
      const { child, ask, workers, ended, out } = await start();
      expect(out().match(/curl/g)).toHaveLength(1);
      const first = workers();
      expect(first).toHaveLength(2);
      const statuses: number[] = [];
      while (statuses.length < LIMIT + 3) statuses.push((await ask(ROUTES.chatCompletions, PROMPT)).status);
      expect(statuses).toEqual([...times(LIMIT).map(() => 200), 429, 429, 429]);

      // Either of them answers alone, so both do. A log line is written within half a second.
      const served = (count: number) => until(() => out().match(/"msg":"serving"/g)?.length === count, out);
      await served(2);
      for (const index of [0, 1]) {
        const [victim = 0] = index === 0 ? first : workers().filter((pid) => first.includes(pid));
        process.kill(victim, 'SIGKILL');
        await until(() => !workers().includes(victim), out);
        expect((await ask(ROUTES.ready)).status).toBe(200);
        await served(3 + index);
      }
      expect(workers().filter((pid) => first.includes(pid))).toEqual([]);
      expect(out().match(/a worker died, and is replaced/g)).toHaveLength(2);
      expect((await ask(ROUTES.chatCompletions, PROMPT)).status).toBe(429);

      const last = workers();
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
      for (const pid of last) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    },
    SLOW_MS,
  );

  test(
    '[G3] [G7] has one set of metrics and one order to a circuit breaker, whichever of them is asked',
    async () => {
      const { ask, child, ended } = await start({ CLIENT_PER_MINUTE: '0', USER_PER_MINUTE: '0' });
      await Promise.all(times(10).map(() => ask(ROUTES.chatCompletions, PROMPT)));
      const texts = [await ask(ROUTES.metrics), await ask(ROUTES.metrics), await ask(ROUTES.metrics)];
      for (const { text } of texts) {
        expect(text).toMatch(/^gateway_processes 2$/m);
        expect(text).toMatch(/^gateway_http_request_duration_seconds_count\{route="\/v1\/chat\/completions",.*\} 10$/m);
      }
      expect((await ask(`${ROUTES.circuitBreakers}/echo/force-open`, {})).status).toBe(200);
      const views = [await ask(ROUTES.circuitBreakers), await ask(ROUTES.circuitBreakers)];
      for (const { text } of views)
        expect(JSON.parse(text)).toMatchObject({ data: [{ state: 'open', order: 'open' }] });
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
    },
    SLOW_MS,
  );

  test(
    '[G14] takes an interrupt that reaches all its processes at once for one, and ends gracefully',
    async () => {
      const { pid, ended, out } = await start();
      process.kill(-pid, 'SIGINT');
      expect(await ended).toBe(0);
      expect(out().match(/"msg":"closed"/g)).toHaveLength(2);
    },
    SLOW_MS,
  );

  test(
    '[G14] says once what is wrong, and exits with 1, on a port that is taken',
    async () => {
      const taken = createServer();
      await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
      const address = taken.address();
      const { ended, out } = run({ PORT: String(typeof address === 'object' && address !== null ? address.port : 0) });
      expect(await ended).toBe(1);
      expect(out().match(/The gateway did not start\./g)).toHaveLength(1);
      expect(out()).toContain('end what listens there, or set PORT to another');
      await new Promise((resolve) => taken.close(resolve));
    },
    SLOW_MS,
  );
});
