import { PermissionError } from '../src/errors';
import { checkModel } from '../src/caller';
import { ADMIN_KEY, administration, closeAll } from './administration';
import { valueOf } from './serving';

afterEach(closeAll);

const withRoutes = () =>
  administration(({ server }) => {
    server.get('/v1/who', { config: { permission: 'inference' } }, ({ caller }) => ({ keyId: caller?.keyId }));
    server.post('/v1/read', { config: { permission: 'inference' } }, () => ({ read: true }));
    server.get('/open', ({ caller }) => ({ keyId: caller === undefined ? 'nobody' : caller.keyId }));
    server.get('/api/health', { config: { probe: true } }, () => ({ status: 'live' }));
  });

const SETTINGS = {
  name: 'shop',
  permissions: ['inference'],
  models: null,
  dailyBudget: null,
  limits: { perMinute: null, perHour: null, perDay: null },
  priority: 'medium',
  expiresAt: null,
} as const;

describe('Authentication', () => {
  test('[G10] takes a key as bearer token, in any case of that word, or as x-api-key', async () => {
    const { ask, keys, metrics } = await withRoutes();
    const { secret, record } = await keys.create(SETTINGS);
    const key = secret.reveal();
    const ways = [
      { authorization: `Bearer ${key}` },
      { authorization: `bearer  ${key}` },
      { authorization: '', 'x-api-key': key },
      { authorization: 'Basic dXNlcjpwYXNz', 'x-api-key': key },
    ];
    for (const headers of ways) {
      expect(await ask('GET', '/v1/who', { headers })).toMatchObject({ status: 200, body: { keyId: record.id } });
    }
    expect(await valueOf(metrics.auth, { result: 'granted' })).toBe(4);
  });

  test.each([
    ['no header', { authorization: '' }],
    ['an empty bearer token', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: 'Basic dXNlcjpwYXNz' }],
    ['a bare key', { authorization: ADMIN_KEY }],
  ])('[G10] answers %s with 401 missing_api_key', async (_case, headers) => {
    const { ask, metrics } = await withRoutes();
    const answer = await ask('GET', '/v1/who', { headers });
    expect(answer).toMatchObject({ status: 401, body: { error: { code: 'missing_api_key' } } });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(await valueOf(metrics.auth, { result: 'missing' })).toBe(1);
  });

  test('[G10] answers an unknown, revoked or expired key with the same 401, and logs nothing of it', async () => {
    const { ask, keys, clock, metrics, logged } = await withRoutes();
    const revoked = await keys.create(SETTINGS);
    const expired = await keys.create({ ...SETTINGS, expiresAt: clock.epochMs() + 1 });
    await keys.revoke(revoked.record.id);
    await clock.advance(1);
    const unknown = `bgk-${'k'.repeat(43)}`;
    const secrets = [unknown, 'sk-something', revoked.secret.reveal(), expired.secret.reveal()];
    const bodies = [];
    for (const secret of secrets) {
      const answer = await ask('GET', '/v1/who', { headers: { authorization: `Bearer ${secret}` } });
      expect(answer).toMatchObject({ status: 401, body: { error: { code: 'invalid_api_key' } } });
      bodies.push(JSON.stringify(answer.body));
    }
    expect(new Set(bodies).size).toBe(1);
    expect(await valueOf(metrics.auth, { result: 'unknown' })).toBe(4);
    for (const secret of secrets) expect(logged()).not.toContain(secret.slice(4, 20));
    expect(logged()).toContain('"kind":"security"');
  });

  test('[G10] answers a key without the permission with 403, either way round', async () => {
    const { ask, keys, metrics } = await withRoutes();
    const inference = await keys.create(SETTINGS);
    const admin = await keys.create({ ...SETTINGS, permissions: ['admin'] });
    const as = (secret: { reveal(): string }) => ({ headers: { authorization: `Bearer ${secret.reveal()}` } });
    const forbidden = { status: 403, body: { error: { type: 'permission_error', code: 'permission_denied' } } };
    expect(await ask('GET', '/api/keys', as(inference.secret))).toMatchObject(forbidden);
    expect(await ask('GET', '/v1/who', as(admin.secret))).toMatchObject(forbidden);
    expect(await ask('GET', '/api/keys', as(admin.secret))).toMatchObject({ status: 200 });
    expect(await valueOf(metrics.auth, { result: 'forbidden' })).toBe(2);
  });

  test('[G10] answers 503 where nobody can say whose key it is', async () => {
    const { ask, database, metrics } = await withRoutes();
    database.away = true;
    const answer = await ask('GET', '/v1/who', { headers: { authorization: `Bearer bgk-${'k'.repeat(43)}` } });
    expect(answer).toMatchObject({ status: 503, body: { error: { code: 'database_unavailable' } } });
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(await valueOf(metrics.auth, { result: 'unavailable' })).toBe(1);
  });

  test('[G10] comes before the body is looked at', async () => {
    const { ask } = await withRoutes();
    const headers = { authorization: '', 'content-type': 'text/csv' };
    expect((await ask('POST', '/v1/read', { headers, payload: {} })).status).toBe(401);
    expect((await ask('POST', '/v1/read', { headers: { 'content-type': 'text/csv' }, payload: {} })).status).toBe(415);
  });

  test('[G10] leaves routes alone that need no key, and probes below /api', async () => {
    const { ask } = await withRoutes();
    expect((await ask('GET', '/open')).body).toEqual({ keyId: 'nobody' });
    expect((await ask('GET', '/api/health', { headers: { authorization: '' } })).status).toBe(200);
  });

  test.each(['/v1/new', '/api/new', '/v1', '/api/'])(
    '[G10] lets no route %s be added that says nothing',
    async (path) => {
      const adding = administration(({ server }) => {
        server.get(path, () => ({}));
      });
      await expect(adding).rejects.toThrow(/must say which permission it needs/);
    },
  );

  test('[G10] refuses a model that the key’s list has not', async () => {
    const { keys } = await withRoutes();
    const { secret } = await keys.create({ ...SETTINGS, models: ['qwen-plus', 'qwen-flash'] });
    const caller = await keys.find(secret.reveal());
    const admin = await keys.find(ADMIN_KEY);
    if (caller === undefined || admin === undefined) throw new Error('not found');
    checkModel(caller, 'qwen-plus');
    checkModel(admin, 'anything');
    expect(() => {
      checkModel(caller, 'qwen3-max');
    }).toThrow(PermissionError);
  });
});
