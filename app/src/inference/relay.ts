/** The bytes of a stream on their way to the client: counted, kept for the cache, and ended with an error that can be read. */
import type { Usage } from '../chat';
import type { GatewayError } from '../errors';
import { asGatewayError } from '../errors';
import type { Exchange } from '../exchange';
import { frameOf, FrameReader } from '../sse';
import type { StreamAnswer } from '../upstream/upstream';
import { errorOfEvent } from '../upstream/upstream-error';

export interface RelayProps {
  readonly exchange: Exchange;
  /** Whether the client asked for the event with the usage. */
  readonly showUsage: boolean;
  /** Bytes that may be kept; 0 keeps none. */
  readonly keepBytes: number;
  /** Called once, however it ends. */
  readonly onEnd: (end: RelayEnd) => void;
}

export interface RelayEnd {
  /** What the upstream counted. */
  readonly usage: Usage | undefined;
  /** A guess at the tokens that came, for where nothing was counted: as many as events of the first one's size. */
  readonly guessedTokens: number;
  /** Every event, when all came and they are not too many. */
  readonly kept: Buffer | undefined;
  readonly error: GatewayError | undefined;
}

/** After its headers are out, a failure can only be told within: as a last event, and no `[DONE]`. */
export async function* relay({ frames }: StreamAnswer, props: RelayProps): AsyncGenerator<Buffer> {
  const { exchange, showUsage, keepBytes, onEnd } = props;
  let usage: Usage | undefined;
  let error: GatewayError | undefined;
  let bytes = 0;
  let firstBytes: number | undefined;
  let complete = false;
  let kept: Buffer[] | undefined = keepBytes > 0 ? [] : undefined;
  try {
    for await (const frame of frames) {
      if (frame.failed !== undefined) error = errorOfEvent(frame.bytes);
      // The last count is the whole; some upstreams send a running one with every chunk.
      usage = frame.usage ?? usage;
      complete ||= frame.done === true;
      bytes += frame.bytes.length;
      if (frame.comment !== true) firstBytes ??= sizeOfFirstEvent(frame.bytes);
      if (bytes > keepBytes) kept = undefined;
      kept?.push(frame.bytes);
      if (showUsage || frame.usageOnly !== true) yield frame.bytes;
    }
  } catch (failure) {
    error = exchange.abortReason ?? asGatewayError(failure);
    yield frameOf(error.body());
  } finally {
    // A client that leaves ends this generator without an exception.
    error ??= exchange.abortReason;
    exchange.error = error;
    const whole = complete && error === undefined && kept !== undefined ? Buffer.concat(kept) : undefined;
    const guessedTokens = Math.max(0, Math.round(bytes / (firstBytes ?? bytes)) - 1);
    onEnd({ usage, guessedTokens, kept: whole, error });
  }
}

/** The first event of a stream names the role and has no text. */
const sizeOfFirstEvent = (bytes: Buffer): number => {
  const end = bytes.indexOf('\n\n');
  return end === -1 ? bytes.length : end + 2;
};

/** A kept stream again, without the event of its usage where nobody asked for it. */
export function* replay(events: Buffer, { showUsage }: { readonly showUsage: boolean }): Generator<Buffer> {
  const reader = new FrameReader();
  for (const { bytes, usageOnly } of reader.read(events)) if (showUsage || usageOnly !== true) yield bytes;
  const last = reader.end();
  if (last !== undefined) yield last.bytes;
}
