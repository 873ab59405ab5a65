/**
 * A chat completion's request, as far as the gateway looks into it, and the usage that its answer reports.
 * Everything else in a request goes to the upstream as it came. Source: OpenAI API reference, Create chat completion.
 */
import { MODEL_NAME_SCHEMA } from './models';

export interface ChatMessage {
  readonly role: string;
  readonly content?: string | readonly unknown[] | null;
}

export interface ChatRequest {
  /** Members that the gateway does not know. */
  readonly [other: string]: unknown;
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly stream?: boolean | null;
  readonly stream_options?: { readonly include_usage?: boolean | null } | null;
}

/** JSON Schema of {@link ChatRequest}. Unknown members are allowed everywhere. */
export const CHAT_REQUEST_SCHEMA = {
  type: 'object',
  required: ['model', 'messages'],
  properties: {
    model: MODEL_NAME_SCHEMA,
    messages: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['role'],
        properties: { role: { type: 'string', minLength: 1 }, content: { type: ['string', 'array', 'null'] } },
      },
    },
    stream: { type: ['boolean', 'null'] },
    stream_options: {
      type: ['object', 'null'],
      properties: { include_usage: { type: ['boolean', 'null'] } },
    },
    temperature: { type: ['number', 'null'], minimum: 0, maximum: 2 },
    top_p: { type: ['number', 'null'], minimum: 0, maximum: 1 },
    max_tokens: { type: ['integer', 'null'], minimum: 1 },
    max_completion_tokens: { type: ['integer', 'null'], minimum: 1 },
  },
} as const;

/** Tokens of one call, as the upstream counted them. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the input: read from the upstream's own cache. Absent where it does not say. */
  readonly cachedTokens?: number | undefined;
  /** Of the output: spent on reasoning. Absent where it does not say. */
  readonly reasoningTokens?: number | undefined;
}

/** More tokens than any model takes or gives in one call: a count above is no count. */
const TOKENS_MAX = 100_000_000;

const isTokenCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= TOKENS_MAX;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** The members of a JSON value; none where it is no object. */
export const membersOf = (value: unknown): Readonly<Record<string, unknown>> => (isObject(value) ? value : {});

/**
 * The usage that an answer or a chunk carries; `undefined` when it has none, or none that makes sense. Embeddings have
 * no output, and then no count of it.
 */
export const usageOf = (answer: object): Usage | undefined => {
  const { usage } = membersOf(answer);
  const {
    prompt_tokens: inputTokens,
    completion_tokens: completion,
    prompt_tokens_details: inputDetails,
    completion_tokens_details: outputDetails,
  } = membersOf(usage);
  const outputTokens = completion ?? 0;
  if (!isTokenCount(inputTokens) || !isTokenCount(outputTokens)) return undefined;
  return {
    inputTokens,
    outputTokens,
    cachedTokens: partOf(inputTokens, membersOf(inputDetails).cached_tokens),
    reasoningTokens: partOf(outputTokens, membersOf(outputDetails).reasoning_tokens),
  };
};

/** A count of some of `whole`; `undefined` for what is none. */
const partOf = (whole: number, part: unknown): number | undefined =>
  isTokenCount(part) && part <= whole ? part : undefined;

/** The object that a JSON text holds; `undefined` when it is no JSON or no object. */
export const parseObject = (text: string): object | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
};

/** What is taken for an error code: it goes into the log, so words that are not one must not pass. */
const CODE = /^[\w.:-]{1,64}$/;

/** The `code` of an error, or `null` when it has none. */
export const codeOf = (error: object): string | null =>
  'code' in error && typeof error.code === 'string' && CODE.test(error.code) ? error.code : null;
