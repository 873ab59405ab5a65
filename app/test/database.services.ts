import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import pino from 'pino';
import { systemClock } from '../src/clock';
import type { Clock } from '../src/clock';
import { createDatabase } from '../src/database/database';
import type { Database } from '../src/database/database';
import { VERSIONS } from '../src/database/migrations';
import { createMetrics } from '../src/metrics';
import { Secret } from '../src/secret';
import { eventually } from './running';
import type { MariaDb } from './services/mariadb';
import { startMariaDb, stopMariaDbs } from './services/mariadb';
import { freePort } from './services/redis-server';
import { virtualClock } from './virtual-clock';

/** Longer than a connection takes on any machine, which the driver measures by the machine's clock. */
const PATIENCE_MS = 30_000;
/** How often a database that is away is looked at. */
const LOOK_MS = 1_000;

const ROOT = join(__dirname, '..', '..');

let server: MariaDb;
const opened: Database[] = [];

beforeAll(async () => {
  server = await startMariaDb();
});
afterEach(async () => {
  server.resume();
  await Promise.all(opened.splice(0).map((database) => database.close()));
});
afterAll(stopMariaDbs);

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** The command, as an init container runs it. */
const runMigrate = (
  env: Readonly<Record<string, string>>,
  heard: (output: string) => void = () => undefined,
): Promise<Ended> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'app/src/database/migrate.ts'], {
      cwd: ROOT,
      env: { ...process.env, ...env },
    });
    let output = '';
    const hear = (data: Buffer): void => {
      output += data.toString();
      heard(output);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', (code) => {
      resolve({ code, output });
    });
  });

const connected = (url: string, timeoutMs = PATIENCE_MS, pool = 4, clock: Clock = systemClock): Database => {
  const log = pino({ level: 'silent' });
  const props = { url: new Secret(url), pool, timeoutMs, clock, log, metrics: createMetrics() };
  const database = createDatabase(props);
  opened.push(database);
  return database;
};

const expectOneToHaveRun = (ended: readonly Ended[]): void => {
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
  const ran = ended.map(({ output }) => output.match(/^ran /gm)?.length ?? 0);
  expect(ran.sort()).toEqual([0, 0, 0, 0, VERSIONS.length]);
};

test('[G11] of five processes that migrate one MySQL at once, one does, and all end well', async () => {
  const url = await server.createDatabase();
  expectOneToHaveRun(await Promise.all(Array.from({ length: 5 }, () => runMigrate({ DATABASE_URL: url }))));

  const database = connected(url);
  await database.open();
  expect(database.up).toBe(true);
});

test('[G11] of five processes that migrate one SQLite file at once, one does, and all end well', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-migrate-'));
  const url = `sqlite:${join(folder, 'gateway.db')}`;
  expectOneToHaveRun(await Promise.all(Array.from({ length: 5 }, () => runMigrate({ DATABASE_URL: url }))));
  rmSync(folder, { recursive: true });
});

test('[G11] a migration waits for a MySQL that is not there yet', async () => {
  const url = await server.createDatabase();
  await server.kill();
  let ended: Promise<Ended> | undefined;
  await new Promise<void>((resolve) => {
    ended = runMigrate({ DATABASE_URL: url, DATABASE_WAIT_MS: '50000' }, (output) => {
      if (output.includes('waiting: the database failed at versions: connection')) resolve();
    });
  });
  await server.restart();

  const { code, output } = (await ended) ?? { code: undefined, output: '' };
  expect(output).toContain(`ran ${VERSIONS[0]}`);
  expect(code).toBe(0);
});

test('[G11] a migration ends with 2, and without the password, when no MySQL comes', async () => {
  const url = `mysql://gateway:pass-word@127.0.0.1:${await freePort()}/gateway`;
  const { code, output } = await runMigrate({ DATABASE_URL: url, DATABASE_WAIT_MS: '1500' });

  expect(code).toBe(2);
  expect(output).toContain('did not answer within 1500 ms');
  expect(output).not.toContain('pass-word');
});

test('[G11] a MySQL without the tables is older, and up as soon as it has been migrated', async () => {
  const database = connected(await server.createDatabase());
  await database.open();
  expect([database.state, database.up]).toEqual(['older', false]);
  expect(database.problem).toContain('run app/src/database/migrate.ts');

  await database.migrate();
  expect(await database.ping()).toBe(true);
});

test('[G11] a query to a paused MySQL ends with its time, leaves no connection behind, and works when it is back', async () => {
  const clock = virtualClock();
  const database = connected(await server.createDatabase(), PATIENCE_MS, 2, clock);
  await database.migrate();
  await database.open();
  server.pause();
  const look = () => database.query('look', (db) => db.selectFrom('api_keys').selectAll().execute());
  let ended = 0;
  const looks = Promise.allSettled(Array.from({ length: 10 }, () => look().finally(() => (ended += 1))));
  await clock.advance(PATIENCE_MS - 1);
  expect(ended).toBe(0);
  // All of them at one moment, those that wait for a connection included.
  await clock.advance(1);
  expect(ended).toBe(10);
  expect((await looks).map(({ status }) => status)).toEqual(Array(10).fill('rejected'));
  // What looks after it has its time, too.
  await clock.advance(PATIENCE_MS);
  await eventually(() => database.state === 'down');
  // Nobody waits for it any more: the clock stands still.
  await expect(look()).rejects.toThrow('connection (DOWN)');

  server.resume();
  await clock.advance(LOOK_MS);
  await eventually(() => database.up);
  expect(await look()).toEqual([]);
});

