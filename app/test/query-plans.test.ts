import { Kysely, SqliteDialect } from 'kysely';
import type { CompiledQuery } from 'kysely';
import pino from 'pino';
import { readTraffic } from '../src/costs/traffic';
import { UsageReader } from '../src/costs/usage';
import type { Database } from '../src/database/database';
import { migrate } from '../src/database/migrations';
import type { Schema } from '../src/database/schema';
import { openSqlite } from '../src/database/sqlite';
import { createRetention } from '../src/ledger/retention';
import { settled, virtualClock } from './virtual-clock';

const FIRST_LOOK_MS = 60_000;

/** A database in memory with every table, which writes down what it is asked. */
const watched = async () => {
  const asked: CompiledQuery[] = [];
  const sqlite = openSqlite(':memory:');
  const dialect = new SqliteDialect({ database: sqlite });
  await migrate(new Kysely<Schema>({ dialect }), 'sqlite');
  const db = new Kysely<Schema>({ dialect, log: ({ query }) => void asked.push(query) });
  const database: Database = {
    kind: 'sqlite',
    db,
    state: 'up',
    up: true,
    problem: undefined,
    query: (_op, run) => run(db),
    migrate: () => Promise.resolve([]),
    ping: () => Promise.resolve(true),
    open: () => Promise.resolve(),
    close: () => db.destroy(),
  };
  /** How SQLite would go about each of them; what touches every row of a table begins with SCAN. */
  const plans = () =>
    asked.splice(0).map(({ sql, parameters }) =>
      sqlite
        .prepare(`explain query plan ${sql}`)
        .all(parameters)
        .map((step) => (typeof step === 'object' && step !== null && 'detail' in step ? String(step.detail) : '')),
    );
  return { database, plans };
};

const AT = Date.UTC(2026, 0, 2);

test.each<[string, (database: Database) => Promise<unknown>, RegExp]>([
  [
    'the last minute',
    (database) => new UsageReader(database).since(AT),
    /^SEARCH usage_entries USING INDEX .*\(at>\?\)/,
  ],
  ['today', (database) => new UsageReader(database).day('2026-01-02'), /^SEARCH usage_days USING .*\(day=\?\)/],
  [
    'each day',
    (database) => new UsageReader(database).daily({ from: '2026-01-01', to: '2026-01-02', limit: 9, offset: 0 }),
    /^SEARCH usage_days USING .*\(day>\? AND day<\?\)/,
  ],
  [
    'the days that a forecast goes by',
    (database) => new UsageReader(database).history('2026-01-01', '2026-01-02', 'CNY'),
    /^SEARCH usage_days USING .*\(day>\? AND day<\?\)/,
  ],
  [
    'what advice goes by',
    (database) => readTraffic(database, { since: AT, currency: 'CNY' }),
    /^SEARCH usage_entries USING INDEX .*\(at>\?\)/,
  ],
])('[G11] the query for %s finds its rows by an index', async (_name, ask, plan) => {
  const { database, plans } = await watched();
  await ask(database);
  const [[first] = [], ...others] = plans();
  expect(first).toMatch(plan);
  expect(others).toEqual([]);
  await database.close();
});

test('[G11] old usage is found by an index, and so are the entries of one key', async () => {
  const { database, plans } = await watched();
  const clock = virtualClock();
  const retention = createRetention({ database, days: 1, clock, log: pino({ enabled: false }) });
  await clock.advance(FIRST_LOOK_MS);
  await settled();
  await database.db.selectFrom('usage_entries').selectAll().where('key_id', '=', 'k').where('at', '>=', AT).execute();
  expect(plans()).toEqual([
    [expect.stringMatching(/^SEARCH usage_entries USING .*INDEX .*\(at<\?\)/)],
    [expect.stringMatching(/^SEARCH usage_days USING .*\(day<\?\)/)],
    [expect.stringMatching(/^SEARCH usage_entries USING INDEX .*\(key_id=\? AND at>\?\)/)],
  ]);
  await retention.close();
  await database.close();
});
