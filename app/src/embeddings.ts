/**
 * A request for embeddings, as far as the gateway looks into it. Everything else in it goes to the upstream as it came.
 * Source: OpenAI API reference, Create embeddings.
 */
import { MODEL_NAME_SCHEMA } from './models';

export interface EmbeddingsRequest {
  /** Members that the gateway does not know. */
  readonly [other: string]: unknown;
  readonly model: string;
  readonly input: string | readonly unknown[];
  readonly dimensions?: number | null;
  readonly encoding_format?: string | null;
  readonly user?: string | null;
}

/** JSON Schema of {@link EmbeddingsRequest}. Unknown members are allowed. */
export const EMBEDDINGS_REQUEST_SCHEMA = {
  type: 'object',
  required: ['model', 'input'],
  properties: {
    model: MODEL_NAME_SCHEMA,
    input: {
      anyOf: [
        { type: 'string', minLength: 1 },
        { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } },
        { type: 'array', minItems: 1, items: { type: 'integer', minimum: 0 } },
        {
          type: 'array',
          minItems: 1,
          items: { type: 'array', minItems: 1, items: { type: 'integer', minimum: 0 } },
        },
      ],
    },
    dimensions: { type: ['integer', 'null'], minimum: 1, maximum: 65_536 },
    encoding_format: { type: ['string', 'null'], enum: ['float', 'base64', null] },
    user: { type: ['string', 'null'], maxLength: 512 },
  },
} as const;
