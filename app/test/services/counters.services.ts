import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { systemClock } from '../../src/clock';
import type { Charge } from '../../src/limits/counters';
import { createLocalCounters } from '../../src/limits/local-counters';
import { createRedisCounters } from '../../src/limits/redis-counters';
import { createCounters } from '../../src/limits/shared-counters';
import { createLog } from '../../src/log';
import { createMetrics } from '../../src/metrics';
import { readConfig } from '../../src/read-config';
import { createRedis } from '../../src/redis/redis';
import type { Redis } from '../../src/redis/redis';
import { Secret } from '../../src/secret';
import { eventually } from '../running';
import { startRedisServer, stopRedisServers } from './redis-server';

const opened: Redis[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((redis) => redis.close()));
  await stopRedisServers();
});

const open = async (url: string): Promise<Redis> => {
  const redis = createRedis({
    url: new Secret(url),
    // These tests are about counting; how long is waited is tested beside Redis itself.
    commandTimeoutMs: 2_000,
    retryMs: 50,
    clock: systemClock,
    log: createLog(readConfig({ NODE_ENV: 'test' }), { write: () => undefined }),
    metrics: createMetrics(),
  });
  opened.push(redis);
  await eventually(() => redis.up);
  return redis;
};

const windowOf = (limit: number, windowMs = 60_000, key = 'a'): Charge => ({
  key,
  rule: { kind: 'window', limit, windowMs },
});
const bucketOf = (perSecond: number, burst: number, key = 'a'): Charge => ({
  key,
  rule: { kind: 'bucket', perSecond, burst },
});

/** Counts of both kinds, of few names, so that they meet. */
const charge = fc.oneof(
  fc.record({
    key: fc.constantFrom('a', 'b'),
    rule: fc.record({
      kind: fc.constant('window' as const),
      limit: fc.integer({ min: 1, max: 20 }),
      windowMs: fc.constantFrom(1_000, 60_000, 86_400_000),
    }),
    amount: fc.integer({ min: -3, max: 9 }),
  }),
  fc.record({
    key: fc.constantFrom('a', 'b'),
    rule: fc.record({
      kind: fc.constant('bucket' as const),
      perSecond: fc.constantFrom(0.3, 5),
      burst: fc.integer({ min: 1, max: 20 }),
    }),
    amount: fc.integer({ min: -3, max: 9 }),
  }),
);
const shape = ({ key, rule }: Charge) => `${key} ${rule.kind === 'bucket' ? rule.perSecond : rule.windowMs}`;
/** Waits after which an amount only just still counts, or only just no more. */
const ABOUT_A_WINDOW = fc.constantFrom(990, 1_000, 1_010, 59_999, 60_000, 60_500, 60_999, 61_000);
const step = fc.record({
  waitMs: fc.oneof(fc.constantFrom(0, 16, 100, 3_600_000), fc.integer({ min: 0, max: 90_000 }), ABOUT_A_WINDOW),
  adjust: fc.boolean(),
  charges: fc.uniqueArray(charge, { minLength: 1, maxLength: 4, selector: shape }),
});

