/** How a request ended, in words of which there are few: fit for a metric label, and free of what a client wrote. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OTHER } from '../models';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Asked by machines every few seconds, also while the process closes. @default false */
    probe?: boolean;
  }
}

/** The methods that some route answers; anything else is `other`. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** NGINX's number for a client that went away before its answer was complete. */
const CLIENT_CLOSED = 499;

export interface RequestEnd {
  /** The route's pattern, never the path itself; `other` when there is no such route. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
}

/** To be asked when the connection is done with the answer. */
export const endOf = (request: FastifyRequest, reply: FastifyReply): RequestEnd => ({
  route: request.route.url ?? OTHER,
  method: METHODS.has(request.method) ? request.method : OTHER,
  status: reply.raw.writableFinished ? reply.statusCode : CLIENT_CLOSED,
});
