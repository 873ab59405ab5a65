import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { METRICS } from '../src/metrics';
import { GEN_AI_METRICS } from '../src/metrics/gen-ai';
import { HTTP_METRICS } from '../src/metrics/http';
import { MODELS, MODELS_CREATED } from '../src/models';
import { scrape } from '../src/plugins/scrape';
import { ALIASES, ROUTES } from '../src/routes';
import { MOCK_KEY, answerJson, mockUpstream, stopUpstreams } from './mock-upstream';
import { eventually, frozenClock, prompt, start, stopAll } from './running';
import { serve, stopServing } from './serving';

afterEach(stopAll);
afterEach(stopUpstreams);
afterEach(stopServing);

describe('the probes', () => {
  test.each([ROUTES.live, ...ALIASES.live])('[G2] GET %s says that the process lives', async (path) => {
    const response = await (await start()).get(path);
    expect({ status: response.status, body: await response.json() }).toEqual({ status: 200, body: { status: 'live' } });
  });

  test.each([ROUTES.ready, ...ALIASES.ready])(
    '[G2] GET %s says that it wants traffic, and who answers',
    async (path) => {
      const response = await (await start()).get(path);
      expect({ status: response.status, body: await response.json() }).toEqual({
        status: 200,
        body: { status: 'ready', upstream: 'echo' },
      });
    },
  );
});

describe('an upstream that is away at the start', () => {
  const KEY = { DASHSCOPE_API_KEY: MOCK_KEY };
  const AWAY = 'no connection to the upstream opens ahead of calls';
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  test('[G14] and takes connections without a word keeps nobody from being served', async () => {
    const sockets = new Set<Socket>();
    let waiting = true;
    const silent = createServer((socket) => {
      sockets.add(socket.on('error', () => undefined));
      if (!waiting) socket.destroy();
    });
    servers.push(silent);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    // With TLS, so that a connection is open when the other end has spoken: not within the time of this test.
    const url = `https://127.0.0.1:${port}/v1`;
    const { get, lines } = await start({ ...KEY, DASHSCOPE_BASE_URL: url, UPSTREAM_CONNECT_TIMEOUT_MS: '50000' });
    expect((await get(ROUTES.live)).status).toBe(200);
    expect(lines().some(({ msg }) => msg === AWAY)).toBe(false);
    waiting = false;
    for (const socket of sockets) socket.destroy();
    await eventually(() => lines().some(({ msg }) => msg === AWAY));
  });

  test('[G4] and refuses connections is told of in the log, once', async () => {
    const { lines } = await start({ ...KEY, DASHSCOPE_BASE_URL: 'http://127.0.0.1:1/v1' });
    await eventually(() => lines().some(({ msg }) => msg === AWAY));
    const line = { level: 'warn', kind: 'component', component: 'upstream', upstream: 'dashscope' };
    expect(lines().filter(({ msg }) => msg === AWAY)).toEqual([expect.objectContaining(line)]);
  });
});

test('[G1] GET /v1/models lists the table in OpenAI’s shape', async () => {
  const response = await (await start()).get(ROUTES.models);
  const body = await response.json();
  expect(body).toMatchObject({ object: 'list' });
  expect(body).toHaveProperty(
    'data',
    MODELS.map((id) => ({ id, object: 'model', created: MODELS_CREATED, owned_by: 'dashscope' })),
  );
});

describe('the metrics', () => {
  const familiesOf = (text: string) =>
    [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => `${name ?? ''} ${type ?? ''}`).sort();
  const sampleNames = (text: string) =>
    [...text.matchAll(/^([a-z0-9_]+)(?:\{.*\})? \S+$/gm)].map(([, name]) => name ?? '');

  test('[G3] [T2] a real scrape has exactly the metrics of the list, of the same types', async () => {
    const { get } = await start();
    const response = await get(ROUTES.metrics);
    expect(response.headers.get('content-type')).toContain('text/plain');
    const expected = Object.values(METRICS).map(({ name, type }) => `${name} ${type}`);
    expect(familiesOf(await response.text())).toEqual(expected.sort());
  });

  test('[G3] the delay of the event loop is the one that /api/performance tells, and not the interval of its measuring', async () => {
    const { ask } = serve(({ server, metrics, clock }) => {
      const reading = { p50Ms: 1, p99Ms: 12.5, maxMs: 40, utilization: 0.5 };
      scrape(server, { metrics, clock, runtime: { eventLoop: () => reading } });
    });
    expect((await ask({ path: ROUTES.metrics })).body).toMatch(/^nodejs_eventloop_lag_p99_seconds 0\.0125$/m);
  });

  test('[G3] [T2] after one JSON answer, one stream and one failure every metric of requests and calls has a value and every label was used', async () => {
    const failing = await mockUpstream((response) => {
      answerJson(response, 500, '{}');
    });
    const { get, post } = await start(failing.env);
    await (await post(prompt('x'))).text();
    const echo = await start();
    await (await echo.post(prompt('x', { stream: true }))).text();
    const text = `${await (await get(ROUTES.metrics)).text()}\n${await (await echo.get(ROUTES.metrics)).text()}`;
    const fed = new Set(sampleNames(text).map((name) => name.replace(/_(bucket|sum|count)$/, '')));
    const everyRequests = Object.values({ ...HTTP_METRICS, ...GEN_AI_METRICS });
    expect(everyRequests.filter(({ name }) => !fed.has(name))).toEqual([]);
    for (const { name, labels } of everyRequests) {
      for (const label of labels)
        expect(text).toMatch(new RegExp(`^${name}(_bucket)?\\{[^}]*\\b${label}="[^"]+"`, 'm'));
    }
  });

  test('[G3] count requests, tokens and time by bounded labels: unknown paths and models are `other`', async () => {
    const { get, post } = await start();
    await (await post(prompt('Hello big world'))).text();
    await (await post(prompt('x', { model: 'who-am-i' }))).text();
    await (await get('/who-am-i')).text();
    const count = 'gateway_http_request_duration_seconds_count';
    const labels = 'gen_ai_operation_name="chat",gen_ai_provider_name="echo"';
    const text = await (await get(ROUTES.metrics)).text();
    expect(text).toContain(`${count}{route="/v1/chat/completions",method="POST",status="200"} 2\n`);
    expect(text).toContain(`${count}{route="other",method="GET",status="404"} 1\n`);
    expect(text).toContain(`input_tokens_total{${labels},gen_ai_request_model="qwen-plus"} 4\n`);
    expect(text).toContain(`output_tokens_total{${labels},gen_ai_request_model="qwen-plus"} 6\n`);
    expect(text).toContain(`duration_seconds_count{${labels},gen_ai_request_model="other"} 1\n`);
    expect(text).toContain('gateway_overhead_seconds_count 2\n');
    expect(text).toContain('gateway_http_requests_in_flight 1\n');
    expect(text).toMatch(/^gateway_open_connections [1-9]/m);
    expect(text).not.toContain('who-am-i');
  });
});

