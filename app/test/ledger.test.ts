import fs, { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { sql } from 'kysely';
import pino from 'pino';
import { dayOf } from '../src/costs/day';
import { createDatabase } from '../src/database/database';
import type { Database } from '../src/database/database';
import { DatabaseError } from '../src/database/database-error';
import { createLedger } from '../src/ledger/ledger';
import type { Ledger, LedgerProps } from '../src/ledger/ledger';
import { lineOf, rowFrom } from '../src/ledger/line';
import { rowOf } from '../src/ledger/row';
import { createMetrics } from '../src/metrics';
import { Secret } from '../src/secret';
import { eventually, NOW_MS } from './running';
import { booksOf, booksOfCount, usage } from './usage';
import { settled, virtualClock } from './virtual-clock';

const DAY_MS = 86_400_000;

let directory: string;
const open: (() => Promise<void>)[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gateway-ledger-'));
});

afterEach(async () => {
  jest.restoreAllMocks();
  for (const close of open.splice(0).reverse()) await close();
  rmSync(directory, { recursive: true, force: true });
});

interface Setting {
  readonly ledger: Ledger;
  readonly database: Database;
  readonly clock: ReturnType<typeof virtualClock>;
  readonly metrics: ReturnType<typeof createMetrics>;
  readonly lines: () => readonly string[];
}

let ids = 0;

/** A ledger over SQLite in memory, or over the given database. */
const setting = async (props: Partial<LedgerProps> = {}): Promise<Setting> => {
  const clock = virtualClock();
  const metrics = createMetrics();
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line) => void lines.push(line) });
  const database = props.database ?? (await memory());
  const ledger = createLedger({
    database,
    journalDirectory: join(directory, 'journal'),
    flushMs: 1_000,
    batch: 500,
    days: 400,
    clock,
    newId: () => `id-${++ids}`,
    log,
    metrics,
    ...props,
  });
  open.push(() => ledger.close());
  return { ledger, database, clock, metrics, lines: () => lines };
};

const memory = async (): Promise<Database> => {
  const clock = virtualClock();
  const database = createDatabase({
    url: new Secret('sqlite::memory:'),
    pool: 1,
    timeoutMs: 1_000,
    clock,
    log: pino({ level: 'silent' }),
    metrics: createMetrics(),
  });
  await database.open();
  open.push(() => database.close());
  return database;
};

interface Failing {
  readonly database: Database;
  /** What every query fails with, before it does anything. */
  before: DatabaseError | undefined;
  /** What every query fails with that has done what it should. */
  after: DatabaseError | undefined;
  queries: number;
}

/** A database whose queries fail with whatever a test says, until it says nothing. */
const failing = (database: Database): Failing => {
  const state: Failing = {
    before: undefined,
    after: undefined,
    queries: 0,
    database: {
      kind: database.kind,
      db: database.db,
      state: database.state,
      up: true,
      problem: undefined,
      query: async <T>(op: string, run: (db: Database['db']) => Promise<T>): Promise<T> => {
        state.queries += 1;
        if (state.before !== undefined) throw state.before;
        const result = await database.query(op, run);
        if (state.after !== undefined) throw state.after;
        return result;
      },
      ping: () => database.ping(),
      migrate: () => database.migrate(),
      open: () => database.open(),
      close: () => database.close(),
    },
  };
  return state;
};

const away = new DatabaseError('ledger-write', { class: 'connection', code: 'ECONNREFUSED' });

/** The journals in the folder, by name. */
const journals = (): readonly string[] => readdirSync(join(directory, 'journal'));

/** What all files of all journals hold. */
const journaled = (): string =>
  journals()
    .flatMap((name) =>
      readdirSync(join(directory, 'journal', name)).map((file) => join(directory, 'journal', name, file)),
    )
    .filter((file) => file.endsWith('.log'))
    .map((file) => readFileSync(file, 'utf8'))
    .join('');

