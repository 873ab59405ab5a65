import { InvalidRequestError, OverloadedError, ShuttingDownError } from '../src/errors';
import type { Counters } from '../src/limits/counters';
import type { Priority } from '../src/quota/priority';
import { PRIORITIES } from '../src/quota/priority';
import { settled } from './virtual-clock';
import type { AdmissionUnderTest, Asked } from './waiting-calls';
import { admissionUnderTest } from './waiting-calls';

const used = (tokens: number) => ({ inputTokens: tokens, outputTokens: 0 });

/** An admission whose one place a minute is taken, by a call that is returned. */
const taken = async (
  more: { places?: number; timeoutMs?: number } = {},
): Promise<AdmissionUnderTest & { first: Asked }> => {
  const world = admissionUnderTest({ limits: { requestsPerMinute: 1 }, ...more });
  const first = world.ask();
  await settled();
  expect(first.state).toBe('entered');
  return { ...world, first };
};

const countsOf = async ({ counters, quotas }: AdmissionUnderTest, model = 'm') => {
  const windows = quotas.of(model).windows.map(({ key, rule }) => ({ key, rule }));
  return (await counters.standings(windows)).map(({ used }) => used);
};

describe('a call that does not wait', () => {
  const now = (world: AdmissionUnderTest, more: object = {}) =>
    world.admission.enterNow({
      model: 'm',
      priority: 'critical',
      estimatedTokens: 1,
      signal: new AbortController().signal,
      ...more,
    });

  test('[G9] [G7] enters where there is room, counts, and gives back what it did not use', async () => {
    const world = admissionUnderTest({ limits: { requestsPerMinute: 1, tokensPerMinute: 100 } });
    const ticket = await now(world, { estimatedTokens: 60 });
    expect(await countsOf(world)).toEqual([1, 60]);
    expect(await now(world)).toBeUndefined();
    ticket?.settle(undefined);
    expect(await countsOf(world)).toEqual([0, 0]);
  });

  test('[G9] [G7] takes no place and no quota where others wait, the upstream has refused, or it is too large', async () => {
    const world = await taken();
    world.ask({ priority: 'critical' });
    await settled();
    expect(await now(world)).toBeUndefined();
    expect(world.admission.line().waiting.critical).toBe(1);
    const small = admissionUnderTest({ limits: { tokensPerMinute: 100 } });
    expect(await now(small, { estimatedTokens: 101 })).toBeUndefined();
    small.admission.penalize('m', 1_000);
    expect(await now(small)).toBeUndefined();
    await small.clock.advance(1_000);
    expect(await now(small)).toBeDefined();
    small.admission.close();
    expect(await now(small)).toBeUndefined();
    expect(Object.values(small.admission.line().rejected).reduce((sum, count) => sum + count)).toBe(0);
    expect(await countsOf(small)).toEqual([1]);
  });
});

