/** Answers are compressed for clients that ask for it: never a stream of events, and never what is too short to gain. */
import fastifyCompress from '@fastify/compress';
import type { FastifyInstance } from 'fastify';

export interface CompressionProps {
  readonly enabled: boolean;
}

/** Below this, in bytes, the answer fits into two packets either way. */
export const COMPRESSION_THRESHOLD_BYTES = 2_048;

/** gzip's fastest level: JSON shrinks to about a third at it, for a third of the default level's time. */
const GZIP_LEVEL = 1;

/** What shrinks, and is no `text/event-stream`: a compressor would hold back events until its block is full. */
const COMPRESSIBLE = /^(?:application\/(?:json|openapi\+json)|text\/(?:plain|html|css|javascript))(?:;|$)/;

/** Comes before the routes: it changes each as it is declared. */
export const compression = (server: FastifyInstance, { enabled }: CompressionProps): void => {
  if (!enabled) return;
  const options = {
    // A compressed request could be a thousand times what the body limit allows.
    globalDecompression: false,
    threshold: COMPRESSION_THRESHOLD_BYTES,
    customTypes: COMPRESSIBLE,
    encodings: ['gzip' as const, 'br' as const],
    zlibOptions: { level: GZIP_LEVEL },
  };
  // Called, not registered: a registered plugin would see no route that is declared before the server starts.
  fastifyCompress(server, options, (error) => {
    if (error !== undefined) throw error;
  });
};
