import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { addressRanges } from '../src/address-ranges';
import { addressRules } from '../src/plugins/address-rules';
import { compression, COMPRESSION_THRESHOLD_BYTES } from '../src/plugins/compression';
import { EXPOSED_HEADERS } from '../src/headers';
import { cors } from '../src/plugins/cors';
import { honeypot } from '../src/plugins/honeypot';
import { securityHeaders } from '../src/plugins/security-headers';
import { ROUTES } from '../src/routes';
import { frozenClock } from './running';
import { serve, stopServing, valueOf } from './serving';

afterEach(stopServing);

const from = (address: string) => ({ 'x-forwarded-for': address });

describe('security headers', () => {
  test('[G13] stand on answers and on errors, and nothing says what the server is made of', async () => {
    const { ask } = serve(({ server }) => {
      securityHeaders(server);
      server.get('/x', () => ({}));
    });
    for (const path of ['/x', '/none']) {
      const { headers } = await ask({ path });
      expect(headers).toMatchObject({
        'strict-transport-security': 'max-age=31536000',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
      });
      for (const name of ['server', 'x-powered-by', 'content-security-policy'])
        expect(headers).not.toHaveProperty(name);
    }
  });
});

describe('CORS', () => {
  const origin = 'https://console.example.com';
  const open = (origins: readonly string[]) =>
    serve(({ server }) => {
      cors(server, { origins });
      server.addHook('onRequest', (request, reply, done) => {
        if (request.headers.authorization === undefined) void reply.code(401).send({});
        else done();
      });
      server.post('/x', () => ({}));
    }).ask;

  test('[G13] lets pages of a listed origin read the answer and its limits', async () => {
    const headers = { origin, authorization: 'Bearer x' };
    const answer = await open([origin])({ path: '/x', method: 'POST', headers });
    expect(answer.headers['access-control-allow-origin']).toBe(origin);
    const exposed = String(answer.headers['access-control-expose-headers']);
    for (const name of EXPOSED_HEADERS) expect(exposed).toContain(name);
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
  });

  test('[G13] answers a preflight before authentication', async () => {
    const headers = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    };
    const answer = await open([origin])({ path: '/x', method: 'OPTIONS', headers });
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-headers': 'authorization',
    });
    expect(answer.headers['access-control-allow-methods']).toContain('POST');
  });

  test('[G13] names no origin that is not listed, and none at all when none is', async () => {
    const headers = { origin: 'https://evil.example', authorization: 'Bearer x' };
    for (const origins of [[origin], []]) {
      const answer = await open(origins)({ path: '/x', method: 'POST', headers });
      expect(answer.status).toBe(200);
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    }
    const preflight = { ...headers, 'access-control-request-method': 'POST' };
    expect((await open([])({ path: '/none', method: 'OPTIONS', headers: preflight })).status).toBe(404);
  });
});

describe('ranges of addresses', () => {
  const address = fc.ipV4();

  test('[G13] include each IPv4 address in both its forms, or in neither', () => {
    fc.assert(
      fc.property(address, fc.integer({ min: 0, max: 32 }), address, (network, bits, asked) => {
        const ranges = addressRanges([`${network}/${bits}`]);
        expect(ranges.includes(network)).toBe(true);
        expect(ranges.includes(`::ffff:${network}`)).toBe(true);
        expect(ranges.includes(`::ffff:${asked}`)).toBe(ranges.includes(asked));
      }),
    );
  });

  test('[G13] agree with the arithmetic', () => {
    const number = (text: string) => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    fc.assert(
      fc.property(address, fc.integer({ min: 1, max: 32 }), address, (network, bits, asked) => {
        const size = 2 ** (32 - bits);
        const inside = Math.floor(number(network) / size) === Math.floor(number(asked) / size);
        expect(addressRanges([`${network}/${bits}`]).includes(asked)).toBe(inside);
      }),
    );
  });

  test.each([
    ['fd00::1', true],
    ['fd00::1%eth0', true],
    ['fe80::1', false],
    ['10.1.2.3', true],
    ['11.1.2.3', false],
    ['::ffff:a01:203', true],
    ['192.0.2.7', true],
    ['192.0.2.8', false],
    ['', false],
    ['10.0.0.1:80', false],
    ['10.0.0.1, 1.2.3.4', false],
    ['unknown', false],
  ])('[G13] of both families: %s is in: %s', (asked, inside) => {
    expect(addressRanges(['10.0.0.0/8', 'fc00::/7', '::ffff:192.0.2.0/125']).includes(asked)).toBe(inside);
  });
});

