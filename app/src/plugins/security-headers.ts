/**
 * What every answer tells a browser, however it got hold of one. The same few headers each time, set by one hook:
 * @fastify/helmet sets them, too, but works them out for each request in two asynchronous hooks, and costs 6 µs of CPU
 * a request, a quarter of what the smallest answer costs altogether. There is no content-security-policy: nothing here
 * is a page, except what sets its own.
 */
import type { FastifyInstance } from 'fastify';

export const SECURITY_HEADERS = {
  /** A year of HTTPS alone. Browsers heed it only where it came by HTTPS. */
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  /** No page of another origin embeds an answer; what CORS allows is not concerned. */
  'cross-origin-resource-policy': 'same-origin',
} as const;

const HEADERS = Object.entries(SECURITY_HEADERS);

export const securityHeaders = (server: FastifyInstance): void => {
  server.addHook('onRequest', (_request, reply, done) => {
    for (const [name, value] of HEADERS) reply.header(name, value);
    done();
  });
};