test('[G11] an entry is in a file when record returns, and in the database after LEDGER_FLUSH_MS', async () => {
  const { ledger, database, clock } = await setting();

  ledger.record(usage(1));

  expect(journaled()).toContain('"entry-1"');
  expect(await booksOf(database)).toEqual(booksOfCount(0));
  await clock.advance(999);
  expect(await booksOf(database)).toEqual(booksOfCount(0));
  await clock.advance(1);
  await ledger.flush();
  expect(await booksOf(database)).toEqual(booksOfCount(1));
  expect(journaled()).toBe('');
});

test('[G11] a whole batch goes to the database at once', async () => {
  const { ledger, database } = await setting({ batch: 3 });
  for (const number of [1, 2]) ledger.record(usage(number));
  expect(await booksOf(database)).toEqual(booksOfCount(0));
  ledger.record(usage(3));
  await eventually(async () => (await booksOf(database)).entries === 3);
  expect(await booksOf(database)).toEqual(booksOfCount(3));
});

test('[G11] the same entry is counted once, in one batch and in two', async () => {
  const { ledger, database, metrics } = await setting();
  for (const number of [1, 2, 2, 1]) ledger.record(usage(number));
  await ledger.flush();
  for (const number of [2, 3, 1]) ledger.record(usage(number));
  await ledger.flush();

  expect(await booksOf(database)).toEqual(booksOfCount(3));
  expect(await valueOf(metrics, 'gateway_ledger_written_total')).toBe(3);
  expect(await valueOf(metrics, 'gateway_ledger_pending')).toBe(0);
});

test('[G11] a commit whose answer got lost is not counted again', async () => {
  const flaky = failing(await memory());
  const { ledger, database } = await setting({ database: flaky.database });
  flaky.after = new DatabaseError('ledger-write', { class: 'timeout', code: 'GATEWAY_TIMEOUT' });
  for (const number of [1, 2, 3]) ledger.record(usage(number));
  await ledger.flush();
  ledger.record(usage(4));
  flaky.after = undefined;
  await ledger.flush();

  expect(await booksOf(database)).toEqual(booksOfCount(4));
});

test('[G11] days are those of UTC+8, by key, by the model that answered, and by currency', async () => {
  const { ledger, database } = await setting();
  const midnight = Date.UTC(2026, 0, 1, 16);
  ledger.record(usage(1, { at: midnight - 1 }));
  ledger.record(usage(2, { at: midnight, servedModel: 'qwen-flash', status: 502, errorType: 'upstream_timeout' }));
  ledger.record(usage(3, { at: midnight, servedModel: 'qwen-flash', cache: 'hit-l2', cost: 0 }));
  ledger.record(usage(4, { at: midnight, keyId: 'key-2', currency: 'USD' }));
  await ledger.flush();

  const days = await database.db.selectFrom('usage_days').selectAll().orderBy('day').orderBy('key_id').execute();
  const sums = { input_tokens: 3, output_tokens: 5, cached_tokens: 1, cost: 0.25, errors: 0, cache_hits: 0 };
  const first = { key_id: 'key-1', model: 'qwen-plus', currency: 'CNY', requests: 1, ...sums };
  expect(days).toEqual([
    { ...first, day: '2026-01-01' },
    {
      ...first,
      day: '2026-01-02',
      model: 'qwen-flash',
      requests: 2,
      input_tokens: 6,
      output_tokens: 10,
      cached_tokens: 2,
      errors: 1,
      cache_hits: 1,
    },
    { ...first, day: '2026-01-02', key_id: 'key-2', currency: 'USD' },
  ]);
});