describe('a call for which there is quota', () => {
  test('[G9] enters at once, with one take of every window and without a timer', async () => {
    const limits = { requestsPerMinute: 10, requestsPerDay: 100, tokensPerMinute: 1_000, tokensPerDay: 5_000 };
    const world = admissionUnderTest({ limits });
    const call = world.ask({ estimatedTokens: 300 });
    await settled();
    expect(call.ticket?.waitedMs).toBe(0);
    expect({ takes: world.takes(), timers: world.clock.pending }).toEqual({ takes: 1, timers: 0 });
    expect(await countsOf(world)).toEqual([1, 300, 1, 300]);
  });

  test('[G9] enters without counting where the account has no limit', async () => {
    const world = admissionUnderTest({ limits: {} });
    const call = world.ask();
    await settled();
    expect({ state: call.state, takes: world.takes() }).toEqual({ state: 'entered', takes: 0 });
    call.ticket?.settle(undefined);
    call.ticket?.settle(used(9));
  });

  test('[G9] that turns out smaller gives the difference back, larger takes it, and only the first settling counts', async () => {
    const world = admissionUnderTest({ limits: { requestsPerMinute: 10, tokensPerMinute: 1_000 } });
    const calls = [world.ask({ estimatedTokens: 300 }), world.ask({ estimatedTokens: 300 })];
    await settled();
    calls[0]?.ticket?.settle({ inputTokens: 50, outputTokens: 50 });
    expect(await countsOf(world)).toEqual([2, 400]);
    calls[1]?.ticket?.settle(used(700));
    expect(await countsOf(world)).toEqual([2, 800]);
    calls[1]?.ticket?.settle(undefined);
    expect(await countsOf(world)).toEqual([2, 800]);
  });

  test('[G9] that never reached the upstream gives everything back, the request included', async () => {
    const world = admissionUnderTest({ limits: { requestsPerMinute: 10, tokensPerMinute: 1_000 } });
    const call = world.ask({ estimatedTokens: 300 });
    await settled();
    call.ticket?.settle(undefined);
    expect(await countsOf(world)).toEqual([0, 0]);
  });

  test('[G9] that ends after its minute gives nothing back to it: that would hide what others use', async () => {
    const world = admissionUnderTest({ limits: { tokensPerMinute: 1_000, tokensPerDay: 10_000 } });
    const slow = world.ask({ estimatedTokens: 500 });
    await world.clock.advance(62_000);
    world.ask({ estimatedTokens: 800 });
    await settled();
    slow.ticket?.settle(used(100));
    expect(await countsOf(world)).toEqual([900, 800]);
  });

  test('[G9] an answer that nobody bounds is taken for what the model’s answers have come to', async () => {
    const world = admissionUnderTest({ limits: { tokensPerMinute: 10_000 } });
    const open = { estimatedTokens: 600, guessedTokens: 500 };
    const first = world.ask(open);
    await settled();
    first.ticket?.settle({ inputTokens: 100, outputTokens: 40 });
    expect(await countsOf(world)).toEqual([140]);
    const second = world.ask(open);
    await settled();
    expect(await countsOf(world)).toEqual([280]);
    second.ticket?.settle({ inputTokens: 100, outputTokens: 240 });
    world.ask(open);
    await settled();
    expect(await countsOf(world)).toEqual([140 + 340 + 150]);
  });

  test('[G9] a bounded answer teaches nothing, and neither does one that broke off', async () => {
    const world = admissionUnderTest({ limits: { tokensPerMinute: 10_000 } });
    const bounded = world.ask({ estimatedTokens: 600 });
    const broken = world.ask({ estimatedTokens: 600, guessedTokens: 500 });
    await settled();
    bounded.ticket?.settle({ inputTokens: 0, outputTokens: 7 });
    broken.ticket?.settle({ inputTokens: 0, outputTokens: 0 });
    world.ask({ estimatedTokens: 600, guessedTokens: 500 });
    await settled();
    expect(await countsOf(world)).toEqual([7 + 600]);
  });
});

describe('a call that is larger than its quota', () => {
  test('[G9] is refused at once, with the sizes and the way out, and takes nothing', async () => {
    const world = admissionUnderTest({ limits: { tokensPerMinute: 1_000, tokensPerDay: 900 } });
    const call = world.ask({ estimatedTokens: 901 });
    await settled();
    expect(call.error).toBeInstanceOf(InvalidRequestError);
    expect(call.error).toMatchObject({
      status: 400,
      code: 'request_exceeds_quota',
      message:
        'the request (901) must be at most 900 tokens, prompt and max_tokens, as m has no more in its quota; shorten it, lower max_tokens, or have QUOTA_FILE say what the account has',
    });
    expect(world.takes()).toBe(0);
    expect(world.admission.line().rejected.too_large).toBe(1);
  });

  test('[G9] only by a guess at its answer, is let through with what there is', async () => {
    const world = admissionUnderTest({ limits: { tokensPerMinute: 1_000 } });
    const call = world.ask({ estimatedTokens: 1_400, guessedTokens: 500 });
    await settled();
    expect(call.state).toBe('entered');
    expect(await countsOf(world)).toEqual([1_000]);
  });

  test('[G9] in line, is refused once QUOTA_FILE makes the quota so small', async () => {
    const world = admissionUnderTest({ limits: { tokensPerMinute: 1_000 } });
    world.ask({ estimatedTokens: 1_000 });
    const waiting = world.ask({ estimatedTokens: 900 });
    await settled();
    world.quotas.change({ tokensPerMinute: 500 });
    await settled();
    expect(waiting.error).toMatchObject({ status: 400 });
    expect(world.admission.line().waiting.medium).toBe(0);
  });
});

