/** Whether embeddings are what was asked for. */
import { membersOf } from '../chat';
import type { EmbeddingsRequest } from '../embeddings';

export type VectorFault = 'vector_count' | 'vector_length' | 'vector_invalid';

const FLOAT_BYTES = 4;

/** How many vectors an input asks for: one a text, or one a list of tokens. */
export const vectorsAskedFor = (input: EmbeddingsRequest['input']): number =>
  typeof input === 'string' || typeof input[0] === 'number' ? 1 : input.length;

/** What is wrong with the vectors of an answer, if anything is. */
export const vectorFaultIn = (request: EmbeddingsRequest, data: unknown): VectorFault | undefined => {
  const list: readonly unknown[] = Array.isArray(data) ? data : [];
  if (list.length !== vectorsAskedFor(request.input)) return 'vector_count';
  const lengths = list.map((one) => lengthOf(membersOf(one).embedding));
  if (lengths.includes(undefined)) return 'vector_invalid';
  const expected = request.dimensions ?? lengths[0];
  return lengths.every((length) => length === expected) ? undefined : 'vector_length';
};

/** The length of a vector, as numbers or as the base64 of 32-bit floats; `undefined` when it is none. */
const lengthOf = (vector: unknown): number | undefined => {
  if (typeof vector === 'string') return lengthOfEncoded(vector);
  if (!Array.isArray(vector) || vector.length === 0) return undefined;
  const numbers: readonly unknown[] = vector;
  return numbers.every((number) => Number.isFinite(number)) ? numbers.length : undefined;
};

const lengthOfEncoded = (vector: string): number | undefined => {
  const bytes = Buffer.from(vector, 'base64');
  if (bytes.length === 0 || bytes.length % FLOAT_BYTES !== 0) return undefined;
  for (let at = 0; at < bytes.length; at += FLOAT_BYTES) {
    if (!Number.isFinite(bytes.readFloatLE(at))) return undefined;
  }
  return bytes.length / FLOAT_BYTES;
};
