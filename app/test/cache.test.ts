import type { CachedAnswer, Refreshed } from '../src/cache/answer-cache';
import { ClientClosedError, UpstreamUnavailableError } from '../src/errors';
import type { CacheCall } from '../src/cache/answer-cache';
import { Pattern } from '../src/cache/pattern';
import { readConfig } from '../src/read-config';
import { chatCall, completion, found, jsonAnswer, slotOf, startCache, stopCaches, textIn } from './caching';
import type { CacheDatabase, Caching } from './caching';
import { valueOf } from './serving';
import { settled, virtualClock } from './virtual-clock';

afterEach(stopCaches);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A sixtieth or so of the usual times: fewer turns of the clock. */
const BRIEF = { CACHE_L1_MS: '10000', CACHE_L2_MS: '60000', CACHE_L3_MS: '1200000', CACHE_STALE_MS: '60000' };
const DAY_OF_BRIEF = 1_200_000;
const HOUR_OF_BRIEF = 60_000;

const someSignal = (): AbortSignal => new AbortController().signal;

/** Keeps what a call was answered with, and sees to it that the database has it. */
const keep = async ({ cache, clock }: Caching, call: CacheCall, answer: CachedAnswer, cost = 0): Promise<void> => {
  slotOf(cache, call).keep(answer, cost);
  await clock.advance(1_000);
};

const pattern = (text: string): Pattern => {
  const parsed = Pattern.parse(text);
  if (parsed === undefined) throw new Error(`${text} is no pattern`);
  return parsed;
};

test('[G6] keeps 1000 answers for ten minutes in memory, an hour in Redis, a day in the database', () => {
  expect(readConfig({}).cache).toMatchObject({
    l1Entries: 1_000,
    l1Ms: 10 * MINUTE,
    l2Ms: HOUR,
    l3Ms: 24 * HOUR,
    staleMs: HOUR,
    popularHits: 10,
    refreshMs: HOUR,
    browserSeconds: 300,
    cdnSeconds: 1_800,
  });
});

