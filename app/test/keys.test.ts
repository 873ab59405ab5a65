import fc from 'fast-check';
import type { KeySettings } from '../src/keys/key-record';
import { AWAY_MS, RETRY_MS } from '../src/keys/keys';
import { ADMIN_KEY, administration, closeAll } from './administration';
import { NOW_MS } from './running';
import { valueOf } from './serving';
import { settled } from './virtual-clock';

afterEach(closeAll);

const CACHE_MS = 30_000;
const SETTINGS: KeySettings = {
  name: 'shop',
  permissions: ['inference'],
  models: null,
  dailyBudget: null,
  limits: { perMinute: null, perHour: null, perDay: null },
  priority: 'medium',
  expiresAt: null,
};

const textOf = (value: unknown): string => {
  if (typeof value !== 'string') throw new Error(`${typeof value} is no text`);
  return value;
};

describe('Keys', () => {
  test('[G10] are random, long, and kept as their SHA-256 alone', async () => {
    const { keys, database, logged } = await administration();
    const made = await Promise.all([keys.create(SETTINGS), keys.create(SETTINGS)]);
    const secrets = made.map(({ secret }) => secret.reveal());
    expect(new Set(secrets).size).toBe(2);
    for (const secret of secrets) expect(secret).toMatch(/^bgk-[\w-]{43}$/);
    const rows = JSON.stringify(await database.query('test', (db) => db.selectFrom('api_keys').selectAll().execute()));
    for (const secret of secrets) {
      expect(rows).not.toContain(secret.slice(8));
      expect(logged()).not.toContain(secret.slice(8));
    }
  });

  test('[G10] are found with everything that they allow', async () => {
    const { keys } = await administration();
    const { record, secret } = await keys.create({
      ...SETTINGS,
      permissions: ['inference', 'priority'],
      models: ['qwen-plus'],
      dailyBudget: 12.5,
      limits: { perMinute: 0, perHour: null, perDay: 7 },
      priority: 'high',
    });
    expect(await keys.find(secret.reveal())).toEqual({
      keyId: record.id,
      name: 'shop',
      permissions: new Set(['inference', 'priority']),
      models: new Set(['qwen-plus']),
      dailyBudget: 12.5,
      limits: { perMinute: 0, perHour: undefined, perDay: 7 },
      priority: 'high',
    });
  });

  test('[G10] of the administrator may do everything, and need no database', async () => {
    const { keys, database } = await administration();
    database.away = true;
    const caller = await keys.find(ADMIN_KEY);
    expect(caller).toMatchObject({ keyId: 'admin', models: undefined, dailyBudget: undefined });
    expect([...(caller?.permissions ?? [])].sort()).toEqual(['admin', 'end-users', 'inference', 'priority']);
    expect(database.asked).toEqual([]);
  });

  test('[G10] that nobody has are not found, whatever they are, and what is no key is not asked about', async () => {
    const { keys, database } = await administration();
    const { secret } = await keys.create(SETTINGS);
    database.asked.length = 0;
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        expect(await keys.find(text)).toBeUndefined();
      }),
    );
    const real = secret.reveal();
    for (const wrong of [real.slice(1), `${real}x`, real.toUpperCase(), ` ${real}`, '', 'bgk-', ADMIN_KEY.slice(1)]) {
      expect(await keys.find(wrong)).toBeUndefined();
    }
    expect(database.asked).toEqual([]);
  });

  test('[G10] are looked up once by all who ask at once, and then not for KEY_CACHE_MS, known or not', async () => {
    const { keys, database, clock } = await administration(undefined, { cacheMs: CACHE_MS });
    const { secret, record } = await keys.create(SETTINGS);
    const unknown = `bgk-${'x'.repeat(43)}`;
    database.asked.length = 0;
    const found = await Promise.all(Array.from({ length: 50 }, () => keys.find(secret.reveal())));
    expect(found.every((caller) => caller?.keyId === record.id)).toBe(true);
    await Promise.all(Array.from({ length: 50 }, () => keys.find(unknown)));
    expect(database.asked).toEqual(['key-find', 'key-find']);
    await clock.advance(CACHE_MS - 1);
    await keys.find(secret.reveal());
    await keys.find(unknown);
    expect(database.asked).toHaveLength(2);
    await clock.advance(1);
    await keys.find(secret.reveal());
    await keys.find(unknown);
    expect(database.asked).toHaveLength(4);
  });

  test('[G10] end at the moment that was named, though they are in memory', async () => {
    const { keys, clock, database } = await administration();
    const { secret } = await keys.create({ ...SETTINGS, expiresAt: NOW_MS + 5_000 });
    expect(await keys.find(secret.reveal())).toBeDefined();
    await clock.advance(4_999);
    expect(await keys.find(secret.reveal())).toBeDefined();
    await clock.advance(1);
    expect(await keys.find(secret.reveal())).toBeUndefined();
    expect(database.asked.filter((op) => op === 'key-find')).toHaveLength(1);
  });

  test('[G10] that are revoked or changed are so at once in this process', async () => {
    const { keys } = await administration();
    const { record, secret } = await keys.create(SETTINGS);
    await keys.find(secret.reveal());
    await keys.update(record.id, { permissions: ['admin'] });
    expect((await keys.find(secret.reveal()))?.permissions).toEqual(new Set(['admin']));
    await keys.revoke(record.id);
    expect(await keys.find(secret.reveal())).toBeUndefined();
  });

  test('[G10] are found by their id as long as somebody may use them', async () => {
    const { keys, clock } = await administration();
    const settings = { name: 'k', permissions: ['inference'], models: ['qwen-plus'], dailyBudget: null } as const;
    const limits = { perMinute: null, perHour: null, perDay: null };
    const make = (expiresAt: number | null) =>
      keys.create({ ...settings, limits, priority: 'low', expiresAt }).then(({ record }) => record.id);
    const [lasting, ending] = [await make(null), await make(clock.epochMs() + 1_000)];
    expect(await keys.callerOf(lasting)).toMatchObject({ keyId: lasting, models: new Set(['qwen-plus']) });
    expect(await keys.callerOf(ending)).toMatchObject({ keyId: ending });
    expect(await keys.callerOf('admin')).toMatchObject({ keyId: 'admin' });
    await clock.advance(1_000);
    await keys.revoke(lasting);
    for (const id of [lasting, ending, 'nobody']) expect(await keys.callerOf(id)).toBeUndefined();
  });

  test('[G10] that are revoked while they are looked up are not kept as they were', async () => {
    const { keys, database } = await administration();
    const { record, secret } = await keys.create(SETTINGS);
    let proceed = (): void => undefined;
    const query = database.query;
    // The row is read, the answer is late, and the key is revoked meanwhile.
    database.query = async (op, run, ms) => {
      const answer = await query(op, run, ms);
      if (op === 'key-find') await new Promise<void>((resolve) => (proceed = resolve));
      return answer;
    };
    const early = keys.find(secret.reveal());
    await settled();
    await keys.revoke(record.id);
    proceed();
    await early;
    database.query = query;
    expect(await keys.find(secret.reveal())).toBeUndefined();
  });

  test('[G10] that were known work on while the database is away, past KEY_CACHE_MS, but not for ever', async () => {
    const { keys, database, clock, logged } = await administration(undefined, { cacheMs: CACHE_MS });
    const { secret } = await keys.create(SETTINGS);
    await keys.find(secret.reveal());
    database.away = true;
    await clock.advance(CACHE_MS);
    expect(await keys.find(secret.reveal())).toBeDefined();
    await clock.advance(AWAY_MS - 1);
    expect(await keys.find(secret.reveal())).toBeDefined();
    await clock.advance(1 + RETRY_MS);
    await expect(keys.find(secret.reveal())).rejects.toMatchObject({ status: 503, retryAfterSeconds: 2 });
    expect(logged().match(/keys cannot be looked up/g)).toHaveLength(1);
    database.away = false;
    await clock.advance(RETRY_MS);
    expect(await keys.find(secret.reveal())).toBeDefined();
    expect(logged().match(/keys can be looked up again/g)).toHaveLength(1);
  });

  test('[G10] that are not known get 503 while the database is away, not 401, and it is asked once a second', async () => {
    const { keys, database, clock, metrics } = await administration();
    database.away = true;
    const unknown = (n: number) => `bgk-${String(n).padStart(43, '0')}`;
    for (let n = 0; n < 20; n += 1) await expect(keys.find(unknown(n))).rejects.toMatchObject({ status: 503 });
    expect(database.asked).toHaveLength(1);
    await clock.advance(RETRY_MS);
    await expect(keys.find(unknown(1))).rejects.toMatchObject({ status: 503 });
    expect(database.asked).toHaveLength(2);
    expect(await valueOf(metrics.keyLookups, { source: 'failed' })).toBe(21);
  });

  test('[G10] that are known do not wait for a database that hangs', async () => {
    const { keys, database, clock } = await administration(undefined, { cacheMs: CACHE_MS });
    const { secret } = await keys.create(SETTINGS);
    await keys.find(secret.reveal());
    database.away = true;
    await clock.advance(CACHE_MS);
    await keys.find(secret.reveal());
    database.hold = new Promise(() => undefined);
    await clock.advance(RETRY_MS);
    // Would never come back, if it waited for the answer.
    expect(await keys.find(secret.reveal())).toBeDefined();
  });

  test('[G10] that are made up cannot take the whole database, and drive out none that is known', async () => {
    const { keys, database } = await administration();
    const { secret } = await keys.create(SETTINGS);
    await keys.find(secret.reveal());
    database.asked.length = 0;
    let release = (): void => undefined;
    database.hold = new Promise((resolve) => (release = resolve));
    const flood = Array.from({ length: 200 }, (_none, n) =>
      keys.find(`bgk-${String(n).padStart(43, '0')}`).then(
        () => 'answered',
        () => 'refused',
      ),
    );
    await settled();
    expect(database.asked).toHaveLength(64);
    expect(await keys.find(secret.reveal())).toBeDefined();
    release();
    const outcomes = await Promise.all(flood);
    expect(outcomes.filter((outcome) => outcome === 'refused')).toHaveLength(136);
  });
});