describe('the line', () => {
  test('[G9] serves the critical before the high, the medium and the low, and each in the order in which they came', async () => {
    const { ask, clock, entered } = await taken();
    const arrivals: readonly Priority[] = ['low', 'medium', 'critical', 'high', 'low', 'critical', 'medium', 'high'];
    const calls = arrivals.map((priority, index) => ask({ priority, estimatedTokens: index + 1 }));
    // Each gives its place to the next one by never having reached the upstream.
    await settled();
    for (let turn = 0; turn < calls.length; turn += 1) {
      entered.at(-1)?.ticket?.settle(undefined);
      await clock.advance(20);
    }
    expect(entered.slice(1).map(({ call }) => [call.priority, call.estimatedTokens])).toEqual([
      ['critical', 3],
      ['critical', 6],
      ['high', 4],
      ['high', 8],
      ['medium', 2],
      ['medium', 7],
      ['low', 1],
      ['low', 5],
    ]);
    entered.at(-1)?.ticket?.settle(undefined);
    expect(clock.pending).toBe(0);
  });

  test('[G9] lets nobody pass that needs less, and gives the one at its head its turn', async () => {
    const world = admissionUnderTest({ limits: { tokensPerMinute: 1_000 }, timeoutMs: 600_000 });
    world.ask({ estimatedTokens: 600 });
    const large = world.ask({ estimatedTokens: 900 });
    const small = Array.from({ length: 20 }, () => world.ask({ estimatedTokens: 10 }));
    await world.clock.advance(59_000);
    expect(small.map(({ state }) => state)).not.toContain('entered');
    await world.clock.advance(3_000);
    expect(large.state).toBe('entered');
    expect(large.ticket?.waitedMs).toBeGreaterThanOrEqual(60_000);
    expect(small.filter(({ state }) => state === 'entered')).toHaveLength(10);
  });

  test('[G9] holds one who came later and was let through while one before was being refused', async () => {
    const gates: (() => void)[] = [];
    const slow = (counters: Counters): Counters => ({
      ...counters,
      take: async (charges) => {
        const decision = await counters.take(charges);
        await new Promise<void>((resolve) => gates.push(resolve));
        return decision;
      },
    });
    const world = admissionUnderTest({ limits: { tokensPerMinute: 1_000 }, between: slow });
    world.ask({ estimatedTokens: 600 });
    const large = world.ask({ estimatedTokens: 900 });
    const small = world.ask({ estimatedTokens: 10 });
    await settled();
    for (const open of gates.splice(0)) open();
    await settled();
    expect([large.state, small.state]).toEqual(['waiting', 'waiting']);
    expect(await countsOf(world)).toEqual([600]);
    expect(world.admission.line().waiting.medium).toBe(2);
  });

  test('[G9] is passed by one of a higher priority for which there is enough', async () => {
    const world = admissionUnderTest({ limits: { tokensPerMinute: 1_000 } });
    world.ask({ estimatedTokens: 600 });
    const low = world.ask({ estimatedTokens: 900, priority: 'low' });
    const critical = world.ask({ estimatedTokens: 10, priority: 'critical' });
    await settled();
    expect([low.state, critical.state]).toEqual(['waiting', 'entered']);
  });

  test('[G9] of one model is not held up by that of another', async () => {
    const { ask, admission } = await taken();
    const waiting = ask();
    const other = ask({ model: 'n' });
    await settled();
    expect([waiting.state, other.state]).toEqual(['waiting', 'entered']);
    expect(admission.line().waiting).toEqual({ critical: 0, high: 0, medium: 1, low: 0 });
  });

  test('[G9] moves on as soon as a call that ends gives tokens back, long before its timer', async () => {
    const world = admissionUnderTest({ limits: { tokensPerMinute: 1_000 } });
    const first = world.ask({ estimatedTokens: 1_000 });
    const waiting = world.ask({ estimatedTokens: 500 });
    await world.clock.advance(200);
    first.ticket?.settle(used(100));
    await world.clock.advance(100);
    expect(waiting.ticket?.waitedMs).toBe(220);
  });

  test('[G9] does not poll: one timer a model beside those of the calls, and at most a try a second', async () => {
    const { ask, clock, takes } = await taken();
    for (let count = 0; count < 50; count += 1) ask();
    await settled();
    expect(clock.pending).toBe(51);
    const before = takes();
    await clock.advance(20_000);
    expect(takes() - before).toBeLessThanOrEqual(20);
  });

  test('[G9] of calls for which there is room again is let through by the batch', async () => {
    const world = admissionUnderTest({ limits: { requestsPerMinute: 100 }, timeoutMs: 90_000 });
    for (let count = 0; count < 200; count += 1) world.ask();
    await world.clock.advance(62_000);
    expect(world.entered).toHaveLength(200);
    expect(world.admission.line().waited).toBe(100);
    expect(world.clock.pending).toBe(0);
  });

  test('[G9] gives the turn of one who leaves from its head to the next, who may need less', async () => {
    const world = admissionUnderTest({ limits: { tokensPerMinute: 1_000 } });
    world.ask({ estimatedTokens: 600 });
    const large = world.ask({ estimatedTokens: 900 });
    const small = world.ask({ estimatedTokens: 10 });
    await settled();
    large.abort(new Error('gone'));
    await settled();
    expect([large.state, small.state]).toEqual(['refused', 'entered']);
  });

  test('[G9] is served at once when QUOTA_FILE raises the limit', async () => {
    const { ask, quotas, entered } = await taken();
    ask();
    ask();
    await settled();
    quotas.change({ requestsPerMinute: 3 });
    await settled();
    expect(entered).toHaveLength(3);
  });
});

