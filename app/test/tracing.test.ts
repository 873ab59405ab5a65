import { execFile, spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { json } from 'node:stream/consumers';
import type { FastifyRequest } from 'fastify';
import pino from 'pino';
import { traces } from '../src/plugins/tracing';
import type { Tracing } from '../src/tracing';
import { createTracing } from '../src/tracing';
import { parseTraceparent } from '../src/tracing/traceparent';
import { serve, stopServing } from './serving';
import type { Script } from './traced-process';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = `00-${TRACE}-b7ad6b7169203331-01`;

const collectors: Server[] = [];
const opened: Tracing[] = [];
afterEach(stopServing);
afterEach(async () => {
  await Promise.all(opened.splice(0).map((tracing) => tracing.close()));
  for (const server of collectors.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A stand-in for a collector, which keeps what it is sent. */
const collector = async (status = 200) => {
  const received: unknown[] = [];
  const paths: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      received.push(body);
      paths.push(request.url);
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  collectors.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the collector has no port');
  return { endpoint: `http://127.0.0.1:${address.port}`, paths, text: () => JSON.stringify(received) };
};

/** A server with the plugin, whose spans go nowhere. */
const open = async (on: boolean) => {
  const config = { exporterOtlpEndpoint: 'http://127.0.0.1:1', tracesSamplerArg: 1 };
  const tracing = await createTracing({ features: { tracing: on }, config, log: pino({ enabled: false }) });
  opened.push(tracing);
  return serve(({ server }) => {
    traces(server, { tracing });
    const upstream = (request: FastifyRequest) => ({ upstream: request.trace.traceparent ?? null });
    server.get('/probe', { config: { probe: true } }, upstream);
    server.get('/v1/x', upstream);
  });
};

/** Runs a process that traces. @returns what it wrote, line by line */
const traced = (script: Script): Promise<readonly string[]> => {
  const code = `require('./app/test/traced-process.ts').run(${JSON.stringify(script)})`;
  const cwd = resolve(__dirname, '../..');
  return new Promise((done, fail) => {
    execFile(process.execPath, ['--require', 'tsx/cjs', '-e', code], { cwd }, (error, stdout, stderr) => {
      if (error === null) done(stdout.trimEnd().split('\n'));
      else fail(new Error(stderr));
    });
  });
};

const CALL = { operation: 'chat', provider: 'dashscope', model: 'qwen-plus' } as const;

describe('traceparent', () => {
  test('[G17] is taken apart when it is one', () => {
    const expected = { traceId: TRACE, spanId: 'b7ad6b7169203331', traceFlags: 1 };
    expect(parseTraceparent(PARENT)).toEqual(expected);
    expect(parseTraceparent(`cc${PARENT.slice(2)}-what-the-future-may-bring`.replace(/-what.*/, '-0f'))).toEqual(
      expected,
    );
  });

  test.each([
    undefined,
    '',
    'planted',
    `ff${PARENT.slice(2)}`,
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-${TRACE}-0000000000000000-01`,
    PARENT.toUpperCase(),
    `${PARENT}\n`,
    `${PARENT}-${'a'.repeat(1_000)}`,
  ])('[G17] %j is none', (header) => {
    expect(parseTraceparent(header)).toBeUndefined();
  });
});

describe('a request', () => {
  const path = '/v1/x';

  test('[G17] with tracing off: a trace is given back and passed on as it came, and one that is none is not', async () => {
    const { ask } = await open(false);
    const given = await ask({ path, headers: { traceparent: PARENT } });
    expect(given.headers.traceparent).toBe(PARENT);
    expect(given.json()).toEqual({ upstream: PARENT });
    for (const headers of [{}, { traceparent: 'planted' }]) {
      const none = await ask({ path, headers });
      expect(none.headers).not.toHaveProperty('traceparent');
      expect(none.json()).toEqual({ upstream: null });
    }
  });

  test('[G17] with tracing on: client and upstream are told its own span, in the caller’s trace', async () => {
    const { ask } = await open(true);
    const given = await ask({ path, headers: { traceparent: PARENT } });
    const own = given.headers.traceparent?.toString();
    expect(parseTraceparent(own)).toMatchObject({ traceId: TRACE, traceFlags: 1 });
    expect(own).not.toBe(PARENT);
    expect(given.json()).toEqual({ upstream: own });
    const fresh = parseTraceparent((await ask({ path })).headers.traceparent?.toString());
    expect(fresh).toBeDefined();
    expect(fresh?.traceId).not.toBe(TRACE);
  });

  test.each([true, false])('[G17] a probe has no trace; tracing: %s', async (on) => {
    const answer = await (await open(on)).ask({ path: '/probe', headers: { traceparent: PARENT } });
    expect(answer.json()).toEqual({ upstream: null });
    expect(answer.headers).not.toHaveProperty('traceparent');
  });
});

describe('a collector', () => {
  test('[G17] gets a span of the request and one of the call within it, with the attributes of GenAI', async () => {
    const { endpoint, text, paths } = await collector();
    const call = { ...CALL, usage: { inputTokens: 7, outputTokens: 11 } };
    const [own] = await traced({ endpoint: `${endpoint}/`, sampler: 1, requests: [{ traceparent: PARENT, call }] });
    expect(paths).toEqual(['/v1/traces']);
    const sent = text();
    for (const [key, value] of [
      ['service.name', { stringValue: 'bailian-gateway' }],
      ['http.route', { stringValue: '/v1/x/:id' }],
      ['http.request.method', { stringValue: 'POST' }],
      ['http.response.status_code', { intValue: 200 }],
      ['gateway.request_id', { stringValue: 'mine' }],
      ['gen_ai.operation.name', { stringValue: 'chat' }],
      ['gen_ai.provider.name', { stringValue: 'dashscope' }],
      ['gen_ai.request.model', { stringValue: 'qwen-plus' }],
      ['gen_ai.usage.input_tokens', { intValue: 7 }],
      ['gen_ai.usage.output_tokens', { intValue: 11 }],
    ] as const) {
      expect(sent).toContain(JSON.stringify({ key, value }));
    }
    expect(sent).toContain('"name":"POST /v1/x/:id"');
    expect(sent).toContain('"name":"chat qwen-plus"');
    expect(sent).not.toContain('error.type');
    // One trace, the caller's; the request's span is the call's parent.
    expect(sent.match(new RegExp(`"traceId":"${TRACE}"`, 'g'))).toHaveLength(2);
    expect(sent).toContain('"parentSpanId":"b7ad6b7169203331"');
    expect(sent).toContain(`"parentSpanId":"${parseTraceparent(own)?.spanId ?? ''}"`);
  });

  test('[G17] gets a failure by its class alone, and an unknown model as `other`', async () => {
    const { endpoint, text } = await collector();
    const call = { ...CALL, operation: 'embeddings', model: 'tulip-9f3a', errorType: 'upstream_timeout' } as const;
    await traced({ endpoint, sampler: 1, requests: [{ call, fails: true }] });
    const errors = text().match(/\{"key":"error.type","value":\{"stringValue":"upstream_timeout"\}\}/g);
    expect(errors).toHaveLength(2);
    expect(text().match(/"status":\{"code":2\}/g)).toHaveLength(2);
    expect(text()).toContain('"name":"embeddings other"');
    expect(text()).not.toContain('tulip');
  });

  test('[G17] gets what a caller decided to trace, and of the others the part it was told to', async () => {
    const { endpoint, text } = await collector();
    const unsampled = PARENT.replace(/01$/, '00');
    const requests = [{ call: CALL }, { call: CALL, traceparent: unsampled }, { call: CALL, traceparent: PARENT }];
    await traced({ endpoint, sampler: 0, requests });
    expect(text().match(/"name":"POST /g)).toHaveLength(1);
    expect(text()).toContain(TRACE);
  });

  test('[G17] that refuses is told of in the log, and fails nothing', async () => {
    const { endpoint } = await collector(400);
    const written = await traced({ endpoint, sampler: 1, requests: [{ call: CALL }] });
    const lines = written.filter((line) => line.includes('the collector of traces does not answer'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('"kind":"component"');
  });
});

test('[G17] nothing of OpenTelemetry is loaded while tracing is off', () => {
  const script = `
    const { createTracing } = require('./app/src/tracing.ts');
    createTracing({ features: { tracing: false } }).then(() => console.log(Object.keys(require.cache).join('\\n')));
  `;
  const { stdout } = spawnSync(process.execPath, ['--require', 'tsx/cjs', '-e', script], {
    cwd: resolve(__dirname, '../..'),
    encoding: 'utf8',
  });
  expect(stdout).toContain('open-telemetry.ts');
  expect(stdout).not.toContain('node_modules/@opentelemetry');
});

test('[G17] the exporter is of the same release as the SDK: both stand on one copy of what they share', () => {
  const root = resolve(__dirname, '../package.json');
  const from = (name: string) => createRequire(createRequire(root).resolve(`@opentelemetry/${name}`));
  const used = ['sdk-trace-node', 'exporter-trace-otlp-http'].map(from);
  for (const shared of ['api', 'core']) {
    const copies = used.map((one) => one.resolve(`@opentelemetry/${shared}`));
    expect(new Set([...copies, from('resources').resolve(`@opentelemetry/${shared}`)]).size).toBe(1);
  }
});
