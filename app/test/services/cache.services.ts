import pino from 'pino';
import { systemClock } from '../../src/clock';
import { Pattern } from '../../src/cache/pattern';
import type { Database } from '../../src/database/database';
import { createDatabase } from '../../src/database/database';
import { createMetrics } from '../../src/metrics';
import { createRedis } from '../../src/redis/redis';
import type { Redis } from '../../src/redis/redis';
import { Secret } from '../../src/secret';
import { chatCall, found, jsonAnswer, noRedis, slotOf, startCache, stopCaches, textIn } from '../caching';
import type { Caching, CachingProps } from '../caching';
import { eventually } from '../running';
import { valueOf } from '../serving';
import { virtualClock } from '../virtual-clock';
import type { VirtualClock } from '../virtual-clock';
import { startMariaDb, stopMariaDbs } from './mariadb';
import { startRedisServer, stopRedisServers } from './redis-server';
import type { RedisServer } from './redis-server';

const log = pino({ enabled: false });
const opened: (Redis | Database)[] = [];

afterEach(async () => {
  await stopCaches();
  // Before the connections: one that is closed waits for what was asked, and no clock here gives that up.
  await stopRedisServers();
  await Promise.all(opened.splice(0).map((one) => one.close()));
});
afterAll(stopMariaDbs);

const COMMAND_TIMEOUT_MS = 75;
const RETRY_MS = 50;

/** A guarded Redis of one process, up. */
const connect = async ({ url }: RedisServer, clock: VirtualClock): Promise<Redis> => {
  const redis = createRedis({
    url: new Secret(url),
    commandTimeoutMs: COMMAND_TIMEOUT_MS,
    retryMs: RETRY_MS,
    clock,
    log,
    metrics: createMetrics(),
  });
  opened.push(redis);
  await eventually(() => redis.up);
  return redis;
};

interface Process extends Caching {
  readonly redis: Redis;
  /** The clock of its Redis. It stands still until a test moves it: no busy machine has a command given up. */
  readonly patience: VirtualClock;
}

/** A process with its own memory, and a database that nobody shares unless one is given. */
const startProcess = async (server: RedisServer, props: CachingProps = {}): Promise<Process> => {
  const patience = virtualClock();
  const redis = await connect(server, patience);
  return { ...(await startCache({ redis, ...props })), redis, patience };
};

/** What comes of something that asks a paused Redis so many things, one after another: each has its time, and no more. */
const givingUp = async <T>({ patience }: Process, commands: number, doing: Promise<T>): Promise<T> => {
  for (let command = 0; command < commands; command += 1) {
    await eventually(() => patience.pending === 1);
    await patience.advance(COMMAND_TIMEOUT_MS);
  }
  return doing;
};

/** Has a lost Redis that answers again be tried. */
const comesBack = async ({ redis, patience }: Process): Promise<void> => {
  await eventually(() => !redis.up && patience.waits.at(-1) === RETRY_MS);
  await patience.advance(RETRY_MS);
  await eventually(() => redis.up);
};

const keep = ({ cache, clock }: Caching, name: string, text = 'Hi', cost = 0): void => {
  slotOf(cache, chatCall(name)).keep(jsonAnswer(clock, text), cost);
};

const everything = Pattern.parse('*:*:*');
const removeAll = ({ cache }: Caching) => {
  if (everything === undefined) throw new Error('no pattern');
  return cache.invalidate(everything);
};

const names = (redis: Redis, pattern: string): Promise<string[]> =>
  redis.run('test', (client) => client.keys(pattern)).then((keys) => keys ?? []);

