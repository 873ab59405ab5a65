import { UpstreamUnavailableError } from '../src/errors';
import { createUpstreamHealth, PROBE_MS } from '../src/resilience/upstream-health';
import type { Target } from '../src/upstream/targets';
import { answering, dispatching, failing, scripted } from './dispatching';
import { answerJson, mockUpstream, stopUpstreams } from './mock-upstream';
import { virtualClock } from './virtual-clock';

afterEach(stopUpstreams);

const { signal } = new AbortController();
const down = failing(new UpstreamUnavailableError('down', { code: 'upstream_error' }));
const env = { RETRY_ATTEMPTS: '1', BREAKER_FAILURES: '10' };

/** Counts its probes; each ends as `reachable` says at the time. */
const probed = (target: Target) => {
  const state = { probes: 0, reachable: true };
  const probe = (): Promise<void> => {
    state.probes++;
    return state.reachable ? Promise.resolve() : Promise.reject(new Error('x'));
  };
  return { state, target: { ...target, upstream: { ...target.upstream, probe } } };
};

describe('the health of the upstreams', () => {
  test('[G2] is read from real calls while there are any, and nothing is asked', async () => {
    const clock = virtualClock();
    const { state, target } = probed(scripted('dashscope', answering('yes'), down));
    const { send, targets } = dispatching(clock, env, [target]);
    const health = createUpstreamHealth({ targets, clock });
    await send(signal);
    expect(await health.check()).toEqual({ status: 'healthy', detail: 'dashscope closed, 0 of 1 calls failed' });
    for (let at = 0; at < 3; at++) await expect(send(signal)).rejects.toThrow();
    expect(await health.check()).toEqual({
      status: 'degraded',
      detail: 'dashscope closed, 3 of 4 calls failed, upstream_unavailable',
    });
    expect(state.probes).toBe(0);
  });

  test('[G2] of an idle upstream is asked for, once in thirty seconds however often somebody looks', async () => {
    const clock = virtualClock();
    const { state, target } = probed(scripted('dashscope', answering('yes')));
    const { targets } = dispatching(clock, env, [target]);
    const health = createUpstreamHealth({ targets, clock });
    await Promise.all([health.check(), health.check()]);
    await clock.advance(PROBE_MS - 1);
    expect(await health.check()).toEqual({ status: 'healthy', detail: 'dashscope closed, reachable' });
    expect(state.probes).toBe(1);
    state.reachable = false;
    await clock.advance(1);
    expect(await health.check()).toEqual({ status: 'degraded', detail: 'dashscope closed, unreachable' });
    expect(state.probes).toBe(2);
  });

  test('[G2] is bad when the circuit is open, and only worse than it should be when another can stand in', async () => {
    const clock = virtualClock();
    const [first, second] = [scripted('dashscope', down), scripted('dashscope-fallback', answering('yes'))];
    const alone = dispatching(clock, env, [first]);
    alone.targets[0].breaker.order('open');
    expect(await createUpstreamHealth({ targets: alone.targets, clock }).check()).toMatchObject({
      status: 'unhealthy',
      detail: 'dashscope open, by order, reachable',
    });
    const both = dispatching(clock, env, [first, second]);
    both.targets[0].breaker.order('open');
    const health = createUpstreamHealth({ targets: both.targets, clock });
    expect(await health.check()).toMatchObject({ status: 'degraded' });
    both.targets[1]?.breaker.order('open');
    expect(await health.check()).toMatchObject({ status: 'unhealthy' });
  });

  test.each([
    [200, 'reachable'],
    [404, 'reachable'],
    [401, 'unreachable'],
    [503, 'unreachable'],
  ])('[G2] the list of models answered with %i means %s', async (status, word) => {
    const upstream = await mockUpstream((response) => {
      answerJson(response, status, {});
    });
    const clock = virtualClock();
    const { targets, close } = dispatching(clock, upstream.env);
    expect((await createUpstreamHealth({ targets, clock }).check()).detail).toBe(`dashscope closed, ${word}`);
    expect(upstream.asked).toMatchObject([{ url: '/compatible-mode/v1/models' }]);
    await close();
  });

  test('[G7] a silent upstream is given up after two seconds', async () => {
    const upstream = await mockUpstream(() => undefined);
    const clock = virtualClock();
    const { targets, close } = dispatching(clock, upstream.env);
    const found = createUpstreamHealth({ targets, clock }).check();
    await clock.advance(2_000);
    expect((await found).detail).toBe('dashscope closed, unreachable');
    await close();
  });
});
