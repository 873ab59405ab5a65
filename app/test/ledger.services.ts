import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { randomId, systemClock } from '../src/clock';
import type { Clock } from '../src/clock';
import { createDatabase } from '../src/database/database';
import type { Database } from '../src/database/database';
import { createLedger } from '../src/ledger/ledger';
import type { Ledger } from '../src/ledger/ledger';
import { createMetrics } from '../src/metrics';
import { Secret } from '../src/secret';
import type { MariaDb } from './services/mariadb';
import { startMariaDb, stopMariaDbs } from './services/mariadb';
import { booksOf, booksOfCount, usage } from './usage';
import { virtualClock } from './virtual-clock';

/** Longer than a connection takes on any machine, which the driver measures by the machine's clock. */
const PATIENCE_MS = 30_000;
/** How long the end waits for the database. */
const CLOSE_MS = 10_000;
/** Thousands of rows, and a server that is started again and again, on a machine with other things to do. */
const SLOW_MS = 180_000;

jest.setTimeout(SLOW_MS);

const ROOT = join(__dirname, '..', '..');

let server: MariaDb;
let directory: string;
let url: string;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  server = await startMariaDb();
});

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'gateway-books-'));
  url = await server.createDatabase();
  await connected().migrate();
});

afterEach(async () => {
  server.resume();
  for (const close of closing.splice(0).reverse()) await close();
  rmSync(directory, { recursive: true, force: true });
});

afterAll(stopMariaDbs);

const common = { clock: systemClock, log: pino({ level: 'silent' }), metrics: createMetrics() };

const connected = (timeoutMs = 1_000, clock: Clock = systemClock): Database => {
  const database = createDatabase({ ...common, clock, url: new Secret(url), pool: 4, timeoutMs });
  closing.push(() => database.close());
  return database;
};

const ledgerOf = (database: Database, flushMs = 50, clock: Clock = systemClock): Ledger => {
  const bounds = { journalDirectory: directory, flushMs, batch: 200, days: 400 };
  const ledger = createLedger({ ...common, ...bounds, clock, database, newId: randomId });
  closing.push(() => ledger.close());
  return ledger;
};

/** Lines of all journals in a folder. */
const linesIn = (folder: string): number =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8').split('\n').length - 1)
    .reduce((sum, lines) => sum + lines, 0);

/** Waits for what must become so while a server starts and retries come; fails after a minute. */
const becomes = async (holds: () => Promise<boolean>): Promise<void> => {
  const until = Date.now() + 60_000;
  while (!(await holds().catch(() => false))) {
    if (Date.now() > until) throw new Error(`never held: ${holds.toString()}`);
    await sleep(50);
  }
};

test('[G11] 10,000 entries while MySQL is killed, paused and restarted: none lost, none counted twice', async () => {
  const database = connected();
  await database.open();
  const ledger = ledgerOf(database);
  const count = 10_000;
  const disturb = async (): Promise<void> => {
    await sleep(200);
    server.pause();
    await sleep(1_500);
    server.resume();
    await sleep(300);
    await server.kill();
    await sleep(500);
    await server.restart();
    await sleep(300);
    // In the middle of whatever it does, many times.
    for (let times = 0; times < 20; times += 1) {
      server.pause();
      await sleep(15);
      server.resume();
      await sleep(15);
    }
    await server.restart();
  };
  const disturbed = disturb();
  for (let number = 1; number <= count; number += 1) {
    ledger.record(usage(number));
    if (number % 20 === 0) await sleep(10);
  }
  await disturbed;
  await becomes(async () => (await booksOf(connected())).entries === count);
  await ledger.close();

  expect(await booksOf(connected())).toEqual(booksOfCount(count));
  expect(readdirSync(directory)).toEqual([]);
});