describe('kept answers', () => {
  test('[G6] come back byte by byte, from memory first', async () => {
    const caching = await startCache();
    const call = chatCall('x');
    expect(await found(caching.cache, call)).toBeUndefined();
    const answer = jsonAnswer(caching.clock, 'Hi ☃');
    slotOf(caching.cache, call).keep(answer, 0);
    expect(await slotOf(caching.cache, call).find()).toEqual({ answer, source: 'hit-l1' });
    const { cacheRequests } = caching.metrics;
    expect(await valueOf(cacheRequests, { level: 'l1', result: 'hit' })).toBe(1);
    expect(await valueOf(cacheRequests, { level: 'l1', result: 'miss' })).toBe(1);
    expect(await valueOf(cacheRequests, { level: 'l2', result: 'unavailable' })).toBe(1);
    expect(await valueOf(cacheRequests, { level: 'l3', result: 'miss' })).toBe(1);
  });

  test('[G6] are not shared between tenants', async () => {
    const caching = await startCache();
    await keep(caching, chatCall('x'), jsonAnswer(caching.clock));
    expect(await found(caching.cache, chatCall('x', {}, { tenant: 'key-2' }))).toBeUndefined();
  });

  test('[G6] leave memory after ten minutes, are found in the database, and come up again', async () => {
    const caching = await startCache();
    const { cache, clock } = caching;
    await keep(caching, chatCall('x'), jsonAnswer(clock, 'Hi'));
    await clock.advance(10 * MINUTE - 1_001);
    expect(await found(cache, chatCall('x'))).toBe('hit-l1 Hi');
    await clock.advance(1);
    expect(await found(cache, chatCall('x'))).toBe('hit-l3 Hi');
    expect(await found(cache, chatCall('x'))).toBe('hit-l1 Hi');
  });

  test('[G6] keep their usage, their kind and their moment through the database', async () => {
    const { cache, clock, database } = await startCache();
    const usage = { inputTokens: 3, outputTokens: 5, cachedTokens: 1 };
    const answer = jsonAnswer(clock, 'Hi', { usage });
    slotOf(cache, chatCall('x')).keep(answer, 0);
    await clock.advance(1_000);
    const other = await startCache({ database, clock });
    expect(await slotOf(other.cache, chatCall('x')).find()).toEqual({ answer, source: 'hit-l3' });
  });

  test('[G6] are gone after a day, and of a costly one after two', async () => {
    const caching = await startCache({ env: { ...BRIEF, CACHE_STALE_MS: '0' } });
    const { cache, clock } = caching;
    await keep(caching, chatCall('cheap'), jsonAnswer(clock), 0.09);
    await keep(caching, chatCall('costly'), jsonAnswer(clock), 0.1);
    await clock.advance(DAY_OF_BRIEF);
    expect(await found(cache, chatCall('cheap'))).toBeUndefined();
    expect(await found(cache, chatCall('costly'))).toBe('hit-l3 Hi');
    await clock.advance(DAY_OF_BRIEF);
    expect(await found(cache, chatCall('costly'))).toBeUndefined();
  });

  test('[G6] of a costly one stay in memory twice as long', async () => {
    const caching = await startCache();
    await keep(caching, chatCall('x'), jsonAnswer(caching.clock), 1);
    await caching.clock.advance(20 * MINUTE - 1_001);
    expect(await found(caching.cache, chatCall('x'))).toBe('hit-l1 Hi');
  });

  test('[G6] make room by entries, who was not asked for longest first', async () => {
    const caching = await startCache({ env: { CACHE_L1_ENTRIES: '2' } });
    const { cache, metrics } = caching;
    for (const name of ['a', 'b']) await keep(caching, chatCall(name), jsonAnswer(caching.clock, name));
    expect(await found(cache, chatCall('a'))).toBe('hit-l1 a');
    await keep(caching, chatCall('c'), jsonAnswer(caching.clock, 'c'));
    expect(await found(cache, chatCall('b'))).toBe('hit-l3 b');
    expect(await valueOf(metrics.cacheEvictions)).toBe(2);
    expect(await valueOf(metrics.cacheEntries, { level: 'l1' })).toBe(2);
  });

  test('[G6] make room by bytes', async () => {
    const caching = await startCache({ env: { CACHE_L1_BYTES: '65536' } });
    const { cache, clock } = caching;
    for (let index = 0; index < 10; index += 1) {
      await keep(caching, chatCall(`${index}`), jsonAnswer(clock, 'x'.repeat(10_000)));
    }
    const { memory } = cache.stats();
    expect(memory.entries).toBe(6);
    expect(memory.bytes).toBeLessThanOrEqual(65_536);
    expect(await valueOf(caching.metrics.cacheBytes)).toBe(memory.bytes);
  });

  test('[G6] do not hold on to the larger piece of memory that they were read from', async () => {
    const { cache, clock } = await startCache();
    const whole = jsonAnswer(clock, 'Hi').body;
    const slab = Buffer.concat([Buffer.alloc(1_000_000), whole]);
    slotOf(cache, chatCall('x')).keep(jsonAnswer(clock, 'Hi', { body: slab.subarray(1_000_000) }), 0);
    const kept = await slotOf(cache, chatCall('x')).find();
    expect(kept?.answer.body).toEqual(whole);
    expect(kept?.answer.body.buffer.byteLength).toBe(whole.length);
  });

  test.each([
    ['truncated', (caching: Caching) => jsonAnswer(caching.clock, completion('Hi', 'length'))],
    ['longer than CACHE_ANSWER_BYTES', (caching: Caching) => jsonAnswer(caching.clock, 'x'.repeat(1_025))],
    ['by a fallback', (caching: Caching) => jsonAnswer(caching.clock, 'Hi', { model: 'qwen-turbo' })],
  ])('[G6] are none that are %s', async (_what, make) => {
    const caching = await startCache({ env: { CACHE_ANSWER_BYTES: '1024' } });
    await keep(caching, chatCall('x'), make(caching));
    expect(await found(caching.cache, chatCall('x'))).toBeUndefined();
    expect(await valueOf(caching.metrics.cacheWrites, { result: 'unfit' })).toBe(1);
  });

  test('[G6] are not looked up for a call that forbids it, which is counted', async () => {
    const { cache, metrics } = await startCache();
    expect(cache.slot(chatCall('x', { temperature: 1 }))).toBeUndefined();
    expect(await valueOf(metrics.cacheRequests, { level: 'none', result: 'bypass' })).toBe(1);
    expect(cache.stats().bypassed).toBe(1);
  });

  test('[G6] are written to the database at the end', async () => {
    const { cache, clock, database } = await startCache();
    slotOf(cache, chatCall('x')).keep(jsonAnswer(clock), 0);
    expect(cache.stats().pendingWrites).toBe(1);
    await cache.close();
    const other = await startCache({ database, clock });
    expect(await found(other.cache, chatCall('x'))).toBe('hit-l3 Hi');
  });
});

