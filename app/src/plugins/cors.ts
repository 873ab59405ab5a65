/** Pages of the origins in CORS_ORIGINS may ask from a browser. Without any there is no CORS, and no browser lets them. */
import fastifyCors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import { EXPOSED_HEADERS } from '../headers';

export interface CorsProps {
  /** Origins like `https://example.com`. Empty: none. */
  readonly origins: readonly string[];
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** How long a browser keeps what a preflight told it, in seconds. Source: Chromium caps it at two hours. */
const PREFLIGHT_SECONDS = 7_200;

/** Comes before authentication: a browser's preflight carries no key. */
export const cors = (server: FastifyInstance, { origins }: CorsProps): void => {
  if (origins.length === 0) return;
  const options = {
    origin: [...origins],
    methods: [...METHODS],
    exposedHeaders: [...EXPOSED_HEADERS],
    maxAge: PREFLIGHT_SECONDS,
    // Keys travel in a header that a page sets by itself, never in a cookie.
    credentials: false,
    // Otherwise an OPTIONS that is no preflight is answered in plain text, unlike every other error.
    strictPreflight: false,
  };
  // Called, not registered: a registered plugin adds its hook only after all others are in place.
  fastifyCors(server, options, rethrow);
};

const rethrow = (error?: Error): void => {
  if (error !== undefined) throw error;
};