describe('a call that cannot wait', () => {
  test('[G9] beyond QUEUE_PLACES is 503 with Retry-After, and names the variable', async () => {
    const { ask, admission } = await taken({ places: 2 });
    const calls = [ask(), ask(), ask()];
    await settled();
    expect(calls.map(({ state }) => state)).toEqual(['waiting', 'waiting', 'refused']);
    expect(calls[2]?.error).toBeInstanceOf(OverloadedError);
    expect(calls[2]?.error).toMatchObject({
      status: 503,
      code: 'queue_full',
      retryAfterSeconds: 61,
      message:
        'the upstream’s quota for m is used up for now, and the places to wait for it (QUEUE_PLACES, 2) are taken; try again later',
    });
    expect(admission.line().rejected.full).toBe(1);
  });

  test('[G9] is told so at once where QUEUE_PLACES is 0', async () => {
    const { ask, clock } = await taken({ places: 0 });
    const call = ask();
    await settled();
    expect(call.error).toMatchObject({ code: 'queue_full' });
    expect(clock.pending).toBe(0);
  });

  test('[G9] gets the place of the last of the lowest priority, when its own is higher', async () => {
    const { ask, admission } = await taken({ places: 3 });
    const [low, lastLow, medium] = [ask({ priority: 'low' }), ask({ priority: 'low' }), ask({ priority: 'medium' })];
    await settled();
    const critical = ask({ priority: 'critical' });
    const low2 = ask({ priority: 'low' });
    await settled();
    expect([low, lastLow, medium, critical, low2].map(({ state }) => state)).toEqual([
      'waiting',
      'refused',
      'waiting',
      'waiting',
      'refused',
    ]);
    expect(lastLow.error).toMatchObject({
      status: 503,
      code: 'queue_full',
      message:
        'its place among the 3 (QUEUE_PLACES) that wait for quota was given to a request of priority critical; try again later',
    });
    expect(admission.line().rejected.full).toBe(2);
  });

  test('[G9] after QUEUE_TIMEOUT_MS is 503 with Retry-After', async () => {
    const { ask, clock } = await taken();
    const call = ask();
    await clock.advance(29_999);
    expect(call.state).toBe('waiting');
    await clock.advance(1);
    expect(call.error).toMatchObject({ status: 503, code: 'queue_timeout', retryAfterSeconds: 31 });
    expect(clock.pending).toBe(0);
  });

  test('[G9] when its client leaves gives up its place at once, by the reason of the abort', async () => {
    const { ask, clock, admission } = await taken({ places: 1 });
    const reason = new Error('gone');
    const call = ask();
    await settled();
    call.abort(reason);
    await settled();
    expect(call.error).toBe(reason);
    expect(clock.pending).toBe(0);
    expect(admission.line()).toMatchObject({ waiting: { medium: 0 }, rejected: { aborted: 1 } });
    const next = ask();
    await settled();
    expect(next.state).toBe('waiting');
  });

  test('[G9] whose client has left before takes nothing; one whose client leaves meanwhile gives it back', async () => {
    const world = admissionUnderTest({ limits: { requestsPerMinute: 5 } });
    const reason = new Error('gone');
    const early = world.ask({ signal: AbortSignal.abort(reason) });
    const meanwhile = world.ask();
    meanwhile.abort(reason);
    await settled();
    expect([early.error, meanwhile.error]).toEqual([reason, reason]);
    expect(await countsOf(world)).toEqual([0]);
  });

  test('[G9] and whose client leaves while its turn is being counted, gives that back', async () => {
    const gates: (() => void)[] = [];
    let gated = false;
    const world = admissionUnderTest({
      limits: { requestsPerMinute: 1 },
      between: (counters) => ({
        ...counters,
        take: async (charges) => {
          const decision = await counters.take(charges);
          if (gated) await new Promise<void>((resolve) => gates.push(resolve));
          return decision;
        },
      }),
    });
    const [first, second] = [world.ask(), world.ask()];
    await settled();
    gated = true;
    first.ticket?.settle(undefined);
    await world.clock.advance(20);
    expect(await countsOf(world)).toEqual([1]);
    second.abort(new Error('gone'));
    for (const open of gates) open();
    await settled();
    expect({ state: second.state, counts: await countsOf(world) }).toEqual({ state: 'refused', counts: [0] });
    expect(world.clock.pending).toBe(0);
  });

  test('[G9] for a day’s quota that is used up is told so at once, though it came to the line for a minute’s', async () => {
    const world = admissionUnderTest({ limits: { requestsPerMinute: 1, requestsPerDay: 2 }, timeoutMs: 90_000 });
    const calls = [world.ask(), world.ask(), world.ask()];
    await world.clock.advance(62_000);
    expect(calls.map(({ state }) => state)).toEqual(['entered', 'entered', 'refused']);
    await settled();
    expect(calls[2]?.error).toMatchObject({
      status: 503,
      code: 'quota_exhausted',
      message: 'the upstream’s quota for m (2 requests a day) is used up; try again then, or use another model',
    });
    expect(world.admission.line().rejected.exhausted).toBe(1);
  });

  test('[G14] when the process ends, is told to try again elsewhere, and no timer stays', async () => {
    const { ask, admission, clock } = await taken();
    const calls = PRIORITIES.map((priority) => ask({ priority }));
    await settled();
    admission.close();
    const late = ask();
    await settled();
    for (const call of [...calls, late]) expect(call.error).toBeInstanceOf(ShuttingDownError);
    expect(clock.pending).toBe(0);
    expect(admission.line().rejected.closing).toBe(5);
  });

  test('[G9] because counting failed is told so, in line or not, and nobody is left waiting', async () => {
    let failing = true;
    const world = admissionUnderTest({
      limits: { requestsPerMinute: 1 },
      between: (counters) => ({
        ...counters,
        take: (charges) => (failing ? Promise.reject(new Error('broken')) : counters.take(charges)),
      }),
    });
    const first = world.ask();
    await settled();
    expect(first.error).toMatchObject({ status: 500 });
    failing = false;
    world.ask();
    const [second, third] = [world.ask(), world.ask()];
    await settled();
    failing = true;
    world.entered[0]?.ticket?.settle(undefined);
    await world.clock.advance(20);
    expect([second.error, third.error]).toMatchObject([{ status: 500 }, { status: 500 }]);
    expect(world.clock.pending).toBe(0);
  });
});

