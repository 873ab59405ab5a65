import fc from 'fast-check';
import { ROUTES } from '../../src/routes';
import type { Running } from '../running';
import { start, stopAll } from '../running';

afterEach(stopAll);

const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(null, '', 0, -1, 1e308, [], {}, true, 'x'.repeat(300), '\u0000', '\ud800', '2026-02-30T00:00:00Z'),
);
const memberOf = (right: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 4, arbitrary: right }, { weight: 1, arbitrary: anything });

const settings = fc.record(
  {
    name: memberOf(fc.string({ maxLength: 300 })),
    permissions: memberOf(fc.subarray(['inference', 'admin', 'end-users', 'priority'])),
    models: memberOf(fc.array(fc.string({ maxLength: 130 }), { maxLength: 3 })),
    dailyBudget: memberOf(fc.double({ noNaN: true })),
    limits: memberOf(fc.record({ perMinute: anything, perHour: anything, perDay: anything }, { requiredKeys: [] })),
    priority: memberOf(fc.constantFrom('critical', 'high', 'medium', 'low')),
    expiresAt: memberOf(fc.date().map((date) => (Number.isNaN(date.getTime()) ? 'never' : date.toISOString()))),
  },
  { requiredKeys: [] },
);

/** What stands in a path or a query: also what is no character of a URL. */
const piece = fc.oneof(
  fc.string({ maxLength: 80 }),
  fc.constantFrom('', '你', '.', '..', '%', '%00', '1_x', '2026-02-30', '*'),
);
const escaped = piece.map((text) => encodeURIComponent(text));

const request = fc.oneof(
  fc.record({ method: fc.constant('POST'), path: fc.constant(ROUTES.keys), body: settings }),
  fc.record({
    method: fc.constantFrom('PATCH', 'GET', 'DELETE'),
    path: escaped.map((id) => `${ROUTES.keys}/${id}`),
    body: settings,
  }),
  fc.record({
    method: fc.constant('GET'),
    path: fc
      .tuple(
        fc.constantFrom(
          ROUTES.keys,
          `${ROUTES.costs}/daily`,
          `${ROUTES.costs}/forecast`,
          `${ROUTES.costs}/optimization`,
        ),
        fc.constantFrom('limit', 'after', 'from', 'to', 'days', 'hours', 'odd'),
        escaped,
      )
      .map(([path, name, value]) => `${path}?${name}=${value}`),
    body: fc.constant(undefined),
  }),
  fc.record({
    method: fc.constant('DELETE'),
    path: fc
      .tuple(fc.constantFrom('pattern', 'tenant', 'key', 'odd'), escaped)
      .map(([name, value]) => `${ROUTES.cache}?${name}=${value}`),
    body: fc.constant(undefined),
  }),
  fc.record({
    method: fc.constant('POST'),
    path: fc
      .tuple(escaped, fc.constantFrom('force-open', 'force-close', 'reset', 'odd'))
      .map(([name, order]) => `${ROUTES.circuitBreakers}/${name}/${order}`),
    body: anything,
  }),
);

const send = async ({ get }: Running, method: string, path: string, body: unknown) => {
  const json =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const response = await get(path, { method, ...(method === 'GET' ? {} : json) });
  return { status: response.status, text: await response.text() };
};

test('[G12] [G13] whatever an administrator sends is done, or refused in OpenAI’s shape: never a fault of the gateway', async () => {
  const gateway = await start();
  await fc.assert(
    fc.asyncProperty(request, async ({ method, path, body }) => {
      const { status, text } = await send(gateway, method, path, body);
      if (status < 300) return;
      expect([400, 404, 405, 409, 413]).toContain(status);
      expect(JSON.parse(text)).toMatchObject({
        error: { type: 'invalid_request_error', message: expect.any(String) as unknown },
      });
    }),
    { numRuns: 400 },
  );
  expect(gateway.lines().filter(({ errorType }) => errorType === 'internal')).toEqual([]);
  expect(gateway.log()).not.toContain('the gateway failed');
}, 60_000);
