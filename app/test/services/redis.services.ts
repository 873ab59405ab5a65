import { createServer } from 'node:tls';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { systemClock } from '../../src/clock';
import { createLog } from '../../src/log';
import { createMetrics } from '../../src/metrics';
import { readConfig } from '../../src/read-config';
import { createRedis } from '../../src/redis/redis';
import type { Redis } from '../../src/redis/redis';
import { Secret } from '../../src/secret';
import { eventually } from '../running';
import { freePort, startRedisServer, stopRedisServers } from './redis-server';
import { stopProxies, tcpProxy } from './tcp-proxy';

const COMMAND_TIMEOUT_MS = 75;
const RETRY_MS = 50;

const opened: Redis[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((redis) => redis.close()));
  await stopProxies();
  await stopRedisServers();
});

const open = (url: string | undefined) => {
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
    clock: systemClock,
    log: createLog(readConfig({ NODE_ENV: 'test' }), destination),
    metrics,
  });
  redis.onChange((up) => changes.push(up));
  opened.push(redis);
  return { redis, changes, scrape: () => metrics.registry.metrics(), lines: () => log.split('\n').filter(Boolean) };
};

const ping = (redis: Redis) => redis.run('test', (client) => client.ping());

/** What a command comes to, and how long it is waited for. */
const timed = async (redis: Redis) => {
  const startedMs = performance.now();
  return { answer: await ping(redis), tookMs: performance.now() - startedMs };
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
    const { redis, changes, lines } = open(`redis://127.0.0.1:${await freePort()}`);
    await eventually(() => changes.length > 0);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS * 5));
    expect(await ping(redis)).toBeUndefined();
    expect(changes).toEqual([false]);
    expect(lines()).toHaveLength(1);
    expect(lines()[0]).toContain('ECONNREFUSED');
  });

  test('[G6] that dies is lost at once, and used again when it is back', async () => {
    const server = await startRedisServer();
    const { redis, changes, lines } = open(server.url);
    await eventually(() => redis.up);
    await server.kill();
    await eventually(() => !redis.up);
    const { answer, tookMs } = await timed(redis);
    expect(answer).toBeUndefined();
    expect(tookMs).toBeLessThan(20);
    await server.restart();
    await eventually(() => redis.up);
    expect(await ping(redis)).toBe('PONG');
    expect(changes).toEqual([true, false, true]);
    expect(lines()).toHaveLength(3);
  });

  test('[G6] that is paused costs two commands their time-out, and nothing after that until it answers again', async () => {
    const server = await startRedisServer();
    const { redis, scrape } = open(server.url);
    await eventually(() => redis.up);
    server.pause();
    for (const up of [true, false]) {
      const { answer, tookMs } = await timed(redis);
      expect(answer).toBeUndefined();
      expect(tookMs).toBeGreaterThan(COMMAND_TIMEOUT_MS - 5);
      expect(tookMs).toBeLessThan(COMMAND_TIMEOUT_MS + 100);
      expect(redis.up).toBe(up);
    }
    expect((await timed(redis)).tookMs).toBeLessThan(20);
    expect(await scrape()).toContain('gateway_redis_failures_total{op="test",reason="timeout"} 2\n');
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS * 6));
    expect(redis.up).toBe(false);
    server.resume();
    await eventually(() => redis.up);
    expect(await ping(redis)).toBe('PONG');
  });

  test('[G6] that is slow is lost, and used again when it is quick', async () => {
    const server = await startRedisServer();
    const proxy = await tcpProxy(server.port);
    const { redis } = open(`redis://127.0.0.1:${proxy.port}`);
    await eventually(() => redis.up);
    proxy.delayMs = 400;
    const answers = await Promise.all([timed(redis), timed(redis), timed(redis)]);
    expect(answers.map(({ answer }) => answer)).toEqual([undefined, undefined, undefined]);
    for (const { tookMs } of answers) expect(tookMs).toBeLessThan(COMMAND_TIMEOUT_MS + 100);
    expect(redis.up).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(redis.up).toBe(false);
    proxy.delayMs = 0;
    await eventually(() => redis.up);
    expect(await ping(redis)).toBe('PONG');
  });

  test.each([
    ['nonsense', '\u0000\u0001garbage\r\n'],
    ['another protocol', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['an answer to something else', '+WHAT\r\n'],
  ])('[G6] that says %s is lost, and neither throws nor is believed at the next try', async (_what, nonsense) => {
    const server = await startRedisServer();
    const proxy = await tcpProxy(server.port);
    const { redis } = open(`redis://127.0.0.1:${proxy.port}`);
    await eventually(() => redis.up);
    proxy.nonsense = nonsense;
    const said = await redis.run('test', (client) => client.get('x'));
    expect([undefined, 'WHAT']).toContain(said);
    if (said === undefined) await eventually(() => !redis.up);
    const fresh = open(`redis://127.0.0.1:${proxy.port}`);
    await eventually(() => fresh.changes.length > 0);
    expect(fresh.redis.up).toBe(false);
    proxy.nonsense = undefined;
    await eventually(() => redis.up && fresh.redis.up);
    expect(await ping(redis)).toBe('PONG');
  });

  test('[G6] that has become a replica, and takes no writes, is lost', async () => {
    const server = await startRedisServer();
    const { redis, lines } = open(server.url);
    await eventually(() => redis.up);
    await redis.run('test', (client) => client.replicaof('127.0.0.1', String(server.port + 1)));
    for (const value of ['1', '2']) await redis.run('test', (client) => client.set('x', value));
    expect(redis.up).toBe(false);
    expect(lines().at(-1)).toContain('READONLY');
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS * 4));
    expect(redis.up).toBe(false);
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
    const { redis } = open(server.url);
    await eventually(() => redis.up);
    const answer = ping(redis);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const untilMs = performance.now() + COMMAND_TIMEOUT_MS * 2;
    while (performance.now() < untilMs);
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
    const stuck = open(server.url);
    await eventually(() => stuck.redis.up);
    server.pause();
    const startedMs = performance.now();
    await stuck.redis.close();
    expect(performance.now() - startedMs).toBeLessThan(COMMAND_TIMEOUT_MS + 100);
    expect(await ping(stuck.redis)).toBeUndefined();
  });
});
