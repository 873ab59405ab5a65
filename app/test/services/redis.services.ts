import { createServer } from 'node:tls';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { Clock } from '../../src/clock';
import { createLog } from '../../src/log';
import { createMetrics } from '../../src/metrics';
import { readConfig } from '../../src/read-config';
import { createRedis } from '../../src/redis/redis';
import type { Redis } from '../../src/redis/redis';
import { Secret } from '../../src/secret';
import { eventually, manualClock } from '../running';
import { virtualClock } from '../virtual-clock';
import type { VirtualClock } from '../virtual-clock';
import { freePort, startRedisServer, stopRedisServers } from './redis-server';
import { stopProxies, tcpProxy } from './tcp-proxy';

const COMMAND_TIMEOUT_MS = 75;
const RETRY_MS = 50;

const opened: Redis[] = [];

afterEach(async () => {
  await stopProxies();
  // Before the connections: one that is closed waits for what was asked, and no clock here gives that up.
  await stopRedisServers();
  await Promise.all(opened.splice(0).map((redis) => redis.close()));
});

/** @param clock stands still until a test moves it: whatever the machine does, nothing is given up before */
const open = (url: string | undefined, clock: Clock = virtualClock()) => {
  let log = '';
  const destination = new Writable({
    write: (line: Buffer, _encoding, done) => {
      log += line.toString();
      done();
    },
  });
  const metrics = createMetrics();
  const changes: boolean[] = [];
  const redis = createRedis({
    url: url === undefined ? undefined : new Secret(url),
    commandTimeoutMs: COMMAND_TIMEOUT_MS,
    retryMs: RETRY_MS,
    clock,
    log: createLog(readConfig({ NODE_ENV: 'test' }), destination),
    metrics,
  });
  redis.onChange((up) => changes.push(up));
  opened.push(redis);
  return { redis, changes, scrape: () => metrics.registry.metrics(), lines: () => log.split('\n').filter(Boolean) };
};

const ping = (redis: Redis) => redis.run('test', (client) => client.ping());

/** A command that is not answered: ends with its time-out, and not before. */
const givesUp = async (redis: Redis, clock: VirtualClock): Promise<void> => {
  let ended = false;
  const answer = ping(redis).finally(() => (ended = true));
  await clock.advance(COMMAND_TIMEOUT_MS - 1);
  expect(ended).toBe(false);
  await clock.advance(1);
  expect(ended).toBe(true);
  expect(await answer).toBeUndefined();
};

/** Begins one more try at a Redis that is lost, as soon as the last one has failed. */
const tryAgain = async (clock: VirtualClock): Promise<void> => {
  await eventually(() => clock.waits.at(-1) === RETRY_MS);
  await clock.advance(RETRY_MS);
};

/** Tries that have failed, the loss itself included. */
const failures = (clock: VirtualClock): number => clock.waits.filter((ms) => ms === RETRY_MS).length;

/** Has a Redis that is lost tried until it is back. */
const comesBack = async (redis: Redis, clock: VirtualClock): Promise<void> => {
  while (!redis.up) {
    await tryAgain(clock);
    await eventually(() => redis.up || clock.waits.at(-1) === RETRY_MS);
  }
};

