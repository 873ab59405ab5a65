/**
 * One region of Alibaba Cloud Model Studio by its OpenAI-compatible endpoint. Bytes of an answer are passed on as they
 * came, but for vectors that a client wants in base64. A stream is always asked for its usage, whether the client wants
 * to see it or not: it is what the call cost.
 */
import type { AbortState } from '../abort';
import type { IncomingHttpHeaders } from 'node:http';
import { parseObject, usageOf } from '../chat';
import type { Clock } from '../clock';
import type { UpstreamLimits } from '../config/upstream';
import { REQUEST_ID_HEADER } from '../routes';
import type { Secret } from '../secret';
import type { Frame } from '../sse';
import { finishReasonsOf, FrameReader } from '../sse';
import type { AnswerCheck } from './answer-check';
import { createConnections } from './connections';
import type { Credential, Credentials } from './credentials';
import type { HttpAnswer } from './http-call';
import { httpCall } from './http-call';
import type { JsonAnswer, OperationName, StreamAnswer, Upstream, UpstreamCall } from './upstream';
import { WAIT_HEADER } from '../headers';
import { brokenOff, errorOfAnswer, errorOfFailure, errorOfHidden } from './upstream-error';
import { wantsBase64, withEncodedVectors } from './vector-encoding';

export interface ModelStudioProps {
  /** The endpoint up to and including its version, such as `https://dashscope.aliyuncs.com/compatible-mode/v1`. */
  readonly baseUrl: URL;
  readonly credentials: Credentials;
  readonly limits: UpstreamLimits;
  /** Absent: answers are passed on unchecked, except those that are none. */
  readonly check: AnswerCheck | undefined;
  readonly clock: Clock;
}

const PATHS: Readonly<Record<OperationName | 'models', string>> = {
  chat: '/chat/completions',
  embeddings: '/embeddings',
  models: '/models',
};

/** The member that an answer has when it is one. */
const ANSWERS: Readonly<Record<OperationName, string>> = { chat: 'choices', embeddings: 'data' };

/** Longest JSON answer, and longest error body that is read, in bytes. */
const ANSWER_MAX_BYTES = 64 * 1_024 * 1_024;
const ERROR_MAX_BYTES = 64 * 1_024;

