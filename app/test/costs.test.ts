import { dayAfter, dayOf } from '../src/costs/day';
import type { Advice } from '../src/costs/advice';
import { createPrices } from '../src/costs/prices';
import { createSpending } from '../src/costs/spending';
import type { Spending } from '../src/costs/spending';
import type { UsageDaysTable, UsageEntriesTable } from '../src/database/schema';
import { costs } from '../src/plugins/costs';
import type { Administration } from './administration';
import { administration, closeAll } from './administration';
import { NOW_MS } from './running';

afterEach(closeAll);

const TODAY = dayOf(NOW_MS);
const HOUR_MS = 3_600_000;

const withCosts = async (dailyBudget = 0): Promise<Administration & { readonly spending: Spending }> => {
  const made: Spending[] = [];
  const parts = await administration(({ server, database, clock, log, metrics }) => {
    const prices = createPrices({ file: '', region: 'cn-beijing', clock, log });
    const spending = createSpending({ database, dailyBudget, prices, clock, log, metrics });
    made.push(spending);
    costs(server, { database, spending, prices, clock });
  });
  const [spending] = made;
  if (spending === undefined) throw new Error('not made');
  return { ...parts, spending };
};

const day = (more: Partial<UsageDaysTable>): UsageDaysTable => ({
  day: TODAY,
  key_id: 'a',
  model: 'qwen-plus',
  currency: 'CNY',
  requests: 1,
  input_tokens: 10,
  output_tokens: 20,
  cached_tokens: 0,
  cost: 0,
  errors: 0,
  cache_hits: 0,
  ...more,
});

let entries = 0;
const entry = (more: Partial<UsageEntriesTable>): UsageEntriesTable => ({
  id: `entry-${++entries}`,
  at: NOW_MS - 1,
  request_id: 'r',
  key_id: 'a',
  end_user: null,
  operation: 'chat',
  model: 'qwen-plus',
  served_model: 'qwen-plus',
  upstream: 'dashscope',
  input_tokens: 10,
  output_tokens: 20,
  cached_tokens: 0,
  counted: 1,
  cost: 1,
  currency: 'CNY',
  latency_ms: 1,
  status: 200,
  cache: 'miss',
  error_type: null,
  ...more,
});

const addDays = ({ database }: Administration, ...rows: readonly UsageDaysTable[]) =>
  database.query('test', (db) => db.insertInto('usage_days').values(rows).execute());

const addEntries = ({ database }: Administration, ...rows: readonly UsageEntriesTable[]) =>
  database.query('test', (db) => db.insertInto('usage_entries').values(rows).execute());

/** So many alike. */
const times = (count: number, more: Partial<UsageEntriesTable>): readonly UsageEntriesTable[] =>
  Array.from({ length: count }, () => entry(more));

type Advised = Pick<Advice, 'kind' | 'how'>;

const adviceOf = (body: Readonly<Record<string, unknown>>): readonly Advised[] => {
  if (!Array.isArray(body.advice)) throw new Error('no advice');
  return body.advice.map((one: Advised) => one);
};

describe('/api/costs/realtime', () => {
  test('[G11] says what was spent today, in the last hour and minute, and what is left of the budget', async () => {
    const all = await withCosts(10);
    await addDays(
      all,
      day({ cost: 1.5, errors: 1, cache_hits: 2 }),
      day({ key_id: 'b', cost: 0.1 }),
      day({ model: 'qwen3-max', cost: 2 }),
      day({ day: dayAfter(TODAY, -1), cost: 99 }),
    );
    await addEntries(
      all,
      entry({ at: NOW_MS - 59_000, cost: 0.2 }),
      entry({ at: NOW_MS - HOUR_MS + 1, cost: 0.1, status: 502, cache: 'hit-l2' }),
      entry({ at: NOW_MS - HOUR_MS - 1 }),
    );
    await all.spending.start();
    const sums = { requests: 1, inputTokens: 10, outputTokens: 20, cachedTokens: 0, errors: 0, cacheHits: 0 };
    const plus = { model: 'qwen-plus', currency: 'CNY' };
    const assumed: unknown = expect.arrayContaining(['deepseek-r1']);
    expect(await all.ask('GET', '/api/costs/realtime')).toMatchObject({
      status: 200,
      body: {
        prices: { table: 'built-in', asOf: '2025-11', assumed },
        asOf: new Date(NOW_MS).toISOString(),
        currency: 'CNY',
        today: {
          day: TODAY,
          cost: 3.6,
          byModel: [
            { ...plus, requests: 2, inputTokens: 20, outputTokens: 40, errors: 1, cacheHits: 2, cost: 1.6 },
            { ...sums, model: 'qwen3-max', currency: 'CNY', cost: 2 },
          ],
        },
        lastHour: [{ ...plus, requests: 2, errors: 1, cacheHits: 1, cost: 0.3 }],
        lastMinute: [{ ...plus, ...sums, cost: 0.2 }],
        budget: { daily: 10, spent: 3.6, remaining: 6.4, usedRatio: 0.36, resetsAt: '2026-01-02T16:00:00.000Z' },
        unpriced: [],
      },
    });
  });

  test('[G11] names models that have no price, as their tokens count for nothing', async () => {
    const all = await withCosts();
    await addDays(all, day({ model: 'gpt-9' }), day({}));
    const { body } = await all.ask('GET', '/api/costs/realtime');
    expect(body).toMatchObject({ unpriced: ['gpt-9'], budget: { daily: null, remaining: null, usedRatio: null } });
  });
});

