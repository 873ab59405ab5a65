/** Chat completions: sends the request upstream and its answer back, as JSON or as a stream of events. */
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { ChatRequest, Usage } from '../chat';
import { CHAT_REQUEST_SCHEMA } from '../chat';
import type { Clock } from '../clock';
import type { GatewayError } from '../errors';
import { asGatewayError, UpstreamTimeoutError, UpstreamUnavailableError } from '../errors';
import type { Exchange } from '../exchange';
import type { Metrics } from '../metrics';
import { Operation } from '../operation';
import { ROUTES } from '../routes';
import { frameOf } from '../sse';
import type { StreamAnswer, Upstream } from '../upstream/upstream';

export interface ChatProps {
  readonly upstream: Upstream;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Longest answer, in milliseconds. */
  readonly totalTimeoutMs: number;
}

/** Nothing between here and the client may hold back, change or keep a stream; NGINX knows the last header. */
const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const;

export const chat = (server: FastifyInstance, { upstream, metrics, clock, totalTimeoutMs }: ChatProps): void => {
  const schema = { body: CHAT_REQUEST_SCHEMA };
  server.post<{ Body: ChatRequest }>(ROUTES.chatCompletions, { schema }, async (request, reply) => {
    const { body, exchange, log, id } = request;
    exchange.limit(totalTimeoutMs, () => {
      const message = `the answer took longer than UPSTREAM_TOTAL_TIMEOUT_MS (${totalTimeoutMs}); ask for a shorter one`;
      return new UpstreamTimeoutError(message, { code: 'upstream_timeout' });
    });
    const operation = new Operation({ clock, metrics, log, exchange, provider: upstream.provider, model: body.model });
    try {
      const answer = await upstream.send({
        operation: 'chat',
        request: body,
        model: body.model,
        requestId: id,
        signal: exchange.signal,
      });
      if (answer.kind === 'stream') {
        const showUsage = body.stream_options?.include_usage === true;
        const bytes = relay(answer, { operation, exchange, showUsage });
        return await reply.headers(STREAM_HEADERS).send(Readable.from(bytes, { objectMode: false }));
      }
      operation.end({ usage: answer.usage });
      return await reply.type('application/json; charset=utf-8').send(answer.body);
    } catch (error) {
      const known = exchange.abortReason ?? asGatewayError(error);
      operation.end({ error: known });
      throw known;
    }
  });
};

interface RelayProps {
  readonly operation: Operation;
  readonly exchange: Exchange;
  /** Whether the client asked for the chunk with the usage. */
  readonly showUsage: boolean;
}

/** The bytes of a stream. After its headers are out a failure can only be told within: as a last event, and no `[DONE]`. */
async function* relay(
  { frames }: StreamAnswer,
  { operation, exchange, showUsage }: RelayProps,
): AsyncGenerator<Buffer> {
  let usage: Usage | undefined;
  let error: GatewayError | undefined;
  try {
    for await (const frame of frames) {
      if (frame.comment !== true) operation.chunk();
      if (frame.failed !== undefined) error = new UpstreamUnavailableError('the upstream failed', frame.failed);
      // The last count is the whole; some upstreams send a running one with every chunk.
      usage = frame.usage ?? usage;
      if (showUsage || frame.usageOnly !== true) yield frame.bytes;
    }
  } catch (failure) {
    error = exchange.abortReason ?? asGatewayError(failure);
    yield frameOf(error.body());
  } finally {
    // A client that leaves ends this generator without an exception.
    error ??= exchange.abortReason;
    exchange.error = error;
    operation.end({ usage, error });
  }
}
