/** Everything that a gateway says, through success and every failure, looked through for what was planted in it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ROUTES } from '../../src/routes';
import { chunk, completion, eventsOf } from '../caching';
import { answerJson, beginStream, mockUpstream, stopUpstreams } from '../mock-upstream';
import { prompt } from '../running';
import { becomes } from '../services/becomes';
import { startGatewayProcess, stopGatewayProcesses } from '../services/gateway-process';
import { startMariaDb, stopMariaDbs } from '../services/mariadb';
import { closeLooks, migrated } from '../services/migrated';
import { startRedisServer, stopRedisServers } from '../services/redis-server';
import { metricOf } from './client';

const SLOW_MS = 240_000;

/** Each planted where nothing else is, so that whatever is found tells where it came from. */
const PLANTED = {
  prompt: 'tulip-prompt-9f3a',
  answer: 'orchid-answer-51cc',
  system: 'rose-system-77ab',
  adminKey: 'bgk-lilac-administrator-0123456789abcdef',
  upstreamKey: 'sk-peony-upstream-0123456789',
  secondKey: 'sk-daisy-second-0123456789',
  redisPassword: 'violet-redis-password-42',
  databasePassword: 'jasmine-database-password-43',
  wrongKey: 'bgk-poppy-nobody-0123456789abcdefghijklmnopqrstu',
  header: 'iris-header-88de',
  endUser: 'aster-end-user-3b1f',
} as const;

