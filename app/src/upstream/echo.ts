/**
 * The upstream of a gateway without a key: it answers with the last thing the user said, and with vectors that say
 * nothing but which text they are of. Deterministic, so that what stands on it can be tested; of a chat it follows
 * `stream` and `stream_options` and no other option.
 */
import type { AbortState } from '../abort';
import type { ChatMessage, ChatRequest, Usage } from '../chat';
import type { Clock, NewId } from '../clock';
import type { EmbeddingsRequest } from '../embeddings';
import type { Frame } from '../sse';
import { DONE_FRAME, frameOf } from '../sse';
import { estimateTokens } from '../tokens';
import { vectorOf } from './echo-vector';
import type { JsonAnswer, Upstream } from './upstream';
import { vectorsAskedFor } from './vector-check';
import { encodedVector, wantsBase64 } from './vector-encoding';

const PREFIX = 'Echo: ';
/** Length of a vector when the request asks for none; that of Model Studio's text-embedding-v4. */
const DIMENSIONS = 1_024;

/** The words of a message: its text, or the text parts of it. */
const textOf = ({ content }: ChatMessage): string => {
  if (typeof content === 'string') return content;
  const parts: readonly unknown[] = content ?? [];
  return parts
    .map((part) => (typeof part === 'object' && part !== null && 'text' in part ? part.text : undefined))
    .filter((text) => typeof text === 'string')
    .join(' ');
};

const answerTo = ({ messages }: ChatRequest): string => {
  const said = messages.findLast(({ role }) => role === 'user');
  return `${PREFIX}${said === undefined ? '' : textOf(said)}`;
};

const usageFor = (request: ChatRequest, answer: string) => {
  const inputTokens = request.messages.reduce((sum, message) => sum + estimateTokens(textOf(message)), 0);
  const outputTokens = estimateTokens(answer);
  const spelled = {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
  return { counted: { inputTokens, outputTokens }, spelled };
};

/** Each word with the space behind it; together they are the text again. */
const wordsOf = (text: string): readonly string[] => text.split(/(?<=\s)(?=\S)/);

export const createEcho = (clock: Clock, newId: NewId): Upstream => {
  const headOf = (object: string, request: ChatRequest) => ({
    id: `chatcmpl-${newId()}`,
    object,
    created: Math.floor(clock.epochMs() / 1_000),
    model: request.model,
  });

  function* frames(request: ChatRequest): Generator<Frame> {
    const answer = answerTo(request);
    const { counted, spelled } = usageFor(request, answer);
    const head = headOf('chat.completion.chunk', request);
    const chunk = (delta: object, finish: 'stop' | null): Frame => ({
      bytes: frameOf({ ...head, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] }),
      ...(finish === null ? undefined : { finishReasons: [finish] }),
    });
    yield chunk({ role: 'assistant', content: '' }, null);
    for (const content of wordsOf(answer)) yield chunk({ content }, null);
    yield chunk({}, 'stop');
    yield { bytes: frameOf({ ...head, choices: [], usage: spelled }), usage: counted, usageOnly: true };
    yield DONE_FRAME;
  }

  async function* paced(request: ChatRequest, signal: AbortState): AsyncGenerator<Frame> {
    for (const frame of frames(request)) {
      // A turn of the event loop a frame, so that a long echo holds up nobody else.
      await new Promise(setImmediate);
      signal.throwIfAborted();
      yield frame;
    }
  }

  const complete = (request: ChatRequest): JsonAnswer => {
    const answer = answerTo(request);
    const { counted, spelled } = usageFor(request, answer);
    const message = { role: 'assistant', content: answer, refusal: null };
    const body = {
      ...headOf('chat.completion', request),
      choices: [{ index: 0, message, logprobs: null, finish_reason: 'stop' }],
      usage: spelled,
    };
    return json(body, counted, ['stop']);
  };

  const embed = (request: EmbeddingsRequest, model: string): JsonAnswer => {
    const { dimensions } = request;
    const texts = textsOf(request);
    const tokens = texts.reduce((sum, text) => sum + estimateTokens(text), 0);
    const data = texts.map((text, index) => {
      const vector = vectorOf(text, dimensions ?? DIMENSIONS);
      return { object: 'embedding', index, embedding: wantsBase64(request) ? encodedVector(vector) : [...vector] };
    });
    const usage = { prompt_tokens: tokens, total_tokens: tokens };
    return json({ object: 'list', data, model, usage }, { inputTokens: tokens, outputTokens: 0 }, []);
  };

  return {
    provider: 'echo',
    send: (call) => {
      const { model, signal } = call;
      if (call.operation === 'embeddings') return Promise.resolve(embed(call.request, model));
      const request = { ...call.request, model };
      if (request.stream !== true) return Promise.resolve(complete(request));
      return Promise.resolve({ kind: 'stream', frames: paced(request, signal) });
    },
    warm: () => Promise.resolve(),
    probe: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
};

const json = (body: object, usage: Usage, finishReasons: readonly string[]): JsonAnswer => ({
  kind: 'json',
  body: Buffer.from(JSON.stringify(body)),
  usage,
  finishReasons,
  faulty: false,
});

/** Each input as a text; a list of tokens is taken for the text of its numbers. */
const textsOf = ({ input }: EmbeddingsRequest): readonly string[] => {
  if (typeof input === 'string') return [input];
  if (vectorsAskedFor(input) === 1 && typeof input[0] === 'number') return [input.join(' ')];
  return input.map((one) => (Array.isArray(one) ? one.join(' ') : String(one)));
};
