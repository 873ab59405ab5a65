/** Gives each request its {@link Exchange}, ends it with the connection, and turns requests away once the process closes. */
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../clock';
import { ShuttingDownError } from '../errors';
import { Exchange } from '../exchange';
import type { Lifecycle } from '../lifecycle';

declare module 'fastify' {
  interface FastifyRequest {
    /** The route that answers, described once: Fastify describes it anew each time that it is asked. */
    route: FastifyRequest['routeOptions'];
  }
}

export const exchanges = (server: FastifyInstance, { clock, lifecycle }: { clock: Clock; lifecycle: Lifecycle }) => {
  server.decorateRequest('exchange');
  server.decorateRequest('route');
  const closeIdle = (): void => {
    server.server.closeIdleConnections();
  };
  server.addHook('onRequest', (request, reply, done) => {
    const exchange = new Exchange(clock);
    request.exchange = exchange;
    request.route = request.routeOptions;
    lifecycle.begin(exchange);
    reply.raw.once('close', () => {
      exchange.end(reply.raw.writableFinished);
      lifecycle.end(exchange);
      // A closing server waits for its connections; Node closes those that are idle by then, not those that become so.
      if (lifecycle.state === 'closing') setImmediate(closeIdle);
    });
    // Tells clients that keep connections to open their next one elsewhere.
    if (lifecycle.state !== 'serving') reply.header('connection', 'close');
    const isProbe = request.route.config.probe === true;
    done(lifecycle.state === 'closing' && !isProbe ? new ShuttingDownError() : undefined);
  });
};
