/** A real redis-server on a free loopback port: each test may kill it, pause it, and have it back on the same port. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause } from './pause';

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Ends it at once, by SIGKILL; its data are lost. */
  kill(): Promise<void>;
  /** Stops it by SIGSTOP, all of it by the time this returns: connections are accepted by the system and never answered. */
  pause(): void;
  resume(): void;
  /** Starts it again on the same port, empty. Ends the running one first. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. Harmless twice, and while it is paused. */
  stop(): Promise<void>;
}

const servers: RedisServer[] = [];

/** For `afterEach` or `afterAll`: ends whatever a test has started. */
export const stopRedisServers = async (): Promise<void> => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
};

/**
 * Ports below those that the system gives to whoever asks for any, so that nobody gets one by chance while a server of
 * ours is away, and so low that a Redis cluster's second port, 10,000 above, is below those too. Each worker of Jest has
 * a block of its own.
 */
const FIRST_PORT = 12_000;
const PORTS_OF_WORKER = 1_000;
const WORKERS = 8;
const block = FIRST_PORT + (Number(process.env.JEST_WORKER_ID ?? 0) % WORKERS) * PORTS_OF_WORKER;
/** Another run of these tests on this machine begins elsewhere in the block. */
let taken = process.pid % PORTS_OF_WORKER;

/** A port that nobody listens on, and that nobody else will take. */
export const freePort = async (): Promise<number> => {
  for (let tries = 0; tries < PORTS_OF_WORKER; tries += 1) {
    taken = (taken + 1) % PORTS_OF_WORKER;
    if (await isFree(block + taken)) return block + taken;
  }
  throw new Error(`no port from ${block} to ${block + PORTS_OF_WORKER - 1} is free; end what listens there`);
};

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen(port, '127.0.0.1', () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });

/** @param options more command line options, such as `['--requirepass', 'x']`; a password must then be put into the URL */
export const startRedisServer = async (options: readonly string[] = []): Promise<RedisServer> => {
  const directory = await mkdtemp(join(tmpdir(), 'gateway-redis-'));
  const port = await freePort();
  let child: ChildProcess | undefined;

  const begin = async (): Promise<void> => {
    const bind = [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      directory,
      '--save',
      '',
      '--appendonly',
      'no',
    ];
    const started = spawn('redis-server', [...bind, ...options], { stdio: 'ignore' });
    const failed = new Promise<never>((_resolve, reject) => {
      started.once('error', reject);
      started.once('exit', (code) => {
        reject(new Error(`redis-server ended with ${code ?? 'a signal'} before it answered`));
      });
    });
    // It rejects at every later end, too, when nobody waits for it any more.
    failed.catch(() => undefined);
    child = started;
    await Promise.race([answers(port), failed]);
  };

  const kill = async (): Promise<void> => {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await ended;
  };

  const server: RedisServer = {
    url: `redis://127.0.0.1:${port}`,
    port,
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
  await begin();
  return server;
};

/** Resolves when something on the port answers a PING, be it only to ask for a password; fails after ten seconds. */
const answers = async (port: number): Promise<void> => {
  const until = Date.now() + 10_000;
  while (!(await pinged(port))) {
    if (Date.now() > until) throw new Error(`no Redis answered on port ${port} within ten seconds`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const pinged = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const end = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', end(true)).once('error', end(false)).once('end', end(false));
  });
