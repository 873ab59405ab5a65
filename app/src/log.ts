/**
 * The log: one JSON object a line, each with the `kind` of event it tells of, or the same as plain lines where
 * ENABLE_STRUCTURED_LOGGING is false. Prompts, answers and keys are never given to it; the redaction here and in
 * `log/censor.ts` is for the day somebody does. A client's address stands in `security` lines alone.
 */
import { isNativeError } from 'node:util/types';
import type { FastifyBaseLogger } from 'fastify';
import pino from 'pino';
import type { DestinationStream } from 'pino';
import { GatewayError } from './errors';
import { createCensor } from './log/censor';
import { plainLines } from './log/plain-lines';
import type { Config } from './read-config';
import { REDACTED } from './secret';

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

/** Members that hold a secret or somebody's words, wherever they turn up in the first three levels. */
const UNLOGGED = [
  'authorization',
  'apiKey',
  'api_key',
  'x-api-key',
  'cookie',
  'set-cookie',
  'password',
  'secret',
  'headers',
  'body',
  'messages',
  'content',
  'prompt',
  'input',
  'answer',
  'choices',
];
const UNLOGGED_DEPTH = 3;

/** The paths of {@link UNLOGGED} in pino's notation, at every depth. */
const unloggedPaths = (): string[] =>
  UNLOGGED.flatMap((name) =>
    Array.from({ length: UNLOGGED_DEPTH }, (_, depth) => `${Array(depth).fill('*').join('.')}["${name}"]`),
  );

/**
 * Bytes gathered before a write, the most that one write has, and the longest time that a line waits for it, in
 * milliseconds. Several processes write to one pipe, and only up to 4,096 bytes are sure to stay together there.
 * Source: POSIX, write; Linux, pipe(7).
 */
const BUFFER_BYTES = 4_000;
const WRITE_BYTES = 4_096;
const FLUSH_MS = 500;

/** The process's own log: buffered, to standard output, complete at exit. */
export const standardOutput = (): DestinationStream =>
  pino.destination({ dest: 1, sync: false, minLength: BUFFER_BYTES, maxWrite: WRITE_BYTES, periodicFlush: FLUSH_MS });

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
      formatters: { level: (level) => ({ level }) },
      serializers: { err: describe },
      redact: { paths: unloggedPaths(), censor: REDACTED },
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