/** Lets a process record, and kills it in the middle of that. @returns the last number that it has said */
const recordAndDie = async (first: number, beforeDeath: () => Promise<unknown>): Promise<number> => {
  const env = { ...process.env, DATABASE_URL: url, JOURNAL_DIRECTORY: directory, FIRST: String(first) };
  const child = spawn(process.execPath, ['--import', 'tsx', 'app/test/ledger-writer.ts'], { cwd: ROOT, env });
  let said = '';
  child.stdout.on('data', (data: Buffer) => (said += data.toString()));
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    await becomes(() => Promise.resolve(said.includes(`\n${first + 200}\n`)));
    await beforeDeath();
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
  return Number(said.trimEnd().split('\n').at(-1));
};

test('[G11] what was recorded by processes that were killed is counted once, after the next start', async () => {
  // Killed while it writes to the database, while that is paused, and while it is gone.
  const first = await recordAndDie(1, () => sleep(300));
  const second = await recordAndDie(first + 2, async () => {
    server.pause();
    await sleep(300);
  });
  server.resume();
  const third = await recordAndDie(second + 2, async () => {
    await server.kill();
    await sleep(300);
  });
  await server.restart();
  // The last one's at least: whoever came later may have taken in what those before had left.
  expect(readdirSync(directory)).not.toEqual([]);

  const database = connected();
  await database.open();
  const ledger = ledgerOf(database);
  await Promise.all([ledger.flush(), ledgerOf(database).flush()]);
  await becomes(async () => (await booksOf(database)).entries >= third - 2);
  const ids = await database.db.selectFrom('usage_entries').select('id').execute();
  const found = new Set(ids.map(({ id }) => Number(id.replace('entry-', ''))));
  // The number after the last one may have been recorded and not said.
  const gaps = [first + 1, second + 1];
  for (let number = 1; number <= third; number += 1) {
    if (!gaps.includes(number)) expect(found.has(number)).toBe(true);
  }
  expect(await booksOf(database)).toEqual(booksOfCount(found.size));
  expect(found.size).toBeLessThanOrEqual(third + 1);
});

test('[G11] a process that ends while others go on leaves its journal to them', async () => {
  const database = connected();
  await database.open();
  const ledger = ledgerOf(database);
  await server.kill();
  ledger.record(usage(1));
  await ledger.close();
  expect(readdirSync(directory)).toHaveLength(1);
  await server.restart();

  await becomes(() => database.ping());
  const next = ledgerOf(database);
  await next.flush();
  expect(await booksOf(database)).toEqual(booksOfCount(1));
  await next.close();
  expect(readdirSync(directory)).toEqual([]);
});

test('[G11] a database that is paused never delays what is recorded, nor the end by more than its bound', async () => {
  const clock = virtualClock();
  const database = connected(PATIENCE_MS, clock);
  await database.open();
  const ledger = ledgerOf(database, 10, clock);
  server.pause();
  // It has been asked, and does not answer.
  ledger.record(usage(1));
  await clock.advance(10);
  // In one turn of the event loop, in which nothing can be waited for, all are in the journal.
  for (let number = 2; number <= 5_000; number += 1) ledger.record(usage(number));
  expect(ledger.pending).toBe(5_000);
  expect(linesIn(directory)).toBe(5_000);

  const end = { over: false };
  const closing = ledger.close().finally(() => (end.over = true));
  await clock.advance(CLOSE_MS);
  // The end itself waits no longer; the query that was under way has its own time.
  while (!end.over) {
    await clock.advance(PATIENCE_MS);
    await sleep(10);
  }
  await closing;
  // What the database has not taken is left to the next.
  expect(readdirSync(directory)).not.toEqual([]);
});

test('[G11] several writers at once agree on the sums of the day', async () => {
  const writers = Array.from({ length: 4 }, () => ledgerOf(connected()));
  for (let number = 1; number <= 4_000; number += 1) writers[number % writers.length]?.record(usage(number));
  await Promise.all(writers.map((writer) => writer.flush()));
  await becomes(async () => (await booksOf(connected())).entries === 4_000);
  expect(await booksOf(connected())).toEqual(booksOfCount(4_000));
});
