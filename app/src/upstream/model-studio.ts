/**
 * Alibaba Cloud Model Studio by its OpenAI-compatible endpoint. Bytes of an answer are passed on as they came.
 * A stream is always asked for its usage, whether the client wants to see it or not: it is what the call cost.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { Pool } from 'undici';
import type { Dispatcher } from 'undici';
import type { ChatRequest } from '../chat';
import { parseObject, usageOf } from '../chat';
import { UpstreamUnavailableError } from '../errors';
import type { UpstreamLimits } from '../read-config';
import { REQUEST_ID_HEADER } from '../routes';
import type { Secret } from '../secret';
import type { Frame } from '../sse';
import { framesOf } from '../sse';
import type { ChatCall, JsonAnswer, StreamAnswer, Upstream } from './upstream';
import { errorOfAnswer, errorOfFailure } from './upstream-error';

export interface ModelStudioProps {
  readonly apiKey: Secret;
  /** The endpoint up to and including its version, such as `https://dashscope.aliyuncs.com/compatible-mode/v1`. */
  readonly baseUrl: URL;
  readonly limits: UpstreamLimits;
}

/** Longest JSON answer, and longest error body that is read, in bytes. */
const ANSWER_MAX_BYTES = 64 * 1_024 * 1_024;
const ERROR_MAX_BYTES = 64 * 1_024;

type Answer = Dispatcher.ResponseData;

export const createModelStudio = ({ apiKey, baseUrl, limits }: ModelStudioProps): Upstream => {
  const pool = new Pool(baseUrl.origin, {
    connections: limits.connections,
    connect: { timeout: limits.connectTimeoutMs },
    bodyTimeout: limits.idleTimeoutMs,
  });
  const path = `${baseUrl.pathname.replace(/\/+$/, '')}/chat/completions`;

  const send = ({ request, requestId, signal }: ChatCall): Promise<Answer> => {
    const stream = request.stream === true;
    return pool.request({
      path,
      method: 'POST',
      headers: {
        authorization: `Bearer ${apiKey.reveal()}`,
        'content-type': 'application/json',
        accept: stream ? 'text/event-stream' : 'application/json',
        [REQUEST_ID_HEADER]: requestId,
      },
      body: JSON.stringify(stream ? withUsage(request) : request),
      signal,
      // A JSON answer begins when it is complete, which only the total timeout bounds; 0 is no timeout.
      headersTimeout: stream ? limits.headersTimeoutMs : 0,
    });
  };

  return {
    provider: 'dashscope',
    async chat(call) {
      try {
        const answer = await send(call);
        if (answer.statusCode !== 200) throw await errorIn(answer);
        return isEventStream(answer.headers) ? streamAnswer(answer, call.signal) : await jsonAnswer(answer);
      } catch (error) {
        throw failureOf(call.signal, error);
      }
    },
    close: () => pool.close(),
  };
};

/** The reason of an abort is the error that counts; what an aborted call throws besides is only its echo. */
const failureOf = (signal: AbortSignal, error: unknown) =>
  errorOfFailure(signal.aborted ? (signal.reason as unknown) : error);

const withUsage = (request: ChatRequest): ChatRequest => ({
  ...request,
  stream_options: { ...request.stream_options, include_usage: true },
});

const isEventStream = (headers: IncomingHttpHeaders): boolean =>
  headers['content-type']?.startsWith('text/event-stream') === true;

const jsonAnswer = async (answer: Answer): Promise<JsonAnswer> => {
  const body = await readUpTo(ANSWER_MAX_BYTES, answer.body);
  const text = body.toString('utf8');
  const completion = parseObject(text);
  // Some failures come with status 200; passed on, they would count as answers.
  if (completion === undefined || !('choices' in completion)) {
    throw errorOfAnswer({ status: 502, retryAfter: undefined, body: text });
  }
  return { kind: 'json', body, usage: usageOf(completion) };
};

const streamAnswer = (answer: Answer, signal: AbortSignal): StreamAnswer => {
  async function* frames(): AsyncGenerator<Frame> {
    try {
      let done = false;
      for await (const frame of framesOf(answer.body)) {
        done ||= frame.done === true || frame.failed !== undefined;
        yield frame;
      }
      if (!done) {
        const message = 'the upstream broke off its answer; what came is incomplete, ask again';
        throw new UpstreamUnavailableError(message, { code: 'upstream_truncated' });
      }
    } catch (error) {
      throw failureOf(signal, error);
    }
  }
  return { kind: 'stream', frames: frames() };
};

const errorIn = async (answer: Answer) => {
  const retryAfter = answer.headers['retry-after'];
  return errorOfAnswer({
    status: answer.statusCode,
    retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
    body: (await readUpTo(ERROR_MAX_BYTES, answer.body)).toString('utf8'),
  });
};

/** @throws UpstreamUnavailableError when there is more; leaving the loop closes the connection */
const readUpTo = async (maxBytes: number, body: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length > maxBytes) {
      const message = `the upstream answered with more than ${maxBytes} bytes; ask for a shorter answer`;
      throw new UpstreamUnavailableError(message, { code: 'upstream_answer_too_large' });
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces, length);
};