describe('/api/costs/daily', () => {
  test('[G11] has every day, key and model once, page by page', async () => {
    const all = await withCosts();
    const days = [0, 1, 2].map((count) => dayAfter(TODAY, -count));
    const rows = days.flatMap((name) => ['a', 'b'].map((key_id) => day({ day: name, key_id, cost: 1 })));
    await addDays(all, ...rows, day({ day: dayAfter(TODAY, -30), cost: 9 }));
    const found: unknown[] = [];
    let after = '';
    for (;;) {
      const { body } = await all.ask('GET', `/api/costs/daily?limit=4${after}`);
      expect(body).toMatchObject({ from: dayAfter(TODAY, -29), to: TODAY });
      if (!Array.isArray(body.data)) throw new Error('no list');
      found.push(...body.data.map((row: { day: string; keyId: string }) => `${row.day} ${row.keyId}`));
      if (body.next === null) break;
      after = typeof body.next === 'string' ? `&after=${body.next}` : '';
    }
    expect(found).toEqual([...days].reverse().flatMap((name) => [`${name} a`, `${name} b`]));
  });

  test.each([
    'from=2026-02-30',
    'to=2026-13-01',
    'to=0000-01-01',
    'from=2026-01-02&to=2026-01-01',
    'from=2020-01-01&to=2026-01-01',
    'from=yesterday',
    'limit=0',
    'limit=1001',
    'after=-1',
    'key=a',
  ])('[G11] refuses %s', async (query) => {
    const all = await withCosts();
    expect(await all.ask('GET', `/api/costs/daily?${query}`)).toMatchObject({
      status: 400,
      body: { error: { type: 'invalid_request_error' } },
    });
  });
});

describe('/api/costs/forecast', () => {
  test('[G11] goes on with what the books say, names its method and its level', async () => {
    const all = await withCosts();
    const rows = Array.from({ length: 28 }, (_none, index) =>
      day({ day: dayAfter(TODAY, index - 28), cost: 10 + index }),
    );
    // Today is not over, and tells nothing yet.
    await addDays(all, ...rows, day({ cost: 1e6 }));
    const { status, body } = await all.ask('GET', '/api/costs/forecast?days=2');
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { currency: 'CNY', level: 0.9, historyDays: 28, enough: true, reason: null, trendPerDay: 1 },
    });
    expect(body.method).toContain('least squares');
    const days = Array.isArray(body.days) ? body.days : [];
    expect(days.map((one: { readonly day: string }) => one.day)).toEqual([TODAY, dayAfter(TODAY, 1)]);
    const expected = days.map((one: { readonly expected: number }) => Math.round(one.expected * 1e6) / 1e6);
    expect(expected).toEqual([38, 39]);
  });

  test('[G11] says when there is too little to go by', async () => {
    const all = await withCosts();
    await addDays(all, day({ day: dayAfter(TODAY, -3), cost: 1 }));
    expect((await all.ask('GET', '/api/costs/forecast')).body).toMatchObject({
      enough: false,
      historyDays: 3,
      reason: 'there are 3 days of usage, and it takes 14; ask again later',
      days: [],
      total: null,
    });
  });

  test('[G11] looks from 1 to 90 days ahead', async () => {
    const all = await withCosts();
    for (const days of ['0', '91', '1.5', '-1', 'all']) {
      expect((await all.ask('GET', `/api/costs/forecast?days=${days}`)).status).toBe(400);
    }
  });
});

