/** Two gateways, each a process of its own, that share Redis and MySQL. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROUTES } from '../../src/routes';
import { completion } from '../caching';
import { answerJson, mockUpstream, stopUpstreams } from '../mock-upstream';
import { prompt } from '../running';
import { becomes } from '../services/becomes';
import { startGatewayProcess, stopGatewayProcesses } from '../services/gateway-process';
import type { GatewayProcess } from '../services/gateway-process';
import { startMariaDb, stopMariaDbs } from '../services/mariadb';
import { closeLooks, lookInto, migrated } from '../services/migrated';
import { startRedisServer, stopRedisServers } from '../services/redis-server';
import type { RedisServer } from '../services/redis-server';
import { booksOf } from '../usage';
import { makeKey, metricOf } from './client';

const SLOW_MS = 180_000;

const folder = mkdtempSync(join(tmpdir(), 'gateway-replicas-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
afterEach(stopGatewayProcesses);
afterEach(stopUpstreams);
afterEach(closeLooks);
afterEach(stopRedisServers);
afterAll(stopMariaDbs);

const LIMIT = 25;

/** How many answers a Redis keeps. */
const keptIn = ({ port }: RedisServer): number => {
  const names = execFileSync('redis-cli', ['-p', String(port), 'keys', 'gateway:cache:entry:*'], { encoding: 'utf8' });
  return names.split('\n').filter((name) => name !== '').length;
};

test(
  '[G6] [G8] [G9] [G11] share the limit of a key, the bucket of an address, the upstream’s quota, the cache and the books, exactly',
  async () => {
    const [redis, mysql] = await Promise.all([startRedisServer(), startMariaDb()]);
    const url = await migrated(mysql);
    const upstream = await mockUpstream((response) => {
      answerJson(response, 200, completion('Hello'));
    });
    const quotas = join(folder, 'quotas.json');
    writeFileSync(quotas, JSON.stringify({ models: { 'qwen-turbo': { requestsPerDay: LIMIT } } }));
    const env = {
      ...upstream.env,
      REDIS_URL: redis.url,
      // This is about counting, on a machine that may be busy.
      REDIS_COMMAND_TIMEOUT_MS: '500',
      DATABASE_URL: url,
      DATABASE_TIMEOUT_MS: '10000',
      CACHE_L3_TIMEOUT_MS: '5000',
      QUOTA_FILE: quotas,
      QUEUE_PLACES: '0',
    };
    const [one, other] = await Promise.all([startGatewayProcess(env), startGatewayProcess(env)]);
    for (const gateway of [one, other]) {
      await becomes(async () => (await metricOf(gateway, 'gateway_redis_up')) === 1);
    }
    /** The statuses of so many requests at once, to both in turn. */
    const together = async (count: number, ask: (gateway: GatewayProcess) => Promise<Response>): Promise<string[]> => {
      const answers = Array.from({ length: count }, async (_none, at) => {
        const answer = await ask(at % 2 === 0 ? one : other);
        const text = await answer.text();
        return answer.status === 200 ? '200' : `${answer.status} ${/"code":"(\w+)"/.exec(text)?.[1] ?? text}`;
      });
      return Promise.all(answers);
    };
    const of = (statuses: readonly string[], wanted: string): number =>
      statuses.filter((status) => status === wanted).length;

    const { key, id } = await makeKey(one, { limits: { perMinute: LIMIT } });
    const headers = { authorization: `Bearer ${key}` };
    const byKey = await together(80, (gateway) => gateway.post(prompt('Hi'), { headers }));
    expect([of(byKey, '200'), of(byKey, '429 rate_limit_exceeded')]).toEqual([LIMIT, 80 - LIMIT]);
    const calls = upstream.asked.length;
    expect(calls).toBe(LIMIT);

    const byQuota = await together(80, (gateway) => gateway.post(prompt('Hi', { model: 'qwen-turbo' })));
    expect([of(byQuota, '200'), of(byQuota, '503 quota_exhausted')]).toEqual([LIMIT, 80 - LIMIT]);
    expect(upstream.asked).toHaveLength(calls + LIMIT);

    const sources: (string | null)[] = [];
    for (const gateway of [one, other, other, one]) {
      const answer = await gateway.post(prompt('Keep this', { temperature: 0 }));
      await answer.text();
      sources.push(answer.headers.get('x-cache'));
      // A write to Redis is not waited for by the answer.
      await becomes(() => keptIn(redis) === 1);
    }
    expect(sources).toEqual(['miss', 'hit-l2', 'hit-l1', 'hit-l1']);
    expect(upstream.asked).toHaveLength(calls + LIMIT + 1);

    // What was refused before it was looked at is in no books; what the quota refused is, as a request without usage.
    const books = lookInto(url);
    const asked = LIMIT + 80 + 4;
    await becomes(async () => (await booksOf(books)).entries === asked);
    const daily: unknown = await (await other.get(`${ROUTES.costs}/daily`)).json();
    expect(daily).toMatchObject({
      data: expect.arrayContaining([expect.objectContaining({ keyId: id, requests: LIMIT })]) as unknown,
    });

    // Redis forgets, the database does not, and neither does a gateway that begins anew.
    await redis.restart();
    await Promise.all([one.end('SIGTERM'), other.end('SIGTERM')]);
    const next = await startGatewayProcess(env);
    const kept = await next.post(prompt('Keep this', { temperature: 0 }));
    expect(kept.headers.get('x-cache')).toBe('hit-l3');
    expect(upstream.asked).toHaveLength(calls + LIMIT + 1);
    expect(await metricOf(next, 'gateway_cache_requests_total{level="l3",result="hit"}')).toBe(1);
  },
  SLOW_MS,
);

test(
  '[G8] share the bucket of an address: its burst, and what flows in meanwhile',
  async () => {
    const redis = await startRedisServer();
    const env = {
      REDIS_URL: redis.url,
      REDIS_COMMAND_TIMEOUT_MS: '500',
      DATABASE_URL: 'sqlite::memory:',
      CLIENT_RATE_PER_SECOND: '1',
      CLIENT_BURST: '10',
    };
    const gateways = await Promise.all([startGatewayProcess(env), startGatewayProcess(env)]);
    for (const gateway of gateways) {
      await becomes(async () => (await metricOf(gateway, 'gateway_redis_up')) === 1);
    }
    const startedMs = performance.now();
    const statuses = await Promise.all(
      Array.from({ length: 60 }, async (_none, at) => (await gateways[at % 2]?.get(ROUTES.models))?.status),
    );
    const seconds = (performance.now() - startedMs) / 1_000;
    const allowed = statuses.filter((status) => status === 200).length;
    expect(allowed).toBeGreaterThanOrEqual(10);
    expect(allowed).toBeLessThanOrEqual(10 + Math.ceil(seconds));
    expect(statuses.filter((status) => status === 429)).toHaveLength(60 - allowed);
  },
  SLOW_MS,
);