test('[G11] while the database is away usage stays in files, and goes there in order when it is back', async () => {
  const flaky = failing(await memory());
  const { ledger, database, clock, metrics, lines } = await setting({ database: flaky.database, batch: 10 });
  flaky.before = away;
  for (let number = 1; number <= 50; number += 1) ledger.record(usage(number, { at: NOW_MS + number }));
  await eventually(() => flaky.queries === 1);
  await settled();
  // Twice as long after each failure, and at most five seconds.
  for (const [failures, waitMs] of [2_000, 4_000, 5_000, 5_000].entries()) {
    await clock.advance(waitMs - 1);
    expect(flaky.queries).toBe(failures + 1);
    await clock.advance(1);
    await eventually(() => flaky.queries === failures + 2);
    await settled();
  }
  expect(await valueOf(metrics, 'gateway_ledger_pending')).toBe(50);
  expect(await valueOf(metrics, 'gateway_ledger_journal_bytes')).toBe(Buffer.byteLength(journaled()));
  expect(lines().filter((line) => line.includes('does not reach the database'))).toHaveLength(1);

  flaky.before = undefined;
  await clock.advance(5_000);
  await ledger.flush();
  expect(await booksOf(database)).toEqual(booksOfCount(50));
  const rows = await database.db
    .selectFrom('usage_entries')
    .select('id')
    .orderBy(sql`rowid`)
    .execute();
  expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, index) => `entry-${index + 1}`));
  expect(await valueOf(metrics, 'gateway_ledger_journal_bytes')).toBe(0);
  expect(lines().at(-1)).toContain('usage goes to the database again');
});

test('[G11] files are closed at 8 MiB and removed when the database has them', async () => {
  const flaky = failing(await memory());
  const { ledger, database } = await setting({ database: flaky.database });
  flaky.before = away;
  const count = 25_000;
  for (let number = 1; number <= count; number += 1) ledger.record(usage(number));
  const [name = ''] = journals();
  const files = (): readonly string[] => readdirSync(join(directory, 'journal', name)).sort();
  expect(files()).toEqual(['000001.log', '000002.log', 'lock']);

  flaky.before = undefined;
  await ledger.flush();
  expect(files()).toEqual(['000002.log', 'lock']);
  expect(await booksOf(database)).toEqual(booksOfCount(count));
  await ledger.close();
  expect(journals()).toEqual([]);
});

/** What a process leaves that died while its database was away: its folder, and nobody who holds its lock. */
const leftBehind = async (numbers: readonly number[]): Promise<string> => {
  const flaky = failing(await memory());
  const { ledger } = await setting({ database: flaky.database, journalDirectory: join(directory, 'dead') });
  flaky.before = away;
  for (const number of numbers) ledger.record(usage(number));
  const [name = ''] = readdirSync(join(directory, 'dead')).sort().slice(-1);
  cpSync(join(directory, 'dead', name), join(directory, 'journal', name), { recursive: true });
  return join(directory, 'journal', name);
};

test('[G11] what a dead process has left is taken over at the start, once, whoever starts', async () => {
  await leftBehind([1, 2, 3]);
  await leftBehind([3, 4]);
  const database = await memory();
  const settings = [await setting({ database }), await setting({ database }), await setting({ database })];
  settings[2]?.ledger.record(usage(5));
  await Promise.all(settings.map(({ ledger }) => ledger.flush()));

  expect(await booksOf(database)).toEqual(booksOfCount(5));
  expect(journals()).toHaveLength(settings.length);
});

test('[G11] what a process leaves that dies later is taken over within a minute', async () => {
  const { ledger, database, clock } = await setting();
  const path = await leftBehind([1, 2]);
  await clock.advance(60_000);
  await clock.advance(1_000);
  await ledger.flush();

  expect(await booksOf(database)).toEqual(booksOfCount(2));
  expect(fs.existsSync(path)).toBe(false);
});

test('[G11] the journal of a living process is left to it', async () => {
  const flaky = failing(await memory());
  const living = await setting({ database: flaky.database });
  flaky.before = away;
  living.ledger.record(usage(1));
  const { ledger, database } = await setting();
  await ledger.flush();

  expect(await booksOf(database)).toEqual(booksOfCount(0));
  flaky.before = undefined;
  await living.ledger.flush();
  expect(await booksOf(living.database)).toEqual(booksOfCount(1));
});

