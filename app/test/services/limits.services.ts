import { createLocalCounters } from '../../src/limits/local-counters';
import { createRedisCounters } from '../../src/limits/redis-counters';
import { createCounters } from '../../src/limits/shared-counters';
import { systemClock } from '../../src/clock';
import { limits } from '../../src/plugins/limits';
import { readConfig } from '../../src/read-config';
import { createRedis } from '../../src/redis/redis';
import type { Redis } from '../../src/redis/redis';
import { Secret } from '../../src/secret';
import { eventually } from '../running';
import { serve, stopServing } from '../serving';
import { virtualClock } from '../virtual-clock';
import { startRedisServer, stopRedisServers } from './redis-server';

const opened: Redis[] = [];

afterEach(async () => {
  await stopServing();
  // First the servers: a connection that is closed waits for what was asked, and no clock here gives that up.
  await stopRedisServers();
  await Promise.all(opened.splice(0).map((redis) => redis.close()));
});

const RETRY_MS = 100;

/**
 * A replica with the limits as they are by default, but for that of a client's burst. The clock of its Redis stands still
 * until a test moves it: whatever the machine does meanwhile, no command is given up before.
 */
const replica = async (url: string) => {
  const config = readConfig({ NODE_ENV: 'test', CLIENT_RATE_PER_SECOND: '0', CLIENT_PER_MINUTE: '20' });
  const { redisCommandTimeoutMs: commandTimeoutMs } = config.storage;
  const patience = virtualClock();
  const built: { redis?: Redis } = {};
  const serving = serve(({ server, metrics, clock }) => {
    const props = {
      url: new Secret(url),
      commandTimeoutMs,
      retryMs: RETRY_MS,
      clock: patience,
      log: server.log,
      metrics,
    };
    const redis = createRedis(props);
    built.redis = redis;
    opened.push(redis);
    const remote = createRedisCounters({ redis, clock });
    const counters = createCounters({ redis, remote, local: createLocalCounters(systemClock) });
    server.decorateRequest('caller');
    limits(server, { counters, limits: config.limits, metrics });
    server.get('/v1/models', () => 'models');
  }, systemClock);
  await eventually(() => built.redis?.up === true);
  const ask = async (): Promise<number> => (await serving.ask({ path: '/v1/models' })).status;
  /** How many commands have come to an end, with or without an answer. */
  const commands = async (): Promise<number> => {
    const { values } = await serving.metrics.redisCommandDuration.get();
    return values.find(({ metricName = '' }) => metricName.endsWith('_count'))?.value ?? 0;
  };
  await ask();
  return { ask, commands, commandTimeoutMs, patience, redis: built.redis };
};

describe('the limits of two replicas', () => {
  test('[G8] are one by Redis', async () => {
    const { url } = await startRedisServer();
    const [one, other] = [await replica(url), await replica(url)];
    const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? one : other).ask()));
    expect(answers.filter((status) => status === 200)).toHaveLength(18);
  });

  test('[G8] hold up two requests by one command’s time-out, 50 to 100 ms, while Redis is paused, and none after those', async () => {
    const server = await startRedisServer();
    const { ask, commands, commandTimeoutMs, patience, redis } = await replica(server.url);
    expect(commandTimeoutMs).toBeGreaterThanOrEqual(50);
    expect(commandTimeoutMs).toBeLessThanOrEqual(100);
    const before = await commands();
    server.pause();
    for (const up of [true, false]) {
      const answer = ask();
      await eventually(() => patience.pending === 1);
      await patience.advance(commandTimeoutMs);
      expect(await answer).toBe(200);
      expect(redis?.up).toBe(up);
    }
    expect(await commands()).toBe(before + 2);
    // Nothing is waited for any more: the clock stands still, and Redis is not asked.
    expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 200]);
    expect(await commands()).toBe(before + 2);
    server.resume();
    await patience.advance(RETRY_MS);
    await eventually(() => redis?.up === true);
    expect(await ask()).toBe(200);
    expect(await commands()).toBe(before + 3);
  });
});
