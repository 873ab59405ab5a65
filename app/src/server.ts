/** The HTTP server, put together in the order in which a request meets its parts. */
import fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { Clock, NewId } from './clock';
import type { Lifecycle } from './lifecycle';
import type { Metrics } from './metrics';
import { addressRules } from './plugins/address-rules';
import { authentication } from './plugins/authentication';
import { bodyDepth } from './plugins/body-depth';
import { cacheAdmin } from './plugins/cache-admin';
import { circuitBreakers } from './plugins/circuit-breakers';
import { compression } from './plugins/compression';
import { correlation, requestIdFrom } from './plugins/correlation';
import { cors } from './plugins/cors';
import { costs } from './plugins/costs';
import { answerBroken, answerUnroutable, errors } from './plugins/errors';
import { exchanges } from './plugins/exchange';
import { health } from './plugins/health';
import { honeypot } from './plugins/honeypot';
import { idleConnections } from './plugins/idle-connections';
import { inferenceRoutes } from './plugins/inference';
import { keys } from './plugins/keys';
import { limits } from './plugins/limits';
import { methods } from './plugins/methods';
import { models } from './plugins/models';
import { openapi } from './plugins/openapi';
import { performance, traffic } from './plugins/performance';
import { quotaStats } from './plugins/quota-stats';
import { requestLog } from './plugins/request-log';
import { requestMetrics } from './plugins/request-metrics';
import { scrape } from './plugins/scrape';
import { securityHeaders } from './plugins/security-headers';
import { silentConnections } from './plugins/silent-connections';
import { traces } from './plugins/tracing';
import type { Processes } from './processes/processes';
import type { Config } from './read-config';
import type { Services } from './services';
import type { Tracing } from './tracing';

export interface ServerProps {
  readonly config: Config;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: FastifyBaseLogger;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
  readonly services: Services;
  readonly processes: Processes;
  readonly tracing: Tracing;
}

/** A server that does not listen yet. */
export const createServer = (props: ServerProps): FastifyInstance => {
  const { config, clock, newId, log, metrics, lifecycle, services, processes, tracing } = props;
  const { access } = config;
  const [{ upstream }] = services.targets;
  const hops = config.trustedProxyHops;
  const server = fastify({
    loggerInstance: log,
    // Its own lines would hold addresses and whole paths; `requestLog` writes one without.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: requestIdFrom(newId),
    requestIdHeader: false,
    trustProxy: hops > 0 && ((_address: string, hop: number) => hop < hops),
    bodyLimit: config.bodyLimitBytes,
    requestTimeout: config.requestTimeoutMs,
    keepAliveTimeout: config.keepAliveTimeoutMs,
    // `exchanges` refuses requests itself, in OpenAI's shape, and still answers probes.
    return503OnClosing: false,
    frameworkErrors: answerUnroutable,
    clientErrorHandler: answerBroken,
    // A request goes upstream as it came: nothing converted, dropped or filled in.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, allowUnionTypes: true } },
  });
  server.removeContentTypeParser('text/plain');

  correlation(server);
  idleConnections(server, { keepAliveTimeoutMs: config.keepAliveTimeoutMs, drainMs: config.shutdown.drainMs });
  silentConnections(server);
  exchanges(server, { clock, lifecycle });
  traces(server, { tracing });
  requestMetrics(server, { metrics });
  requestLog(server, config);
  traffic(server, services);
  errors(server, config);

  const refuseOtherMethods = methods(server);
  securityHeaders(server);
  cors(server, { origins: access.corsOrigins });
  addressRules(server, { allowed: access.allowedCidrs, adminAllowed: access.adminAllowedCidrs, metrics });
  honeypot(server, {
    paths: access.honeypotPaths,
    blockMs: access.honeypotBlockMs,
    spared: access.adminAllowedCidrs,
    clock,
    metrics,
  });
  authentication(server, { keys: services.keys, metrics });
  bodyDepth(server);
  limits(server, { counters: services.counters, limits: config.limits, metrics });
  openapi(server, config.cache);
  compression(server, { enabled: config.features.compression });

  health(server, { lifecycle, upstream, examination: services.examination });
  const { runtime } = services.performance;
  scrape(server, { metrics, clock, runtime, processes, refresh: () => services.quotaStandings.refresh() });
  models(server, config.cache);
  inferenceRoutes(server, {
    inference: services.inference,
    users: services.performance.users,
    totalTimeoutMs: config.upstream.totalTimeoutMs,
  });

  keys(server, { keys: services.keys, clock });
  costs(server, { ...services, clock });
  quotaStats(server, { standings: services.quotaStandings, admission: services.admission });
  cacheAdmin(server, services);
  circuitBreakers(server, { orders: services.breakerOrders });
  performance(server, {
    performance: services.performance,
    clock,
    production: config.environment === 'production',
    provider: upstream.provider,
  });
  refuseOtherMethods();
  return server;
};
