/** What the routes that a model answers take and give, for the document and for the check of what is asked. */
import { bodyErrorResponses, NEEDS_KEY } from '../api-schemas';
import { CHAT_REQUEST_SCHEMA } from '../chat';
import { EMBEDDINGS_REQUEST_SCHEMA } from '../embeddings';

/** The upstream's own bytes: what is said of them is what OpenAI's clients rely on, and more may be there. */
const USAGE_SCHEMA = {
  type: ['object', 'null'],
  properties: {
    prompt_tokens: { type: 'integer' },
    completion_tokens: { type: 'integer' },
    total_tokens: { type: 'integer' },
  },
} as const;

const COMPLETION_SCHEMA = {
  type: 'object',
  required: ['choices'],
  properties: {
    id: { type: 'string' },
    object: { type: 'string' },
    created: { type: 'integer' },
    model: { type: 'string' },
    choices: { type: 'array', items: { type: 'object' } },
    usage: USAGE_SCHEMA,
  },
} as const;

const EMBEDDINGS_SCHEMA = {
  type: 'object',
  required: ['data'],
  properties: {
    object: { type: 'string' },
    model: { type: 'string' },
    data: { type: 'array', items: { type: 'object' } },
    usage: USAGE_SCHEMA,
  },
} as const;

const ABOUT = { tags: ['inference'], security: NEEDS_KEY } as const;

export const CHAT_ROUTE_SCHEMA = {
  ...ABOUT,
  summary: 'A chat completion',
  description:
    'As OpenAI’s, with Model Studio’s own members as well; what the gateway does not know goes upstream as it came.',
  body: CHAT_REQUEST_SCHEMA,
  response: {
    200: {
      description: 'The completion; with `"stream": true` its chunks as server-sent events, the last one `[DONE]`.',
      content: {
        'application/json': { schema: COMPLETION_SCHEMA },
        'text/event-stream': { schema: { description: 'The data of each event is a chunk, or `[DONE]`.' } },
      },
    },
    ...bodyErrorResponses(404, 502, 504),
  },
} as const;

export const EMBEDDINGS_ROUTE_SCHEMA = {
  ...ABOUT,
  summary: 'Embeddings of texts',
  description: 'As OpenAI’s; what the gateway does not know goes upstream as it came.',
  body: EMBEDDINGS_REQUEST_SCHEMA,
  response: {
    200: {
      description: 'A vector for each text.',
      content: { 'application/json': { schema: EMBEDDINGS_SCHEMA } },
    },
    ...bodyErrorResponses(404, 502, 504),
  },
} as const;
