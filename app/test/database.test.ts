import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { inspect } from 'node:util';
import { join } from 'node:path';
import { sql } from 'kysely';
import Libsql from 'libsql';
import pino from 'pino';
import { systemClock } from '../src/clock';
import { readAddress } from '../src/database/address';
import { createDatabase } from '../src/database/database';
import type { Database, DatabaseProps } from '../src/database/database';
import { asDatabaseError } from '../src/database/database-error';
import { EXIT_CODES, runMigrations } from '../src/database/migration-run';
import { VERSIONS } from '../src/database/migrations';
import { poolOptions } from '../src/database/mysql';
import { createMetrics } from '../src/metrics';
import { Secret } from '../src/secret';
import { eventually } from './running';
import { virtualClock } from './virtual-clock';

let directory: string;
let file: string;
const opened: Database[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gateway-database-'));
  file = join(directory, 'data', 'gateway.db');
});

afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
  rmSync(directory, { recursive: true, force: true });
});

const lines: string[] = [];
const log = pino({}, { write: (line) => void lines.push(line) });

beforeEach(() => void lines.splice(0));

const connected = (props: Partial<DatabaseProps> = {}): Database => {
  const url = new Secret(`sqlite:${file}`);
  const database = createDatabase({
    url,
    pool: 2,
    timeoutMs: 1_000,
    clock: systemClock,
    log,
    metrics: createMetrics(),
    ...props,
  });
  opened.push(database);
  return database;
};

const KEY = { id: 'k', name: 'n', hash: 'h', prefix: 'p', permissions: '[]', priority: 'low', created_at: 1 };

const addKey = (database: Database, more: Partial<typeof KEY> = {}): Promise<unknown> =>
  database.query('insert', (db) =>
    db
      .insertInto('api_keys')
      .values({ ...KEY, ...more })
      .execute(),
  );

describe('DATABASE_URL', () => {
  const mysql = { kind: 'mysql', host: 'db.example', port: 3306, user: 'u', password: 'p@ss', database: 'gateway' };

  test.each([
    ['sqlite:a/b.db', { kind: 'sqlite', file: 'a/b.db' }],
    ['sqlite:/a/b.db', { kind: 'sqlite', file: '/a/b.db' }],
    ['sqlite::memory:', { kind: 'sqlite', file: ':memory:' }],
    ['mysql://u:p%40ss@db.example/gateway', mysql],
    ['mysql://u:p%40ss@db.example:3307/gateway?ssl=false', { ...mysql, port: 3307 }],
    ['mysql://u:p%40ss@[::1]/gateway', { ...mysql, host: '::1' }],
  ])('[G11] %s is understood', (url, address) => {
    expect(readAddress(new Secret(url))).toEqual(address);
  });

  test('[G11] without one, a file in this folder', () => {
    expect(readAddress(undefined)).toEqual({ kind: 'sqlite', file: '.data/gateway.db' });
  });

  test.each([
    ['ssl=true', { minVersion: 'TLSv1.2', rejectUnauthorized: true, verifyIdentity: true }],
    ['ssl-mode=verify', { minVersion: 'TLSv1.2', rejectUnauthorized: true, verifyIdentity: true }],
    ['ssl=true&ssl-mode=required', { minVersion: 'TLSv1.2', rejectUnauthorized: false }],
  ])('[G11] %s reaches the driver as TLS', (parameters, ssl) => {
    const address = readAddress(new Secret(`mysql://u:p@db.example/gateway?${parameters}`));
    expect(address).toMatchObject({ ssl });
    if (address.kind !== 'mysql') throw new Error('this is MySQL');
    expect(poolOptions(address, { connections: 5, connectMs: 9 })).toMatchObject({
      ssl,
      host: 'db.example',
      charset: 'utf8mb4',
      connectionLimit: 5,
      connectTimeout: 9,
    });
  });

  test('[G11] ssl-ca names the authorities that are believed', () => {
    const authority = join(directory, 'ca.pem');
    writeFileSync(authority, 'CERTIFICATE');
    expect(readAddress(new Secret(`mysql://u:p@db.example/gateway?ssl-ca=${authority}`))).toMatchObject({
      ssl: { ca: 'CERTIFICATE', rejectUnauthorized: true, verifyIdentity: true },
    });
  });

  test('[G11] without ssl the driver is given none', () => {
    const address = readAddress(new Secret('mysql://u:p@db.example/gateway'));
    if (address.kind !== 'mysql') throw new Error('this is MySQL');
    expect(poolOptions(address, { connections: 1, connectMs: 1 })).not.toHaveProperty('ssl');
  });

  test.each([
    ['sqlite:', 'names no file'],
    ['postgres://u:pass-word@h/d', 'begins with postgres:'],
    ['mysql//u:pass-word@h/d', 'is no URL'],
    ['mysql://u:pass-word@h', 'names no database'],
    ['mysql://u:pass-word@h/a/b', 'names no database'],
    ['mysql://u:pass-word%@h/d', 'has a password with a %'],
    ['mysql://u:pass-word@h/d?ssl=yes', 'has ssl neither true nor false'],
    ['mysql://u:pass-word@h/d?ssl-mode=none', 'has ssl-mode neither verify nor required'],
    ['mysql://u:pass-word@h/d?ssl=false&ssl-mode=verify', 'has ssl=false and ssl-mode or ssl-ca'],
    ['mysql://u:pass-word@h/d?ssl-mode=required&ssl-ca=/x', 'would not look at'],
    ['mysql://u:pass-word@h/d?ssl-ca=/not/there', 'cannot be read'],
    ['mysql://u:pass-word@10.0.0.1/d?ssl=true', 'has an address in place of a host name'],
    ['mysql://u:pass-word@[::1]/d?ssl=true', 'has an address in place of a host name'],
    ['mysql://u:pass-word@h/d?pass-word=1', 'has a parameter that is not understood'],
  ])('[G11] %s is refused, and not repeated', (url, words) => {
    const refused = (): unknown => readAddress(new Secret(url));
    expect(refused).toThrow(words);
    try {
      refused();
    } catch (error) {
      expect(inspect(error)).not.toContain('pass-word');
    }
  });
});

