import { cacheAdmin } from '../src/plugins/cache-admin';
import { ROUTES } from '../src/routes';
import { chatCall, found, jsonAnswer, slotOf, startCache, stopCaches } from './caching';
import { serve, stopServing } from './serving';

afterEach(async () => {
  await stopServing();
  await stopCaches();
});

const administer = async () => {
  const caching = await startCache();
  const serving = serve(({ server }) => {
    cacheAdmin(server, { cache: caching.cache, redis: { up: false }, database: caching.database });
  });
  return { ...caching, ask: serving.ask };
};

const remove = (query: string) => ({ path: `${ROUTES.cache}?${query}`, method: 'DELETE' }) as const;

describe('the cache for administrators', () => {
  test('[G12] shows what each level did, and how much is kept', async () => {
    const { cache, clock, ask } = await administer();
    slotOf(cache, chatCall('x')).keep(jsonAnswer(clock), 0);
    await found(cache, chatCall('x'));
    await found(cache, chatCall('y'));
    cache.slot(chatCall('x', { temperature: 1 }));
    const { status, json } = await ask({ path: ROUTES.cacheStats });
    expect(status).toBe(200);
    expect(json()).toEqual({
      enabled: true,
      hitRatio: 0.5,
      memory: { entries: 1, maxEntries: 1_000, bytes: cache.stats().memory.bytes, maxBytes: 67_108_864 },
      levels: {
        l1: { hits: 1, misses: 1, stale: 0, unavailable: 0 },
        l2: { hits: 0, misses: 0, stale: 0, unavailable: 1 },
        l3: { hits: 0, misses: 1, stale: 0, unavailable: 0 },
      },
      redisUp: false,
      databaseUp: true,
      bypassed: 1,
      pendingWrites: 1,
      flights: 0,
      popular: 0,
    });
  });

  test('[G12] removes answers by a pattern, or all of a key', async () => {
    const { cache, clock, ask } = await administer();
    for (const name of ['a', 'b']) slotOf(cache, chatCall(name)).keep(jsonAnswer(clock), 0);
    slotOf(cache, chatCall('x', {}, { tenant: 'key-2' })).keep(jsonAnswer(clock), 0);
    const byPattern = await ask(remove('pattern=key-2:*:*'));
    expect([byPattern.status, byPattern.json()]).toEqual([200, { removed: 1, more: false }]);
    expect((await ask(remove('tenant=key-1'))).json()).toEqual({ removed: 2, more: false });
    expect(cache.stats().memory.entries).toBe(0);
  });

  test.each([
    ['neither', ''],
    ['both', 'pattern=*:*:*&tenant=key-1'],
    ['no pattern at all', 'pattern=everything'],
    ['a pattern of one empty part', 'pattern=*::qwen'],
    ['one that is too long', `pattern=*:*:${'x'.repeat(512)}`],
    ['two of them', 'pattern=*:*:*&pattern=*:*:*'],
    ['something else', 'all=true'],
  ])('[G12] refuses to guess what to remove from %s', async (_what, query) => {
    const { cache, clock, ask } = await administer();
    slotOf(cache, chatCall('a')).keep(jsonAnswer(clock), 0);
    const { status, json } = await ask(remove(query));
    expect(status).toBe(400);
    expect(json()).toMatchObject({ error: { type: 'invalid_request_error' } });
    expect(cache.stats().memory.entries).toBe(1);
  });

  test('[G13] shows a cache that is switched off, and removes nothing', async () => {
    const { ask } = serve(({ server }) => {
      cacheAdmin(server, { cache: undefined, redis: { up: true }, database: { up: true } });
    });
    expect((await ask({ path: ROUTES.cacheStats })).json()).toMatchObject({ enabled: false, hitRatio: null });
    expect((await ask(remove('pattern=*:*:*'))).json()).toEqual({ removed: 0, more: false });
  });
});
