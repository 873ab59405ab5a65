/**
 * The log: one JSON object a line, each with the `kind` of event it tells of, or the same as plain lines where
 * ENABLE_STRUCTURED_LOGGING is false. Prompts, answers and keys are never given to it; the redaction in
 * `log/unlogged.ts` and `log/censor.ts` is for the day somebody does. A client's address stands in `security` lines alone.
 */
import { isNativeError } from 'node:util/types';
import type { FastifyBaseLogger } from 'fastify';
import pino from 'pino';
import type { DestinationStream } from 'pino';
import { GatewayError } from './errors';
import { createCensor } from './log/censor';
import { gathered } from './log/gathered';
import { plainLines } from './log/plain-lines';
import { UNLOGGED_SERIALIZERS, withoutUnlogged } from './log/unlogged';
import type { Config } from './read-config';

/**
 * What a log line tells of.
 * - `lifecycle`: the process starts, drains, ends
 * - `request`: one request and how it was answered
 * - `upstream-call`: one call of the upstream
 * - `security`: an address or a key was refused, a honeypot path asked for; the only kind with addresses
 * - `business`: money and use: a budget, a price table, a key made or revoked
 * - `component`: something the service stands on was lost or came back: Redis, the database, an upstream
 * - `performance`: memory, event loop, a load test
 */
export type LogKind = 'lifecycle' | 'request' | 'upstream-call' | 'security' | 'business' | 'component' | 'performance';

/**
 * Bytes gathered before a write, and the most that one write has. Where several processes write to one pipe, only up to
 * 4,096 bytes are sure to stay together; a process alone writes as much as it has. Source: POSIX, write; Linux, pipe(7).
 */
const BUFFERS = {
  shared: { minLength: 4_000, maxWrite: 4_096 },
  alone: { minLength: 32_768, maxWrite: 65_536 },
} as const;
/** The longest time that a line waits for it, in milliseconds. */
const FLUSH_MS = 500;

/** The process's own log: buffered, to standard output, complete at exit. */
export const standardOutput = (use: keyof typeof BUFFERS): DestinationStream => {
  const destination = pino.destination({ dest: 1, sync: false, periodicFlush: FLUSH_MS, ...BUFFERS[use] });
  return use === 'alone' ? gathered(destination) : destination;
};

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

/** The message of a line that was given none. */
const WITHOUT_WORDS = 'no message';

/** A duration as the log writes it: milliseconds, to the microsecond. */
export const logMs = (ms: number): number => Math.round(ms * 1_000) / 1_000;

export const createLog = (config: Config, destination: DestinationStream): FastifyBaseLogger =>
  pino(
    {
      level: config.logLevel,
      base: { service: 'bailian-gateway' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }), log: withoutUnlogged },
      serializers: { ...UNLOGGED_SERIALIZERS, err: describe },
      hooks: {
        streamWrite: createCensor(config),
        logMethod(args, write) {
          const [subject, message] = args;
          // Without a message of ours pino would take the error's own, which may quote a client.
          if (typeof subject !== 'object' || message !== undefined) write.apply(this, args);
          else write.apply(this, [subject instanceof Error ? { err: subject } : subject, WITHOUT_WORDS]);
        },
      },
    },
    config.features.structuredLogging ? destination : plainLines(destination),
  );
