/** The HTTP server, put together in the order in which a request meets its parts. */
import fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { Clock, NewId } from './clock';
import type { Lifecycle } from './lifecycle';
import type { Metrics } from './metrics';
import { chat } from './plugins/chat';
import { correlation, requestIdFrom } from './plugins/correlation';
import { answerBroken, answerUnroutable, errors } from './plugins/errors';
import { exchanges } from './plugins/exchange';
import { health } from './plugins/health';
import { models } from './plugins/models';
import { requestLog } from './plugins/request-log';
import { requestMetrics } from './plugins/request-metrics';
import { scrape } from './plugins/scrape';
import type { Config } from './read-config';
import type { Upstream } from './upstream/upstream';

export interface ServerProps {
  readonly config: Config;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: FastifyBaseLogger;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
  readonly upstream: Upstream;
}

/** A server that does not listen yet. */
export const createServer = (props: ServerProps): FastifyInstance => {
  const { config, clock, newId, log, metrics, lifecycle, upstream } = props;
  const server = fastify({
    loggerInstance: log,
    // Its own lines would hold addresses and whole paths; `requestLog` writes one without.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: requestIdFrom(newId),
    requestIdHeader: false,
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
  exchanges(server, { clock, lifecycle });
  requestMetrics(server, { metrics });
  requestLog(server, config);
  errors(server, config);

  health(server, { lifecycle, upstream });
  scrape(server, { metrics, clock });
  models(server);
  chat(server, { upstream, metrics, clock, totalTimeoutMs: config.upstream.totalTimeoutMs });
  return server;
};
