/** The routes that a model answers: chat completions and embeddings. */
import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerHeaders } from '../cache/cache-headers';
import type { Caller } from '../caller';
import type { ChatRequest } from '../chat';
import type { EmbeddingsRequest } from '../embeddings';
import { endUserOf } from '../end-user';
import { InternalError, InvalidRequestError, UpstreamTimeoutError } from '../errors';
import { PRIORITY_HEADER, WAIT_HEADER } from '../headers';
import type { Inference, InferenceRequest } from '../inference/inference';
import { logMs } from '../log';
import type { ActiveUsers } from '../performance/active-users';
import type { Priority } from '../quota/priority';
import { PRIORITIES } from '../quota/priority';
import { ROUTES } from '../routes';
import { waitSecondsOf } from '../upstream/upstream';
import { CHAT_ROUTE_SCHEMA, EMBEDDINGS_ROUTE_SCHEMA } from './inference-schemas';

export interface InferencePluginProps {
  readonly inference: Inference;
  /** Is told of each user that asks. */
  readonly users: Pick<ActiveUsers, 'see'>;
  /** Longest answer, in milliseconds. */
  readonly totalTimeoutMs: number;
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** Nothing between here and the client may hold back, change or keep a stream; NGINX knows the last header. */
const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const;

/** The model that answered, which is another than the one asked for where a fallback was. */
const MODEL_HEADER = 'x-gateway-model';
/** What the gateway itself took until the answer began, in milliseconds. */
const OVERHEAD_HEADER = 'x-gateway-overhead-ms';

export const inferenceRoutes = (server: FastifyInstance, props: InferencePluginProps): void => {
  const { inference, users, totalTimeoutMs } = props;
  const config = { permission: 'inference' } as const;
  const timeout = (): UpstreamTimeoutError => {
    const message = `the answer took longer than UPSTREAM_TOTAL_TIMEOUT_MS (${totalTimeoutMs}); ask for a shorter one`;
    return new UpstreamTimeoutError(message, { code: 'upstream_timeout' });
  };
  const answer = async (asked: InferenceRequest, request: FastifyRequest, reply: FastifyReply) => {
    const { exchange, log, id, headers, caller, trace } = request;
    if (caller === undefined) throw new InternalError(new Error('no caller: authentication is not registered'));
    exchange.limit(totalTimeoutMs, timeout);
    const endUser = endUserOf(headers, asked.body, caller);
    users.see(endUser === undefined ? caller.keyId : `${caller.keyId} ${endUser}`);
    const given = await inference.answer({
      request: asked,
      caller,
      endUser,
      priority: priorityOf(headers, caller),
      headers,
      requestId: id,
      trace,
      waitSeconds: waitSecondsOf(headers[WAIT_HEADER], totalTimeoutMs),
      exchange,
      log,
    });
    reply.headers(answerHeaders(given.cache, given.ageSeconds));
    reply.header(MODEL_HEADER, given.model).header(OVERHEAD_HEADER, logMs(exchange.overheadMs()));
    if (Buffer.isBuffer(given.body)) return reply.header('content-type', JSON_TYPE).send(given.body);
    return reply.headers(STREAM_HEADERS).send(Readable.from(given.body, { objectMode: false }));
  };

  server.post<{ Body: ChatRequest }>(ROUTES.chatCompletions, { schema: CHAT_ROUTE_SCHEMA, config }, (request, reply) =>
    answer({ operation: 'chat', body: request.body }, request, reply),
  );
  server.post<{ Body: EmbeddingsRequest }>(
    ROUTES.embeddings,
    { schema: EMBEDDINGS_ROUTE_SCHEMA, config },
    (request, reply) => answer({ operation: 'embeddings', body: request.body }, request, reply),
  );
};

/**
 * The priority that is asked for, where the key may ask or it is no higher than its own; else the key's own.
 * @throws InvalidRequestError for a word that is none
 */
const priorityOf = (headers: IncomingHttpHeaders, { priority, permissions }: Caller): Priority => {
  const asked = headers[PRIORITY_HEADER];
  if (asked === undefined) return priority;
  const found = PRIORITIES.find((known) => known === asked);
  if (found === undefined) {
    const message = `${PRIORITY_HEADER} must be one of ${PRIORITIES.join(', ')}; correct it, or leave it out`;
    throw new InvalidRequestError(message, { code: 'invalid_priority' });
  }
  const isHigher = PRIORITIES.indexOf(found) < PRIORITIES.indexOf(priority);
  return isHigher && !permissions.has('priority') ? priority : found;
};
