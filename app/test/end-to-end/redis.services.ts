/** The gateway whole while its Redis is killed, paused, slow, and back. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/clock';
import type { Clock } from '../../src/clock';
import type { Environment } from '../../src/config';
import { ROUTES } from '../../src/routes';
import { completion } from '../caching';
import { answerJson, mockUpstream, stopUpstreams } from '../mock-upstream';
import { manualClock, prompt, start, stopAll } from '../running';
import type { Running } from '../running';
import { becomes } from '../services/becomes';
import { startRedisServer, stopRedisServers } from '../services/redis-server';
import { statusesOf, steadyLoad } from '../services/steady-load';
import { stopProxies, tcpProxy } from '../services/tcp-proxy';
import { makeKey, metricOf } from './client';

const folder = mkdtempSync(join(tmpdir(), 'gateway-redis-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
afterEach(stopAll);
afterEach(stopUpstreams);
afterEach(stopProxies);
afterEach(stopRedisServers);

/** Every limit counts, and none is in the way. */
const COUNTED = {
  CLIENT_PER_MINUTE: '1000000',
  USER_PER_MINUTE: '1000000',
  REDIS_RETRY_MS: '100',
  REDIS_COMMAND_TIMEOUT_MS: '250',
};

/** @param clock @default the machine's */
const started = async (env: Environment, clock: Clock = systemClock): Promise<Running> => {
  const upstream = await mockUpstream((response) => {
    answerJson(response, 200, completion('Hello'));
  });
  const gateway = await start({ ...upstream.env, ...COUNTED, ...env }, clock);
  await redisIs(gateway, 1);
  return gateway;
};

/** Waits until the metric says that Redis is there, or is not. */
const redisIs = (gateway: Running, up: 0 | 1): Promise<void> =>
  becomes(async () => (await metricOf(gateway, 'gateway_redis_up')) === up);

const healthOf = async ({ get }: Running): Promise<string> => {
  const detailed = await (await get(ROUTES.detailed)).text();
  return /"name":"redis","essential":false,"status":"(\w+)"/.exec(detailed)?.[1] ?? detailed;
};

test('[G2] [G3] [G6] [G8] no request fails while Redis is paused, killed, slow and back, readiness stays, and health and metrics tell', async () => {
  const server = await startRedisServer();
  const proxy = await tcpProxy(server.port);
  const gateway = await started({ REDIS_URL: `redis://127.0.0.1:${proxy.port}` });
  let number = 0;
  // Each looked up and kept, so that the cache asks Redis as well as the limits do.
  const load = steadyLoad(() => gateway.post(prompt(`${number++ % 50}`, { temperature: 0 })));
  const lost = async (): Promise<void> => {
    await redisIs(gateway, 0);
    await load.more(20);
    expect((await gateway.get(ROUTES.ready)).status).toBe(200);
    // Looked at once a second at most.
    await becomes(async () => (await healthOf(gateway)) === 'unhealthy');
  };
  const back = async (): Promise<void> => {
    await redisIs(gateway, 1);
    await load.more(20);
    await becomes(async () => (await healthOf(gateway)) === 'healthy');
  };
  await load.more(20);

  server.pause();
  await lost();
  server.resume();
  await back();

  await server.kill();
  await lost();
  await server.restart();
  await back();

  proxy.delayMs = 800;
  await lost();
  proxy.delayMs = 0;
  await back();

  const answers = await load.stop();
  expect(statusesOf(answers)).toEqual({ 200: answers.length });
  // Told at each change, and at no request: by turns.
  const told = gateway.lines().filter(({ component }) => component === 'redis');
  expect(told.length).toBeGreaterThanOrEqual(7);
  expect(told.map(({ level }) => level)).toEqual(told.map((_line, at) => (at % 2 === 0 ? 'info' : 'warn')));
});

describe('the limit of a key over two gateways', () => {
  const LIMIT = 6;
  /** No other timer of the gateway is set for as long. */
  const PATIENCE_MS = 499;
  /** How many of many requests, sent to both in turn, are let through. */
  const allowed = async (gateways: readonly Running[], key: string): Promise<number> => {
    let count = 0;
    for (let turn = 0; turn < LIMIT * 3; turn += 1) {
      const answer = await gateways[turn % gateways.length]?.post(prompt('Hi'), {
        headers: { authorization: `Bearer ${key}` },
      });
      if (answer?.status === 200) count += 1;
      else expect(answer?.status).toBe(429);
      await answer?.text();
    }
    return count;
  };

  test('[G8] is one with Redis, each one’s own without, and one again when it is back', async () => {
    const server = await startRedisServer();
    const env = {
      REDIS_URL: server.url,
      DATABASE_URL: `sqlite:${join(folder, 'keys.db')}`,
      REDIS_COMMAND_TIMEOUT_MS: String(PATIENCE_MS),
    };
    // No command is given up, however busy the machine is: one that were would be counted apart.
    const held = manualClock(PATIENCE_MS);
    const patient: Clock = { ...systemClock, after: (ms, run) => held.after(ms, run) };
    const gateways = [await started(env, patient), await started(env, patient)];
    const [one] = gateways;
    if (one === undefined) throw new Error('there is no gateway');
    const fresh = async () => (await makeKey(one, { limits: { perMinute: LIMIT } })).key;

    expect(await allowed(gateways, await fresh())).toBe(LIMIT);
    await server.kill();
    for (const gateway of gateways) await redisIs(gateway, 0);
    expect(await allowed(gateways, await fresh())).toBe(2 * LIMIT);
    await server.restart();
    for (const gateway of gateways) await redisIs(gateway, 1);
    expect(await allowed(gateways, await fresh())).toBe(LIMIT);
  });
});