describe('counters in Redis', () => {
  test('[G8] count as those in memory do, to the last bit, whatever is asked', async () => {
    const redis = await open((await startRedisServer()).url);
    // The script has to be known, or the first adjustment comes after what is asked behind it.
    await createRedisCounters({ redis, clock: systemClock }).standings([windowOf(1)]);
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        run += 1;
        let now = 1_000_000_000_000;
        const remote = createRedisCounters({
          redis,
          clock: { ...systemClock, after: (_ms, send) => (setImmediate(send), () => undefined) },
          nowMs: () => now,
        });
        const local = createLocalCounters({ monotonicMs: () => now });
        for (const { waitMs, adjust, charges } of steps) {
          now += waitMs;
          const named = charges.map((one) => ({ ...one, key: `${run}:${one.key}` }));
          if (adjust) {
            for (const one of named) {
              remote.adjust([one]);
              local.adjust([one]);
              await new Promise(setImmediate);
            }
            expect(await remote.standings(named)).toEqual(await local.standings(named));
          } else {
            const positive = named.map((one) => ({ ...one, amount: Math.abs(one.amount) }));
            expect(await remote.take(positive)).toEqual(await local.take(positive));
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  test('[G8] are one for all who share the Redis: of 500 takes at once by two, exactly as many as the limit', async () => {
    const server = await startRedisServer();
    const connect = async () => createRedisCounters({ redis: await open(server.url), clock: systemClock });
    const [one, other] = await Promise.all([connect(), connect()]);
    const charges = [windowOf(1_000, 3_600_000, 'wide'), windowOf(137), bucketOf(0.001, 400)];
    const decisions = await Promise.all(
      Array.from({ length: 500 }, (_, index) => (index % 2 === 0 ? one : other).take(charges)),
    );
    expect(decisions.filter((decision) => decision?.allowed === true)).toHaveLength(137);
    expect(decisions.filter((decision) => decision?.refusedBy === 1)).toHaveLength(363);
    expect(await one.standings(charges)).toMatchObject([{ used: 137 }, { used: 137, remaining: 0 }, {}]);
  });

  test('[G8] leave nothing behind: every key expires', async () => {
    const redis = await open((await startRedisServer()).url);
    const counters = createRedisCounters({ redis, clock: systemClock });
    await counters.take([windowOf(9), bucketOf(5, 10), windowOf(9, 86_400_000)]);
    const found = await redis.run('test', async (client) => {
      const keys = (await client.keys('*')).filter((key) => key !== 'gateway:probe');
      return {
        keys: keys.sort(),
        ttls: await Promise.all(keys.map((key) => client.pttl(key))),
      };
    });
    expect(found?.keys).toEqual(['gateway:{limits}:a:5/s', 'gateway:{limits}:a:60000', 'gateway:{limits}:a:86400000']);
    for (const ttl of found?.ttls ?? []) expect(ttl).toBeGreaterThan(0);
    expect(Math.max(...(found?.ttls ?? []))).toBeLessThanOrEqual(86_400_000 * (61 / 60) + 5_000);
  });

  test('[G8] work in a cluster, where a script may touch one hash slot alone', async () => {
    const server = await startRedisServer(['--cluster-enabled', 'yes']);
    execFileSync('redis-cli', ['-p', String(server.port), 'cluster', 'addslotsrange', '0', '16383']);
    const redis = await open(server.url);
    const counters = createRedisCounters({ redis, clock: systemClock });
    expect(await redis.run('test', (client) => client.mget('a', 'b'))).toBeUndefined();
    const charges = [windowOf(9, 60_000, 'client:1'), bucketOf(5, 10, 'user:2'), windowOf(9, 86_400_000, 'user:3')];
    expect(await counters.take(charges)).toMatchObject({ allowed: true });
  });

  test('[G9] gather adjustments and send them without being waited for', async () => {
    const redis = await open((await startRedisServer()).url);
    let sent = 0;
    const counted: Pick<Redis, 'run'> = { run: (op, command) => ((sent += 1), redis.run(op, command)) };
    const counters = createRedisCounters({ redis: counted, clock: systemClock });
    for (let index = 0; index < 50; index += 1) counters.adjust([{ ...windowOf(9), amount: 2 }, bucketOf(1, 100)]);
    await eventually(
      async () => (await redis.run('test', (client) => client.exists('gateway:{limits}:a:60000'))) === 1,
    );
    expect(sent).toBe(1);
    expect(await counters.standings([windowOf(9)])).toMatchObject([{ used: 100, remaining: 0 }]);
  });

  test('[G8] go on after Redis has forgotten the script, or somebody has written over a count', async () => {
    const redis = await open((await startRedisServer()).url);
    const counters = createRedisCounters({ redis, clock: systemClock });
    await counters.take([windowOf(9)]);
    await redis.run('test', (client) => client.script('FLUSH'));
    expect(await counters.take([windowOf(9)])).toMatchObject({ allowed: true, standings: [{ used: 2 }] });
    await redis.run('test', (client) => client.set('gateway:{limits}:a:60000', 'x'.repeat(9)));
    await expect(counters.take([windowOf(9)])).resolves.toBeUndefined();
    expect(redis.up).toBe(true);
  });

  test('[G8] give way to those of this machine while Redis is dead, and count on when it is back', async () => {
    const server = await startRedisServer();
    const redis = await open(server.url);
    const remote = createRedisCounters({ redis, clock: systemClock });
    const counters = createCounters({ redis, remote, local: createLocalCounters(systemClock) });
    for (const used of [1, 2, 3]) expect(await counters.take([windowOf(3)])).toMatchObject({ standings: [{ used }] });
    expect((await counters.take([windowOf(3)])).allowed).toBe(false);
    await server.kill();
    await eventually(() => !redis.up);
    for (const used of [1, 2, 3]) expect(await counters.take([windowOf(3)])).toMatchObject({ standings: [{ used }] });
    expect((await counters.take([windowOf(3)])).allowed).toBe(false);
    await server.restart();
    await eventually(() => redis.up);
    expect(await counters.take([windowOf(3)])).toMatchObject({ allowed: true, standings: [{ used: 1 }] });
    expect(await remote.standings([windowOf(3)])).toMatchObject([{ used: 1 }]);
  });
});
