/**
 * Server-sent events, as far as chat completions use them. Bytes of an upstream are passed on as they came; they are only
 * cut where one event ends, and read where they may hold usage or an error.
 * Source: WHATWG HTML, 9.2 Server-sent events; OpenAI API reference, Streaming.
 */
import type { Usage } from './chat';
import { codeOf, parseObject, usageOf } from './chat';
import { UpstreamUnavailableError } from './errors';

/** One event of a stream, with its closing blank line. */
export interface Frame {
  readonly bytes: Buffer;
  readonly usage?: Usage;
  /** A comment, as proxies and servers send to keep a connection open. */
  readonly comment?: true;
  /** Carries usage and no choice: the extra chunk of `include_usage`, which only those get who asked for it. */
  readonly usageOnly?: true;
  /** The `[DONE]` that ends a complete stream. */
  readonly done?: true;
  /** The upstream reports a failure within the stream; this is its code, where it gives one. */
  readonly failed?: { readonly code: string | null };
}

/** A frame around a JSON value. */
export const frameOf = (value: unknown): Buffer => Buffer.from(`data: ${JSON.stringify(value)}\n\n`);

/** The frame that ends a complete stream. */
export const DONE_FRAME: Frame = { bytes: Buffer.from('data: [DONE]\n\n'), done: true };

/** Longest event that is waited for, in bytes: memory per stream is bounded by it. */
const FRAME_MAX_BYTES = 4 * 1_024 * 1_024;

/**
 * Cuts a stream of bytes into events, whatever the size of its pieces.
 * @throws UpstreamUnavailableError when one event exceeds {@link FRAME_MAX_BYTES}
 */
export async function* framesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    rest = rest.length === 0 ? Buffer.from(piece) : Buffer.concat([rest, piece]);
    for (let end = endOfEvent(rest); end > 0; end = endOfEvent(rest)) {
      yield readFrame(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
    if (rest.length > FRAME_MAX_BYTES) {
      throw new UpstreamUnavailableError(
        `the upstream sent an event of more than ${FRAME_MAX_BYTES} bytes; ask for a shorter answer`,
        { code: 'upstream_event_too_large' },
      );
    }
  }
  // By the standard an event without its blank line is dropped; the end mark is taken without, as some servers end so.
  const last = readFrame(Buffer.concat([rest, Buffer.from('\n\n')]));
  if (last.done === true) yield last;
}

const COLON = 0x3a;
const LF = 0x0a;
const CR = 0x0d;

/** Offset behind the first blank line, or 0 when there is none yet. Lines end by LF or CRLF. */
const endOfEvent = (bytes: Buffer): number => {
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF) return at + 2;
    if (bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3;
  }
  return 0;
};

/** A quote inside a JSON string is escaped, so these can only be names of members: most chunks need not be parsed. */
const MAY_MATTER = /"usage"\s*:\s*\{|"error"\s*:|\[DONE\]/;

const readFrame = (bytes: Buffer): Frame => {
  if (bytes[0] === COLON) return { bytes, comment: true };
  const text = bytes.toString('utf8');
  if (!MAY_MATTER.test(text)) return { bytes };
  const data = text
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice('data:'.length).trimStart())
    .join('\n');
  if (data === '[DONE]') return { bytes, done: true };
  const chunk = parseObject(data);
  if (chunk === undefined) return { bytes };
  const error = 'error' in chunk ? chunk.error : null;
  if (typeof error === 'object' && error !== null) {
    return { bytes, failed: { code: codeOf(error) } };
  }
  const usage = usageOf(chunk);
  if (usage === undefined) return { bytes };
  const bare = 'choices' in chunk && Array.isArray(chunk.choices) && chunk.choices.length === 0;
  return bare ? { bytes, usage, usageOnly: true } : { bytes, usage };
};