/** A database that answers nothing but by `query`. */
const databaseOf = (up: boolean, query: (timeoutMs: number) => Promise<never>): CacheDatabase => ({
  up,
  query: (_op, _run, timeoutMs = 2_000) => query(timeoutMs),
});

const noDatabase = databaseOf(false, () => Promise.reject(new Error('away')));

describe('without a database', () => {
  test('[G6] memory goes on alone, nobody waits, and what is lost is counted', async () => {
    const caching = await startCache({ database: noDatabase });
    await keep(caching, chatCall('x'), jsonAnswer(caching.clock));
    expect(await found(caching.cache, chatCall('x'))).toBe('hit-l1 Hi');
    expect(await found(caching.cache, chatCall('y'))).toBeUndefined();
    expect(caching.cache.stats().levels.l3).toMatchObject({ unavailable: 1 });
    expect(await valueOf(caching.metrics.cacheWrites, { result: 'lost' })).toBe(1);
  });

  test('[G6] one that does not answer is waited for CACHE_L3_TIMEOUT_MS, and after three times not at all', async () => {
    const clock = virtualClock();
    const stuck = databaseOf(true, (timeoutMs) => stuckFor(timeoutMs, clock));
    const { cache } = await startCache({ database: stuck, clock, env: { CACHE_L3_TIMEOUT_MS: '50' } });
    for (let time = 0; time < 3; time += 1) {
      const looked = found(cache, chatCall(`${time}`));
      const ended = jest.fn();
      void looked.then(ended);
      await clock.advance(49);
      expect(ended).not.toHaveBeenCalled();
      await clock.advance(1);
      expect(ended).toHaveBeenCalledTimes(1);
    }
    const before = clock.monotonicMs();
    expect(await found(cache, chatCall('3'))).toBeUndefined();
    expect(clock.monotonicMs()).toBe(before);
  });

  const stuckFor = (ms: number, clock: Caching['clock']): Promise<never> =>
    new Promise((_resolve, reject) => {
      clock.after(ms, () => {
        reject(new Error('stuck'));
      });
    });
});

describe('an answer past its time', () => {
  test('[G6] stands in when the upstream fails, for CACHE_STALE_MS', async () => {
    const caching = await startCache({ env: BRIEF });
    const { cache, clock, metrics } = caching;
    await keep(caching, chatCall('x'), jsonAnswer(clock));
    await clock.advance(DAY_OF_BRIEF - 1_000);
    const slot = slotOf(cache, chatCall('x'));
    expect(await slot.find()).toBeUndefined();
    expect(textIn((await slot.findStale()) ?? jsonAnswer(clock, ''))).toBe('Hi');
    expect(await valueOf(metrics.cacheRequests, { level: 'l3', result: 'stale' })).toBe(1);
    await clock.advance(HOUR_OF_BRIEF);
    expect(await slot.findStale()).toBeUndefined();
    expect(await slotOf(cache, chatCall('x')).findStale()).toBeUndefined();
  });

  test('[G6] does not where CACHE_STALE_MS is 0', async () => {
    const caching = await startCache({ env: { ...BRIEF, CACHE_STALE_MS: '0' } });
    await keep(caching, chatCall('x'), jsonAnswer(caching.clock));
    await caching.clock.advance(DAY_OF_BRIEF);
    expect(await slotOf(caching.cache, chatCall('x')).findStale()).toBeUndefined();
  });

  test('[G6] is removed from the database when it is of no more use, in small steps', async () => {
    const caching = await startCache({ env: BRIEF });
    const { cache, clock, database } = caching;
    for (let index = 0; index < 1_200; index += 1) slotOf(cache, chatCall(`${index}`)).keep(jsonAnswer(clock), 0);
    await clock.advance(1_000);
    expect(await rowsIn(database)).toBe(1_200);
    await clock.advance(DAY_OF_BRIEF + HOUR_OF_BRIEF + MINUTE);
    expect(await rowsIn(database)).toBe(0);
  });
});