describe('kept answers in Redis', () => {
  test('[G6] are found by another process, byte by byte, and come up to its memory', async () => {
    const server = await startRedisServer();
    const one = await startProcess(server);
    const two = await startProcess(server);
    const usage = { inputTokens: 3, outputTokens: 5, cachedTokens: 2 };
    const answer = jsonAnswer(one.clock, 'Hi ☃', {
      usage,
      body: Buffer.from('data: {"choices":[{"delta":{"content":"é"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'),
      kind: 'stream',
    });
    const call = chatCall('x', { stream: true });
    slotOf(one.cache, call).keep(answer, 0);
    await eventually(async () => (await names(one.redis, 'gateway:cache:entry:*')).length === 1);
    expect(await slotOf(two.cache, call).find()).toEqual({ answer, source: 'hit-l2' });
    expect(await slotOf(two.cache, call).find()).toEqual({ answer, source: 'hit-l1' });
  });

  test('[G6] stay an hour and another in place of failures, a costly one longer', async () => {
    const server = await startRedisServer();
    const one = await startProcess(server);
    keep(one, 'cheap');
    await eventually(async () => (await names(one.redis, 'gateway:cache:entry:*')).length === 1);
    keep(one, 'costly', 'Hi', 1);
    await eventually(async () => (await names(one.redis, 'gateway:cache:entry:*')).length === 2);
    const hours: number[] = [];
    for (const name of await names(one.redis, 'gateway:cache:entry:*')) {
      hours.push(Math.round(((await one.redis.run('test', (client) => client.pttl(name))) ?? 0) / 3_600_000));
    }
    expect(hours.sort()).toEqual([2, 3]);
  });

  test('[G6] that somebody else wrote there are misses', async () => {
    const server = await startRedisServer();
    const one = await startProcess(server);
    const two = await startProcess(server);
    keep(one, 'x');
    await eventually(async () => (await names(one.redis, 'gateway:cache:entry:*')).length === 1);
    const [name = ''] = await names(one.redis, 'gateway:cache:entry:*');
    for (const bytes of [
      '',
      'abc',
      '\0\0\0\u0002{}',
      '\u007f\u007f\u007f\u007f{}',
      `\0\0\0\u0014{"format":2,"cost":1}`,
    ]) {
      await one.redis.run('test', (client) => client.set(name, Buffer.from(bytes)));
      expect(await found(two.cache, chatCall('x'))).toBeUndefined();
    }
    expect(two.cache.stats().levels.l2).toMatchObject({ misses: 5, unavailable: 0 });
  });

  test('[G6] are misses while it is dead, paused or gone, after one command’s time-out at most, and are there again when it is', async () => {
    const server = await startRedisServer();
    const one = await startProcess(server);
    const two = await startProcess(server);
    keep(one, 'a');
    await eventually(async () => (await names(one.redis, 'gateway:cache:entry:*')).length === 1);

    server.pause();
    expect(await givingUp(two, 1, found(two.cache, chatCall('a')))).toBeUndefined();
    keep(two, 'b', 'meanwhile');
    expect(await found(two.cache, chatCall('b'))).toBe('hit-l1 meanwhile');
    server.resume();
    await eventually(async () => (await found(two.cache, chatCall('a'))) !== undefined);

    await server.kill();
    await eventually(() => !two.redis.up);
    // Without a wait: the clock stands still.
    expect(await found(two.cache, chatCall('c'))).toBeUndefined();
    keep(two, 'd');
    await server.restart();
    await Promise.all([one, two].map(comesBack));
    keep(two, 'e', 'afterwards');
    await eventually(async () => (await found(one.cache, chatCall('e'))) !== undefined);
    expect(await found(one.cache, chatCall('e'))).toBe('hit-l1 afterwards');
    expect(two.cache.stats().levels.l2.unavailable).toBeGreaterThan(0);
  });

  test('[G6] stand in past their time when the upstream fails', async () => {
    const server = await startRedisServer();
    const env = { CACHE_L1_MS: '1000', CACHE_L2_MS: '1000', CACHE_L3_MS: '1000', CACHE_STALE_MS: '60000' };
    const clock = virtualClock();
    const one = await startProcess(server, { env, clock });
    const two = await startProcess(server, { env, clock });
    keep(one, 'x');
    await eventually(async () => (await names(one.redis, 'gateway:cache:entry:*')).length === 1);
    await clock.advance(1_001);
    const slot = slotOf(two.cache, chatCall('x'));
    expect(await slot.find()).toBeUndefined();
    const stale = await slot.findStale();
    expect(stale === undefined ? undefined : textIn(stale)).toBe('Hi');
    expect(two.cache.stats().levels.l2).toMatchObject({ misses: 1, stale: 1 });
  });
});

