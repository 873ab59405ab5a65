/** `/api/performance/*`: how this process does, and two ways to make it show it. Of this process alone, not of all. */
import { getHeapStatistics } from 'node:v8';
import type { FastifyInstance } from 'fastify';
import { bodyErrorResponses, errorResponses, NEEDS_KEY } from '../api-schemas';
import type { Clock } from '../clock';
import { InvalidRequestError, PermissionError } from '../errors';
import { eventLoopCheck, memoryCheck } from '../health/checks';
import type { HealthStatus } from '../health/health-check';
import type { LogKind } from '../log';
import type { Performance } from '../performance/performance';
import {
  COLLECTION_SCHEMA,
  LOAD_REQUEST_SCHEMA,
  LOAD_RESULT_SCHEMA,
  PERFORMANCE_HEALTH_SCHEMA,
  STATS_SCHEMA,
} from '../performance/performance-schemas';
import type { LoadTarget } from '../performance/self-load';
import { runSelfLoad, SELF_LOAD } from '../performance/self-load';
import { ROUTES } from '../routes';
import type { Upstream } from '../upstream/upstream';
import { endOf } from './request-end';

export interface PerformancePluginProps {
  readonly performance: Performance;
  readonly clock: Clock;
  /** A load is refused in production: its pods belong to clients, and what they carry is measured from outside. */
  readonly production: boolean;
  readonly provider: Upstream['provider'];
  /** Runs a full collection. @default V8's, where Node was started with `--expose-gc` */
  readonly collect?: (() => void) | undefined;
}

interface LoadBody {
  readonly target?: LoadTarget;
  readonly requests?: number;
  readonly concurrency?: number;
}

const KIND: LogKind = 'performance';
const config = { permission: 'admin' } as const;
const about = { tags: ['performance'], security: NEEDS_KEY };

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['0.0.0.0', '::', '127.0.0.1', '::1']);

/** Counts every request; comes before the routes. */
export const traffic = (
  server: FastifyInstance,
  { performance }: Pick<PerformancePluginProps, 'performance'>,
): void => {
  server.addHook('onRequest', (request, reply, done) => {
    const { exchange } = request;
    exchange.onEnd(() => {
      const { route, status } = endOf(request, reply);
      performance.traffic.record(route, status, exchange.elapsedMs());
    });
    done();
  });
};

export const performance = (server: FastifyInstance, props: PerformancePluginProps): void => {
  const { performance: watched, clock, production, provider, collect = globalThis.gc } = props;
  const { traffic: requests, users, runtime } = watched;

  server.get(
    `${ROUTES.performance}/stats`,
    { config, schema: { ...about, response: { 200: STATS_SCHEMA, ...errorResponses() } } },
    () => {
      const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
      return {
        traffic: requests.summary(),
        activeUsers: users.count(),
        eventLoop: runtime.eventLoop(),
        memory: { rss, heapUsed, heapTotal, heapLimit: getHeapStatistics().heap_size_limit, external },
        collections: runtime.collections(),
        leak: watched.leak(),
        process: {
          pid: process.pid,
          uptimeSeconds: Math.round(process.uptime()),
          node: process.version,
          canCollect: collect !== undefined,
        },
      };
    },
  );

  const checks = [eventLoopCheck(() => runtime.eventLoop().p99Ms), memoryCheck()];
  server.get(
    `${ROUTES.performance}/health`,
    { config, schema: { ...about, response: { 200: PERFORMANCE_HEALTH_SCHEMA, ...errorResponses() } } },
    async () => {
      const asked = checks.map(async (one) => ({ name: one.name, ...(await one.check()) }));
      const { suspected, samples } = watched.leak();
      const leak = { name: 'leak', status: suspected ? 'degraded' : 'healthy', detail: `${samples} samples` } as const;
      const findings = [...(await Promise.all(asked)), leak];
      return { status: worst(findings.map(({ status }) => status)), findings };
    },
  );

  let loading = false;
  server.post<{ Body: LoadBody }>(
    `${ROUTES.performance}/loadtest`,
    {
      config,
      schema: {
        ...about,
        body: LOAD_REQUEST_SCHEMA,
        response: { 200: LOAD_RESULT_SCHEMA, ...bodyErrorResponses(409) },
      },
    },
    async (request) => {
      const {
        target = 'live',
        requests = SELF_LOAD.requests.default,
        concurrency = SELF_LOAD.concurrency.default,
      } = request.body;
      if (production) {
        throw new PermissionError('a load test is refused in production; run the bench from another machine', {
          code: 'not_in_production',
        });
      }
      if (target === 'chat' && provider !== 'echo') {
        const message = `target (chat) would cost money at ${provider}; use live, or a gateway without DASHSCOPE_API_KEY`;
        throw conflict(message, 'upstream_not_echo');
      }
      if (loading) throw conflict('a load test is running; wait for its end', 'load_test_running');
      loading = true;
      try {
        const { authorization } = request.headers;
        const call = { target, requests, concurrency, authorization, signal: request.exchange.signal };
        const result = await runSelfLoad(originOf(server), call, clock);
        request.log.info({ kind: KIND, ...result }, 'load test');
        return result;
      } finally {
        loading = false;
      }
    },
  );

  server.post(
    `${ROUTES.performance}/gc`,
    { config, schema: { ...about, response: { 200: COLLECTION_SCHEMA, ...bodyErrorResponses(409) } } },
    (request) => {
      if (collect === undefined) {
        const message = 'this process cannot be told to collect garbage; start Node with --expose-gc';
        throw conflict(message, 'gc_not_exposed');
      }
      const heapBefore = process.memoryUsage().heapUsed;
      const begunAt = clock.monotonicMs();
      collect();
      const durationMs = clock.monotonicMs() - begunAt;
      const heapAfter = process.memoryUsage().heapUsed;
      watched.sampleHeap();
      const result = { durationMs, heapBefore, heapAfter, freed: heapBefore - heapAfter };
      request.log.info({ kind: KIND, ...result }, 'garbage collected on demand');
      return result;
    },
  );
};

const conflict = (message: string, code: string): InvalidRequestError =>
  new InvalidRequestError(message, { status: 409, code });

const worst = (statuses: readonly HealthStatus[]): HealthStatus =>
  statuses.includes('unhealthy') ? 'unhealthy' : statuses.includes('degraded') ? 'degraded' : 'healthy';

/** Where this server answers on loopback. @throws InvalidRequestError (409) when it does not listen there */
const originOf = (server: FastifyInstance): string => {
  const bound = server.server.address();
  if (bound === null || typeof bound === 'string' || !LOOPBACK_HOSTS.has(bound.address)) {
    throw conflict('a load test goes over loopback, and HOST is another address; set it to 0.0.0.0', 'not_on_loopback');
  }
  const host = bound.address === '::' || bound.address === '::1' ? '[::1]' : '127.0.0.1';
  return `http://${host}:${bound.port}`;
};
