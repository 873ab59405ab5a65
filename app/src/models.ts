/**
 * The models that the gateway lists, and the only ones that become a metric label.
 * Any other name is still passed on: the upstream knows best what it serves.
 * Source: Model Studio's list of models on its OpenAI-compatible endpoint.
 */
export const MODELS = [
  'qwen3-max',
  'qwen-max',
  'qwen-plus',
  'qwen-flash',
  'qwen-turbo',
  'qwen-long',
  'qwen3-coder-plus',
  'qwen3-coder-flash',
  'qwen3-vl-plus',
  'qwen-vl-max',
  'qwen-vl-plus',
  'qwq-plus',
  'deepseek-v3',
  'deepseek-r1',
] as const;

/**
 * Seconds since 1970, for the `created` that OpenAI's shape asks for: the day this table was written (2025-11-01),
 * as Model Studio publishes no such time.
 */
export const MODELS_CREATED = 1_761_955_200;

export const MODELS_OWNER = 'dashscope';

/** What a label reads when its value is not one of a known few. */
export const OTHER = 'other';

/** Longest name of a model that is passed on, in characters. */
export const MODEL_NAME_MAX = 256;

/** JSON Schema of a model's name: printable ASCII without spaces, as the name of the one that answered goes into a header. */
export const MODEL_NAME_SCHEMA = {
  type: 'string',
  minLength: 1,
  maxLength: MODEL_NAME_MAX,
  pattern: '^[!-~]+$',
} as const;

const KNOWN: ReadonlySet<string> = new Set(MODELS);

/** The model as a metric label: a name from {@link MODELS}, or `other`. Clients choose the name, so it must be bounded. */
export const modelLabel = (model: string): string => (KNOWN.has(model) ? model : OTHER);