describe('answers are removed', () => {
  test('[G6] a hundred at a time from Redis and every process’s memory, within a second', async () => {
    const server = await startRedisServer();
    const clock = virtualClock();
    const one = await startProcess(server, { clock });
    const two = await startProcess(server, { clock });
    for (let index = 0; index < 150; index += 1) keep(one, `${index}`);
    await eventually(async () => (await names(one.redis, 'gateway:cache:entry:*')).length === 150);
    for (let index = 0; index < 150; index += 1) await found(two.cache, chatCall(`${index}`));
    expect(two.cache.stats().memory.entries).toBe(150);

    expect(await removeAll(two)).toEqual({ removed: 100, more: true });
    expect(await names(one.redis, 'gateway:cache:entry:*')).toHaveLength(50);
    await clock.advance(1_000);
    await eventually(() => one.cache.stats().memory.entries === 50);
    expect(await removeAll(two)).toEqual({ removed: 50, more: false });
    expect(await names(one.redis, 'gateway:cache:entry:*')).toEqual([]);
    await clock.advance(1_000);
    await eventually(() => one.cache.stats().memory.entries === 0);
  });

  test('[G6] all of a tenant, and those of another stay, whatever its models are called', async () => {
    const server = await startRedisServer();
    const clock = virtualClock();
    const one = await startProcess(server, { clock });
    const two = await startProcess(server, { clock });
    const odd = 'qwen:*"\ud800[x]';
    for (const tenant of ['key-1', 'key-2']) {
      slotOf(one.cache, chatCall('x', { model: odd }, { tenant })).keep(jsonAnswer(clock, 'Hi', { model: odd }), 0);
    }
    await eventually(async () => (await names(one.redis, 'gateway:cache:entry:*')).length === 2);
    expect(await two.cache.invalidateTenant('key-1')).toEqual({ removed: 1, more: false });
    await clock.advance(1_000);
    await eventually(() => one.cache.stats().memory.entries === 1);
    const other = await slotOf(two.cache, chatCall('x', { model: odd }, { tenant: 'key-2' })).find();
    expect(other?.source).toBe('hit-l2');
  });

  test('[G6] not all for certain while Redis is away: what it holds may come back with it', async () => {
    const server = await startRedisServer();
    const one = await startProcess(server);
    keep(one, 'x');
    await eventually(async () => (await names(one.redis, 'gateway:cache:entry:*')).length === 1);
    server.pause();
    expect(await givingUp(one, 2, removeAll(one))).toEqual({ removed: 1, more: true });
    server.resume();
    await comesBack(one);
    expect(await removeAll(one)).toMatchObject({ more: false });
    expect(await found(one.cache, chatCall('x'))).toBeUndefined();
  });

  test('[G6] in a process that has lost Redis too, through the database', async () => {
    const server = await startRedisServer();
    const one = await startProcess(server);
    const two = await startCache({ redis: noRedis, database: one.database, clock: one.clock });
    keep(one, 'x');
    await one.clock.advance(1_000);
    await eventually(async () => (await found(two.cache, chatCall('x'))) === 'hit-l1 Hi');
    expect(await removeAll(one)).toEqual({ removed: 1, more: false });
    await one.clock.advance(5_000);
    expect(await found(two.cache, chatCall('x'))).toBeUndefined();
  });
});

test('[G6] one process of two asks for what is popular in both', async () => {
  const server = await startRedisServer();
  const clock = virtualClock();
  const env = { CACHE_REFRESH_MS: '60000' };
  let asked = 0;
  const refresh = () => {
    asked += 1;
    return Promise.resolve({ answer: jsonAnswer(clock, 'new'), cost: 0 });
  };
  const one = await startProcess(server, { clock, env, refresh });
  const two = await startProcess(server, { clock, env, refresh });
  keep(one, 'x', 'old');
  await eventually(async () => (await names(one.redis, 'gateway:cache:entry:*')).length === 1);
  for (let time = 0; time < 10; time += 1) {
    await found(one.cache, chatCall('x'));
    await found(two.cache, chatCall('x'));
  }
  await clock.advance(60_000);
  const results = async (result: string): Promise<number> =>
    ((await valueOf(one.metrics.cacheRefreshes, { result })) ?? 0) +
    ((await valueOf(two.metrics.cacheRefreshes, { result })) ?? 0);
  await eventually(async () => (await results('elsewhere')) === 1);
  expect(await results('refreshed')).toBe(1);
  expect(asked).toBe(1);
});

describe('kept answers in MySQL', () => {
  test('[G6] come back byte by byte, are counted, found by a pattern, and removed', async () => {
    const { url } = await startMariaDb();
    const clock = virtualClock();
    const metrics = createMetrics();
    const database = createDatabase({
      url: new Secret(url),
      pool: 4,
      timeoutMs: 5_000,
      clock: systemClock,
      log,
      metrics,
    });
    opened.push(database);
    await database.migrate();
    await database.open();
    const one = await startCache({ database, clock });
    const two = await startCache({ database, clock });
    const body = Buffer.concat([jsonAnswer(clock, 'Hi ☃ é 你').body, Buffer.from(' ')]);
    const answer = jsonAnswer(clock, '', { body });
    slotOf(one.cache, chatCall('x')).keep(answer, 0.25);
    keep(one, 'y');
    await clock.advance(1_000);
    await eventually(async () => (await slotOf(two.cache, chatCall('x')).find())?.source === 'hit-l1');
    expect((await slotOf(two.cache, chatCall('x')).find())?.answer).toEqual(answer);
    await clock.advance(1_000);
    const rows = () =>
      database.query('test', (db) =>
        db.selectFrom('cache_entries').select(['operation', 'hits']).orderBy('hits').execute(),
      );
    await eventually(async () => (await rows()).some(({ hits }) => hits === 1));
    expect(await rows()).toEqual([
      { operation: 'chat', hits: 0 },
      { operation: 'chat', hits: 1 },
    ]);
    expect(await removeAll(two)).toEqual({ removed: 2, more: false });
    expect(await rows()).toEqual([]);
    await clock.advance(5_000);
    await eventually(() => one.cache.stats().memory.entries === 0);
  });
});
