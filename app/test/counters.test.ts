import fc from 'fast-check';
import type { Charge, Counters, Decision, RemoteCounters } from '../src/limits/counters';
import { createLocalCounters } from '../src/limits/local-counters';
import { createCounters } from '../src/limits/shared-counters';

/** A time that a test moves by hand. */
const handClock = () => {
  let now = 1_000_000;
  return { monotonicMs: () => now, advance: (ms: number) => void (now += ms) };
};

const MINUTE = 60_000;
const perMinute = (limit: number, key = 'a'): Charge => ({ key, rule: { kind: 'window', limit, windowMs: MINUTE } });
const bucket = (perSecond: number, burst: number, key = 'b'): Charge => ({
  key,
  rule: { kind: 'bucket', perSecond, burst },
});

describe('counters in memory', () => {
  test('[G8] a window takes its limit, refuses one more, and says when there is room again', async () => {
    const clock = handClock();
    const counters = createLocalCounters(clock);
    for (const remaining of [2, 1, 0]) {
      const { allowed, standings } = await counters.take([perMinute(3)]);
      expect({ allowed, standing: standings[0] }).toMatchObject({ allowed: true, standing: { remaining } });
      clock.advance(1_000);
    }
    const refused = await counters.take([perMinute(3)]);
    expect(refused).toMatchObject({ allowed: false, refusedBy: 0, standings: [{ used: 3, remaining: 0 }] });
    clock.advance(refused.retryAfterMs - 1);
    expect((await counters.take([perMinute(3)])).allowed).toBe(false);
    clock.advance(1);
    expect((await counters.take([perMinute(3)])).allowed).toBe(true);
  });

  test('[G8] a bucket gives its burst at once, and then as much as flows in', async () => {
    const clock = handClock();
    const counters = createLocalCounters(clock);
    for (let taken = 0; taken < 10; taken += 1) expect((await counters.take([bucket(5, 10)])).allowed).toBe(true);
    expect(await counters.take([bucket(5, 10)])).toEqual({
      allowed: false,
      refusedBy: 0,
      retryAfterMs: 200,
      standings: [{ used: 10, remaining: 0, resetMs: 2_000 }],
    });
    clock.advance(200);
    expect((await counters.take([bucket(5, 10)])).allowed).toBe(true);
    expect((await counters.take([bucket(5, 10)])).allowed).toBe(false);
  });

  test('[G8] of several charges all are taken or none, and the first in the way is named', async () => {
    const counters = createLocalCounters(handClock());
    await counters.take([perMinute(1, 'full')]);
    const charges = [perMinute(5, 'free'), perMinute(1, 'full')];
    expect(await counters.take(charges)).toMatchObject({ allowed: false, refusedBy: 1 });
    expect(await counters.standings(charges)).toMatchObject([{ used: 0 }, { used: 1 }]);
  });

  test('[G9] an amount above the limit never fits, not even into an empty count', async () => {
    const counters = createLocalCounters(handClock());
    for (const charge of [perMinute(3), bucket(5, 3)]) {
      expect(await counters.take([{ ...charge, amount: 4 }])).toMatchObject({ allowed: false, refusedBy: 0 });
      expect((await counters.take([{ ...charge, amount: 3 }])).allowed).toBe(true);
    }
  });

  test('[G9] what is given back can be taken again, and no count falls below nothing', async () => {
    const counters = createLocalCounters(handClock());
    for (const charge of [perMinute(10), bucket(1, 10)]) {
      await counters.take([{ ...charge, amount: 8 }]);
      counters.adjust([{ ...charge, amount: -5 }]);
      expect(await counters.standings([charge])).toMatchObject([{ used: 3, remaining: 7 }]);
      counters.adjust([{ ...charge, amount: -50 }]);
      counters.adjust([{ ...charge, amount: 12 }]);
      expect(await counters.standings([charge])).toMatchObject([{ used: 12, remaining: 0 }]);
    }
  });

  test('[G8] a limit that is changed holds for what is counted already', async () => {
    const counters = createLocalCounters(handClock());
    await counters.take([{ ...perMinute(10), amount: 4 }]);
    expect((await counters.take([perMinute(3)])).allowed).toBe(false);
    expect((await counters.take([perMinute(5)])).allowed).toBe(true);
  });

  test('[G16] the counts of no more names are kept than may be; the one that was used longest ago goes first', async () => {
    const counters = createLocalCounters(handClock(), { maxNames: 2 });
    await counters.take([perMinute(1, 'a')]);
    await counters.take([perMinute(1, 'b')]);
    await counters.take([perMinute(1, 'c')]);
    expect((await counters.take([perMinute(1, 'c')])).allowed).toBe(false);
    expect((await counters.take([perMinute(1, 'a')])).allowed).toBe(true);
  });
});

