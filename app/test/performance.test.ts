import fc from 'fast-check';
import { ACTIVE_USERS, createActiveUsers } from '../src/performance/active-users';
import { LatencyHistogram } from '../src/performance/latency-histogram';
import { LEAK, LeakDetector } from '../src/performance/leak-detector';
import type { Performance } from '../src/performance/performance';
import { createPerformance, REFRESH_MS } from '../src/performance/performance';
import { createRuntimeWatch } from '../src/performance/runtime-watch';
import { SELF_LOAD } from '../src/performance/self-load';
import { createTraffic, TRAFFIC } from '../src/performance/traffic';
import type { PerformancePluginProps } from '../src/plugins/performance';
import { performance, traffic } from '../src/plugins/performance';
import { readConfig } from '../src/read-config';
import { ROUTES } from '../src/routes';
import { eventually, frozenClock, manualClock } from './running';
import { serve, stopServing, valueOf } from './serving';

const started: Performance[] = [];
afterEach(stopServing);
afterEach(() => {
  for (const one of started.splice(0)) one.close();
});

const { features } = readConfig({});
const MIB = 1_024 * 1_024;
const HOUR_MS = 3_600_000;

/** A clock that stands still until it is moved. */
const moved = () => {
  let now = 0;
  return { clock: { ...manualClock(), monotonicMs: () => now }, pass: (ms: number) => (now += ms) };
};

