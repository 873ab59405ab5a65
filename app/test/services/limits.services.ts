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
import { startRedisServer, stopRedisServers } from './redis-server';

const opened: Redis[] = [];

afterEach(async () => {
  await stopServing();
  await Promise.all(opened.splice(0).map((redis) => redis.close()));
  await stopRedisServers();
});

/** A replica with the limits as they are by default, but for that of a client's burst. */
const replica = async (url: string) => {
  const config = readConfig({ NODE_ENV: 'test', CLIENT_RATE_PER_SECOND: '0', CLIENT_PER_MINUTE: '20' });
  const { redisCommandTimeoutMs: commandTimeoutMs } = config.storage;
  const built: { redis?: Redis } = {};
  const serving = serve(({ server, metrics, clock }) => {
    const props = {
      url: new Secret(url),
      commandTimeoutMs,
      retryMs: 100,
      clock: systemClock,
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
  const ask = async () => {
    const startedMs = performance.now();
    const { status } = await serving.ask({ path: '/v1/models' });
    return { status, tookMs: performance.now() - startedMs };
  };
  // The first request opens the connection, which is not what is timed here.
  await ask();
  return { ask, redis: built.redis };
};

describe('the limits of two replicas', () => {
  test('[G8] are one by Redis', async () => {
    const { url } = await startRedisServer();
    const [one, other] = [await replica(url), await replica(url)];
    const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? one : other).ask()));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(18);
  });

  test('[G8] hold up no request for 250 ms while Redis is paused, and none at all after the first', async () => {
    const server = await startRedisServer();
    const { ask, redis } = await replica(server.url);
    server.pause();
    const answers = [await ask(), await ask(), await ask(), await ask(), await ask()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    for (const { tookMs } of answers) expect(tookMs).toBeLessThan(250);
    expect(redis?.up).toBe(false);
    for (const { tookMs } of answers.slice(2)) expect(tookMs).toBeLessThan(75);
    server.resume();
    await eventually(() => redis?.up === true);
    expect((await ask()).status).toBe(200);
  });
});