describe('Redis', () => {
  test('[G6] answers, and its commands are timed', async () => {
    const server = await startRedisServer();
    const { redis, scrape, changes, lines } = open(server.url);
    expect(await ping(redis)).toBeUndefined();
    await eventually(() => redis.up);
    expect(await ping(redis)).toBe('PONG');
    expect(changes).toEqual([true]);
    expect(lines()).toHaveLength(1);
    const text = await scrape();
    expect(text).toContain('gateway_redis_up 1\n');
    expect(text).toContain('gateway_redis_command_seconds_count{op="test"} 1\n');
  });

  test('[G6] that is not configured is never up, and nobody waits for it', async () => {
    const { redis, scrape, lines } = open(undefined);
    expect(redis.up).toBe(false);
    expect(await ping(redis)).toBeUndefined();
    expect(await scrape()).toContain('gateway_redis_up 0\n');
    expect(lines()).toEqual([]);
  });

  test('[G6] that is not there is told of once, however often it is tried', async () => {
    const clock = virtualClock();
    const { redis, changes, lines } = open(`redis://127.0.0.1:${await freePort()}`, clock);
    for (let times = 0; times < 5; times += 1) await tryAgain(clock);
    await eventually(() => failures(clock) === 6);
    expect(await ping(redis)).toBeUndefined();
    expect(changes).toEqual([false]);
    expect(lines()).toHaveLength(1);
    expect(lines()[0]).toContain('ECONNREFUSED');
  });

  test('[G6] that dies is lost at once, and used again when it is back', async () => {
    const server = await startRedisServer();
    const clock = virtualClock();
    const { redis, changes, lines } = open(server.url, clock);
    await eventually(() => redis.up);
    await server.kill();
    await eventually(() => !redis.up);
    // Without a wait: the clock stands still.
    expect(await ping(redis)).toBeUndefined();
    await server.restart();
    await comesBack(redis, clock);
    expect(await ping(redis)).toBe('PONG');
    expect(changes).toEqual([true, false, true]);
    expect(lines()).toHaveLength(3);
  });

  test('[G6] that is paused costs two commands their time-out, and nothing after that until it answers again', async () => {
    const server = await startRedisServer();
    const clock = virtualClock();
    const { redis, scrape } = open(server.url, clock);
    await eventually(() => redis.up);
    server.pause();
    for (const up of [true, false]) {
      await givesUp(redis, clock);
      expect(redis.up).toBe(up);
    }
    // Without a wait, as the clock stands still, and unasked.
    expect(await ping(redis)).toBeUndefined();
    const text = await scrape();
    expect(text).toContain('gateway_redis_failures_total{op="test",reason="timeout"} 2\n');
    expect(text).toContain('gateway_redis_command_seconds_count{op="test"} 2\n');
    for (const times of [2, 3, 4]) {
      await tryAgain(clock);
      // It takes the connection, and does not answer what proves it.
      await eventually(() => clock.waits.at(-1) === COMMAND_TIMEOUT_MS);
      expect(redis.up).toBe(false);
      await clock.advance(COMMAND_TIMEOUT_MS);
      await eventually(() => failures(clock) === times);
      expect(redis.up).toBe(false);
    }
    server.resume();
    await comesBack(redis, clock);
    expect(await ping(redis)).toBe('PONG');
  });

  test('[G6] that is slow is lost, and used again when it is quick', async () => {
    const server = await startRedisServer();
    const proxy = await tcpProxy(server.port);
    const clock = virtualClock();
    const { redis } = open(`redis://127.0.0.1:${proxy.port}`, clock);
    await eventually(() => redis.up);
    let release: (released: true) => void = () => undefined;
    proxy.heldUntil = new Promise((resolve) => (release = resolve));
    await Promise.all([givesUp(redis, clock), ping(redis), ping(redis)]);
    expect(redis.up).toBe(false);
    await tryAgain(clock);
    await eventually(() => clock.waits.at(-1) === COMMAND_TIMEOUT_MS);
    await clock.advance(COMMAND_TIMEOUT_MS);
    await eventually(() => failures(clock) === 2);
    // The answers do come, to nobody.
    release(true);
    expect(redis.up).toBe(false);
    proxy.heldUntil = undefined;
    await comesBack(redis, clock);
    expect(await ping(redis)).toBe('PONG');
  });

  test.each([
    ['nonsense', '\u0000\u0001garbage\r\n'],
    ['another protocol', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['an answer to something else', '+WHAT\r\n'],
  ])('[G6] that says %s is lost, and neither throws nor is believed at the next try', async (_what, nonsense) => {
    const server = await startRedisServer();
    const proxy = await tcpProxy(server.port);
    const clock = virtualClock();
    const { redis } = open(`redis://127.0.0.1:${proxy.port}`, clock);
    await eventually(() => redis.up);
    proxy.nonsense = nonsense;
    const said = await redis.run('test', (client) => client.get('x'));
    expect([undefined, 'WHAT']).toContain(said);
    if (said === undefined) await eventually(() => !redis.up);
    const freshClock = virtualClock();
    const fresh = open(`redis://127.0.0.1:${proxy.port}`, freshClock);
    await eventually(() => fresh.changes.length > 0);
    expect(fresh.redis.up).toBe(false);
    proxy.nonsense = undefined;
    await comesBack(redis, clock);
    await comesBack(fresh.redis, freshClock);
    expect(await ping(redis)).toBe('PONG');
  });

  test('[G6] that has become a replica, and takes no writes, is lost', async () => {
    const server = await startRedisServer();
    const clock = virtualClock();
    const { redis, lines } = open(server.url, clock);
    await eventually(() => redis.up);
    await redis.run('test', (client) => client.replicaof('127.0.0.1', String(server.port + 1)));
    for (const value of ['1', '2']) await redis.run('test', (client) => client.set('x', value));
    expect(redis.up).toBe(false);
    expect(lines().at(-1)).toContain('READONLY');
    for (const times of [2, 3, 4]) {
      await tryAgain(clock);
      await eventually(() => failures(clock) === times);
      expect(redis.up).toBe(false);
    }
  });

  test('[G6] refusing one command is still used for the others', async () => {
    const server = await startRedisServer();
    const { redis, scrape } = open(server.url);
    await eventually(() => redis.up);
    await redis.run('test', (client) => client.set('x', 'word'));
    for (const by of [1, 2, 3]) expect(await redis.run('test', (client) => client.incrby('x', by))).toBeUndefined();
    expect(await scrape()).toContain('gateway_redis_failures_total{op="test",reason="refused"} 3\n');
    expect(redis.up).toBe(true);
  });

  test('[G6] is given its answer even while this process is too busy to read it in time', async () => {
    const server = await startRedisServer();
    const clock = manualClock();
    const { redis } = open(server.url, clock);
    await eventually(() => redis.up);
    const answer = ping(redis);
    // It is sent in this turn, and nothing is read in it. When Redis answers somebody else, it has answered this before.
    await new Promise((resolve) => setImmediate(resolve));
    expect(execFileSync('redis-cli', ['-p', String(server.port), 'ping']).toString()).toBe('PONG\n');
    expect(clock.fire(COMMAND_TIMEOUT_MS)).toBe(1);
    expect(await answer).toBe('PONG');
  });

  test('[G4] takes user and password from its URL, and neither is ever in the log', async () => {
    const server = await startRedisServer(['--requirepass', 'tulip@9f3a']);
    const right = open(`redis://default:tulip%409f3a@127.0.0.1:${server.port}/2`);
    await eventually(() => right.redis.up);
    const wrong = open(`redis://default:daffodil-77@127.0.0.1:${server.port}`);
    await eventually(() => wrong.changes.length > 0);
    expect(wrong.lines().join()).toContain('WRONGPASS');
    const without = open(server.url);
    await eventually(() => without.changes.length > 0);
    expect(without.lines().join()).toContain('NOAUTH');
    const log = [right, wrong, without].flatMap(({ lines }) => lines()).join();
    for (const secret of ['tulip', 'daffodil', 'redis://']) expect(log).not.toContain(secret);
  });

  test('[G6] by rediss:// is spoken to over TLS, and its certificate is checked', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'gateway-tls-'));
    const at = (name: string) => join(directory, name);
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost'];
    execFileSync('openssl', [...request, '-keyout', at('key.pem'), '-out', at('cert.pem')], { stdio: 'ignore' });
    const names: unknown[] = [];
    const server = createServer({
      key: readFileSync(at('key.pem')),
      cert: readFileSync(at('cert.pem')),
      SNICallback: (name, done) => {
        names.push(name);
        done(null);
      },
    });
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { lines, changes } = open(`rediss://localhost:${port}`);
    await eventually(() => changes.length > 0);
    expect(lines().join()).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(names).toContain('localhost');
    await new Promise((resolve) => server.close(resolve));
    rmSync(directory, { recursive: true });
  });

  test('[G14] is let answer what was sent before it is closed, and not waited for when it does not', async () => {
    const server = await startRedisServer();
    const quick = open(server.url);
    await eventually(() => quick.redis.up);
    const answer = ping(quick.redis);
    await quick.redis.close();
    expect(await answer).toBe('PONG');
    const clock = virtualClock();
    const stuck = open(server.url, clock);
    await eventually(() => stuck.redis.up);
    server.pause();
    let closed = false;
    const closing = stuck.redis.close().finally(() => (closed = true));
    await clock.advance(COMMAND_TIMEOUT_MS - 1);
    expect(closed).toBe(false);
    await clock.advance(1);
    await closing;
    expect(await ping(stuck.redis)).toBeUndefined();
  });
});
