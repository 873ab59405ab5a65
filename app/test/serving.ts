/** A server on a free loopback port with the plugins that every request meets, and those under test. */
import type { IncomingHttpHeaders } from 'node:http';
import fastify from 'fastify';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import pino from 'pino';
import { Agent } from 'undici';
import type { Clock } from '../src/clock';
import { Lifecycle } from '../src/lifecycle';
import { createMetrics } from '../src/metrics';
import type { Metrics } from '../src/metrics';
import { correlation } from '../src/plugins/correlation';
import { errors } from '../src/plugins/errors';
import { exchanges } from '../src/plugins/exchange';
import { frozenClock } from './running';

export interface Question {
  /** Sent as it is written, with no part of it made simpler. */
  readonly path: string;
  readonly method?: 'GET' | 'POST' | 'DELETE' | 'OPTIONS' | 'PUT' | 'TRACE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly body: string;
  readonly json: () => unknown;
}

export interface Serving {
  readonly ask: (question: Question) => Promise<Answer>;
  readonly server: FastifyInstance;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
  readonly clock: Clock;
  /** What was logged, line by line. */
  readonly lines: () => readonly string[];
}

const servers: FastifyInstance[] = [];
const agents: Agent[] = [];

/** @param add declares the plugins under test, and routes behind them */
export const serve = (add: (serving: Serving) => void, clock: Clock = frozenClock): Serving => {
  const written: string[] = [];
  const loggerInstance: FastifyBaseLogger = pino(
    { level: 'trace' },
    { write: (line: string) => void written.push(line) },
  );
  const server: FastifyInstance = fastify({
    loggerInstance,
    trustProxy: (_address, hop) => hop < 1,
    return503OnClosing: false,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, allowUnionTypes: true } },
  });
  servers.push(server);
  const metrics = createMetrics();
  const lifecycle = new Lifecycle(metrics);
  const agent = new Agent();
  agents.push(agent);
  let listening: Promise<string> | undefined;
  const ask = async ({ path, method = 'GET', headers = {}, body }: Question): Promise<Answer> => {
    listening ??= server.listen({ host: '127.0.0.1', port: 0 });
    const answer = await agent.request({ origin: await listening, path, method, headers, body: body ?? null });
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    const text = bytes.toString();
    const json = (): unknown => JSON.parse(text);
    return { status: answer.statusCode, headers: answer.headers, bytes, body: text, json };
  };
  const serving = { server, metrics, lifecycle, clock, ask, lines: () => written };
  correlation(server);
  exchanges(server, { clock, lifecycle });
  errors(server, { bodyLimitBytes: 1_000 });
  add(serving);
  return serving;
};

/** For `afterEach`. */
export const stopServing = async (): Promise<void> => {
  await Promise.all(agents.splice(0).map((agent) => agent.destroy()));
  await Promise.all(servers.splice(0).map((server) => server.close()));
};

/** The value of one series, or `undefined`. */
export const valueOf = async (
  metric: { get(): Promise<{ values: { value: number; labels: object }[] }> },
  labels: object = {},
): Promise<number | undefined> => {
  const { values } = await metric.get();
  return values.find((one) => JSON.stringify(one.labels) === JSON.stringify(labels))?.value;
};
