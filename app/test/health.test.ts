import {
  databaseCheck,
  eventLoopCheck,
  HEALTH_BOUNDS,
  ledgerCheck,
  memoryCheck,
  queueCheck,
  redisCheck,
  upstreamKeyCheck,
} from '../src/health/checks';
import { createExamination, EXAMINATION } from '../src/health/examination';
import type { HealthCheck, HealthStatus } from '../src/health/health-check';
import { createMetrics } from '../src/metrics';
import { health } from '../src/plugins/health';
import { createEcho } from '../src/upstream/echo';
import { ALIASES, ROUTES } from '../src/routes';
import { frozenClock, manualClock } from './running';
import { serve, stopServing, valueOf } from './serving';

afterEach(stopServing);

interface Scripted extends HealthCheck {
  asked: number;
  status: HealthStatus;
}

/** A component that says what the test lets it. */
const scripted = (name: string, essential: boolean, status: HealthStatus = 'healthy'): Scripted => {
  const one: Scripted = {
    name,
    essential,
    status,
    asked: 0,
    check: () => {
      one.asked += 1;
      return Promise.resolve({ status: one.status, detail: 'as told' });
    },
  };
  return one;
};

/** A clock that stands still until it is moved; its timers go off when told. */
const stoppedClock = () => {
  let now = 0;
  const clock = { ...manualClock(), monotonicMs: () => now };
  return { clock, pass: (ms: number) => (now += ms) };
};

const open = (...checks: readonly HealthCheck[]) => {
  const { clock, pass } = stoppedClock();
  const serving = serve(({ server, lifecycle, metrics }) => {
    const examination = createExamination({ checks, clock, metrics });
    health(server, { lifecycle, upstream: createEcho(frozenClock, () => 'id'), examination });
  }, clock);
  return { ...serving, pass };
};

describe('the detailed health', () => {
  test('[G2] says of each component how it is and how long it took to say so', async () => {
    const { ask } = open(scripted('database', true), scripted('redis', false));
    const answer = await ask({ path: ROUTES.detailed });
    expect(answer.status).toBe(200);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.json()).toEqual({
      status: 'healthy',
      lifecycle: 'serving',
      upstream: 'echo',
      components: [
        { name: 'database', essential: true, status: 'healthy', detail: 'as told', durationMs: 0 },
        { name: 'redis', essential: false, status: 'healthy', detail: 'as told', durationMs: 0 },
      ],
    });
  });

  test.each([
    ['healthy', 'degraded', 'degraded'],
    ['healthy', 'unhealthy', 'degraded'],
    ['degraded', 'healthy', 'degraded'],
    ['unhealthy', 'healthy', 'unhealthy'],
    ['unhealthy', 'unhealthy', 'unhealthy'],
  ] as const)('[G2] with the database %s and Redis %s is %s, and 503', async (database, redis, whole) => {
    const { ask } = open(scripted('database', true, database), scripted('redis', false, redis));
    const answer = await ask({ path: ROUTES.detailed });
    expect({ status: answer.status, body: answer.json() }).toMatchObject({ status: 503, body: { status: whole } });
  });

  test('[G2] asks a component at most once a second, however often it is asked itself', async () => {
    const database = scripted('database', true);
    const { ask, pass } = open(database);
    await Promise.all(Array.from({ length: 50 }, () => ask({ path: ROUTES.detailed })));
    expect(database.asked).toBe(1);
    pass(EXAMINATION.maxAgeMs - 1);
    await ask({ path: ROUTES.detailed });
    expect(database.asked).toBe(1);
    pass(1);
    await ask({ path: ROUTES.detailed });
    expect(database.asked).toBe(2);
  });

  test('[G2] calls a component that throws unhealthy, without quoting it', async () => {
    const error = Object.assign(new Error('mysql://user:password@host'), { code: 'ECONNREFUSED' });
    const { ask } = open({ name: 'database', essential: true, check: () => Promise.reject(error) });
    const answer = await ask({ path: ROUTES.detailed });
    expect(answer.body).not.toContain('password');
    expect(answer.json()).toMatchObject({ components: [{ status: 'unhealthy', detail: 'Error ECONNREFUSED' }] });
  });
});

test('[G2] does not wait for a component that never answers', async () => {
  const clock = manualClock();
  const never: HealthCheck = { name: 'redis', essential: false, check: () => new Promise(() => undefined) };
  const metrics = createMetrics();
  const examination = createExamination({ checks: [never], clock, metrics });
  const report = examination.all();
  expect(clock.fire(EXAMINATION.timeoutMs)).toBe(1);
  expect((await report).components[0]).toMatchObject({ status: 'unhealthy', detail: 'no answer within 800 ms' });
  examination.close();
});

