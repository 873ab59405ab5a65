/** Bodies of a bounded size. */
import { UpstreamUnavailableError } from '../errors';

/** @throws UpstreamUnavailableError when there is more; leaving the loop closes the connection */
export const readUpTo = async (maxBytes: number, body: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length > maxBytes) {
      const message = `the upstream answered with more than ${maxBytes} bytes; ask for a shorter answer`;
      throw new UpstreamUnavailableError(message, { code: 'upstream_answer_too_large' });
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces, length);
};
