/** A real mariadbd on a free loopback port: each test may kill it, pause it, and have it back with what it had committed. */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2';
import { pause } from './pause';
import { freePort } from './redis-server';

export interface MariaDb {
  /** Of an empty database that no other call has. */
  readonly url: string;
  readonly port: number;
  /** Makes another empty database. @returns its URL */
  createDatabase(): Promise<string>;
  /** Runs a statement as root, from outside of any pool. */
  run(statement: string): Promise<void>;
  /** Ends it at once, by SIGKILL; what was committed stays. */
  kill(): Promise<void>;
  /** Stops it by SIGSTOP, all of it by the time this returns: connections are accepted by the system and never answered. */
  pause(): void;
  resume(): void;
  /** Starts it again on the same port with its data. Ends the running one first. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. Harmless twice, and while it is paused. */
  stop(): Promise<void>;
}

const servers: MariaDb[] = [];

/** For `afterAll`: ends whatever a test has started. */
export const stopMariaDbs = async (): Promise<void> => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
};

const USER = userInfo().username;

/** An empty data folder, made once on this machine, as that takes seconds; each server has a copy. */
const emptyData = async (): Promise<string> => {
  const made = join(tmpdir(), `gateway-mariadb-empty-${USER}`);
  if (existsSync(made)) return made;
  const folder = await mkdtemp(join(tmpdir(), 'gateway-mariadb-making-'));
  const options = [
    '--no-defaults',
    `--user=${USER}`,
    `--datadir=${folder}`,
    `--tmpdir=${folder}`,
    '--auth-root-authentication-method=normal',
  ];
  const outcome = spawnSync('mariadb-install-db', [...options, '--skip-test-db'], { encoding: 'utf8' });
  if (outcome.status !== 0) throw new Error(`mariadb-install-db failed: ${outcome.stderr}${outcome.stdout}`);
  // Two processes may make it at once; the second one's is as good as the first one's.
  await rename(folder, made).catch(() => rm(folder, { recursive: true, force: true }));
  return made;
};

/** @param options more command line options of the server */
export const startMariaDb = async (options: readonly string[] = []): Promise<MariaDb> => {
  const directory = await mkdtemp(join(tmpdir(), 'gateway-mariadb-'));
  const data = join(directory, 'data');
  await cp(await emptyData(), data, { recursive: true });
  const port = await freePort();
  const errors = join(directory, 'errors.log');
  let child: ChildProcess | undefined;

  const begin = async (): Promise<void> => {
    const small = ['--innodb-buffer-pool-size=32M', '--innodb-log-file-size=16M', '--performance-schema=OFF'];
    const place = [
      `--datadir=${data}`,
      // A server that starts removes all temporary tables that it finds; those of another are not to be among them.
      `--tmpdir=${directory}`,
      `--socket=${join(directory, 'socket')}`,
      `--pid-file=${join(directory, 'pid')}`,
    ];
    const address = ['--bind-address=127.0.0.1', `--port=${port}`, '--skip-name-resolve', `--log-error=${errors}`];
    const all = ['--no-defaults', `--user=${USER}`, ...place, ...address, ...small, ...options];
    const started = spawn('mariadbd', all, { stdio: 'ignore' });
    const failed = new Promise<never>((_resolve, reject) => {
      started.once('error', reject);
      started.once('exit', (code) => {
        reject(new Error(`mariadbd ended with ${code ?? 'a signal'} before it answered; see ${errors}`));
      });
    });
    // It rejects at every later end, too, when nobody waits for it any more.
    failed.catch(() => undefined);
    child = started;
    await Promise.race([answers(port), failed]).catch(async (error: unknown) => {
      const log = await readFile(errors, 'utf8').catch(() => 'no log');
      throw new Error(`mariadbd did not start: ${log.slice(-2_000)}`, { cause: error });
    });
  };

  const kill = async (): Promise<void> => {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await ended;
  };

  const createDatabase = async (): Promise<string> => {
    const name = `gateway_${randomUUID().replaceAll('-', '')}`;
    await execute(port, `create database ${name} character set utf8mb4`);
    return `mysql://root@127.0.0.1:${port}/${name}`;
  };

  await begin();
  const server: MariaDb = {
    url: await createDatabase(),
    port,
    createDatabase,
    run: (statement) => execute(port, statement),
    kill,
    pause: () => {
      pause(child);
    },
    resume: () => void child?.kill('SIGCONT'),
    restart: async () => {
      await kill();
      await begin();
    },
    stop: async () => {
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
  servers.push(server);
  return server;
};

/** Resolves when it takes queries; fails after thirty seconds. */
const answers = async (port: number): Promise<void> => {
  const until = Date.now() + 30_000;
  for (;;) {
    try {
      await execute(port, 'select 1');
      return;
    } catch (error) {
      if (Date.now() > until)
        throw new Error(`no MariaDB answered on port ${port} within 30 seconds`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
};

const execute = (port: number, statement: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const connection = createConnection({ host: '127.0.0.1', port, user: 'root', connectTimeout: 5_000 });
    const end = (error: Error | null): void => {
      connection.destroy();
      if (error === null) resolve();
      else reject(error);
    };
    connection.on('error', end);
    connection.query(statement, end);
  });
