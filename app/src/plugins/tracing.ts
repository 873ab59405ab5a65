/** Gives each request its trace, and tells the client which one it is. Probes have none: there are too many of them. */
import type { FastifyInstance } from 'fastify';
import { OTHER } from '../models';
import type { Tracing } from '../tracing';
import { UNTRACED } from '../tracing';
import { endOf } from './request-end';

const HEADER = 'traceparent';

export const traces = (server: FastifyInstance, { tracing }: { readonly tracing: Tracing }): void => {
  server.decorateRequest('trace');
  server.addHook('onRequest', (request, reply, done) => {
    const { id: requestId, method, headers, exchange, route } = request;
    if (route.config.probe === true) {
      request.trace = UNTRACED;
      done();
      return;
    }
    const given = headers[HEADER];
    const traceparent = typeof given === 'string' ? given : undefined;
    const trace = tracing.begin({ method, route: route.url ?? OTHER, requestId, traceparent });
    request.trace = trace;
    if (trace.traceparent !== undefined) reply.header(HEADER, trace.traceparent);
    if (trace !== UNTRACED) {
      exchange.onEnd(() => {
        trace.end({ status: endOf(request, reply).status, errorType: exchange.error?.errorType });
      });
    }
    done();
  });
};