describe('/api/keys', () => {
  test('[G10] makes a key, shows it once, and never again', async () => {
    const { ask, keys } = await administration();
    const made = await ask('POST', '/api/keys', { payload: { name: 'shop', dailyBudget: 3, limits: { perDay: 5 } } });
    expect(made.status).toBe(201);
    expect(made.headers.get('cache-control')).toBe('no-store');
    const { key, ...shown } = made.body;
    expect(shown).toEqual({
      id: 'key-0001',
      prefix: textOf(key).slice(0, 8),
      name: 'shop',
      permissions: ['inference'],
      models: null,
      dailyBudget: 3,
      limits: { perMinute: null, perHour: null, perDay: 5 },
      priority: 'medium',
      createdAt: new Date(NOW_MS).toISOString(),
      expiresAt: null,
      revokedAt: null,
    });
    expect(await keys.find(textOf(key))).toMatchObject({ keyId: 'key-0001' });
    expect((await ask('GET', '/api/keys/key-0001')).body).toEqual(shown);
    expect((await ask('GET', '/api/keys')).body).toEqual({ data: [shown], next: null });
  });

  test('[G10] changes what is named, leaves the rest, and takes null for no bound', async () => {
    const { ask } = await administration();
    const expiresAt = '2026-02-01T00:00:00.000Z';
    const payload = { name: 'a', models: ['qwen-plus'], dailyBudget: 3, limits: { perDay: 5, perHour: 2 }, expiresAt };
    await ask('POST', '/api/keys', { payload });
    const made = (await ask('GET', '/api/keys/key-0001')).body;
    const change = { models: null, dailyBudget: null, limits: { perDay: null }, priority: 'low', expiresAt: null };
    const changed = await ask('PATCH', '/api/keys/key-0001', { payload: change });
    const limits = { perMinute: null, perHour: 2, perDay: null };
    expect(changed).toMatchObject({ status: 200, body: { ...made, ...change, limits } });
    expect((await ask('GET', '/api/keys/key-0001')).body).toEqual(changed.body);
  });

  test('[G10] revokes for good: the moment stays, and nothing can be changed any more', async () => {
    const { ask, clock } = await administration();
    await ask('POST', '/api/keys', { payload: { name: 'a' } });
    const revoked = await ask('DELETE', '/api/keys/key-0001');
    expect(revoked).toMatchObject({ status: 200, body: { revokedAt: new Date(NOW_MS).toISOString() } });
    await clock.advance(1_000);
    expect((await ask('DELETE', '/api/keys/key-0001')).body).toEqual(revoked.body);
    const changed = await ask('PATCH', '/api/keys/key-0001', { payload: { name: 'b' } });
    expect(changed).toMatchObject({ status: 409, body: { error: { code: 'key_revoked' } } });
    expect((await ask('GET', '/api/keys/key-0001')).body).toEqual(revoked.body);
  });

  test('[G10] lists every key once, page by page, also those of one moment', async () => {
    const { ask, clock } = await administration();
    for (let n = 0; n < 7; n += 1) {
      await ask('POST', '/api/keys', { payload: { name: `key ${n}` } });
      if (n % 3 === 0) await clock.advance(1);
    }
    const names: unknown[] = [];
    let url = '/api/keys?limit=2';
    for (;;) {
      const { body } = await ask('GET', url);
      if (!Array.isArray(body.data)) throw new Error('no list');
      names.push(...body.data.map((key: { readonly name: string }) => key.name));
      if (body.next === null) break;
      url = `/api/keys?limit=2&after=${textOf(body.next)}`;
    }
    expect(names).toEqual(Array.from({ length: 7 }, (_none, n) => `key ${n}`));
  });

  test.each([
    ['no name', { permissions: ['inference'] }, 'name'],
    ['an empty name', { name: '' }, 'name'],
    ['a name with a line break', { name: 'a\nb' }, 'name'],
    ['an unknown permission', { name: 'a', permissions: ['root'] }, 'permissions[0]'],
    ['no permission at all', { name: 'a', permissions: [] }, 'permissions'],
    ['an empty list of models', { name: 'a', models: [] }, 'models'],
    ['a budget of nothing', { name: 'a', dailyBudget: 0 }, 'dailyBudget'],
    ['a budget as text', { name: 'a', dailyBudget: '5' }, 'dailyBudget'],
    ['half a request', { name: 'a', limits: { perDay: 0.5 } }, 'limits.perDay'],
    ['an unknown priority', { name: 'a', priority: 'urgent' }, 'priority'],
    ['a moment that is over', { name: 'a', expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
    ['a moment that no clock shows', { name: 'a', expiresAt: '2030-06-30T23:59:60Z' }, 'expiresAt'],
    ['a day without a time', { name: 'a', expiresAt: '2030-01-01' }, 'expiresAt'],
    ['a member that there is not', { name: 'a', budget: 5 }, null],
  ])('[G10] refuses %s, and says which member it is', async (_case, payload, param) => {
    const { ask } = await administration();
    const { status, body } = await ask('POST', '/api/keys', { payload });
    expect({ status, body }).toMatchObject({ status: 400, body: { error: { type: 'invalid_request_error', param } } });
    expect((await ask('GET', '/api/keys')).body).toEqual({ data: [], next: null });
  });

  test('[G10] answers 404 for a key that there is not, and 400 for what cannot be one', async () => {
    const { ask } = await administration();
    for (const method of ['GET', 'DELETE', 'PATCH'] as const) {
      const payload = method === 'PATCH' ? { payload: { name: 'b' } } : {};
      expect(await ask(method, '/api/keys/nobody', payload)).toMatchObject({
        status: 404,
        body: { error: { code: 'key_not_found' } },
      });
      expect((await ask(method, '/api/keys/%F0%9F%94%91', payload)).status).toBe(400);
    }
  });

  test('[G10] takes no page size and no cursor but its own', async () => {
    const { ask } = await administration();
    for (const query of ['limit=0', 'limit=101', 'limit=-1', 'limit=1e1', 'after=x', 'after=1_', 'page=1']) {
      expect(await ask('GET', `/api/keys?${query}`)).toMatchObject({ status: 400 });
    }
  });

  test('[G10] answers 503 while the database is away, and says when to come back', async () => {
    const { ask, database } = await administration();
    database.away = true;
    const made = await ask('POST', '/api/keys', { payload: { name: 'a' } });
    expect(made).toMatchObject({ status: 503, body: { error: { code: 'database_unavailable' } } });
    expect(made.headers.get('retry-after')).toBe('2');
    expect((await ask('GET', '/api/keys')).status).toBe(503);
  });
});
