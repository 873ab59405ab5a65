import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ROUTES } from '../src/routes';
import { beginStream, mockUpstream, stopUpstreams } from './mock-upstream';
import { eventually, manualClock, prompt, start, stopAll } from './running';

afterEach(stopAll);
afterEach(stopUpstreams);

/** No other timer of the gateway is set for as long. */
const DRAIN_MS = 4_321;
/** SHUTDOWN_GRACE_MS, where nothing else is said. */
const GRACE_MS = 52_000;

const CHUNK = 'data: {"choices":[{"delta":{"content":"a"}}]}\n\n';
const DONE = 'data: [DONE]\n\n';

/** An upstream whose one stream goes on for as long as the test wants. */
const holding = async () => {
  let stream: ServerResponse | undefined;
  const upstream = await mockUpstream((response) => {
    stream = response;
    beginStream(response);
    response.write(CHUNK);
  });
  return { env: upstream.env, asked: upstream.asked, finish: () => stream?.end(CHUNK + DONE) };
};

/** Sends the beginning of a request, and waits until the server has read it: it has answered what was sent after it. */
const heard = async (url: string, socket: Socket, beginning: string): Promise<void> => {
  await new Promise((resolve) => socket.write(beginning, resolve));
  for (let times = 0; times < 2; times += 1) await (await fetch(`${url}${ROUTES.live}`)).text();
};

