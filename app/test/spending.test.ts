import fc from 'fast-check';
import pino from 'pino';
import type { Caller } from '../src/caller';
import { dayAfter, dayOf, startOf } from '../src/costs/day';
import { fromNanos } from '../src/costs/money';
import type { BookedRow, Booking } from '../src/costs/spending';
import { createSpending, SPENDING_REFRESH_MS } from '../src/costs/spending';
import type { Queries } from '../src/database/database';
import { BudgetExceededError } from '../src/errors';
import type { Outage } from './administration';
import { administration, closeAll } from './administration';
import { NOW_MS } from './running';
import { valueOf } from './serving';
import { settled, virtualClock } from './virtual-clock';

afterEach(closeAll);

const TODAY = dayOf(NOW_MS);
const DAY_MS = 86_400_000;

const caller = (dailyBudget?: number, keyId = 'a'): Caller => ({
  keyId,
  name: keyId,
  permissions: new Set(['inference']),
  models: undefined,
  dailyBudget,
  limits: {},
  priority: 'medium',
});

const booking = (cost: number, more: Partial<Booking> = {}): Booking => ({
  keyId: 'a',
  at: NOW_MS,
  servedModel: 'qwen-plus',
  cost,
  currency: 'CNY',
  ...more,
});

const rowOf = ({ keyId, at, cost, currency }: Booking): BookedRow => ({ key_id: keyId, at, cost, currency });

const write = async (db: Queries, cost: number, { keyId = 'a', day = TODAY, currency = 'CNY' } = {}): Promise<void> => {
  const counts = { requests: 1, input_tokens: 1, output_tokens: 1, cached_tokens: 0, errors: 0, cache_hits: 0 };
  const row = { day, key_id: keyId, model: 'qwen-plus', currency, cost, ...counts };
  await db
    .insertInto('usage_days')
    .values(row)
    .execute()
    .catch(() =>
      db
        .updateTable('usage_days')
        .set((eb) => ({ cost: eb('cost', '+', cost) }))
        .where('day', '=', day)
        .where('key_id', '=', keyId)
        .where('currency', '=', currency)
        .execute(),
    );
};

const stored = (database: Outage, cost: number, more?: { keyId?: string; day?: string; currency?: string }) =>
  database.query('test', (db) => write(db, cost, more));

const spendingOf = async (dailyBudget = 0) => {
  const { database, clock, log, metrics, logged } = await administration();
  const spending = createSpending({ database, dailyBudget, prices: { currency: 'CNY' }, clock, log, metrics });
  return { spending, database, clock, metrics, logged };
};

const refusalOf = (run: () => void): BudgetExceededError | undefined => {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof BudgetExceededError) return error;
    throw error;
  }
};

describe('The day of the bill', () => {
  test('[G11] begins at midnight in UTC+8', () => {
    expect(dayOf(Date.UTC(2026, 0, 1, 15, 59, 59, 999))).toBe('2026-01-01');
    expect(dayOf(Date.UTC(2026, 0, 1, 16))).toBe('2026-01-02');
    expect(startOf('2026-01-02')).toBe(Date.UTC(2026, 0, 1, 16));
  });

  test('[G11] is one of the calendar, or none', () => {
    for (const day of ['2026-02-29', '2026-13-01', '2026-00-10', '2026-04-31', 'yesterday']) {
      expect(startOf(day)).toBeNaN();
    }
    expect(dayAfter('2024-02-28', 1)).toBe('2024-02-29');
    expect(dayAfter('2026-01-01', -1)).toBe('2025-12-31');
  });
});

