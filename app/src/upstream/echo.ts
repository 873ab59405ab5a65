/**
 * The upstream of a gateway without a key: it answers with the last thing the user said. Deterministic, so that what
 * stands on it can be tested; it follows `stream` and `stream_options` and no other option.
 */
import type { ChatMessage, ChatRequest } from '../chat';
import type { Clock, NewId } from '../clock';
import type { Frame } from '../sse';
import { DONE_FRAME, frameOf } from '../sse';
import { estimateTokens } from '../tokens';
import type { Upstream } from './upstream';

const PREFIX = 'Echo: ';

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
    });
    yield chunk({ role: 'assistant', content: '' }, null);
    for (const content of wordsOf(answer)) yield chunk({ content }, null);
    yield chunk({}, 'stop');
    yield { bytes: frameOf({ ...head, choices: [], usage: spelled }), usage: counted, usageOnly: true };
    yield DONE_FRAME;
  }

  async function* paced(request: ChatRequest, signal: AbortSignal): AsyncGenerator<Frame> {
    for (const frame of frames(request)) {
      // A turn of the event loop a frame, so that a long echo holds up nobody else.
      await new Promise(setImmediate);
      signal.throwIfAborted();
      yield frame;
    }
  }

  const complete = (request: ChatRequest) => {
    const answer = answerTo(request);
    const { counted, spelled } = usageFor(request, answer);
    const message = { role: 'assistant', content: answer, refusal: null };
    const body = {
      ...headOf('chat.completion', request),
      choices: [{ index: 0, message, logprobs: null, finish_reason: 'stop' }],
      usage: spelled,
    };
    return { kind: 'json', body: Buffer.from(JSON.stringify(body)), usage: counted } as const;
  };

  return {
    provider: 'echo',
    chat: ({ request, signal }) =>
      Promise.resolve(request.stream === true ? { kind: 'stream', frames: paced(request, signal) } : complete(request)),
    close: () => Promise.resolve(),
  };
};
