/**
 * A guess at how many tokens a text or a request has, where no upstream counts them yet. Not for bills: what was guessed
 * is corrected by the upstream's own count.
 */
import type { ChatMessage, ChatRequest } from './chat';
import type { EmbeddingsRequest } from './embeddings';

/** Tokens a character, measured on Qwen's tokenizer: Han, kana and hangul; and everything else. */
const TOKENS_PER_CJK_CHARACTER = 0.7;
const TOKENS_PER_OTHER_CHARACTER = 0.25;

/** Where CJK characters lie in Unicode, of those that need no surrogates; and the surrogates that begin the rest. */
const CJK_RANGES = [
  [0x1100, 0x11ff], // hangul jamo
  [0x2e80, 0x2fdf], // radicals
  [0x3005, 0x3007],
  [0x3041, 0x30ff], // kana
  [0x3130, 0x318f], // compatibility jamo
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7ff], // hangul
  [0xd840, 0xd88d], // ideographs outside the first plane
  [0xf900, 0xfaff],
  [0xff66, 0xffdc], // half-width kana and hangul
] as const;

/** 1 for each UTF-16 unit that is one: a look-up a character, as prompts are long and every request has one. */
const IS_CJK = new Uint8Array(0x10000);
for (const [first, last] of CJK_RANGES) IS_CJK.fill(1, first, last + 1);

/** A longer text is judged by stretches of it: reading megabytes would hold up every other request. */
const READ_WHOLE_MAX = 4_096;
const STRETCHES = 32;
const STRETCH = READ_WHOLE_MAX / STRETCHES;

const countCjk = (text: string, from: number, to: number): number => {
  let count = 0;
  for (let at = from; at < to; at += 1) count += IS_CJK[text.charCodeAt(at)] ?? 0;
  return count;
};

/** CJK characters of a text; of a long one about, by stretches that lie evenly from its first character to its last. */
const cjkIn = (text: string): number => {
  if (text.length <= READ_WHOLE_MAX) return countCjk(text, 0, text.length);
  const step = (text.length - STRETCH) / (STRETCHES - 1);
  let count = 0;
  for (let index = 0; index < STRETCHES; index += 1) {
    const from = Math.floor(index * step);
    count += countCjk(text, from, from + STRETCH);
  }
  return (count / READ_WHOLE_MAX) * text.length;
};

/** At least one for a text that is not empty. */
export const estimateTokens = (text: string): number => {
  const cjk = cjkIn(text);
  return Math.ceil(cjk * TOKENS_PER_CJK_CHARACTER + (text.length - cjk) * TOKENS_PER_OTHER_CHARACTER);
};

export interface RequestEstimate {
  readonly prompt: number;
  /** Of {@link total}: a guess at an answer that the request sets no bound. 0 when it does, or when there is none. */
  readonly guessed: number;
  /** Prompt and answer. */
  readonly total: number;
}

/** What an answer is taken for that has no bound, until some of its model are known. Assumed: a few paragraphs. */
const ANSWER_TOKENS = 500;
/** What a message has around its text: `<|im_start|>`, role, line breaks, `<|im_end|>`. Source: Qwen, ChatML. */
const TOKENS_PER_MESSAGE = 5;
/** An image, a frame of a video or a piece of sound. Source: Qwen-VL scales an image down to at most 1,280 tokens. */
const TOKENS_PER_MEDIUM = 1_280;
/** How deep tools and tool calls are looked into. JSON of any depth arrives, and the call stack has an end. */
const DEPTH_MAX = 16;

/** What a request will use: its prompt by its characters, its answer by the bound that it sets. */
export const estimateRequestTokens = (
  request:
    | { readonly operation: 'chat'; readonly body: ChatRequest }
    | { readonly operation: 'embeddings'; readonly body: EmbeddingsRequest },
): RequestEstimate => {
  if (request.operation === 'embeddings') {
    const prompt = tokensOfInput(request.body.input);
    return { prompt, guessed: 0, total: prompt };
  }
  const { body } = request;
  let prompt = body.tools === undefined ? 0 : tokensOfJson(body.tools, DEPTH_MAX);
  for (const message of body.messages) prompt += tokensOfMessage(message);
  const choices = countOf(body.n) ?? 1;
  const bound = countOf(body.max_completion_tokens) ?? countOf(body.max_tokens);
  const answer = (bound ?? ANSWER_TOKENS) * choices;
  return { prompt, guessed: bound === undefined ? answer : 0, total: prompt + answer };
};

/** A positive number; `undefined` for anything else. */
const countOf = (value: unknown): number | undefined => (typeof value === 'number' && value > 0 ? value : undefined);

const tokensOfMessage = (message: ChatMessage): number => {
  const { content } = message;
  let tokens = TOKENS_PER_MESSAGE;
  if (typeof content === 'string') tokens += estimateTokens(content);
  else for (const part of content ?? []) tokens += tokensOfPart(part);
  if ('tool_calls' in message) tokens += tokensOfJson(message.tool_calls, DEPTH_MAX);
  return tokens;
};

/** A text by its characters; a picture as a picture, since its base64 is no text. */
const tokensOfPart = (part: unknown): number => {
  if (typeof part === 'string') return estimateTokens(part);
  if (typeof part !== 'object' || part === null) return 0;
  if ('text' in part && typeof part.text === 'string') return estimateTokens(part.text);
  const frames = 'video' in part && Array.isArray(part.video) ? part.video.length : 1;
  return frames * TOKENS_PER_MEDIUM;
};

/** Texts, or the numbers of tokens. */
const tokensOfInput = (input: EmbeddingsRequest['input']): number => {
  if (typeof input === 'string') return estimateTokens(input);
  let tokens = 0;
  for (const item of input) {
    if (typeof item === 'string') tokens += estimateTokens(item);
    else tokens += Array.isArray(item) ? item.length : 1;
  }
  return tokens;
};

/** JSON that a model reads as text: names and values, and a token for what joins them. */
const tokensOfJson = (value: unknown, depth: number): number => {
  if (typeof value === 'string') return estimateTokens(value);
  if (typeof value !== 'object' || value === null || depth === 0) return 1;
  let tokens = 1;
  if (Array.isArray(value)) for (const item of value) tokens += tokensOfJson(item, depth - 1);
  else
    for (const [name, item] of Object.entries(value))
      tokens += 1 + estimateTokens(name) + tokensOfJson(item, depth - 1);
  return tokens;
};