export const createModelStudio = (props: ModelStudioProps): Upstream => {
  const { baseUrl, credentials, limits, check, clock } = props;
  const { pool, warm, close } = createConnections(baseUrl, limits, clock);
  const prefix = baseUrl.pathname.replace(/\/+$/, '');

  const ask = (call: UpstreamCall, body: string, { key }: Credential): Promise<HttpAnswer> => {
    const stream = isStream(call);
    return httpCall(
      pool,
      {
        path: prefix + PATHS[call.operation],
        method: 'POST',
        headers: headersOf(call, key, stream),
        body,
        // A JSON answer begins when it is complete, which only the total timeout bounds; 0 is no timeout. A stream begins
        // later by what it may wait for its turn.
        headersTimeout: stream ? limits.headersTimeoutMs + (call.waitSeconds ?? 0) * 1_000 : 0,
      },
      call.signal,
    );
  };

  const errorIn = async (answer: HttpAnswer) => {
    const retryAfter = answer.headers['retry-after'];
    return errorOfAnswer({
      status: answer.statusCode,
      retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
      body: credentials.censored((await answer.body.whole(ERROR_MAX_BYTES)).toString('utf8')),
    });
  };

  /** Asks with one key after another, as long as it is the key that stands in the way. */
  const send = async (call: UpstreamCall): Promise<HttpAnswer> => {
    const body = bodyOf(call);
    const keys = credentials.forModel(call.model);
    for (const [at, credential] of keys.entries()) {
      const answer = await ask(call, body, credential);
      if (answer.statusCode === 200) return answer;
      const error = await errorIn(answer);
      const keyAtFault = setAside(credential, call.model, answer.statusCode, error.retryAfterSeconds);
      if (!keyAtFault || at === keys.length - 1) throw error;
    }
    throw new Error('there is always a key to try');
  };

  const setAside = (credential: Credential, model: string, status: number, retryAfterSeconds = 1): boolean => {
    switch (status) {
      case 401:
        credentials.refused(credential);
        return true;
      case 403:
        credentials.refusedFor(credential, model);
        return true;
      case 429:
        credentials.limited(credential, model, retryAfterSeconds * 1_000);
        return true;
      default:
        return false;
    }
  };

  const jsonAnswer = async (answer: HttpAnswer, call: UpstreamCall): Promise<JsonAnswer> => {
    const bytes = await answer.body.whole(ANSWER_MAX_BYTES);
    const text = bytes.toString('utf8');
    const parsed = parseObject(text);
    // Some failures come with status 200; passed on, they would count as answers.
    if (parsed === undefined || !(ANSWERS[call.operation] in parsed)) throw errorOfHidden(credentials.censored(text));
    const usage = usageOf(parsed);
    const faulty = check?.json(call, parsed, usage) ?? false;
    const finishReasons = 'choices' in parsed ? finishReasonsOf(parsed.choices) : [];
    const body = call.operation === 'embeddings' && wantsBase64(call.request) ? withEncodedVectors(parsed) : bytes;
    return { kind: 'json', body, usage, finishReasons, faulty };
  };

  /** A frame as a client may see it. */
  const shown = (frame: Frame): Frame => {
    if (frame.failed === undefined) return frame;
    return { ...frame, bytes: Buffer.from(credentials.censored(frame.bytes.toString('utf8'))) };
  };

  const streamAnswer = (answer: HttpAnswer, call: UpstreamCall): StreamAnswer => {
    async function* frames(): AsyncGenerator<Frame> {
      const seen = check?.stream(call);
      const reader = new FrameReader(seen?.chunk);
      let done = false;
      try {
        for await (const piece of answer.body) {
          for (const frame of reader.read(piece)) {
            done ||= frame.done === true || frame.failed !== undefined;
            yield shown(frame);
          }
        }
        const last = reader.end();
        if (last !== undefined) yield shown(last);
        else if (!done) throw brokenOff();
        seen?.end();
      } catch (error) {
        throw failureOf(call.signal, error);
      }
    }
    return { kind: 'stream', frames: frames() };
  };

  return {
    provider: 'dashscope',
    send: async (call) => {
      try {
        const answer = await send(call);
        return isEventStream(answer.headers) ? streamAnswer(answer, call) : await jsonAnswer(answer, call);
      } catch (error) {
        throw failureOf(call.signal, error);
      }
    },
    probe: async (signal) => {
      try {
        const [credential] = credentials.forModel('');
        const headers = { authorization: `Bearer ${credential?.key.reveal() ?? ''}` };
        const answer = await httpCall(pool, { path: prefix + PATHS.models, method: 'GET', headers }, signal);
        if (answer.statusCode === 401 || answer.statusCode >= 500) throw await errorIn(answer);
        await answer.body.whole(ANSWER_MAX_BYTES);
      } catch (error) {
        throw failureOf(signal, error);
      }
    },
    warm,
    close,
  };
};

/** The reason of an abort is the error that counts; what an aborted call throws besides is only its echo. */
const failureOf = (signal: AbortState, error: unknown) => errorOfFailure(signal.aborted ? signal.reason : error);

const isStream = (call: UpstreamCall): boolean => call.operation === 'chat' && call.request.stream === true;

/** The request in the words of the upstream: written anew, so that what was checked is what is sent. */
const bodyOf = ({ operation, request, model }: UpstreamCall): string => {
  if (operation === 'embeddings') {
    const encoding = wantsBase64(request) ? { encoding_format: 'float' } : undefined;
    return JSON.stringify({ ...request, model, ...encoding });
  }
  if (request.stream !== true) {
    return JSON.stringify(request.model === model ? request : { ...request, model });
  }
  return JSON.stringify({ ...request, model, stream_options: { ...request.stream_options, include_usage: true } });
};

/** Names and values in turn, which undici takes as they are. */
const headersOf = ({ requestId, traceparent, waitSeconds }: UpstreamCall, key: Secret, stream: boolean): string[] => {
  const headers = ['authorization', `Bearer ${key.reveal()}`, 'content-type', 'application/json'];
  headers.push('accept', stream ? 'text/event-stream' : 'application/json', REQUEST_ID_HEADER, requestId);
  if (traceparent !== undefined) headers.push('traceparent', traceparent);
  if (waitSeconds !== undefined) headers.push(WAIT_HEADER, String(waitSeconds));
  return headers;
};

const isEventStream = (headers: IncomingHttpHeaders): boolean =>
  headers['content-type']?.startsWith('text/event-stream') === true;