describe('a model that the upstream has refused', () => {
  test('[G9] makes the next calls wait for as long as it said, then lets them through; other models are not touched', async () => {
    const world = admissionUnderTest({ limits: { requestsPerMinute: 100 } });
    world.admission.penalize('m', 5_000);
    const calls = [world.ask(), world.ask({ priority: 'critical' })];
    const other = world.ask({ model: 'n' });
    await world.clock.advance(4_999);
    expect([...calls, other].map(({ state }) => state)).toEqual(['waiting', 'waiting', 'entered']);
    expect([world.admission.throttledMs('m'), world.admission.throttledMs('n')]).toEqual([1, 0]);
    expect(world.takes()).toBe(1);
    await world.clock.advance(1);
    expect(calls.map(({ state }) => state)).toEqual(['entered', 'entered']);
  });

  test('[G9] is not asked earlier for a later, shorter refusal', () => {
    const world = admissionUnderTest({ limits: { requestsPerMinute: 100 } });
    world.admission.penalize('m', 5_000);
    world.admission.penalize('m', 1_000);
    expect(world.admission.throttledMs('m')).toBe(5_000);
  });

  test('[G9] for longer than a call may wait, is told to the client at once', async () => {
    const world = admissionUnderTest({ limits: { requestsPerMinute: 100 } });
    world.admission.penalize('m', 31_000);
    const call = world.ask();
    await settled();
    expect(call.error).toMatchObject({ status: 503, code: 'upstream_throttled', retryAfterSeconds: 31 });
    expect(world.admission.line().rejected.throttled).toBe(1);
  });
});

describe('what is measured', () => {
  test('[G3] depth by priority, waits, and rejections by reason', async () => {
    const { ask, first, metrics, clock } = await taken({ places: 2 });
    ask({ priority: 'critical' });
    ask({ priority: 'low' });
    ask({ priority: 'low' });
    await clock.advance(700);
    const text = () => metrics.registry.metrics();
    expect(await text()).toContain('gateway_queue_depth{priority="critical"} 1\n');
    expect(await text()).toContain('gateway_queue_depth{priority="medium"} 0\n');
    expect(await text()).toContain('gateway_queue_rejected_total{reason="full"} 1\n');
    first.ticket?.settle(undefined);
    await clock.advance(20);
    expect(await text()).toContain('gateway_queue_depth{priority="critical"} 0\n');
    expect(await text()).toContain('gateway_queue_wait_seconds_bucket{le="0.5"} 0\n');
    expect(await text()).toContain('gateway_queue_wait_seconds_bucket{le="1"} 1\n');
  });
});