const folder = mkdtempSync(join(tmpdir(), 'gateway-secrecy-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
afterEach(stopGatewayProcesses);
afterEach(stopUpstreams);
afterEach(closeLooks);
afterEach(stopRedisServers);
afterAll(stopMariaDbs);

/** A stand-in for a collector of traces. */
const collecting = async () => {
  let received = '';
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received += `${JSON.stringify(request.headers)}${body}\n`;
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the collector has no port');
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { endpoint: `http://127.0.0.1:${address.port}`, received: () => received, close };
};

/** How the upstream answers, by what it is asked. */
type Mood = 'json' | 'stream' | 'broken-stream' | 'error' | 'refused' | 'garbage' | 'hang-up';

test(
  '[G4] no prompt, answer, key or password is in a log line, a metric, an error or a trace: over success, and every failure',
  async () => {
    const [redis, mysql, traces] = await Promise.all([
      startRedisServer(['--requirepass', PLANTED.redisPassword]),
      startMariaDb(),
      collecting(),
    ]);
    const rootUrl = await migrated(mysql);
    await mysql.run(`create user gateway@'127.0.0.1' identified by '${PLANTED.databasePassword}'`);
    await mysql.run(`grant all on *.* to gateway@'127.0.0.1'`);

    const upstream = await mockUpstream((response) => {
      const [, mood = 'json'] = /mood-([a-z-]+)/.exec(JSON.stringify(upstream.asked.at(-1)?.body)) ?? [];
      const says = `${PLANTED.answer} to ${PLANTED.prompt} by Bearer ${PLANTED.upstreamKey}`;
      const error = { error: { message: says, code: `bad ${says}`, type: says, param: says } };
      const words = eventsOf(chunk({ content: says }), chunk({}, 'stop'));
      switch (mood) {
        case 'stream':
          beginStream(response);
          response.end(words);
          return;
        case 'broken-stream':
          beginStream(response);
          response.write(words.slice(0, words.indexOf('data: [DONE]')), () => setTimeout(() => response.destroy(), 20));
          return;
        case 'error':
          answerJson(response, 400, error, { 'x-odd': says });
          return;
        case 'refused':
          answerJson(response, 401, error);
          return;
        case 'garbage':
          answerJson(response, 200, says);
          return;
        case 'hang-up':
          response.destroy();
          return;
        default:
          answerJson(response, 200, completion(says));
      }
    });
    const gateway = await startGatewayProcess({
      DASHSCOPE_API_KEY: PLANTED.upstreamKey,
      DASHSCOPE_BASE_URL: upstream.env.DASHSCOPE_BASE_URL,
      DASHSCOPE_FALLBACK_API_KEY: PLANTED.secondKey,
      DASHSCOPE_FALLBACK_BASE_URL: upstream.env.DASHSCOPE_BASE_URL,
      ADMIN_API_KEY: PLANTED.adminKey,
      REDIS_URL: redis.url.replace('redis://', `redis://:${PLANTED.redisPassword}@`),
      DATABASE_URL: rootUrl.replace('root@', `gateway:${PLANTED.databasePassword}@`),
      DATABASE_TIMEOUT_MS: '500',
      LOG_LEVEL: 'trace',
      RETRY_BASE_MS: '1',
      REDIS_RETRY_MS: '100',
      BREAKER_FAILURES: '1000',
      ENABLE_TRACING: 'true',
      OTEL_EXPORTER_OTLP_ENDPOINT: traces.endpoint,
    });
    const auth = { authorization: `Bearer ${PLANTED.adminKey}` };
    const asAdmin = {
      ...gateway,
      get: (path: string, init: RequestInit = {}) => gateway.get(path, { ...init, headers: auth }),
    };
    const up = (metric: string, value: number) => becomes(async () => (await metricOf(asAdmin, metric)) === value);
    await up('gateway_redis_up', 1);
    await up('gateway_db_up', 1);

    /** Everything that clients were told, but for answers of 200, which are for them. */
    let told = '';
    const statuses = new Set<number>();
    const keep = async (answer: Response): Promise<void> => {
      statuses.add(answer.status);
      const body = await answer.text().catch(() => '');
      const headers = JSON.stringify([...answer.headers.entries()]);
      told += answer.status === 200 ? headers : `${headers}${body}\n`;
    };
    const odd = {
      'x-odd': PLANTED.header,
      cookie: PLANTED.header,
      'user-agent': PLANTED.header,
      'x-end-user': PLANTED.endUser,
      'x-request-id': `{${PLANTED.header}}`,
      tracestate: `a=${PLANTED.header}`,
    };
    const ask = async (mood: Mood, more: object = {}, headers: Record<string, string> = auth): Promise<void> => {
      const messages = [
        { role: 'system', content: PLANTED.system },
        { role: 'user', content: `${PLANTED.prompt} mood-${mood}` },
      ];
      const body = { ...prompt(''), messages, user: PLANTED.endUser, ...more };
      await keep(await gateway.post(body, { headers: { ...odd, ...headers } }));
    };
    const moods = async (): Promise<void> => {
      await ask('json', { temperature: 0 });
      await ask('json', { temperature: 0 });
      await ask('stream', { stream: true });
      await ask('broken-stream', { stream: true });
      for (const mood of ['error', 'refused', 'garbage', 'hang-up'] as const) await ask(mood);
      await ask('json', {}, { authorization: `Bearer ${PLANTED.wrongKey}` });
      await ask('json', { temperature: PLANTED.prompt });
      await ask('json', { model: `${PLANTED.prompt} ` });
      await ask('json', { model: PLANTED.prompt });
      for (const path of [`/v1/${PLANTED.prompt}?key=${PLANTED.adminKey}`, `${ROUTES.models}?q=${PLANTED.prompt}`]) {
        await keep(await gateway.get(path, { headers: { ...odd, ...auth } }));
      }
      for (const path of [ROUTES.keys, `${ROUTES.costs}/realtime`, ROUTES.detailed, ROUTES.cacheStats]) {
        await keep(await gateway.get(path, { headers: auth }));
      }
    };
    const controller = new AbortController();
    const left = gateway.post(prompt(`${PLANTED.prompt} mood-stream`, { stream: true }), {
      headers: auth,
      signal: controller.signal,
    });
    setTimeout(() => {
      controller.abort();
    }, 5);
    await left.then((answer) => answer.text()).catch(() => undefined);

    await moods();
    redis.pause();
    await up('gateway_redis_up', 0);
    await moods();
    redis.resume();
    await redis.kill();
    mysql.pause();
    await up('gateway_db_up', 0);
    await moods();
    mysql.resume();
    await mysql.kill();
    await moods();
    // Back, but with other passwords: what the servers say of the wrong ones may quote who asked.
    await mysql.restart();
    await mysql.run(`alter user gateway@'127.0.0.1' identified by 'another'`);
    await redis.restart();
    await moods();

    const metrics = await (await gateway.get(ROUTES.metrics)).text();
    await gateway.end('SIGTERM');
    await traces.close();

    // Every failure did happen, or nothing would be proved.
    for (const status of [200, 400, 401, 404, 502, 503]) expect([...statuses]).toContain(status);
    const log = gateway.output();
    for (const message of [
      'Redis is lost',
      'the database does not answer',
      'upstream call failed',
      '"errorType":"upstream_unavailable"',
    ]) {
      expect(log).toContain(message);
    }
    expect(traces.received()).toContain('chat qwen-plus');
    const { adminKey, upstreamKey, secondKey, redisPassword, databasePassword, wrongKey } = PLANTED;
    const said = { log, metrics, traces: traces.received() };
    for (const [where, everything] of Object.entries(said)) {
      for (const [what, planted] of Object.entries(PLANTED)) {
        expect({ where, what, found: everything.includes(planted) }).toEqual({ where, what, found: false });
      }
    }
    // An error may quote to a client its own request; never a secret of the gateway, or another's key.
    for (const planted of [adminKey, upstreamKey, secondKey, redisPassword, databasePassword, wrongKey]) {
      expect({ planted, found: told.includes(planted) }).toEqual({ planted, found: false });
    }
  },
  SLOW_MS,
);
