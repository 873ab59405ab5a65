/**
 * The structured log: one JSON object a line, each with the `kind` of event it tells of. Prompts, answers and keys are
 * never given to it; the redaction below is for the day somebody does.
 */
import { isNativeError } from 'node:util/types';
import type { FastifyBaseLogger } from 'fastify';
import pino from 'pino';
import type { DestinationStream } from 'pino';
import type { Config } from './read-config';
import { GatewayError } from './errors';
import { REDACTED } from './secret';

/** What a log line tells of. */
export type LogKind = 'lifecycle' | 'request' | 'upstream-call' | 'security' | 'business';

/** Members that hold a secret or somebody's words, wherever they turn up in the first two levels. */
const UNLOGGED = ['authorization', 'apiKey', 'api_key', 'cookie', 'body', 'messages', 'content', 'prompt', 'headers'];

/** Bytes gathered before a write, and the longest time that a line waits for it, in milliseconds. */
const BUFFER_BYTES = 4_096;
const FLUSH_MS = 500;

/** The process's own log: buffered, to standard output, complete at exit. */
export const standardOutput = (): DestinationStream =>
  pino.destination({ dest: 1, sync: false, minLength: BUFFER_BYTES, periodicFlush: FLUSH_MS });

/**
 * What a log line says of an error. A {@link GatewayError} is named and numbered but not quoted, since it may repeat the
 * client's or the upstream's words; so may a SyntaxError of `JSON.parse`.
 */
const describe = (error: unknown): object => {
  if (!isNativeError(error)) return { name: typeof error };
  const cause = error.cause === undefined ? {} : { cause: describe(error.cause) };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const about = { name: error.name, ...code, ...cause };
  if (error instanceof GatewayError) return { ...about, errorType: error.errorType, status: error.status };
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  const message = error.name === 'SyntaxError' ? {} : { message: error.message };
  return { ...about, ...message, stack: frames.join('\n') };
};

/** A duration as the log writes it: milliseconds, to the microsecond. */
export const logMs = (ms: number): number => Math.round(ms * 1_000) / 1_000;

export const createLog = (config: Config, destination: DestinationStream): FastifyBaseLogger =>
  pino(
    {
      level: config.logLevel,
      base: { service: 'bailian-gateway' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      serializers: { err: describe },
      redact: { paths: UNLOGGED.flatMap((name) => [name, `*.${name}`]), censor: REDACTED },
    },
    destination,
  );