test('[G11] a line that a crash has torn, or that was damaged, is left out and counted; the others count', async () => {
  const path = await leftBehind([1, 2, 3]);
  const file = join(path, '000001.log');
  const [first = '', second = '', third = ''] = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, [first, second.replace('"cost":0.25', '"cost":9.25'), third, ''].join('\n'));
  appendFileSync(file, lineOf(rowOf(usage(4))).slice(0, 50));
  const { ledger, database, metrics, lines } = await setting();
  await ledger.flush();

  expect(await booksOf(database)).toEqual(booksOfCount(2));
  expect(await valueOf(metrics, 'gateway_ledger_failures_total')).toBe(2);
  expect(lines().some((line) => line.includes('cannot be read'))).toBe(true);
  expect(fs.existsSync(path)).toBe(false);
});

test('[G11] a full disk: usage waits in memory and reaches the database, and the log says so once', async () => {
  const { ledger, database, metrics, lines } = await setting();
  const full = jest.spyOn(fs, 'writeSync').mockImplementation(() => {
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  });
  for (const number of [1, 2, 3]) ledger.record(usage(number));
  expect(await valueOf(metrics, 'gateway_ledger_pending')).toBe(3);
  await ledger.flush();
  expect(await booksOf(database)).toEqual(booksOfCount(3));
  expect(lines().filter((line) => line.includes('the journal cannot be written'))).toHaveLength(1);

  full.mockRestore();
  ledger.record(usage(4));
  expect(journaled()).toContain('"entry-4"');
});

test('[G11] a disk that takes half a line spoils none, and what waited in memory goes to it when it has room again', async () => {
  const flaky = failing(await memory());
  const { ledger, database } = await setting({ database: flaky.database });
  flaky.before = away;
  ledger.record(usage(1));
  const write = fs.writeSync;
  let written = 0;
  const full = jest.spyOn(fs, 'writeSync').mockImplementation((descriptor: number, data: unknown) => {
    if (written > 0 || !Buffer.isBuffer(data)) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    written = write(descriptor, data.subarray(0, 20));
    return written;
  });
  ledger.record(usage(2));
  full.mockRestore();
  expect(written).toBe(20);
  ledger.record(usage(3));
  await ledger.flush();
  expect(journaled()).toBe([1, 3, 2].map((number) => lineOf(rowOf(usage(number)))).join(''));

  flaky.before = undefined;
  await ledger.flush();
  expect(await booksOf(database)).toEqual(booksOfCount(3));
});

test('[G11] with the disk full and the database away, memory is bounded: what is too much stands in the log', async () => {
  const flaky = failing(await memory());
  const { ledger, lines, metrics } = await setting({ database: flaky.database });
  flaky.before = away;
  jest.spyOn(fs, 'writeSync').mockImplementation(() => {
    throw new Error('EIO');
  });
  for (let number = 1; number <= 10_002; number += 1) ledger.record(usage(number));
  const told = (): readonly string[] => lines().filter((line) => line.includes('neither in the database nor'));

  expect(await valueOf(metrics, 'gateway_ledger_pending')).toBe(10_000);
  expect(told().map((line) => /"id":"(.*?)"/.exec(line)?.[1])).toEqual(['entry-10001', 'entry-10002']);
  await ledger.close();
  expect(told()).toHaveLength(10_002);
});

test('[G11] a row that the database refuses holds up no other, and stands in the log', async () => {
  const { ledger, database, lines, metrics } = await setting();
  await sql`create trigger picky before insert on usage_entries when new.model = 'bad' begin select raise(abort, 'no'); end`.execute(
    database.db,
  );
  for (let number = 1; number <= 40; number += 1)
    ledger.record(usage(number, number % 13 === 0 ? { model: 'bad' } : {}));
  await ledger.flush();

  expect(await booksOf(database)).toEqual(booksOfCount(37));
  expect(lines().filter((line) => line.includes('the database refuses'))).toHaveLength(3);
  expect(await valueOf(metrics, 'gateway_ledger_pending')).toBe(0);
});

