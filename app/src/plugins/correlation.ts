/** The correlation id: a caller's own when it is one, else a new one; returned with every answer. */
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { NewId } from '../clock';
import { REQUEST_ID_HEADER } from '../routes';

/** What is taken for an id. It goes into the log and upstream, so its length and letters are bounded. */
const ACCEPTED = /^[\w.:-]{1,128}$/;

/** Names a request, before anything else happens to it. */
export const requestIdFrom =
  (newId: NewId) =>
  ({ headers }: Pick<IncomingMessage, 'headers'>): string => {
    const given = headers[REQUEST_ID_HEADER];
    return typeof given === 'string' && ACCEPTED.test(given) ? given : newId();
  };

export const correlation = (server: FastifyInstance): void => {
  server.addHook('onRequest', (request, reply, done) => {
    reply.header(REQUEST_ID_HEADER, request.id);
    done();
  });
};