test('[G6] the database keeps CACHE_L3_ENTRIES, and those that are asked for rather than others', async () => {
  const caching = await startCache({ env: { CACHE_L3_ENTRIES: '2', CACHE_L1_ENTRIES: '1' } });
  for (const name of ['a', 'b', 'c', 'd']) await keep(caching, chatCall(name), jsonAnswer(caching.clock, name));
  expect(await found(caching.cache, chatCall('a'))).toBe('hit-l3 a');
  await caching.clock.advance(MINUTE);
  expect(await rowsIn(caching.database)).toBe(2);
  const other = await startCache({ database: caching.database, clock: caching.clock });
  expect(await found(other.cache, chatCall('a'))).toBe('hit-l3 a');
  expect(await found(other.cache, chatCall('b'))).toBeUndefined();
  expect(await found(other.cache, chatCall('d'))).toBe('hit-l3 d');
});

const rowsIn = async (database: Caching['database']): Promise<number> =>
  (await database.query('test', (db) => db.selectFrom('cache_entries').select('key').execute())).length;

describe('one flight an answer', () => {
  test('[G6] gives one answer to a hundred who ask at once', async () => {
    const { cache, clock, metrics } = await startCache();
    let asked = 0;
    const ask = async (): Promise<string> => {
      const slot = slotOf(cache, chatCall('x'));
      const kept = (await slot.find())?.answer ?? (await slot.lead(someSignal()));
      if (kept !== undefined) return textIn(kept);
      asked += 1;
      await settled();
      slot.keep(jsonAnswer(clock), 0);
      return 'asked';
    };
    const answers = await Promise.all(Array.from({ length: 100 }, ask));
    expect(asked).toBe(1);
    expect(answers.filter((answer) => answer === 'Hi')).toHaveLength(99);
    expect(await valueOf(metrics.cacheFlightsShared)).toBe(99);
    expect(cache.stats()).toMatchObject({ flights: 0, levels: { l3: { misses: 1 } } });
  });

  test('[G6] survives a leader that fails, one whose client is gone, and one whose answer is for it alone', async () => {
    const { cache, clock } = await startCache();
    const gone = new AbortController();
    const slots = Array.from({ length: 5 }, () => slotOf(cache, chatCall('x')));
    const leads = slots.map((slot, index) => slot.lead(index === 1 ? gone.signal : someSignal()));
    const [first, second, third] = slots;
    expect(await leads[0]).toBeUndefined();
    first?.giveUp();
    expect(await leads[1]).toBeUndefined();
    gone.abort(new ClientClosedError());
    second?.giveUp();
    expect(await leads[2]).toBeUndefined();
    third?.keep(jsonAnswer(clock, completion('Hi', 'length')), 0);
    expect(await Promise.all(leads.slice(3))).toEqual([undefined, undefined]);
    expect(cache.stats().flights).toBe(0);
  });

  test('[G6] finds what landed between the look and the lead', async () => {
    const { cache, clock } = await startCache();
    const late = slotOf(cache, chatCall('x'));
    expect(await late.find()).toBeUndefined();
    slotOf(cache, chatCall('x')).keep(jsonAnswer(clock), 0);
    expect(await late.lead(someSignal())).toBeDefined();
    expect(cache.stats().flights).toBe(0);
  });
});

