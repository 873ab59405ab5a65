import type { Caller, Permission } from '../src/caller';
import type { LimitsConfig } from '../src/config/limits';
import { clientAddress } from '../src/limits/client-address';
import type { Charge, Counters } from '../src/limits/counters';
import { createLocalCounters } from '../src/limits/local-counters';
import { limits } from '../src/plugins/limits';
import { serve, stopServing, valueOf } from './serving';
import { virtualClock } from './virtual-clock';

afterEach(stopServing);

const NONE: LimitsConfig = {
  clientRatePerSecond: 0,
  clientBurst: 10,
  clientPerMinute: 0,
  userPerMinute: 0,
  userPerHour: 0,
  userPerDay: 0,
  adminPer15Minutes: 0,
};

interface CallerOf {
  readonly keyId?: string;
  readonly permissions?: readonly Permission[];
  readonly limits?: Caller['limits'];
}

const callerOf = ({ keyId = 'key-1', permissions = ['inference'], limits: own = {} }: CallerOf): Caller => ({
  keyId,
  name: 'a key',
  permissions: new Set(permissions),
  models: undefined,
  dailyBudget: undefined,
  limits: own,
  priority: 'medium',
});

const start = (config: Partial<LimitsConfig>, caller: CallerOf = {}) => {
  const clock = virtualClock();
  const charged: (readonly Charge[])[] = [];
  const local = createLocalCounters(clock);
  const counters: Pick<Counters, 'take'> = {
    take: (charges) => {
      charged.push(charges);
      return local.take(charges);
    },
  };
  let current = caller;
  const serving = serve(({ server, metrics }) => {
    server.decorateRequest('caller');
    server.addHook('onRequest', (request, _reply, done) => {
      request.caller = callerOf(current);
      done();
    });
    limits(server, { counters, limits: { ...NONE, ...config }, metrics });
    server.post('/v1/chat/completions', () => 'answer');
    server.get('/api/keys', () => 'keys');
    server.get('/api/health', { config: { probe: true } }, () => 'live');
    server.get('/health/live', () => 'live');
  });
  const post = (body: object = {}, headers: Record<string, string> = {}) =>
    serving.ask({
      path: '/v1/chat/completions',
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const statuses = async (times: number, ...asked: Parameters<typeof post>) => {
    const seen: number[] = [];
    for (let index = 0; index < times; index += 1) seen.push((await post(...asked)).status);
    return seen;
  };
  return { ...serving, clock, charged, post, statuses, as: (next: CallerOf) => void (current = next) };
};

const from = (address: string) => ({ 'x-forwarded-for': address });

describe('the limits of a client', () => {
  test('[G8] give it a burst, then as much as flows in, and tell one who is refused when to come back', async () => {
    const { statuses, post, clock, metrics } = start({ clientRatePerSecond: 5, clientBurst: 10 });
    expect(await statuses(11)).toEqual([...Array<number>(10).fill(200), 429]);
    const refused = await post();
    expect(refused.json()).toEqual({
      error: {
        message:
          'your address may send 5 requests a second, 10 at once, and has; try again in 1 s, or have CLIENT_RATE_PER_SECOND or CLIENT_BURST raised',
        type: 'rate_limit_error',
        param: null,
        code: 'rate_limit_exceeded',
      },
    });
    expect(refused.headers).toMatchObject({
      'retry-after': '1',
      'x-ratelimit-limit-requests': '10',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '2s',
      'ratelimit-policy': '"client-burst";q=10;w=2',
      ratelimit: '"client-burst";r=0;t=2',
    });
    await clock.advance(200);
    expect(await statuses(2)).toEqual([200, 429]);
    expect(await valueOf(metrics.rateLimitDecisions, { scope: 'client', result: 'allowed' })).toBe(11);
    expect(await valueOf(metrics.rateLimitDecisions, { scope: 'client', result: 'refused' })).toBe(3);
  });

  test('[G8] bound its minute, too, and go by the address that a trusted proxy names', async () => {
    const { statuses } = start({ clientPerMinute: 2 });
    expect(await statuses(3, {}, from('192.0.2.1'))).toEqual([200, 200, 429]);
    expect(await statuses(1, {}, from('192.0.2.2'))).toEqual([200]);
    expect(await statuses(2, {}, from('2001:db8:1:2:aaaa::1'))).toEqual([200, 200]);
    expect(await statuses(1, {}, from('2001:db8:1:2:bbbb::9'))).toEqual([429]);
    expect(await statuses(1, {}, from('2001:db8:1:3::1'))).toEqual([200]);
  });

  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:0:1:2:3:4:5', '2001:db8:0:1::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['what is no address', 'unknown'],
    ['', 'unknown'],
  ])('[G8] take %s for %s', (ip, expected) => {
    expect(clientAddress(ip)).toBe(expected);
  });
});

