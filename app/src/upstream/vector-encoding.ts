/**
 * Vectors as clients want them. Model Studio writes numbers, and OpenAI's clients ask for base64 unless they are told
 * otherwise, and take whatever comes for it.
 * Source: Model Studio, OpenAI-compatible embeddings (`encoding_format`: `float`); OpenAI API reference, Create embeddings.
 */
import { membersOf } from '../chat';
import type { EmbeddingsRequest } from '../embeddings';

const FLOAT_BYTES = 4;

/** The base64 of 32-bit floats, low byte first. */
export const encodedVector = (vector: ArrayLike<number>): string => {
  const bytes = Buffer.alloc(vector.length * FLOAT_BYTES);
  for (let at = 0; at < vector.length; at += 1) bytes.writeFloatLE(vector[at] ?? 0, at * FLOAT_BYTES);
  return bytes.toString('base64');
};

export const wantsBase64 = ({ encoding_format: encoding }: EmbeddingsRequest): boolean => encoding === 'base64';

/** An answer with its vectors in base64. What is no list of numbers stays as it is. */
export const withEncodedVectors = (answer: object): Buffer => {
  const { data } = membersOf(answer);
  const list: readonly unknown[] = Array.isArray(data) ? data : [];
  const encoded = list.map((one) => {
    const { embedding } = membersOf(one);
    return isVector(embedding) ? { ...membersOf(one), embedding: encodedVector(embedding) } : one;
  });
  return Buffer.from(JSON.stringify({ ...answer, data: encoded }));
};

const isVector = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((number) => typeof number === 'number');