test('[G11] SQLite makes its folder and its tables by itself, and is up', async () => {
  const metrics = createMetrics();
  const database = connected({ metrics });
  expect([database.state, database.up, database.problem]).toEqual(['starting', false, expect.any(String)]);
  await database.open();

  expect([database.state, database.up, database.problem]).toEqual(['up', true, undefined]);
  expect(await metrics.registry.metrics()).toContain('gateway_db_up 1');
  const mode = await sql<{ journal_mode: string }>`pragma journal_mode`.execute(database.db);
  expect(mode.rows).toEqual([{ journal_mode: 'wal' }]);
});

test('[G11] several processes may open one new SQLite file at once, and write to it', async () => {
  const databases = Array.from({ length: 5 }, () => connected());
  await Promise.all(databases.map((database) => database.open()));
  expect(databases.map(({ up }) => up)).toEqual(Array(5).fill(true));
  const inserts = databases.flatMap((database, one) =>
    Array.from({ length: 20 }, (_, two) => addKey(database, { id: `k${one}-${two}`, hash: `h${one}-${two}` })),
  );
  await Promise.all(inserts);

  const found = await databases[0]?.query('look', (db) => db.selectFrom('api_keys').select('id').execute());
  expect(found).toHaveLength(100);
});

test('[G11] while another process writes to SQLite, a write waits for it, and this process runs on', async () => {
  const [one, two] = [connected(), connected()];
  await Promise.all([one.open(), two.open()]);
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const writing = one.query('hold', (db) =>
    db.transaction().execute(async (transaction) => {
      await transaction.insertInto('api_keys').values(KEY).execute();
      await held;
    }),
  );
  let ticks = 0;
  const ticking = setInterval(() => (ticks += 1), 10);
  const waiting = addKey(two, { id: 'l', hash: 'i' });
  await eventually(() => ticks >= 5);
  release();
  await writing;
  await waiting;
  clearInterval(ticking);

  expect(await two.query('look', (db) => db.selectFrom('api_keys').select('id').execute())).toHaveLength(2);
});