describe('the limits of a user', () => {
  test('[G8] are those of its key, by minute, hour and day, whatever its address', async () => {
    const { statuses, clock, as } = start({ userPerMinute: 2, userPerHour: 3, userPerDay: 4 });
    expect(await statuses(3)).toEqual([200, 200, 429]);
    await clock.advance(61_000);
    expect(await statuses(2, {}, from('192.0.2.1'))).toEqual([200, 429]);
    await clock.advance(3_660_000);
    expect(await statuses(2)).toEqual([200, 429]);
    as({ keyId: 'key-2' });
    expect(await statuses(1)).toEqual([200]);
  });

  test('[G8] are the key’s own where it has any; 0 is none, and what it does not say is everybody’s', async () => {
    const { statuses, post, as } = start({ userPerMinute: 1, userPerHour: 5 }, { limits: { perMinute: 3 } });
    expect(await statuses(4)).toEqual([200, 200, 200, 429]);
    expect((await post()).body).toContain('this user may send 3 requests a minute, and has');
    expect((await post()).body).toContain('have perMinute of the key raised');
    as({ keyId: 'key-2', limits: { perMinute: 0 } });
    expect(await statuses(6)).toEqual([200, 200, 200, 200, 200, 429]);
  });

  test('[G8] are those of the end user that a trusted key names, by the body or the header', async () => {
    const trusted: CallerOf = { permissions: ['inference', 'end-users'] };
    const { statuses, charged } = start({ userPerMinute: 1 }, trusted);
    expect(await statuses(2, { user: 'ann@example.com' })).toEqual([200, 429]);
    expect(await statuses(2, { user: 'bob' })).toEqual([200, 429]);
    expect(await statuses(1, {}, { 'x-end-user': 'bob' })).toEqual([429]);
    expect(await statuses(1, { user: 'cleo' }, { 'x-end-user': 'bob' })).toEqual([429]);
    expect(await statuses(1, { user: 'cleo' })).toEqual([200]);
    expect(await statuses(2, { user: '' })).toEqual([200, 429]);
    expect(await statuses(1, { user: 7 })).toEqual([429]);
    const keys = charged.flat().map(({ key }) => key);
    expect(keys.join()).not.toContain('ann');
    expect(Math.max(...keys.map((key) => key.length))).toBeLessThan(64);
  });

  test('[G8] cannot be got around by naming end users with a key that is not trusted to', async () => {
    const { statuses } = start({ userPerMinute: 1 });
    expect(await statuses(1, { user: 'a' })).toEqual([200]);
    expect(await statuses(1, { user: 'b' }, { 'x-end-user': 'c' })).toEqual([429]);
  });

  test('[G8] refusing a request leave its client’s limits as they were', async () => {
    const { statuses, as } = start({ clientPerMinute: 3, userPerMinute: 1 });
    expect(await statuses(5)).toEqual([200, 429, 429, 429, 429]);
    as({ keyId: 'key-2' });
    expect(await statuses(1)).toEqual([200]);
  });
});

describe('the limits', () => {
  test('[G8] of administration are its own, by address, and leave probes alone', async () => {
    const { ask, metrics } = start({ adminPer15Minutes: 2, clientPerMinute: 1 });
    const statuses: number[] = [];
    for (let index = 0; index < 3; index += 1) statuses.push((await ask({ path: '/api/keys' })).status);
    expect(statuses).toEqual([200, 200, 429]);
    for (const path of ['/api/health', '/health/live', '/health/live']) expect((await ask({ path })).status).toBe(200);
    expect(await valueOf(metrics.rateLimitDecisions, { scope: 'admin', result: 'refused' })).toBe(1);
    expect((await ask({ path: '/api/keys' })).headers['retry-after']).toBe('915');
  });

  test('[G8] are told by the one with the smallest part left', async () => {
    const { post } = start({ clientRatePerSecond: 100, clientBurst: 100, clientPerMinute: 50, userPerHour: 4 });
    const { headers } = await post();
    expect(headers).toMatchObject({
      'x-ratelimit-limit-requests': '4',
      'x-ratelimit-remaining-requests': '3',
      'x-ratelimit-reset-requests': '1h1m0s',
      'ratelimit-policy': '"user-hour";q=4;w=3600',
      ratelimit: '"user-hour";r=3;t=3660',
    });
  });

  test('[G8] that are all 0 ask nobody and say nothing', async () => {
    const { post, charged } = start({});
    expect((await post()).headers).not.toHaveProperty('x-ratelimit-limit-requests');
    expect(charged).toEqual([]);
  });

  test('[G8] of one request are taken in one go', async () => {
    const { post, charged } = start({
      clientRatePerSecond: 5,
      clientPerMinute: 60,
      userPerMinute: 10,
      userPerDay: 500,
    });
    await post();
    expect(charged.map((charges) => charges.map(({ key, rule }) => [key, rule.kind]))).toEqual([
      [
        ['client:127.0.0.1', 'bucket'],
        ['client:127.0.0.1', 'window'],
        ['user:key-1', 'window'],
        ['user:key-1', 'window'],
      ],
    ]);
  });
});
