/** Vectors of the echo: of length 1, the same for the same text, and far from those of any other. They mean nothing. */
import { createHash } from 'node:crypto';

/** Of one number, in a block of the hash. */
const FLOAT_BYTES = 4;
const UINT32 = 2 ** 32;

/** A vector that follows from its text alone: the text's hash, drawn out by a counter in blocks of 32 bytes. */
export const vectorOf = (text: string, dimensions: number): Float32Array => {
  const numbers = new Float64Array(dimensions);
  const seed = createHash('sha256').update(text).digest();
  let block: Buffer = seed;
  for (let at = 0; at < dimensions; at++) {
    const offset = (at * FLOAT_BYTES) % seed.length;
    if (offset === 0) block = createHash('sha256').update(seed).update(String(at)).digest();
    numbers[at] = block.readUInt32LE(offset) / UINT32 - 0.5;
  }
  const length = Math.sqrt(numbers.reduce((sum, number) => sum + number * number, 0));
  return Float32Array.from(numbers, (number) => number / length);
};