test('[G11] usage older than LEDGER_DAYS goes, a few rows at a time', async () => {
  const { ledger, database, clock } = await setting({ days: 10 });
  for (let number = 1; number <= 450; number += 1) ledger.record(usage(number, { at: NOW_MS - 11 * DAY_MS }));
  ledger.record(usage(451, { at: NOW_MS - 9 * DAY_MS }));
  await ledger.flush();
  const left = async (): Promise<number> => (await booksOf(database)).entries;

  await clock.advance(60_000);
  await eventually(async () => (await left()) === 251);
  await clock.advance(100);
  await eventually(async () => (await left()) === 51);
  await clock.advance(100);
  await eventually(async () => (await left()) === 1);
  await clock.advance(3_600_000);
  await eventually(async () => (await booksOf(database)).requests === 1);
});

test('[G11] after the end usage is in the log, and nothing is left to run', async () => {
  const { ledger, database, clock, lines } = await setting();
  ledger.record(usage(1));
  await ledger.close();
  await ledger.close();
  ledger.record(usage(2));

  expect(await booksOf(database)).toEqual(booksOfCount(1));
  expect(lines().at(-1)).toContain('"entry-2"');
  expect(clock.pending).toBe(0);
  expect(journals()).toEqual([]);
});

test('[G11] a folder that cannot be written is said at the start', async () => {
  writeFileSync(join(directory, 'file'), '');
  await expect(setting({ journalDirectory: join(directory, 'file') })).rejects.toThrow(
    /^JOURNAL_DIRECTORY \(.*file\) cannot be written; give this user a folder/,
  );
});

const anything = fc.record({
  requestId: fc.string({ unit: 'binary', maxLength: 300 }),
  endUser: fc.option(fc.string({ unit: 'binary', maxLength: 300 }), { nil: undefined }),
  model: fc.string({ unit: 'binary', maxLength: 300 }),
  servedModel: fc.string({ unit: 'grapheme', maxLength: 200 }),
  keyId: fc.string({ maxLength: 100 }),
  inputTokens: fc.double(),
  cost: fc.double(),
  latencyMs: fc.double(),
});

test('[G11] whatever an entry holds, the journal gives it back as it was and the database takes it', async () => {
  const { ledger, database, lines } = await setting();
  let number = 0;
  fc.assert(
    fc.property(anything, fc.nat(), (more, place) => {
      const entry = usage((number += 1), more);
      const row = rowOf(entry);
      const line = lineOf(row);
      expect(rowFrom(line.slice(0, -1))).toEqual(row);
      const at = place % (line.length - 1);
      expect(rowFrom(`${line.slice(0, at)}\u0001${line.slice(at + 1, -1)}`)).toBeUndefined();
      ledger.record(entry);
    }),
    { numRuns: 200 },
  );
  await ledger.flush();

  expect((await booksOf(database)).entries).toBe(number);
  expect(lines()).toEqual([]);
});

test('[G11] days change at midnight in UTC+8', () => {
  expect(dayOf(Date.UTC(2025, 11, 31, 15, 59, 59, 999))).toBe('2025-12-31');
  expect(dayOf(Date.UTC(2025, 11, 31, 16))).toBe('2026-01-01');
});

/** The sum of a metric over its labels. */
const valueOf = async (metrics: ReturnType<typeof createMetrics>, name: string): Promise<number> => {
  const metric = await metrics.registry.getSingleMetric(name)?.get();
  if (metric === undefined) throw new Error(`there is no metric ${name}`);
  return metric.values.reduce((sum, { value }) => sum + value, 0);
};