describe('a popular answer', () => {
  const asked: CacheCall[] = [];
  beforeEach(() => void asked.splice(0));

  /** A cache that gets `text` when it asks anew. */
  const popular = async (text: string, more: Partial<Parameters<typeof startCache>[0]> = {}): Promise<Caching> => {
    const caching: Caching = await startCache({
      refresh: (call): Promise<Refreshed | undefined> => {
        asked.push(call);
        return Promise.resolve({ answer: jsonAnswer(caching.clock, text), cost: 0 });
      },
      ...more,
    });
    return caching;
  };
  const hit = async (caching: Caching, times: number): Promise<void> => {
    for (let time = 0; time < times; time += 1) await found(caching.cache, chatCall('x'));
  };

  test('[G6] is asked for anew after an hour when it was hit ten times, and not with nine', async () => {
    for (const [hits, expected] of [
      [9, 'hit-l3 old'],
      [10, 'hit-l1 new'],
    ] as const) {
      const caching = await popular('new');
      await keep(caching, chatCall('x'), jsonAnswer(caching.clock, 'old'));
      await hit(caching, hits);
      expect(caching.cache.stats().popular).toBe(hits === 10 ? 1 : 0);
      await caching.clock.advance(HOUR);
      expect(asked).toHaveLength(hits === 10 ? 1 : 0);
      expect(await found(caching.cache, chatCall('x'))).toBe(expected);
    }
    expect(asked).toEqual([chatCall('x')]);
  });

  test('[G6] is no more when nobody asks for it for an hour', async () => {
    const caching = await popular('new');
    await keep(caching, chatCall('x'), jsonAnswer(caching.clock, 'old'));
    await hit(caching, 10);
    await caching.clock.advance(3 * HOUR);
    expect(asked).toHaveLength(1);
    expect(caching.cache.stats().popular).toBe(0);
    expect(await valueOf(caching.metrics.cacheRefreshes, { result: 'refreshed' })).toBe(1);
  });

  test('[G6] is asked for every hour as long as it is', async () => {
    const caching = await popular('new');
    await keep(caching, chatCall('x'), jsonAnswer(caching.clock, 'old'));
    for (let hour = 0; hour < 5; hour += 1) {
      await hit(caching, 10);
      await caching.clock.advance(HOUR);
    }
    expect(asked.length).toBeGreaterThanOrEqual(4);
    expect(asked.length).toBeLessThanOrEqual(5);
  });

  test('[G6] is asked for by one process of two that share a database', async () => {
    const one = await popular('new');
    const two = await popular('new', { database: one.database, clock: one.clock });
    await keep(one, chatCall('x'), jsonAnswer(one.clock, 'old'));
    await hit(one, 10);
    await hit(two, 10);
    await one.clock.advance(30_000);
    // The second looks a while after the first, whose answer is in the database by then.
    const three = await popular('new', { database: one.database, clock: one.clock });
    await hit(three, 10);
    await one.clock.advance(HOUR);
    expect(await valueOf(three.metrics.cacheRefreshes, { result: 'elsewhere' })).toBe(1);
    expect(await valueOf(three.metrics.cacheRefreshes, { result: 'refreshed' })).toBeUndefined();
  });

  test('[G6] stays as it is when the upstream fails, or answers what is not fit to be kept', async () => {
    const failing = await popular('', {
      refresh: () => Promise.reject(new UpstreamUnavailableError('down', {})),
    });
    const truncating = await popular('', {
      refresh: () => Promise.resolve({ answer: jsonAnswer(failing.clock, completion('cut', 'length')), cost: 0 }),
    });
    for (const [caching, result] of [
      [failing, 'failed'],
      [truncating, 'unfit'],
    ] as const) {
      await keep(caching, chatCall('x'), jsonAnswer(caching.clock, 'old'));
      await hit(caching, 10);
      await caching.clock.advance(HOUR);
      expect(await valueOf(caching.metrics.cacheRefreshes, { result })).toBe(1);
      expect(await found(caching.cache, chatCall('x'))).toBe('hit-l1 old');
    }
  });

  test('[G6] is not when its request is too long to be kept', async () => {
    const caching = await popular('new');
    const call = chatCall('x'.repeat(200_000));
    await keep(caching, call, jsonAnswer(caching.clock, 'old'));
    for (let time = 0; time < 20; time += 1) await found(caching.cache, call);
    expect(caching.cache.stats().popular).toBe(0);
  });

  test('[G6] that was removed is not asked for anew', async () => {
    const caching = await popular('new');
    await keep(caching, chatCall('x'), jsonAnswer(caching.clock, 'old'));
    await hit(caching, 10);
    await caching.cache.invalidateTenant('key-1');
    await caching.clock.advance(2 * HOUR);
    expect(asked).toEqual([]);
  });
});