test('[G3] asks by itself, so that the gauge is right when nobody looks, and no more once it is closed', async () => {
  const { clock, pass } = stoppedClock();
  const metrics = createMetrics();
  const redis = scripted('redis', false);
  const examination = createExamination({ checks: [redis], clock, metrics });
  const gauge = async () => {
    await examination.all();
    return valueOf(metrics.componentHealth, { component: 'redis' });
  };
  expect(await gauge()).toBe(1);
  for (const [status, value] of [
    ['unhealthy', 0],
    ['degraded', 0.5],
  ] as const) {
    redis.status = status;
    pass(EXAMINATION.intervalMs);
    expect(clock.fire(EXAMINATION.intervalMs)).toBe(1);
    expect(await gauge()).toBe(value);
  }
  expect(redis.asked).toBe(3);
  examination.close();
  expect(clock.fire(EXAMINATION.intervalMs)).toBe(0);
});

describe('readiness', () => {
  test('[G2] fails with an essential component that is unhealthy, and with nothing less', async () => {
    const database = scripted('database', true);
    const redis = scripted('redis', false, 'unhealthy');
    const { ask, pass } = open(database, redis);
    const statuses = async () => {
      pass(EXAMINATION.maxAgeMs);
      const answers = [ROUTES.ready, ...ALIASES.ready].map(async (path) => (await ask({ path })).status);
      return Promise.all(answers);
    };
    expect(await statuses()).toEqual([200, 200]);
    database.status = 'degraded';
    expect(await statuses()).toEqual([200, 200]);
    database.status = 'unhealthy';
    expect(await statuses()).toEqual([503, 503]);
    database.status = 'healthy';
    expect(await statuses()).toEqual([200, 200]);
    expect(redis.asked).toBe(0);
  });

  test('[G14] fails at once when the process shuts down, and asks nobody', async () => {
    const database = scripted('database', true);
    const { ask, lifecycle, pass } = open(database);
    pass(EXAMINATION.maxAgeMs);
    lifecycle.drain();
    const answer = await ask({ path: ROUTES.ready });
    expect({ status: answer.status, body: answer.json() }).toEqual({
      status: 503,
      body: { status: 'draining', upstream: 'echo' },
    });
    expect(database.asked).toBe(0);
  });
});

test('[G2] liveness asks nobody', async () => {
  const database = scripted('database', true, 'unhealthy');
  const { ask, pass } = open(database);
  for (const path of [ROUTES.live, ...ALIASES.live]) {
    pass(EXAMINATION.maxAgeMs);
    expect((await ask({ path })).status).toBe(200);
  }
  expect(database.asked).toBe(0);
});

describe('the checks', () => {
  const found = async (check: HealthCheck) => (await check.check()).status;
  const { eventLoopMs, heapUsed, ledgerPending, queueTaken } = HEALTH_BOUNDS;

  test.each([
    ['event loop', eventLoopMs, (value: number) => eventLoopCheck(() => value)],
    ['heap', heapUsed, (value: number) => memoryCheck(() => ({ used_heap_size: value, heap_size_limit: 1 }))],
    ['ledger', ledgerPending, (value: number) => ledgerCheck(() => value)],
    ['queue', queueTaken, (value: number) => queueCheck(() => ({ waiting: value * 100, places: 100 }))],
  ])('[G2] of the %s go by its bounds', async (_name, { degraded, unhealthy }, checkOf) => {
    expect(await found(checkOf(degraded * 0.99))).toBe('healthy');
    expect(await found(checkOf(degraded))).toBe('degraded');
    expect(await found(checkOf(unhealthy))).toBe('unhealthy');
  });

  test('[G2] a queue without places is no fault', async () => {
    expect(await found(queueCheck(() => ({ waiting: 0, places: 0 })))).toBe('healthy');
  });

  test('[G2] the database is essential, and says what is wrong with it', async () => {
    const database = (up: boolean, problem?: string) =>
      databaseCheck({ kind: 'mysql', ping: () => Promise.resolve(up), problem });
    expect(database(true).essential).toBe(true);
    expect(await database(true).check()).toEqual({ status: 'healthy', detail: 'mysql' });
    expect(await database(false, 'older').check()).toEqual({ status: 'unhealthy', detail: 'older' });
  });

  test('[G2] Redis is not essential, and not missed when it is not configured', async () => {
    const silent = { run: () => Promise.resolve(undefined) };
    expect(redisCheck(silent, true).essential).toBe(false);
    expect(await found(redisCheck(silent, true))).toBe('unhealthy');
    expect(await found(redisCheck(silent, false))).toBe('healthy');
  });

  test('[G2] the upstream key is essential in production alone', async () => {
    expect(await found(upstreamKeyCheck(true, true))).toBe('healthy');
    expect(await found(upstreamKeyCheck(false, true))).toBe('unhealthy');
    expect(await found(upstreamKeyCheck(false, false))).toBe('healthy');
    expect(upstreamKeyCheck(true, true).essential).toBe(true);
  });
});