describe('a graceful shutdown', () => {
  test('[G14] fails readiness first and still serves, then lets the running stream finish, then is closed', async () => {
    const upstream = await holding();
    const clock = manualClock(DRAIN_MS, GRACE_MS, GRACE_MS + 1_000);
    const { post, get, close, lines } = await start({ ...upstream.env, SHUTDOWN_DRAIN_MS: String(DRAIN_MS) }, clock);
    const streaming = await post(prompt('x', { stream: true }));
    let closed = false;
    const closing = close().then(() => (closed = true));

    const ready = await get(ROUTES.ready);
    expect({ status: ready.status, body: await ready.json() }).toEqual({
      status: 503,
      body: { status: 'draining', upstream: 'dashscope' },
    });
    expect((await get(ROUTES.live)).status).toBe(200);
    const served = await get(ROUTES.models);
    expect({ status: served.status, connection: served.headers.get('connection') }).toEqual({
      status: 200,
      connection: 'close',
    });
    expect(await (await get(ROUTES.metrics)).text()).toContain('gateway_ready 0\n');

    expect(clock.fire(DRAIN_MS)).toBe(1);
    await eventually(() => lines().some(({ msg }) => msg === 'closing: running answers finish'));
    await expect(get(ROUTES.live)).rejects.toThrow();
    expect(closed).toBe(false);
    upstream.finish();
    expect(await streaming.text()).toBe(CHUNK + CHUNK + DONE);
    await closing;
    expect(lines().at(-1)).toMatchObject({ kind: 'lifecycle', msg: 'closed' });
  });

  test('[G14] cuts off what outlives the grace period, with an error that the client can read', async () => {
    const upstream = await holding();
    const clock = manualClock(DRAIN_MS, GRACE_MS, GRACE_MS + 1_000);
    const { post, close } = await start(upstream.env, clock);
    const streaming = await post(prompt('x', { stream: true }));
    const closing = close();
    expect(clock.fire(GRACE_MS)).toBe(1);
    expect(await streaming.text()).toMatch(/^data: \{"choices.*\n\ndata: \{"error":.*"code":"shutting_down"\}\}\n\n$/);
    await closing;
    await eventually(() => upstream.asked[0]?.gone === true);
  });

  test('[G14] hangs up on a client that does not even take the cut-off', async () => {
    const clock = manualClock(DRAIN_MS, GRACE_MS, GRACE_MS + 1_000);
    const { url, close } = await start({}, clock);
    const half = connect(Number(new URL(url).port), '127.0.0.1');
    const hungUp = new Promise((resolve) => half.once('close', resolve).on('error', () => undefined));
    await new Promise((resolve) => half.once('ready', resolve));
    await heard(url, half, 'POST /v1/chat/completions HTTP/1.1\r\n');
    const closing = close();
    clock.fire(GRACE_MS);
    clock.fire(GRACE_MS + 1_000);
    await expect(Promise.all([closing, hungUp])).resolves.toHaveLength(2);
  });

  test('[G14] does not wait for a connection over which nothing was asked', async () => {
    const { url, close } = await start({}, manualClock(DRAIN_MS, GRACE_MS, GRACE_MS + 1_000));
    const silent = connect(Number(new URL(url).port), '127.0.0.1');
    const hungUp = new Promise((resolve) => silent.once('close', resolve).on('error', () => undefined));
    await new Promise((resolve) => silent.once('ready', resolve));
    // An answer on another connection, so that the silent one, which came before it, is known to the server.
    await (await fetch(`${url}${ROUTES.live}`)).text();
    await expect(Promise.all([close(), hungUp])).resolves.toHaveLength(2);
  });

  test('[G14] refuses a request that slips in on an open connection: 503, try again, elsewhere', async () => {
    const upstream = await holding();
    const { url, post, close } = await start(upstream.env);
    const streaming = await post(prompt('x', { stream: true }));
    const late = connect(Number(new URL(url).port), '127.0.0.1');
    await new Promise((resolve) => late.once('ready', resolve));
    await heard(url, late, 'GET /v1/models HTTP/1.1\r\n');
    const closing = close();
    late.write('Host: x\r\n\r\n');
    const answer = await text(late);
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer).toMatch(/^connection: close\r$/im);
    expect(answer).toMatch(/^retry-after: 1\r$/im);
    expect(answer).toContain('"code":"shutting_down"');
    upstream.finish();
    await Promise.all([closing, streaming.text()]);
  });

  test('[G14] a second call waits for the first one', async () => {
    const { close } = await start();
    await Promise.all([close(), close()]);
  });
});

describe('the process', () => {
  const ROOT = join(__dirname, '..', '..');
  const folder = mkdtempSync(join(tmpdir(), 'gateway-process-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const run = (env: Record<string, string>) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'app/src/main.ts'], {
      cwd: ROOT,
      // One process, which leaves nothing behind; those of several are tested in `workers.test.ts`.
      env: { PATH: process.env.PATH, WORKERS: '1', DATABASE_URL: 'sqlite::memory:', JOURNAL_DIRECTORY: folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    child.stdout.on('data', (piece: Buffer) => (out += piece.toString()));
    child.stderr.on('data', (piece: Buffer) => (out += piece.toString()));
    const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
    return { child, exit, out: () => out };
  };

  test('[G14] serves what it prints, and on SIGTERM finishes and exits with 0, its log complete', async () => {
    const { child, exit, out } = run({ PORT: '0', SHUTDOWN_DRAIN_MS: '1' });
    await new Promise<void>((resolve) => {
      child.stderr.on('data', () => {
        if (out().includes('curl')) resolve();
      });
    });
    const command = /curl (\S+) -H "authorization: (.*)" -H 'content-type: application\/json' -d '(.*)'/.exec(out());
    const [, url = '', authorization = '', body = ''] = command ?? [];
    const headers = { authorization, 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body });
    expect(await response.text()).toContain('Echo: Hello');
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
    expect(out()).toContain('NO UPSTREAM');
    expect(out()).toContain('"msg":"closed"');
    expect(out()).not.toContain('Deprecation');
  }, 20_000);

  test('[G14] with an invalid environment exits at once with 1 and says every fault', async () => {
    const { exit, out } = run({ NODE_ENV: 'production', PORT: 'x', LOG_LEVEL: 'y' });
    expect(await exit).toBe(1);
    expect(out()).toMatch(/did not start\. 4 faults in the environment variables:\n- PORT/);
    const named = ['PORT (x)', 'LOG_LEVEL (y)', 'DASHSCOPE_API_KEY (unset)', 'ADMIN_API_KEY (unset)'];
    for (const name of named) expect(out()).toContain(`- ${name}`);
  }, 20_000);

  test('[G14] on a taken port exits with 1 and says the way out', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { exit, out } = run({ PORT: String(port) });
    expect(await exit).toBe(1);
    expect(out()).toContain('end what listens there, or set PORT to another');
    await new Promise((resolve) => taken.close(resolve));
  }, 20_000);
});
