/**
 * Refuses bodies whose JSON is nested too deeply. The parser takes any depth, but whatever walks a body afterwards, and
 * `JSON.stringify` first of all, ends with the call stack: a few kilobytes of brackets would be a fault of the gateway.
 */
import type { FastifyInstance } from 'fastify';
import { InvalidRequestError } from '../errors';

/** Levels of a body. Tool schemas, the deepest there are, have some twenty. */
const DEPTH_MAX = 100;

export const bodyDepth = (server: FastifyInstance): void => {
  server.addHook('preValidation', (request, _reply, done) => {
    if (!isDeeper(request.body, DEPTH_MAX)) {
      done();
      return;
    }
    const message = `the body must be nested at most ${DEPTH_MAX} levels deep; flatten it`;
    done(new InvalidRequestError(message, { code: 'nested_too_deeply' }));
  });
};

/** Looks no deeper than `levels` itself. */
const isDeeper = (value: unknown, levels: number): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((item) => isDeeper(item, levels - 1));
  for (const name in value) if (isDeeper(Reflect.get(value, name), levels - 1)) return true;
  return false;
};
