/** What administrators are told by a gateway on MySQL: the same as by one on SQLite, and the right numbers. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dayAfter, dayOf } from '../../src/costs/day';
import type { UsageDaysTable, UsageEntriesTable } from '../../src/database/schema';
import { ROUTES } from '../../src/routes';
import { completion } from '../caching';
import { answerJson, mockUpstream, stopUpstreams } from '../mock-upstream';
import { NOW_MS, prompt, start, stopAll } from '../running';
import type { Running } from '../running';
import { becomes } from '../services/becomes';
import { startMariaDb, stopMariaDbs } from '../services/mariadb';
import type { MariaDb } from '../services/mariadb';
import { closeLooks, lookInto, migrated } from '../services/migrated';
import { makeKey, metricOf } from './client';

const SLOW_MS = 120_000;

let server: MariaDb;
let folder: string;

beforeAll(async () => {
  server = await startMariaDb();
  folder = mkdtempSync(join(tmpdir(), 'gateway-reports-'));
}, SLOW_MS);
afterEach(stopAll);
afterEach(stopUpstreams);
afterEach(closeLooks);
afterAll(async () => {
  await stopMariaDbs();
  rmSync(folder, { recursive: true, force: true });
});

const TODAY = dayOf(NOW_MS);
const MINUTE_MS = 60_000;
/** Of which only a database that tells case apart makes four. */
const KEYS = ['a', 'A', 'b', 'key-é'] as const;
const MODELS = ['qwen-plus', 'QWEN-plus', 'qwen3-max', 'nobody-knows'] as const;
/** More tokens than 32 bits hold, and more than a sum of 32-bit numbers does. */
const MANY = 3_000_000_000;

const days: readonly UsageDaysTable[] = Array.from({ length: 40 }, (_none, back) =>
  KEYS.flatMap((key_id, at) =>
    MODELS.map((model, number) => ({
      day: dayAfter(TODAY, -back),
      key_id,
      model,
      currency: at === 3 ? 'USD' : 'CNY',
      requests: 10 + number,
      input_tokens: MANY + back,
      output_tokens: MANY - back,
      cached_tokens: 1_000 * number,
      // Of which no sum is exact in binary.
      cost: model === 'nobody-knows' ? 0 : 0.1 + back / 1_000 + number * 0.000_000_001,
      errors: number,
      cache_hits: at,
    })),
  ),
).flat();

const entries: readonly UsageEntriesTable[] = Array.from({ length: 600 }, (_none, number) => ({
  id: `entry-${String(number).padStart(4, '0')}`,
  at: NOW_MS - 1 - number * 2 * MINUTE_MS,
  request_id: `request-${number}`,
  key_id: KEYS[number % 3] ?? 'a',
  end_user: number % 2 === 0 ? null : '你',
  operation: 'chat',
  model: 'qwen3-max',
  served_model: number % 5 === 0 ? 'qwen-plus' : 'qwen3-max',
  upstream: 'dashscope',
  input_tokens: 100 + number,
  output_tokens: 50,
  cached_tokens: number % 7,
  counted: 1,
  cost: 0.1 + number / 1_000_000_000,
  currency: 'CNY',
  latency_ms: 12,
  status: number % 11 === 0 ? 502 : 200,
  cache: (['miss', 'hit-l1', 'bypass', 'stale'] as const)[number % 4] ?? 'miss',
  error_type: number % 11 === 0 ? 'upstream_unavailable' : null,
}));

/** A database with these rows. @returns its URL */
const filled = async (url: string): Promise<string> => {
  const { db } = lookInto(url);
  await db.insertInto('usage_days').values(days).execute();
  for (let from = 0; from < entries.length; from += 100) {
    await db
      .insertInto('usage_entries')
      .values(entries.slice(from, from + 100))
      .execute();
  }
  return url;
};

const onSqlite = async (): Promise<string> => {
  const url = `sqlite:${join(folder, `${Math.random().toString(36).slice(2)}.db`)}`;
  await lookInto(url).migrate();
  return url;
};

const started = async (url: string): Promise<Running> => {
  const upstream = await mockUpstream((response) => {
    answerJson(response, 200, completion('Hello'));
  });
  const gateway = await start({ ...upstream.env, DATABASE_URL: url, LEDGER_FLUSH_MS: '20', DAILY_BUDGET: '1000' });
  await becomes(async () => (await gateway.get(ROUTES.ready)).status === 200);
  return gateway;
};

const jsonOf = async (answer: Response): Promise<unknown> => answer.json();

