/** Orders to circuit breakers through a real Redis: between processes, past its outage. */
import { systemClock } from '../src/clock';
import { createLog } from '../src/log';
import { createMetrics } from '../src/metrics';
import { createSingleProcess } from '../src/processes/processes';
import { readConfig } from '../src/read-config';
import { createRedis } from '../src/redis/redis';
import { createBreakerOrders } from '../src/resilience/breaker-orders';
import { Secret } from '../src/secret';
import { answering, dispatching, scripted } from './dispatching';
import { eventually } from './running';
import { startRedisServer, stopRedisServers } from './services/redis-server';

const opened: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((close) => close()));
  await stopRedisServers();
});

/** One process of several. */
const process = (url: string) => {
  const log = createLog(readConfig({ NODE_ENV: 'test' }), { write: () => undefined });
  const common = { clock: systemClock, log };
  const redis = createRedis({
    ...common,
    url: new Secret(url),
    commandTimeoutMs: 1_000,
    retryMs: 50,
    metrics: createMetrics(),
  });
  const { targets } = dispatching(systemClock, {}, [scripted('dashscope', answering('yes'))]);
  const orders = createBreakerOrders({ ...common, targets, redis, siblings: createSingleProcess(systemClock).orders });
  opened.push(async () => {
    orders.close();
    await redis.close();
  });
  return { redis, orders, order: () => orders.list()[0]?.order };
};

test('[G7] an order given to one process reaches the others, and those that start later', async () => {
  const { url } = await startRedisServer();
  const [first, second] = [process(url), process(url)];
  await eventually(() => first.redis.up && second.redis.up);
  await first.orders.give('dashscope', 'open');
  await eventually(() => second.order() === 'open');
  const late = process(url);
  await eventually(() => late.order() === 'open');
  await second.orders.give('dashscope', 'automatic');
  await eventually(() => first.order() === 'automatic' && late.order() === 'automatic');
});

test('[G7] an order given while Redis is away holds here, and reaches the others once it is back', async () => {
  const server = await startRedisServer();
  const [first, second] = [process(server.url), process(server.url)];
  await eventually(() => first.redis.up && second.redis.up);
  await server.kill();
  await eventually(() => !first.redis.up);
  await first.orders.give('dashscope', 'open');
  expect(first.order()).toBe('open');
  await server.restart();
  await eventually(() => second.order() === 'open');
  expect(first.order()).toBe('open');
});