test('[G11] a write that was refused for a lock does not undo the writes after it', async () => {
  const [one, two, three] = [connected({ timeoutMs: 100 }), connected({ timeoutMs: 100 }), connected()];
  for (const database of [one, two, three]) await database.open();
  const other = new Libsql(file);
  for (const statement of ['begin immediate', 'pragma locking_mode = exclusive']) other.exec(statement);
  const look = (database: Database): Promise<readonly object[]> =>
    database.query('look', (db) => db.selectFrom('api_keys').select('id').orderBy('id').execute());
  await expect(addKey(one)).rejects.toMatchObject({ class: 'timeout' });
  const inTransaction = two.query('insert', (db) =>
    db.transaction().execute((transaction) => transaction.insertInto('api_keys').values(KEY).execute()),
  );
  await expect(inTransaction).rejects.toMatchObject({ class: 'timeout' });
  other.close();

  // Another statement than the one that was refused: the same one would be reset by being used again.
  await one.query('insert', (db) =>
    db
      .insertInto('api_keys')
      .values({ ...KEY, id: 'a', hash: 'a', models: '[]' })
      .execute(),
  );
  await two.query('insert', (db) =>
    db.transaction().execute((transaction) =>
      transaction
        .insertInto('api_keys')
        .values({ ...KEY, id: 'b' })
        .execute(),
    ),
  );
  await addKey(three, { id: 'c', hash: 'c' });
  expect(await look(three)).toEqual([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
});

test('[G11] a connection on which a reader met a lock is given up, and the query is made on a new one', async () => {
  const database = connected();
  await database.open();
  await addKey(database);
  const other = new Libsql(file);
  const prepare = jest.spyOn(Libsql.prototype, 'prepare').mockImplementationOnce((query) => {
    const statement = other.prepare(query);
    jest.spyOn(statement, 'all').mockImplementation(() => {
      throw new Libsql.SqliteError('database is locked', 'SQLITE_BUSY_RECOVERY', 261);
    });
    return statement;
  });
  const found = await database.query('look', (db) => db.selectFrom('api_keys').select('name').execute());

  expect(found).toEqual([{ name: 'n' }]);
  // The old one, the one that the test has made, and the new one.
  expect(new Set(prepare.mock.contexts).size).toBe(3);
  prepare.mockRestore();
});

test('[G11] tables of a newer version, or of an older one, are a problem that says the way out', async () => {
  const first = connected();
  await first.open();
  await sql`insert into kysely_migration values ('9999-future', 'now')`.execute(first.db);
  const second = connected();
  await second.open();
  expect([second.state, second.up]).toEqual(['newer', false]);
  expect(second.problem).toContain('run that version');
  // A release must not take the pods away that run already.
  expect(await first.ping()).toBe(true);

  await sql`delete from kysely_migration where name >= ${VERSIONS.at(-1)}`.execute(first.db);
  expect(await second.ping()).toBe(false);
  expect(second.state).toBe('older');
  expect(second.problem).toContain('run app/src/database/migrate.ts');
});

test('[G11] at the first start the log says that the tables are made, and of no fault', async () => {
  const database = connected();
  // Whoever asks before they are made.
  expect(await database.ping()).toBe(false);
  await database.open();
  const said = lines.map((line) => JSON.parse(line) as { readonly level: number; readonly msg: string });
  expect(said.map(({ msg }) => msg)).toEqual([
    'the tables are still to be made',
    'the tables of this version were made',
    'the database answers',
  ]);
  expect(new Set(said.map(({ level }) => level))).toEqual(new Set([pino.levels.values.info]));
});

test('[G11] a query that takes too long is given up, and counted', async () => {
  const clock = virtualClock();
  const metrics = createMetrics();
  const database = connected({ clock, metrics });
  await database.open();
  const outcome = expect(database.query('endless', () => new Promise(() => undefined))).rejects.toMatchObject({
    name: 'DatabaseError',
    class: 'timeout',
    message: 'the database failed at endless: timeout (GATEWAY_TIMEOUT)',
  });
  await clock.advance(1_000);
  await outcome;

  const text = await metrics.registry.metrics();
  expect(text).toContain('gateway_db_errors_total{class="timeout"} 1');
  expect(text).toContain('gateway_db_query_seconds_count{op="endless"} 1');
  expect(text).toContain('gateway_db_query_seconds_sum{op="endless"} 1\n');
  expect(text).toContain('gateway_db_pool_connections{state="limit"} 1');
  // Somebody looks at once whether it is the database, and it is not.
  expect(database.up).toBe(true);
});

test('[G11] an error has a class and a code, and does not quote what was to be stored', async () => {
  const database = connected();
  await database.open();
  await addKey(database, { name: 'confidential' });

  const duplicate = await addKey(database, { name: 'confidential' }).catch((error: unknown) => error);
  expect(duplicate).toMatchObject({ class: 'duplicate', code: 'SQLITE_CONSTRAINT_UNIQUE' });
  expect(inspect(duplicate)).not.toContain('confidential');
  const missing = database.query('look', (db) => sql`select * from nowhere`.execute(db));
  await expect(missing).rejects.toMatchObject({ class: 'schema', cause: { message: 'no such table: nowhere' } });
  const boolean = database.query('look', (db) => sql`select ${true}`.execute(db));
  await expect(boolean).rejects.toMatchObject({ class: 'other', cause: { name: 'TypeError' } });
});

test.each([
  [{ code: 'ECONNREFUSED' }, 'connection'],
  [{ code: 'PROTOCOL_CONNECTION_LOST' }, 'connection'],
  [{ fatal: true }, 'connection'],
  [{ code: 'ER_ACCESS_DENIED_ERROR' }, 'connection'],
  [{ code: 'SELF_SIGNED_CERT_IN_CHAIN' }, 'connection'],
  [{ code: 'ER_LOCK_DEADLOCK' }, 'locked'],
  [{ code: 'SQLITE_BUSY_SNAPSHOT' }, 'locked'],
  [{ code: 'ER_DUP_ENTRY' }, 'duplicate'],
  [{ code: 'ER_DATA_TOO_LONG' }, 'data'],
  [{ code: 'ER_NO_SUCH_TABLE' }, 'schema'],
  [{ code: 'ER_PARSE_ERROR' }, 'other'],
  ['thrown', 'other'],
])('[G11] a driver’s %j is of the class %s', (error, expected) => {
  expect(asDatabaseError('op', error).class).toBe(expected);
});

test('[G11] blobs come back as they went in', async () => {
  const database = connected();
  await database.open();
  const body = Buffer.from([0, 1, 255]).subarray(1);
  const { rows } = await sql`select ${body} as body, ${'text'} as word`.execute(database.db);
  expect(rows).toEqual([{ body, word: 'text' }]);
});

test('[G11] a SQLite file that cannot be opened is said at the start', () => {
  writeFileSync(join(directory, 'data'), '');
  expect(() => connected()).toThrow(/^the database sqlite:.* cannot be opened; give this user a folder/);
});

test('[G11] a database that is away says so once, and every second whether it is back', async () => {
  const clock = virtualClock();
  const url = new Secret('mysql://user:pass-word@127.0.0.1:1/gateway');
  const database = connected({ clock, url });
  await database.open();
  expect([database.state, database.up]).toEqual(['down', false]);
  expect(database.problem).toContain('does not answer');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('connection (ECONNREFUSED)');
  expect(lines.join('')).not.toContain('pass-word');
  await expect(addKey(database)).rejects.toMatchObject({ class: 'connection', code: 'DOWN' });

  expect(clock.pending).toBe(1);
  await clock.advance(1_000);
  await eventually(() => clock.pending === 1);
  expect(lines).toHaveLength(1);
  await database.close();
  expect(clock.pending).toBe(0);
});

describe('the command that migrates', () => {
  const run = async (
    env: Readonly<Record<string, string>>,
  ): Promise<{ readonly code: number; readonly said: string }> => {
    const said: string[] = [];
    const code = await runMigrations({ env, clock: systemClock, log, say: (line) => void said.push(line) });
    return { code, said: said.join('\n') };
  };

  test('[G11] says what ran, and nothing the second time', async () => {
    const env = { DATABASE_URL: `sqlite:${file}` };
    const ran = VERSIONS.map((version) => `ran ${version}\n`).join('');
    expect(await run(env)).toEqual({ code: EXIT_CODES.done, said: `${ran}sqlite is at ${VERSIONS.at(-1)}` });
    expect(await run(env)).toEqual({ code: EXIT_CODES.done, said: `sqlite is at ${VERSIONS.at(-1)}, as it was` });
  });

  test('[G11] ends with 1 for a wrong environment and for a database of a newer version', async () => {
    const wrong = await run({ DATABASE_URL: 'oracle://u:pass-word@h/d', DATABASE_POOL: 'many' });
    expect(wrong.code).toBe(EXIT_CODES.failed);
    expect(wrong.said).toContain('2 faults');
    expect(wrong.said).toContain('DATABASE_POOL (many) must be');
    expect(wrong.said).not.toContain('pass-word');
    const unknown = await run({ DATABASE_URL: 'mysql://u:pass-word@h/d?tls=1' });
    expect(unknown.code).toBe(EXIT_CODES.failed);
    expect(unknown.said).toContain('has a parameter that is not understood');

    const database = connected();
    await database.open();
    await sql`insert into kysely_migration values ('9999-future', 'now')`.execute(database.db);
    const newer = await run({ DATABASE_URL: `sqlite:${file}` });
    expect(newer.code).toBe(EXIT_CODES.failed);
    expect(newer.said).toContain('newer version');
  });

  test('[G11] ends with 2 when no database comes in time', async () => {
    const absent = await run({ DATABASE_URL: 'mysql://u:p@127.0.0.1:1/d', DATABASE_WAIT_MS: '100' });
    expect(absent.code).toBe(EXIT_CODES.absent);
  });
});
