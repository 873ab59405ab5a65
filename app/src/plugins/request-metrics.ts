/** Counts and times every request. */
import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../metrics';
import { endOf } from './request-end';

export const requestMetrics = (server: FastifyInstance, { metrics }: { metrics: Metrics }): void => {
  server.addHook('onRequest', (request, reply, done) => {
    const { exchange } = request;
    exchange.onEnded(() => {
      const { route, method, status } = endOf(request, reply);
      metrics.httpRequestDuration.observe({ route, method, status }, exchange.elapsedMs() / 1_000);
      if (exchange.upstreamMs !== undefined) metrics.overhead.observe(exchange.overheadMs() / 1_000);
    });
    done();
  });
};
