import { UpstreamUnavailableError } from '../src/errors';
import { circuitBreakers } from '../src/plugins/circuit-breakers';
import type { Order } from '../src/resilience/breaker';
import { createBreakerOrders } from '../src/resilience/breaker-orders';
import type { OrderSiblings } from '../src/resilience/breaker-orders';
import { administration, closeAll } from './administration';
import { dispatching, failing, scripted } from './dispatching';
import { virtualClock } from './virtual-clock';

afterEach(closeAll);

const { signal } = new AbortController();
const failure = new UpstreamUnavailableError('down', { code: 'upstream_error' });
const noRedis = { up: false, run: () => Promise.resolve(undefined) };

const setUp = async () => {
  const clock = virtualClock();
  const scripts = [scripted('dashscope', failing(failure)), scripted('dashscope-fallback', failing(failure))] as const;
  const env = { RETRY_ATTEMPTS: '1', BREAKER_FAILURES: '1', BREAKER_OPEN_MS: '5000' };
  const { targets, send } = dispatching(clock, env, scripts);
  const given: string[] = [];
  let hear: Parameters<OrderSiblings['onOrder']>[0] = () => undefined;
  const siblings: OrderSiblings = {
    tell: (upstream, order) => void given.push(`${upstream} ${order}`),
    onOrder: (listener) => (hear = listener),
  };
  const administered = await administration(({ server, log }) => {
    const orders = createBreakerOrders({ targets, redis: noRedis, siblings, clock, log });
    server.addHook('onClose', (_server, done) => {
      orders.close();
      done();
    });
    circuitBreakers(server, { orders });
  });
  const told = (upstream: string, order: Order) => {
    hear(upstream, order);
  };
  return { ...administered, told, given, send, targets };
};

const closed = { state: 'closed', order: 'automatic', failures: 0, retryAfterMs: 0 };

describe('/api/circuit-breakers', () => {
  test('[G12] shows the breaker of each upstream, in the order in which they are asked', async () => {
    const { ask, send } = await setUp();
    expect((await ask('GET', '/api/circuit-breakers')).body).toEqual({
      data: [
        { upstream: 'dashscope', ...closed },
        { upstream: 'dashscope-fallback', ...closed },
      ],
    });
    await expect(send(signal)).rejects.toThrow('down');
    const open = { state: 'open', order: 'automatic', failures: 1, retryAfterMs: 5_000 };
    expect((await ask('GET', '/api/circuit-breakers')).body).toEqual({
      data: [
        { upstream: 'dashscope', ...open },
        { upstream: 'dashscope-fallback', ...open },
      ],
    });
  });

  test('[G7] holds one open, holds it closed, and lets it go, as it is told', async () => {
    const { ask, given, logged } = await setUp();
    const path = '/api/circuit-breakers/dashscope';
    expect(await ask('POST', `${path}/force-open`)).toMatchObject({
      status: 200,
      body: { upstream: 'dashscope', state: 'open', order: 'open', failures: 0, retryAfterMs: null },
    });
    expect((await ask('POST', `${path}/force-close`)).body).toMatchObject({ state: 'closed', order: 'closed' });
    expect((await ask('POST', `${path}/reset`)).body).toEqual({ upstream: 'dashscope', ...closed });
    expect(given).toEqual(['dashscope open', 'dashscope closed', 'dashscope automatic']);
    expect(logged().match(/"kind":"security".*ordered by an administrator/g)).toHaveLength(3);
  });

  test('[G12] names the upstreams to whoever names another', async () => {
    const { ask } = await setUp();
    expect(await ask('POST', '/api/circuit-breakers/azure/reset')).toMatchObject({
      status: 404,
      body: {
        error: {
          message: 'there is no upstream of this name; there are dashscope, dashscope-fallback',
          code: 'unknown_upstream',
        },
      },
    });
  });

  test('[G12] is for administrators', async () => {
    const { ask } = await setUp();
    const headers = { authorization: '' };
    expect(await ask('POST', '/api/circuit-breakers/dashscope/force-open', { headers })).toMatchObject({ status: 401 });
  });

  test('[G16] an order that a sibling process was given is followed', async () => {
    const { told, targets, given } = await setUp();
    told('dashscope', 'open');
    told('unknown', 'open');
    expect(targets.map(({ breaker }) => breaker.standing().order)).toEqual(['open', 'automatic']);
    expect(targets[0].breaker.enter()).toBeUndefined();
    expect(given).toEqual([]);
  });
});