test(
  '[G11] costs are the same on MySQL as on SQLite, to the last digit, and those that the rows add up to',
  async () => {
    const urls = [await filled(await onSqlite()), await filled(await migrated(server))];
    const paths = [
      `${ROUTES.costs}/realtime`,
      `${ROUTES.costs}/daily?from=${dayAfter(TODAY, -39)}&limit=1000`,
      `${ROUTES.costs}/daily?limit=7&after=11`,
      `${ROUTES.costs}/forecast?days=10`,
      `${ROUTES.costs}/optimization`,
      `${ROUTES.costs}/optimization?hours=1`,
    ];
    const told: unknown[][] = [];
    for (const url of urls) {
      const gateway = await started(url);
      const answers: unknown[] = [];
      for (const path of paths) {
        const answer = await gateway.get(path);
        expect([path, answer.status]).toEqual([path, 200]);
        answers.push(await jsonOf(answer));
      }
      told.push(answers);
    }
    const [sqlite, mysql] = told;
    expect(mysql).toEqual(sqlite);

    const [realtime, daily, page, forecast, optimization] = mysql ?? [];
    // Three keys in CNY; 0.1 of three priced models, and of those 0, 1 and 2 billionths.
    expect(realtime).toMatchObject({
      currency: 'CNY',
      today: { day: TODAY, cost: 0.900000009 },
      budget: { daily: 1_000, spent: 0.900000009, remaining: 999.099999991 },
      lastHour: [
        { model: 'qwen-plus', requests: 6 },
        { model: 'qwen3-max', requests: 24 },
      ],
      unpriced: ['QWEN-plus', 'nobody-knows'],
    });
    expect(daily).toHaveProperty('next', null);
    expect(daily).toHaveProperty('data.length', 40 * 16);
    expect(daily).toHaveProperty(
      'data.0',
      expect.objectContaining({ keyId: 'A', model: 'QWEN-plus', inputTokens: MANY + 39 }),
    );
    expect(page).toMatchObject({ next: '18' });
    expect(forecast).toMatchObject({ enough: true, historyDays: 39, currency: 'CNY' });
    expect(optimization).toMatchObject({ requests: 600 });
  },
  SLOW_MS,
);

test(
  '[G10] keys are made, listed page by page, changed, revoked and let in the same on MySQL as on SQLite',
  async () => {
    const told: unknown[] = [];
    for (const url of [await onSqlite(), await migrated(server)]) {
      const gateway = await started(url);
      const seen: unknown[] = [];
      const see = async (answer: Response): Promise<void> => {
        const text = await answer.text();
        // What is made up at random is another each time.
        seen.push(answer.status, text.replaceAll(/"(key|prefix)":"[^"]*"/g, '"$1":"…"'));
      };
      const order = (method: string, path: string, body?: object): Promise<Response> =>
        gateway.get(path, {
          method,
          ...(body === undefined
            ? {}
            : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
        });
      const key = await makeKey(gateway, {
        name: '键 "quoted" 👩‍👩‍👧 \\ %',
        models: ['qwen-plus', 'qwen-Plus'],
        dailyBudget: 0.1,
        limits: { perMinute: 0, perDay: 100_000_000 },
        priority: 'critical',
        expiresAt: '2099-12-31T23:59:59.999Z',
      });
      for (const name of ['same', 'SAME', 'x'.repeat(255)]) await makeKey(gateway, { name });
      await see(await gateway.get(`${ROUTES.keys}?limit=3`));
      const listed: unknown = await jsonOf(await gateway.get(`${ROUTES.keys}?limit=3`));
      const next = typeof listed === 'object' && listed !== null && 'next' in listed ? String(listed.next) : '';
      await see(await gateway.get(`${ROUTES.keys}?limit=3&after=${next}`));
      await see(await gateway.get(`${ROUTES.keys}/${key.id}`));
      const use = async (model: string): Promise<void> =>
        see(await gateway.post(prompt('Hi', { model }), { headers: { authorization: `Bearer ${key.key}` } }));
      await use('qwen-plus');
      await use('qwen-turbo');
      await see(await order('PATCH', `${ROUTES.keys}/${key.id}`, { models: null, dailyBudget: null, name: 'new' }));
      await use('qwen-turbo');
      await see(await order('DELETE', `${ROUTES.keys}/${key.id}`));
      await use('qwen-plus');
      await see(await order('PATCH', `${ROUTES.keys}/${key.id}`, { name: 'again' }));
      await see(await gateway.get(`${ROUTES.keys}/nobody`));
      await becomes(async () => (await metricOf(gateway, 'gateway_ledger_pending')) === 0);
      await see(await gateway.get(`${ROUTES.costs}/daily`));
      told.push(seen);
    }
    const [sqlite, mysql] = told;
    expect(mysql).toEqual(sqlite);
    const text = JSON.stringify(mysql);
    expect(text).toContain('键');
    expect(Array.isArray(mysql) && mysql.filter((one) => typeof one === 'number')).toEqual([
      200, 200, 200, 200, 403, 200, 200, 200, 401, 409, 404, 200,
    ]);
  },
  SLOW_MS,
);