describe('Spending', () => {
  test('[G11] is refused from the moment that the budget of all is reached, until midnight in UTC+8', async () => {
    const { spending, clock } = await spendingOf(1);
    await spending.start();
    spending.book(booking(0.999_999_999));
    spending.check(caller());
    spending.book(booking(0.000_000_001, { keyId: 'b' }));
    const refusal = refusalOf(() => {
      spending.check(caller(undefined, 'c'));
    });
    expect(refusal).toMatchObject({ status: 429, code: 'daily_budget_exceeded', bodyType: 'insufficient_quota' });
    const untilMidnight = startOf(dayAfter(TODAY, 1)) - NOW_MS;
    expect(refusal?.retryAfterSeconds).toBe(untilMidnight / 1_000);
    await clock.advance(untilMidnight - 1);
    expect(
      refusalOf(() => {
        spending.check(caller());
      })?.retryAfterSeconds,
    ).toBe(1);
    await clock.advance(1);
    spending.check(caller());
    expect(spending.today()).toMatchObject({ day: dayAfter(TODAY, 1), spent: 0 });
  });

  test('[G11] of a key is refused at its own budget, and others go on', async () => {
    const { spending, logged } = await spendingOf();
    await spending.start();
    spending.book(booking(2));
    spending.check(caller(2.1));
    for (let n = 0; n < 3; n += 1) {
      expect(
        refusalOf(() => {
          spending.check(caller(2));
        }),
      ).toMatchObject({ code: 'key_budget_exceeded' });
    }
    spending.check(caller(2, 'b'));
    spending.check(caller());
    expect(logged().match(/a key has spent its daily budget/g)).toHaveLength(1);
  });

  test('[G11] is what the database has of today, in this currency, by all processes', async () => {
    const { spending, database, clock } = await spendingOf(10);
    await stored(database, 3);
    await stored(database, 1, { keyId: 'b' });
    await stored(database, 50, { day: dayAfter(TODAY, -1) });
    await stored(database, 50, { currency: 'USD' });
    await spending.start();
    expect(spending.today()).toEqual({
      day: TODAY,
      spent: 4,
      currency: 'CNY',
      budget: 10,
      endsAt: startOf(TODAY) + DAY_MS,
    });
    await stored(database, 2, { keyId: 'b' });
    expect(spending.today().spent).toBe(4);
    await clock.advance(SPENDING_REFRESH_MS);
    expect(spending.today().spent).toBe(6);
    spending.close();
    await stored(database, 2);
    await clock.advance(SPENDING_REFRESH_MS);
    expect(spending.today().spent).toBe(6);
  });

  test('[G11] that was booked here is counted once, before, while and after it goes to the database', async () => {
    const { spending, database, clock } = await spendingOf();
    await spending.start();
    spending.book(booking(5));
    await clock.advance(SPENDING_REFRESH_MS);
    expect(spending.today().spent).toBe(5);

    const done = spending.writing([rowOf(booking(5))]);
    await stored(database, 5);
    // The write may be in what is read now or not: such a read is not believed.
    await clock.advance(SPENDING_REFRESH_MS);
    expect(spending.today().spent).toBe(5);
    done(true);
    await settled();
    expect(spending.today().spent).toBe(5);
    await clock.advance(SPENDING_REFRESH_MS);
    expect(spending.today().spent).toBe(5);
  });

  test('[G11] that could not be written is still counted, and so is a write that ends during a read', async () => {
    const { spending, database, clock } = await spendingOf();
    await spending.start();
    spending.book(booking(5));
    spending.writing([rowOf(booking(5))])(false);
    await clock.advance(SPENDING_REFRESH_MS);
    expect(spending.today().spent).toBe(5);

    let release = (): void => undefined;
    database.hold = new Promise((resolve) => (release = resolve));
    await clock.advance(SPENDING_REFRESH_MS);
    const done = spending.writing([rowOf(booking(5))]);
    release();
    database.hold = undefined;
    await stored(database, 5);
    done(true);
    await settled();
    await settled();
    expect(spending.today().spent).toBe(5);
  });

  test('[G11] does not believe a read whose answer is older than a write that has ended since', async () => {
    const { spending, database, clock } = await spendingOf();
    await spending.start();
    spending.book(booking(5));
    let answer = (): void => undefined;
    const query = database.query;
    // The sums are read, and come late.
    database.query = async (op, run, ms) => {
      const found = await query(op, run, ms);
      if (op === 'spending') await new Promise<void>((resolve) => (answer = resolve));
      return found;
    };
    await clock.advance(SPENDING_REFRESH_MS);
    database.query = query;
    const done = spending.writing([rowOf(booking(5))]);
    await stored(database, 5);
    done(true);
    answer();
    await settled();
    expect(spending.today().spent).toBe(5);
  });

  test('[G11] is right whatever the order of booking, writing and reading', async () => {
    const { database, log, metrics } = await administration();
    const step = fc.constantFrom('book', 'begin', 'end', 'fail', 'read', 'other');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const clock = virtualClock();
        await database.query('test', (db) => db.deleteFrom('usage_days').execute());
        const spending = createSpending({ database, dailyBudget: 0, prices: { currency: 'CNY' }, clock, log, metrics });
        await spending.start();
        const unwritten: Booking[] = [];
        let write: { readonly entries: readonly Booking[]; readonly done: (stored: boolean) => void } | undefined;
        let [booked, others, unseen] = [0, 0, 0];
        for (const [index, name] of [...steps, 'end', 'read'].entries()) {
          if (name === 'book') {
            const entry = booking(index + 0.1);
            booked += entry.cost;
            spending.book(entry);
            unwritten.push(entry);
          } else if (name === 'begin' && write === undefined) {
            const entries = unwritten.splice(0);
            write = { entries, done: spending.writing(entries.map(rowOf)) };
          } else if (name === 'end' && write !== undefined) {
            const { entries, done } = write;
            for (const { cost } of entries) await stored(database, cost);
            done(true);
            write = undefined;
            await settled();
          } else if (name === 'fail' && write !== undefined) {
            write.done(false);
            unwritten.push(...write.entries);
            write = undefined;
            await settled();
          } else if (name === 'other') {
            await stored(database, 100, { keyId: 'b' });
            unseen += 100;
          } else if (name === 'read') {
            await clock.advance(SPENDING_REFRESH_MS);
            await settled();
          }
          // What others spent is seen at the next read that can be believed; what was booked here always, and once.
          const { spent } = spending.today();
          others = 100 * Math.max(0, Math.round((spent - booked) / 100));
          expect(spent - others).toBeCloseTo(booked, 6);
          expect(others).toBeLessThanOrEqual(unseen);
        }
        expect(others).toBe(unseen);
        spending.close();
      }),
      { numRuns: 40 },
    );
  });

  test('[G11] of yesterday that is booked today is not today’s, nor is another currency’s', async () => {
    const { spending } = await spendingOf();
    await spending.start();
    spending.book(booking(5, { at: startOf(TODAY) - 1 }));
    spending.book(booking(5, { currency: 'USD' }));
    expect(spending.today().spent).toBe(0);
  });

  test('[G11] goes by this process alone while the database is away, and is whole again after', async () => {
    const { spending, database, clock, logged } = await spendingOf();
    await stored(database, 3, { keyId: 'b' });
    database.away = true;
    await spending.start();
    spending.book(booking(1));
    await clock.advance(5 * SPENDING_REFRESH_MS);
    expect(spending.today().spent).toBe(1);
    expect(logged().match(/is not known for now/g)).toHaveLength(1);
    database.away = false;
    await clock.advance(SPENDING_REFRESH_MS);
    expect(spending.today().spent).toBe(4);
    expect(logged().match(/is known again/g)).toHaveLength(1);
  });

  test('[G11] warns at 80 % and at 100 % of the budget, once a day each, and shows both as metrics', async () => {
    const { spending, clock, metrics, logged } = await spendingOf(10);
    await spending.start();
    const warnings = () => (logged().match(/daily budget is spent/g) ?? []).length;
    spending.book(booking(7.9));
    expect(warnings()).toBe(0);
    spending.book(booking(0.1));
    spending.book(booking(1));
    expect(warnings()).toBe(1);
    spending.book(booking(1));
    spending.book(booking(1));
    expect(warnings()).toBe(2);
    expect(logged()).toContain('"kind":"business"');
    expect(await valueOf(metrics.budgetUsed, { scope: 'all' })).toBe(1.1);
    expect(await valueOf(metrics.aiCostToday, { currency: 'CNY' })).toBe(11);
    expect(await valueOf(metrics.aiCost, { model: 'qwen-plus', currency: 'CNY' })).toBeCloseTo(11, 9);
    await clock.advance(DAY_MS);
    spending.check(caller());
    expect(await valueOf(metrics.aiCostToday, { currency: 'CNY' })).toBe(0);
    spending.book(booking(10, { at: clock.epochMs() }));
    expect(warnings()).toBe(3);
  });

  test('[G11] of a model that nobody knows is counted as other', async () => {
    const { spending, metrics } = await spendingOf();
    spending.book(booking(1, { servedModel: 'made-up-by-a-client' }));
    expect(await valueOf(metrics.aiCost, { model: 'other', currency: 'CNY' })).toBe(1);
  });

  test('[G11] drifts by nothing over a million small amounts', () => {
    const database = { query: () => Promise.reject(new Error('not asked')) };
    const log = pino({ level: 'silent' });
    const none = { inc: () => undefined, set: () => undefined };
    const spending = createSpending({
      database,
      dailyBudget: 0,
      prices: { currency: 'CNY' },
      clock: { epochMs: () => NOW_MS, monotonicMs: () => 0, after: () => () => undefined },
      log,
      metrics: { aiCost: none, aiCostToday: none, budgetUsed: none },
    });
    const entry = booking(fromNanos(100_001));
    for (let n = 0; n < 1_000_000; n += 1) spending.book(entry);
    expect(spending.today().spent).toBe(100.001);
  });
});
