/** A path that is answered, asked by a method that is not: 405, and `Allow` names those that are. */
import { METHODS } from 'node:http';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { InvalidRequestError } from '../errors';

interface Known {
  readonly methods: Set<string>;
  /** Of the path's first route, so that the wrong method meets the same key and address rules as the right one. */
  readonly config: NonNullable<RouteOptions['config']>;
}

/**
 * Comes before the routes, as it sees each as it is declared.
 * @returns what is called behind the last of them
 */
export const methods = (server: FastifyInstance): (() => void) => {
  const paths = new Map<string, Known>();
  let complete = false;
  server.addHook('onRoute', ({ url, method, config = {} }) => {
    if (complete) return;
    const known = paths.get(url) ?? { methods: new Set<string>(), config };
    for (const one of [method].flat()) known.methods.add(one);
    paths.set(url, known);
  });

  return () => {
    complete = true;
    // Those that router and parser both know; any other is answered as a path that there is not, or as no HTTP.
    const possible = server.supportedMethods.filter((method) => METHODS.includes(method));
    for (const [url, known] of paths) {
      const others = possible.filter((method) => !known.methods.has(method));
      // What is answered on every path, as by CORS, is no path.
      if (url.includes('*') || others.length === 0) continue;
      const allow = [...known.methods].sort().join(', ');
      server.route({
        url,
        method: others,
        config: known.config,
        schema: { hide: true },
        exposeHeadRoute: false,
        // Before anything of a body is read.
        onRequest: (request, reply, done) => {
          reply.header('allow', allow);
          const message = `${request.method} is not answered on this path; use ${allow}`;
          done(new InvalidRequestError(message, { status: 405, code: 'method_not_allowed' }));
        },
        handler: (_request, reply) => {
          reply.callNotFound();
        },
      });
    }
  };
};