describe('the log', () => {
  const PLANTED = 'tulip-9f3a';

  test('[G4] holds no key and no word of a prompt, wherever they were planted', async () => {
    const upstream = await mockUpstream((response) => {
      answerJson(response, 400, { error: { message: `${PLANTED} is no model`, code: `bad ${PLANTED}`, type: 't' } });
    });
    const { get, post, log } = await start(upstream.env);
    const headers = { cookie: PLANTED, 'x-api-key': PLANTED, 'x-request-id': `{${PLANTED}}` };
    await (await post(prompt(PLANTED), { headers })).text();
    await (await post(prompt(PLANTED, { model: PLANTED, stream: true }), { headers })).text();
    await (await post(`{"model": "${PLANTED}`, { headers })).text();
    await (await post(prompt(PLANTED), { headers: { ...headers, authorization: `Bearer ${PLANTED}` } })).text();
    await (await post(prompt(PLANTED, { temperature: PLANTED }), { headers })).text();
    await (await get(`/v1/${PLANTED}?key=${PLANTED}`, { headers })).text();
    await eventually(() => log().split('"kind":"request"').length === 7);
    expect(log()).not.toContain(PLANTED);
    expect(log()).not.toContain(MOCK_KEY);
  });

  test('[G4] has one line a request, with id, route, status and times, and one for the upstream call', async () => {
    const { post, lines } = await start();
    await (await post(prompt('x'), { headers: { 'x-request-id': 'mine' } })).text();
    await eventually(() => lines().some(({ kind }) => kind === 'request'));
    const ours = lines().filter(({ requestId }) => requestId === 'mine');
    expect(ours.map(({ kind }) => kind)).toEqual(['upstream-call', 'request']);
    expect(ours[0]).toMatchObject({ provider: 'echo', model: 'qwen-plus', inputTokens: 1, outputTokens: 2 });
    expect(ours[1]).toMatchObject({ level: 'info', route: ROUTES.chatCompletions, method: 'POST', status: 200 });
    for (const time of ['durationMs', 'upstreamMs', 'overheadMs']) expect(typeof ours[1]?.[time]).toBe('number');
  });

  test('[G4] marks as slow what took the gateway itself too long, and not what the upstream took', async () => {
    // Only what is said here takes any time.
    let now = 0;
    const upstream = await mockUpstream((response) => {
      now += 150;
      answerJson(response, 200, { choices: [] });
    });
    const waits = await start({ ...upstream.env, SLOW_REQUEST_MS: '100' }, { ...frozenClock, monotonicMs: () => now });
    await (await waits.post(prompt('x'))).text();
    await eventually(() => waits.lines().some(({ kind }) => kind === 'request'));
    expect(waits.lines().find(({ kind }) => kind === 'request')).not.toHaveProperty('slow');

    const late = await start({ SLOW_REQUEST_MS: '100' }, { ...frozenClock, monotonicMs: () => (now += 101) });
    await (await late.get(ROUTES.models)).text();
    await eventually(() => late.lines().some(({ kind }) => kind === 'request'));
    expect(late.lines().find(({ kind }) => kind === 'request')).toMatchObject({ level: 'warn', slow: true });
  });

  test('[G4] says loudly that there is no upstream, and nothing of the kind when there is one', async () => {
    expect((await start()).log()).toMatch(/"level":"warn".*NO UPSTREAM: DASHSCOPE_API_KEY is not set/);
    expect((await start({ DASHSCOPE_API_KEY: 'sk-1' })).log()).not.toContain('NO UPSTREAM');
  });
});

test('[G5] what is no HTTP is answered in OpenAI’s shape and hung up on', async () => {
  const { url } = await start();
  const answer = await new Promise<string>((resolve, reject) => {
    let text = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write('NOT HTTP\r\n\r\n'));
    socket.on('data', (piece) => (text += piece.toString()));
    socket.on('end', () => {
      resolve(text);
    });
    socket.on('error', reject);
  });
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(answer).toContain('{"error":{"message":"the request is not complete, valid HTTP (Bad Request)"');
});