describe('answers are removed', () => {
  test('[G6] by a pattern, from memory and the database, what is not written yet included', async () => {
    const caching = await startCache();
    const { cache, clock } = caching;
    const max = chatCall('x', { model: 'qwen-max' });
    await keep(caching, chatCall('x'), jsonAnswer(clock));
    await keep(caching, max, jsonAnswer(clock, 'Hi', { model: 'qwen-max' }));
    slotOf(cache, chatCall('y')).keep(jsonAnswer(clock), 0);
    expect(await cache.invalidate(pattern('*:chat:qwen-p*'))).toEqual({ removed: 2, more: false });
    await clock.advance(1_000);
    expect(await found(cache, chatCall('x'))).toBeUndefined();
    expect(await found(cache, chatCall('y'))).toBeUndefined();
    expect(await found(cache, max)).toBe('hit-l1 Hi');
    expect(await rowsIn(caching.database)).toBe(1);
    expect(await valueOf(caching.metrics.cacheInvalidated)).toBe(2);
  });

  test('[G6] a hundred at a time, saying whether there are more', async () => {
    const { cache, clock } = await startCache();
    for (let index = 0; index < 250; index += 1) slotOf(cache, chatCall(`${index}`)).keep(jsonAnswer(clock), 0);
    const all = pattern('*:*:*');
    expect(await cache.invalidate(all)).toEqual({ removed: 100, more: true });
    expect(await cache.invalidate(all)).toEqual({ removed: 100, more: true });
    expect(await cache.invalidate(all)).toEqual({ removed: 50, more: false });
    expect(await cache.invalidate(all)).toEqual({ removed: 0, more: false });
  });

  test('[G6] all of one tenant at once, and no other’s', async () => {
    const caching = await startCache();
    const { cache, clock } = caching;
    const others = chatCall('x', {}, { tenant: 'key-11' });
    for (let index = 0; index < 250; index += 1) slotOf(cache, chatCall(`${index}`)).keep(jsonAnswer(clock), 0);
    await keep(caching, others, jsonAnswer(clock));
    expect(await cache.invalidateTenant('key-*')).toEqual({ removed: 0, more: false });
    expect(await cache.invalidateTenant('key-1')).toEqual({ removed: 250, more: false });
    expect(await found(cache, chatCall('0'))).toBeUndefined();
    expect(await found(cache, others)).toBe('hit-l1 Hi');
  });

  test.each([
    ['by a pattern', (cache: Caching['cache']) => cache.invalidate(pattern('key-1:*:*'))],
    ['by tenant', (cache: Caching['cache']) => cache.invalidateTenant('key-1')],
  ])('[G6] %s in other processes too, through the database within five seconds', async (_how, remove) => {
    const one = await startCache();
    const two = await startCache({ database: one.database, clock: one.clock });
    await keep(one, chatCall('x'), jsonAnswer(one.clock));
    expect(await found(two.cache, chatCall('x'))).toBe('hit-l3 Hi');
    await remove(one.cache);
    expect(await found(two.cache, chatCall('x'))).toBe('hit-l1 Hi');
    await one.clock.advance(5_000);
    expect(await found(two.cache, chatCall('x'))).toBeUndefined();
  });

  test('[G6] even if they were being read at that moment: what is read is not kept in memory again', async () => {
    const one = await startCache();
    await keep(one, chatCall('x'), jsonAnswer(one.clock));
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const slow: CacheDatabase = {
      up: true,
      query: async (op, run, timeoutMs) => {
        const rows = await one.database.query(op, run, timeoutMs);
        if (op === 'cache-get') await gate;
        return rows;
      },
    };
    const two = await startCache({ database: slow, clock: one.clock });
    const reading = found(two.cache, chatCall('x'));
    await settled();
    expect(await two.cache.invalidate(pattern('*:*:*'))).toEqual({ removed: 1, more: false });
    open();
    expect(await reading).toBe('hit-l3 Hi');
    expect(two.cache.stats().memory.entries).toBe(0);
    expect(await found(two.cache, chatCall('x'))).toBeUndefined();
  });

  test('[G6] once: an answer that is kept afterwards stays', async () => {
    const one = await startCache();
    const two = await startCache({ database: one.database, clock: one.clock });
    await one.cache.invalidate(pattern('*:*:*'));
    await keep(one, chatCall('x'), jsonAnswer(one.clock, 'old'));
    await one.cache.invalidate(pattern('*:*:*'));
    await one.clock.advance(5_000);
    await keep(two, chatCall('x'), jsonAnswer(one.clock, 'new'));
    await one.clock.advance(MINUTE);
    expect(await found(two.cache, chatCall('x'))).toBe('hit-l1 new');
  });

  test('[G6] or not all: without the database there may be more', async () => {
    const caching = await startCache({ database: noDatabase });
    await keep(caching, chatCall('x'), jsonAnswer(caching.clock));
    expect(await caching.cache.invalidate(pattern('*:*:*'))).toEqual({ removed: 1, more: true });
    expect(await found(caching.cache, chatCall('x'))).toBeUndefined();
  });
});