describe('whatever is asked, and whenever', () => {
  const wait = fc.oneof(
    fc.integer({ min: 0, max: 900 }),
    fc.integer({ min: 0, max: 30_000 }),
    // About as long as the window, where an amount must still count, or no more.
    fc.integer({ min: 58_500, max: 60_500 }),
  );
  const asked = fc.array(fc.record({ waitMs: wait, amount: fc.integer({ min: 1, max: 4 }) }), { maxLength: 120 });

  test('[G8] no window of any length holds more than its limit', () => {
    fc.assert(
      fc.property(asked, fc.integer({ min: 1, max: 12 }), (steps, limit) => {
        const clock = handClock();
        const counters = createLocalCounters(clock);
        const taken: { at: number; amount: number }[] = [];
        for (const { waitMs, amount } of steps) {
          clock.advance(waitMs);
          const now = clock.monotonicMs();
          if (counters.decide([{ ...perMinute(limit), amount }]).allowed) taken.push({ at: now, amount });
          const within = taken.filter(({ at }) => at > now - MINUTE);
          expect(within.reduce((sum, one) => sum + one.amount, 0)).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });

  test('[G8] no bucket gives more than its burst and what flowed in', () => {
    fc.assert(
      fc.property(asked, fc.integer({ min: 1, max: 12 }), (steps, burst) => {
        const clock = handClock();
        const counters = createLocalCounters(clock);
        const taken: { at: number; amount: number }[] = [];
        for (const { waitMs, amount } of steps) {
          clock.advance(waitMs / 100);
          if (!counters.decide([{ ...bucket(3, burst), amount }]).allowed) continue;
          taken.push({ at: clock.monotonicMs(), amount });
          for (const [index, { at }] of taken.entries()) {
            const since = taken.slice(index).reduce((sum, one) => sum + one.amount, 0);
            expect(since).toBeLessThanOrEqual(burst + ((clock.monotonicMs() - at) * 3) / 1_000 + 0.001);
          }
        }
      }),
    );
  });

  test('[G8] who is refused and waits as long as told is let through', () => {
    fc.assert(
      fc.property(asked, fc.integer({ min: 4, max: 12 }), (steps, limit) => {
        const clock = handClock();
        const counters = createLocalCounters(clock);
        for (const charge of [perMinute(limit), bucket(0.7, limit)]) {
          for (const { waitMs, amount } of steps) {
            clock.advance(waitMs);
            const first = counters.decide([{ ...charge, amount }]);
            if (first.allowed) continue;
            expect(first.retryAfterMs).toBeGreaterThan(0);
            clock.advance(first.retryAfterMs);
            expect(counters.decide([{ ...charge, amount }]).allowed).toBe(true);
          }
        }
      }),
    );
  });
});

describe('counters that Redis shares', () => {
  const decision = (used: number): Decision => ({
    allowed: true,
    refusedBy: undefined,
    retryAfterMs: 0,
    standings: [{ used, remaining: 1, resetMs: 1 }],
  });
  const build = () => {
    const redis = { up: true };
    const asked: string[] = [];
    let answers = true;
    const remote: RemoteCounters = {
      take: () => Promise.resolve(answers ? decision(100) : undefined),
      standings: () => Promise.resolve(answers ? decision(100).standings : undefined),
      adjust: () => void asked.push('remote'),
    };
    const local: Counters = {
      take: () => Promise.resolve(decision(1)),
      standings: () => Promise.resolve(decision(1).standings),
      adjust: () => void asked.push('local'),
    };
    return { counters: createCounters({ redis, remote, local }), redis, asked, silence: () => void (answers = false) };
  };

  test('[G8] are asked while it is up, those of this machine while it is lost, and they again when it is back', async () => {
    const { counters, redis, asked } = build();
    const used = async () => [
      (await counters.take([perMinute(1)])).standings[0]?.used,
      (await counters.standings([perMinute(1)]))[0]?.used,
    ];
    expect(await used()).toEqual([100, 100]);
    counters.adjust([perMinute(1)]);
    redis.up = false;
    expect(await used()).toEqual([1, 1]);
    counters.adjust([perMinute(1)]);
    redis.up = true;
    expect(await used()).toEqual([100, 100]);
    expect(asked).toEqual(['remote', 'local']);
  });

  test('[G8] give way to those of this machine in the very request that they leave without an answer', async () => {
    const { counters, silence } = build();
    silence();
    expect((await counters.take([perMinute(1)])).standings[0]?.used).toBe(1);
    expect((await counters.standings([perMinute(1)]))[0]?.used).toBe(1);
  });
});