test('[G11] a transaction that is cut off leaves nothing in MySQL', async () => {
  const clock = virtualClock();
  const database = connected(await server.createDatabase(), PATIENCE_MS, 4, clock);
  await database.migrate();
  const key = { id: 'k', name: 'n', hash: 'h', prefix: 'p', permissions: '[]', priority: 'low', created_at: 1 };
  let paused = false;
  const insert = database.query(
    'insert',
    (db) =>
      db.transaction().execute(async (transaction) => {
        await transaction.insertInto('api_keys').values(key).execute();
        server.pause();
        paused = true;
        await transaction.updateTable('api_keys').set({ name: 'm' }).execute();
      }),
    500,
  );
  insert.catch(() => undefined);
  await eventually(() => paused);
  await clock.advance(500);
  await expect(insert).rejects.toThrow('timeout (GATEWAY_TIMEOUT)');
  server.resume();

  await eventually(async () => {
    const again = database.query('insert', (db) => db.insertInto('api_keys').values(key).execute());
    return again.then(
      () => true,
      () => false,
    );
  });
});

test('[G11] texts that differ in case or have signs from beyond the basic plane are kept as they are, and too long ones refused', async () => {
  const database = connected(await server.createDatabase());
  await database.migrate();
  const row = {
    tenant: '🐼',
    kind: 'json' as const,
    operation: 'chat' as const,
    usage: null,
    stored_at: 1,
    expires_at: 2,
    hits: 0,
    cost: 0.5,
  };
  const body = Buffer.from([0, 255, 1]);
  const rows = [
    { ...row, body, key: 'A', model: 'Qwen' },
    { ...row, body, key: 'a', model: 'qwen\\' },
  ];
  await database.query('insert', (db) => db.insertInto('cache_entries').values(rows).execute());

  const found = await database.query('look', (db) =>
    db.selectFrom('cache_entries').selectAll().orderBy('key').execute(),
  );
  expect(found).toEqual(rows);
  const long = { ...row, body, key: 'x'.repeat(65), model: 'm' };
  await expect(
    database.query('insert', (db) => db.insertInto('cache_entries').values(long).execute()),
  ).rejects.toMatchObject({ class: 'data' });
  await expect(
    database.query('insert', (db) => db.insertInto('cache_entries').values(rows).execute()),
  ).rejects.toMatchObject({ class: 'duplicate', message: 'the database failed at insert: duplicate (ER_DUP_ENTRY)' });
});

test('[G11] reports and retention find usage by an index', async () => {
  const database = connected(await server.createDatabase());
  await database.migrate();
  const explain = async (where: string): Promise<unknown> => {
    const { rows } = await sql<{
      key: string | null;
    }>`explain select id from usage_entries where ${sql.raw(where)}`.execute(database.db);
    return rows.map(({ key }) => key);
  };

  expect(await explain('at < 5')).toEqual(['usage_entries_at']);
  expect(await explain("key_id = 'k' and at < 5")).toEqual(['usage_entries_key']);
});

describe('TLS', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'gateway-tls-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const certificateOf = (name: string): string => join(folder, `${name}.pem`);

  /** A server with a certificate for a name, which vouches for itself. */
  const startSecure = async (name: string): Promise<string> => {
    const [key, certificate] = [join(folder, `${name}.key`), certificateOf(name)];
    const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`, '-days', '2'];
    const files = ['-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate];
    const made = spawnSync('openssl', ['req', '-x509', ...files, ...subject]);
    if (made.status !== 0) throw new Error(`openssl failed: ${made.stderr.toString()}`);
    const secure = await startMariaDb([`--ssl-cert=${certificate}`, `--ssl-key=${key}`]);
    return secure.url.replace('127.0.0.1', 'localhost');
  };

  const cipher = async (url: string): Promise<string | undefined> => {
    const { rows } = await connected(url).query('look', (db) =>
      sql<{ readonly Value: string }>`show session status like 'Ssl_cipher'`.execute(db),
    );
    return rows[0]?.Value;
  };

  test('[G11] the connection is encrypted when the URL says so, to a server that is the one it names', async () => {
    const url = await startSecure('localhost');
    expect(await cipher(url)).toBe('');
    expect(await cipher(`${url}?ssl-mode=required`)).not.toBe('');
    expect(await cipher(`${url}?ssl-ca=${certificateOf('localhost')}`)).not.toBe('');
    const refused = { class: 'connection', code: 'HANDSHAKE_SSL_ERROR' };
    // Nobody whom this machine believes vouches for it.
    await expect(cipher(`${url}?ssl=true`)).rejects.toMatchObject(refused);
    // Somebody who is believed vouches for it, under another name.
    const other = await startSecure('elsewhere');
    await expect(cipher(`${other}?ssl-ca=${certificateOf('elsewhere')}`)).rejects.toMatchObject(refused);
  });
});