describe('/api/costs/optimization', () => {
  test('[G11] advises a smaller model where requests are short, and says what it saves', async () => {
    const all = await withCosts();
    const short = { served_model: 'qwen3-max', input_tokens: 1_000, output_tokens: 500, cost: 0.0096 };
    await addEntries(all, ...times(100, short), ...times(50, { ...short, input_tokens: 30_000, cost: 0.1 }));
    const { body } = await all.ask('GET', '/api/costs/optimization');
    // 100 × (0.0096 − (1000 × 0.8 + 500 × 2) / 1e6)
    expect(adviceOf(body).find(({ kind }) => kind === 'cheaper-model')).toMatchObject({
      subject: 'qwen3-max',
      requests: 100,
      cost: 0.96,
      estimatedSaving: 0.78,
      estimatedMonthlySaving: 23.4,
    });
    expect(adviceOf(body).find(({ kind }) => kind === 'cheaper-model')?.how).toContain('2000 tokens in and 500 out');
  });

  test('[G11] advises to let the upstream cache what large prompts repeat', async () => {
    const all = await withCosts();
    await addEntries(all, ...times(20, { input_tokens: 10_000, cached_tokens: 1_000, cost: 0.0084 }));
    const { body } = await all.ask('GET', '/api/costs/optimization');
    // 20 × 4000 tokens more at a fifth of 0.8 a million
    expect(adviceOf(body)).toEqual([
      expect.objectContaining({
        kind: 'prompt-cache',
        subject: 'qwen-plus',
        requests: 20,
        estimatedSaving: 0.0512,
      }),
    ]);
    expect(adviceOf(body)[0]?.how).toContain('10 %');
  });

  test('[G11] advises to look up more where looking up pays', async () => {
    const all = await withCosts();
    const large = { served_model: 'qwen-long', cost: 1 };
    await addEntries(
      all,
      ...times(15, { ...large, cache: 'miss' }),
      ...times(5, { ...large, cache: 'hit-l1', cost: 0 }),
      ...times(8, { ...large, cache: 'bypass' }),
    );
    const { body } = await all.ask('GET', '/api/costs/optimization');
    expect(body).toMatchObject({ requests: 28, cost: 23, cache: { lookedUp: 20, hits: 5, hitShare: 0.25 } });
    expect(adviceOf(body)).toEqual([
      expect.objectContaining({ kind: 'answer-cache', subject: 'all', requests: 8, cost: 8, estimatedSaving: 2 }),
    ]);
  });

  test('[G11] names keys whose requests fail and cost, and what keys of low priority could send in batches', async () => {
    const all = await withCosts();
    const payload = { name: 'nightly', priority: 'low' };
    const { body: low } = await all.ask('POST', '/api/keys', { payload });
    const long = { served_model: 'qwen-long', cost: 1 };
    await addEntries(
      all,
      ...times(18, { ...long, key_id: 'faulty' }),
      ...times(2, { ...long, key_id: 'faulty', status: 502 }),
      ...times(20, { ...long, key_id: String(low.id) }),
    );
    const { body } = await all.ask('GET', '/api/costs/optimization?hours=1');
    expect(adviceOf(body)).toEqual([
      expect.objectContaining({ kind: 'batch', subject: 'qwen-long', requests: 20, cost: 20, estimatedSaving: 10 }),
      expect.objectContaining({ kind: 'failing-key', subject: 'faulty', requests: 2, estimatedSaving: 2 }),
    ]);
  });

  test('[G11] advises nothing where nothing can be saved, or too little was seen', async () => {
    const all = await withCosts();
    expect((await all.ask('GET', '/api/costs/optimization')).body).toMatchObject({
      requests: 0,
      cost: 0,
      cache: { lookedUp: 0, hits: 0, hitShare: null },
      advice: [],
    });
    await addEntries(all, ...times(19, { served_model: 'qwen3-max' }), ...times(40, { served_model: 'qwen-flash' }));
    expect((await all.ask('GET', '/api/costs/optimization')).body).toMatchObject({ requests: 59, advice: [] });
    for (const hours of ['0', '169', 'x']) {
      expect((await all.ask('GET', `/api/costs/optimization?hours=${hours}`)).status).toBe(400);
    }
  });
});

test('[G11] cost reports need the permission admin, and answer 503 while the database is away', async () => {
  const all = await withCosts();
  all.database.away = true;
  for (const report of ['realtime', 'daily', 'forecast', 'optimization']) {
    const path = `/api/costs/${report}`;
    expect((await all.ask('GET', path, { headers: { authorization: '' } })).status).toBe(401);
    expect(await all.ask('GET', path)).toMatchObject({
      status: 503,
      body: { error: { code: 'database_unavailable' } },
    });
  }
});