describe('a histogram of latencies', () => {
  test('[G12] knows every percentile to within a twentieth, whatever it has counted', () => {
    const times = fc.array(fc.double({ min: 0.1, max: 3_000_000, noNaN: true }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(times, fc.double({ min: 0.01, max: 1, noNaN: true }), (values, part) => {
        const histogram = new LatencyHistogram();
        for (const value of values) histogram.record(value);
        const sorted = [...values].sort((a, b) => a - b);
        const exact = sorted[Math.ceil(part * sorted.length) - 1] ?? NaN;
        expect(histogram.percentile(part) / exact).toBeGreaterThan(0.95);
        expect(histogram.percentile(part) / exact).toBeLessThan(1.05);
      }),
    );
  });

  test('[G12] has nothing to say of nothing, and takes times beyond its bounds', () => {
    const histogram = new LatencyHistogram();
    expect(histogram.summary()).toEqual({ count: 0, p50Ms: 0, p90Ms: 0, p95Ms: 0, p99Ms: 0, maxMs: 0 });
    for (const ms of [0, 1e-9, 1e12]) histogram.record(ms);
    expect(histogram.summary()).toMatchObject({ count: 3, maxMs: 1e12 });
  });
});

describe('the traffic', () => {
  test('[G12] is that of the last five minutes, by route, the busiest first', () => {
    const { clock, pass } = moved();
    const seen = createTraffic({ clock });
    seen.record('/old', 200, 1);
    pass(TRAFFIC.slotMs * TRAFFIC.slots);
    for (const status of [200, 500, 404]) seen.record('/a', status, 10);
    seen.record('/b', 503, 1);
    pass(TRAFFIC.slotMs);
    const summary = seen.summary();
    expect(summary).toMatchObject({ windowSeconds: 300, requests: 4, requestsPerSecond: 0.01, failed: 2 });
    expect(summary.routes.map(({ route, count }) => ({ route, count }))).toEqual([
      { route: '/a', count: 3 },
      { route: '/b', count: 1 },
    ]);
    pass(TRAFFIC.slotMs * TRAFFIC.slots);
    expect(seen.summary()).toMatchObject({ requests: 0, failed: 0, routes: [] });
  });

  test('[G12] agrees with a list of all requests, at any moment', () => {
    const events = fc.array(fc.record({ gap: fc.integer({ min: 0, max: 200_000 }), failed: fc.boolean() }), {
      maxLength: 100,
    });
    fc.assert(
      fc.property(events, (all) => {
        const { clock, pass } = moved();
        const seen = createTraffic({ clock });
        const at: number[] = [];
        for (const { gap, failed } of all) {
          pass(gap);
          seen.record('/a', failed ? 500 : 200, 1);
          at.push(clock.monotonicMs());
        }
        const turn = (ms: number) => Math.floor(ms / TRAFFIC.slotMs);
        const expected = at.filter((ms) => turn(ms) > turn(clock.monotonicMs()) - TRAFFIC.slots);
        expect(seen.summary().requests).toBe(expected.length);
      }),
    );
  });

  test('[G12] stays bounded, however many routes it is given', () => {
    const seen = createTraffic({ clock: frozenClock });
    for (let index = 0; index < 1_000; index += 1) seen.record(`/${index}`, 200, 1);
    expect(seen.summary().routes).toHaveLength(TRAFFIC.routes + 1);
    expect(seen.summary().requests).toBe(1_000);
  });
});

describe('active users', () => {
  test.each([0, 1, 2, 10, 100, 1_000, 10_000, 100_000])(
    '[G3] are counted to within 5 % when there are %i, however often each comes',
    (users) => {
      const active = createActiveUsers({ clock: frozenClock });
      for (let round = 0; round < 2; round += 1) {
        for (let index = 0; index < users; index += 1) active.see(`key_${index.toString(36)}`);
      }
      expect(Math.abs(active.count() - users)).toBeLessThanOrEqual(users * 0.05);
    },
  );

  test('[G3] are those of five minutes', () => {
    const { clock, pass } = moved();
    const active = createActiveUsers({ clock });
    active.see('early');
    pass(ACTIVE_USERS.slotMs * (ACTIVE_USERS.slots - 1));
    active.see('late');
    expect(active.count()).toBe(2);
    pass(ACTIVE_USERS.slotMs);
    expect(active.count()).toBe(1);
    pass(ACTIVE_USERS.slotMs * ACTIVE_USERS.slots);
    expect(active.count()).toBe(0);
    active.see('again');
    expect(active.count()).toBe(1);
  });
});

describe('the leak detector', () => {
  /** Samples every two minutes for some hours. */
  const after = (hours: number, bytesAt: (hour: number, index: number) => number) => {
    const detector = new LeakDetector();
    for (let index = 0; index * LEAK.stretchMs <= hours * HOUR_MS; index += 1) {
      detector.sample(index * LEAK.stretchMs, bytesAt((index * LEAK.stretchMs) / HOUR_MS, index));
    }
    return detector.verdict();
  };
  /** The same noise each time, from -1 to 1. */
  const noise = (index: number) => Math.sin(index * 12.9898);

  test('[G12] suspects a heap that grows steadily, and knows how fast', () => {
    const verdict = after(3, (hour, index) => (60 + 20 * hour + 2 * noise(index)) * MIB);
    expect(verdict.suspected).toBe(true);
    expect(verdict.bytesPerHour / MIB).toBeCloseTo(20, 0);
  });

  test.each([
    ['a steady heap', 6, (_hour: number, index: number) => 80 + 2 * noise(index)],
    ['one that grows slowly', 6, (hour: number) => 80 + 5 * hour],
    ['one that grows by little of what it is', 3, (hour: number) => 1_000 + 12 * hour],
    ['one that comes and goes with the load', 6, (hour: number) => 80 + 60 * Math.sin(hour * 3)],
    ['one that comes and goes, and ends higher', 6, (hour: number) => 100 + 30 * hour + 80 * Math.sin(hour * 3)],
    ['a cache that fills and is full', 6, (hour: number) => 60 + 60 * Math.min(1, hour * 3)],
    ['a start, however steep', 0.9, (hour: number) => 60 + 200 * hour],
    ['one that shrinks', 3, (hour: number) => 300 - 30 * hour],
  ])('[G12] does not suspect %s', (_name, hours, mibAt) => {
    expect(after(hours, (hour, index) => mibAt(hour, index) * MIB).suspected).toBe(false);
  });

  test('[G12] takes back what has ended, and keeps six hours at most', () => {
    const verdict = after(14, (hour) => (60 + 20 * Math.min(hour, 3)) * MIB);
    expect(verdict).toMatchObject({ suspected: false, samples: LEAK.stretches });
    expect(verdict.spanMs).toBe((LEAK.stretches - 1) * LEAK.stretchMs);
  });

  test('[G12] goes by the lowest of each stretch, as what is above it was not collected yet', () => {
    const detector = new LeakDetector();
    for (let index = 0; index < 60; index += 1) {
      const at = index * LEAK.stretchMs;
      detector.sample(at, 80 * MIB);
      detector.sample(at + 1, 80 * MIB + index * 20 * MIB);
    }
    expect(detector.verdict()).toMatchObject({ suspected: false, bytesPerHour: 0, samples: 60 });
  });

  test('[G12] says so once in the log, and in the metric as long as it lasts', async () => {
    const { clock, pass } = moved();
    let heap = 60 * MIB;
    const serving = serve(() => undefined, clock);
    const { metrics, lines, server } = serving;
    const watched = createPerformance({ clock, log: server.log, features, metrics, heapUsed: () => heap });
    started.push(watched);
    const hours = (count: number, growth: number) => {
      for (let index = 0; index < (count * HOUR_MS) / LEAK.stretchMs; index += 1) {
        watched.sampleHeap();
        pass(LEAK.stretchMs);
        heap += growth;
      }
    };
    hours(3, MIB);
    expect(await valueOf(metrics.leakSuspected)).toBe(1);
    expect(await valueOf(metrics.heapTrend)).toBeCloseTo(30 * MIB, -3);
    expect(lines().filter((line) => line.includes('memory leak suspected'))).toHaveLength(1);
    hours(7, 0);
    expect(await valueOf(metrics.leakSuspected)).toBe(0);
    expect(lines().filter((line) => line.includes('no longer suspected'))).toHaveLength(1);
  });
});

test('[G3] the gauges of users and switches are brought up to date by themselves', async () => {
  const clock = manualClock();
  const { metrics, server } = serve(() => undefined);
  const watched = createPerformance({ clock, log: server.log, features: { ...features, retry: false }, metrics });
  watched.users.see('somebody');
  expect(await valueOf(metrics.activeUsers)).toBe(0);
  expect(clock.fire(REFRESH_MS)).toBe(1);
  expect(await valueOf(metrics.activeUsers)).toBe(1);
  expect(await valueOf(metrics.featureEnabled, { flag: 'retry' })).toBe(0);
  expect(await valueOf(metrics.featureEnabled, { flag: 'caching' })).toBe(1);
  watched.close();
  expect(clock.fire(REFRESH_MS)).toBe(0);
});

test('[G12] the runtime watch sees collections and a blocked event loop', async () => {
  let collected = 0;
  const watch = createRuntimeWatch({ clock: frozenClock, onMajorCollection: () => (collected += 1) });
  // More than the young generation holds, so that it has to be collected.
  const kept = Array.from({ length: 40 }, () => Array.from({ length: 20_000 }, (_, index) => ({ index })));
  expect(kept).toHaveLength(40);
  await eventually(() => watch.collections().minor + watch.collections().major > 0);
  const until = Date.now() + 80;
  await eventually(() => Date.now() > until);
  const blockedUntil = Date.now() + 120;
  while (Date.now() < blockedUntil);
  await eventually(() => watch.eventLoop().maxMs > 50);
  expect(watch.collections().major).toBe(collected);
  expect(watch.eventLoop().utilization).toBeGreaterThan(0);
  watch.close();
});

describe('/api/performance', () => {
  const open = (props: Partial<PerformancePluginProps> = {}) =>
    serve(({ server, metrics }) => {
      const watched = createPerformance({ clock: frozenClock, log: server.log, features, metrics });
      started.push(watched);
      traffic(server, { performance: watched });
      server.get(ROUTES.live, { config: { probe: true } }, () => ({}));
      server.post(ROUTES.chatCompletions, (request, reply) =>
        reply.code(request.headers.authorization === 'Bearer mine' ? 200 : 401).send({}),
      );
      const one = { performance: watched, clock: frozenClock, production: false, provider: 'echo' } as const;
      performance(server, { ...one, ...props });
    });
  const post = (path: string, body: object) => ({
    path: `${ROUTES.performance}/${path}`,
    method: 'POST' as const,
    headers: { 'content-type': 'application/json', authorization: 'Bearer mine' },
    body: JSON.stringify(body),
  });

  test('[G12] stats count what was asked, and tell of runtime and memory', async () => {
    const { ask } = open();
    await ask({ path: ROUTES.live });
    await ask({ path: '/none' });
    const stats = await ask({ path: `${ROUTES.performance}/stats` });
    expect(stats.status).toBe(200);
    expect(stats.json()).toMatchObject({
      traffic: { requests: 2, failed: 0, routes: [{ count: 1 }, { count: 1 }] },
      activeUsers: 0,
      leak: { suspected: false },
      process: { pid: process.pid, canCollect: false },
    });
  });

  test('[G12] health tells of event loop, memory and leak', async () => {
    const answer = await open().ask({ path: `${ROUTES.performance}/health` });
    expect(answer.json()).toMatchObject({
      status: 'healthy',
      findings: [{ name: 'event-loop' }, { name: 'memory' }, { name: 'leak' }],
    });
  });

  test('[G12] a load test sends what it was told to, with the caller’s own key, and says what came of it', async () => {
    const { ask } = open();
    const live = await ask(post('loadtest', { requests: 200, concurrency: 5 }));
    expect(live.json()).toMatchObject({
      target: 'live',
      sent: 200,
      statuses: { 200: 200 },
      broken: 0,
      cutShort: false,
    });
    const chat = await ask(post('loadtest', { target: 'chat', requests: 20 }));
    expect(chat.json()).toMatchObject({ statuses: { 200: 20 }, latency: { count: 20 } });
  });

  test.each([
    [{ production: true }, { target: 'live' }, 403, 'not_in_production'],
    [{ provider: 'dashscope' }, { target: 'chat' }, 409, 'upstream_not_echo'],
    [{}, { requests: SELF_LOAD.requests.maximum + 1 }, 400, 'invalid_value'],
    [{}, { concurrency: SELF_LOAD.concurrency.maximum + 1 }, 400, 'invalid_value'],
    [{}, { url: 'http://elsewhere' }, 400, 'invalid_value'],
  ] as const)('[G12] a load test of %j with %j is refused', async (props, body, status, code) => {
    const answer = await open(props).ask(post('loadtest', body));
    expect({ status: answer.status, body: answer.json() }).toMatchObject({ status, body: { error: { code } } });
  });

  test('[G12] there is one load test at a time, and another one after it', async () => {
    const { ask } = open();
    const both = [post('loadtest', { requests: 300 }), post('loadtest', { requests: 300 })].map(ask);
    const statuses = (await Promise.all(both)).map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 409]);
    expect((await ask(post('loadtest', { requests: 1 }))).status).toBe(200);
  });

  test('[G12] collects garbage where Node can be told to, and says so where it cannot', async () => {
    let collected = 0;
    const able = await open({ collect: () => (collected += 1) }).ask(post('gc', {}));
    expect({ status: able.status, collected }).toEqual({ status: 200, collected: 1 });
    expect(able.json()).toHaveProperty('freed');
    const unable = await open({ collect: undefined }).ask(post('gc', {}));
    expect({ status: unable.status, body: unable.json() }).toMatchObject({
      status: 409,
      body: { error: { code: 'gc_not_exposed' } },
    });
  });
});