describe('the address rules', () => {
  const open = (allowed: readonly string[], adminAllowed: readonly string[]) =>
    serve(({ server, metrics }) => {
      addressRules(server, { allowed, adminAllowed, metrics });
      server.get('/v1/x', () => ({}));
      server.get('/api/x', () => ({}));
      server.get(ROUTES.detailed, () => ({}));
      for (const url of [ROUTES.live, '/api/health', ROUTES.metrics]) {
        server.get(url, { config: { probe: true } }, () => ({}));
      }
    });
  const statuses = async ({ ask }: ReturnType<typeof serve>, address: string) => {
    const asked = ['/v1/x', '/none', '/api/x', ROUTES.detailed, ROUTES.live, '/api/health', ROUTES.metrics];
    const answers = await Promise.all(asked.map((path) => ask({ path, headers: from(address) })));
    return answers.map(({ status }) => status);
  };

  test('[G13] let every address ask when there are none', async () => {
    expect(await statuses(open([], []), '203.0.113.9')).toEqual([200, 404, 200, 200, 200, 200, 200]);
  });

  test('[G13] keep an address outside of ALLOWED_CIDRS from everything but probes and metrics', async () => {
    const serving = open(['10.0.0.0/8'], []);
    expect(await statuses(serving, '203.0.113.9')).toEqual([403, 403, 403, 403, 200, 200, 200]);
    expect(await statuses(serving, '::ffff:10.9.9.9')).toEqual([200, 404, 200, 200, 200, 200, 200]);
    expect(await valueOf(serving.metrics.addressRefusals, { rule: 'any' })).toBe(4);
  });

  test('[G13] keep an address outside of ADMIN_ALLOWED_CIDRS from /api/* and the detailed health, however the path is spelled', async () => {
    const serving = open([], ['10.0.0.0/8']);
    expect(await statuses(serving, '203.0.113.9')).toEqual([200, 404, 403, 403, 200, 200, 200]);
    for (const path of ['/api/%78', '/%61pi/x', '//api/x', '/API/x', '/api/./x']) {
      const { status } = await serving.ask({ path, headers: from('203.0.113.9') });
      expect([403, 404]).toContain(status);
    }
  });

  test('[G5] [G13] answer in OpenAI’s shape, and log the address as a security event alone', async () => {
    const { ask, lines } = open(['10.0.0.0/8'], []);
    const answer = await ask({ path: '/v1/x', headers: from('203.0.113.9') });
    expect(answer.json()).toMatchObject({ error: { type: 'permission_error', code: 'address_not_allowed' } });
    expect(answer.body).not.toContain('203.0.113.9');
    const telling = lines().filter((line) => line.includes('"address":"203.0.113.9"'));
    expect(telling).toHaveLength(1);
    expect(telling[0]).toContain('"kind":"security"');
  });
});

describe('the honeypot', () => {
  const BLOCK_MS = 600_000;
  const open = (props: { blockMs?: number; spared?: readonly string[] } = {}) => {
    let now = 0;
    const clock = { ...frozenClock, monotonicMs: () => now };
    const serving = serve(({ server, metrics }) => {
      honeypot(server, { paths: ['/.env', '/wp-login.php'], blockMs: BLOCK_MS, spared: [], clock, metrics, ...props });
      server.get('/v1/x', () => ({}));
      server.get('/health/live', { config: { probe: true } }, () => ({}));
    }, clock);
    const ask = (path: string, address = '203.0.113.9') => serving.ask({ path, headers: from(address) });
    return { ...serving, ask, pass: (ms: number) => (now += ms) };
  };

  test('[G13] answers like any path that there is not, counts, and turns the address away for its time', async () => {
    const { ask, pass, metrics, lines } = open();
    const bait = await ask('/.ENV?a=1');
    const none = await ask('/none', '203.0.113.10');
    expect({ status: bait.status, body: bait.body }).toEqual({ status: none.status, body: none.body });
    expect(await valueOf(metrics.honeypotHits)).toBe(1);
    const away = await ask('/v1/x');
    expect({ status: away.status, retry: away.headers['retry-after'] }).toEqual({ status: 403, retry: '600' });
    expect((await ask('/health/live')).status).toBe(200);
    expect((await ask('/v1/x', '203.0.113.10')).status).toBe(200);
    pass(BLOCK_MS - 1);
    expect((await ask('/v1/x')).status).toBe(403);
    pass(1);
    expect((await ask('/v1/x')).status).toBe(200);
    expect(await valueOf(metrics.honeypotRefusals)).toBe(2);
    expect(lines().filter((line) => line.includes('"kind":"security"'))).toHaveLength(1);
  });

  test('[G13] turns nobody away from the operator’s own network, as a proxy speaks for everybody', async () => {
    const { ask, metrics } = open({ spared: ['10.0.0.0/8'] });
    await ask('/wp-login.php', '10.0.0.1');
    expect((await ask('/v1/x', '10.0.0.1')).status).toBe(200);
    expect(await valueOf(metrics.honeypotHits)).toBe(1);
  });

  test('[G13] only counts when the time is 0', async () => {
    const { ask, metrics } = open({ blockMs: 0 });
    await ask('/.env');
    expect((await ask('/v1/x')).status).toBe(200);
    expect(await valueOf(metrics.honeypotHits)).toBe(1);
  });
});

describe('compression', () => {
  const long = 'x'.repeat(COMPRESSION_THRESHOLD_BYTES);
  const open = (enabled: boolean) =>
    serve(({ server }) => {
      compression(server, { enabled });
      server.get('/long', () => ({ long }));
      server.get('/bytes', (_request, reply) => reply.type('application/json; charset=utf-8').send(Buffer.from(long)));
      server.get('/short', () => ({ long: 'x' }));
      server.post('/echo', (request) => ({ got: typeof request.body }));
      server.get('/stream', (_request, reply) =>
        reply.type('text/event-stream; charset=utf-8').send(Readable.from([`data: ${long}\n\n`])),
      );
    }).ask;
  const headers = { 'accept-encoding': 'gzip, deflate, br' };

  test('[G13] makes long JSON short for who asks for it, and the same again', async () => {
    const ask = open(true);
    for (const path of ['/long', '/bytes']) {
      const answer = await ask({ path, headers });
      expect(answer.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
      expect(gunzipSync(answer.bytes).toString()).toContain(long);
      expect((await ask({ path })).headers).not.toHaveProperty('content-encoding');
    }
  });

  test.each(['/stream', '/short'])('[G13] leaves %s as it is', async (path) => {
    expect((await open(true)({ path, headers })).headers).not.toHaveProperty('content-encoding');
  });

  test('[G13] is off when it is switched off', async () => {
    expect((await open(false)({ path: '/long', headers })).headers).not.toHaveProperty('content-encoding');
  });

  test('[G13] does not open a compressed request, which could be larger than any limit', async () => {
    const answer = await open(true)({
      path: '/echo',
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]),
    });
    expect(answer.status).toBe(400);
  });
});
