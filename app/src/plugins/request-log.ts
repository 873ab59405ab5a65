/** One log line a request: what was asked, how it ended, how long it took. Probes and scrapes speak only at `debug`. */
import type { FastifyInstance } from 'fastify';
import type { LogKind } from '../log';
import { logMs } from '../log';
import { endOf } from './request-end';

const KIND: LogKind = 'request';

export const requestLog = (server: FastifyInstance, { slowRequestMs }: { slowRequestMs: number }): void => {
  server.addHook('onRequest', (request, reply, done) => {
    const { exchange } = request;
    exchange.onEnded(() => {
      const overheadMs = exchange.overheadMs();
      const { route, method, status } = endOf(request, reply);
      const slow = overheadMs > slowRequestMs;
      const line = {
        kind: KIND,
        route,
        method,
        status,
        durationMs: logMs(exchange.elapsedMs()),
        upstreamMs: exchange.upstreamMs === undefined ? undefined : logMs(exchange.upstreamMs),
        overheadMs: logMs(overheadMs),
        errorType: exchange.error?.errorType,
        errorCode: exchange.error?.code,
        slow: slow ? true : undefined,
      };
      if (slow) request.log.warn(line, 'slow request');
      else if (request.route.config.probe === true) request.log.debug(line, 'probe');
      else request.log.info(line, 'request');
    });
    done();
  });
};
