/**
 * Server-sent events, as far as chat completions use them. Bytes of an upstream are passed on as they came; they are only
 * cut where one event ends, and read where they may hold usage, an end or an error.
 * Source: WHATWG HTML, 9.2 Server-sent events; OpenAI API reference, Streaming.
 */
import type { Usage } from './chat';
import { codeOf, membersOf, parseObject, usageOf } from './chat';
import { UpstreamUnavailableError } from './errors';

/**
 * One event of a stream with its closing blank line, or several that came together and say nothing but text. An event
 * that has any of the other members stands alone.
 */
export interface Frame {
  readonly bytes: Buffer;
  readonly usage?: Usage;
  /** A comment, as proxies and servers send to keep a connection open. */
  readonly comment?: true;
  /** Carries usage and no choice: the extra chunk of `include_usage`, which only those get who asked for it. */
  readonly usageOnly?: true;
  /** Why choices end with it, as the upstream names it. */
  readonly finishReasons?: readonly string[];
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

const NONE: readonly Frame[] = [];

/** Cuts a stream of bytes into frames, whatever the size of its pieces, and copies only what a piece leaves incomplete. */
export class FrameReader {
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  /** @param seen is given each chunk that was looked into: those that may hold usage, an end or an error */
  constructor(private readonly seen?: (chunk: object) => void) {}

  /**
   * The frames that are complete with this piece.
   * @throws UpstreamUnavailableError when one event exceeds {@link FRAME_MAX_BYTES}
   */
  read(piece: Buffer): readonly Frame[] {
    const joined = this.#pendingBytes + piece.length;
    // An event ends with a line feed, so a piece without one completes nothing.
    if (this.#pendingBytes > 0 && !piece.includes(LF)) {
      this.#keep(piece, joined);
      return NONE;
    }
    const bytes = this.#pendingBytes === 0 ? piece : Buffer.concat([...this.#pending, piece], joined);
    this.#pending = [];
    this.#pendingBytes = 0;
    const end = endOfLastEvent(bytes);
    if (end < bytes.length) this.#keep(bytes.subarray(end), bytes.length - end);
    return end === 0 ? NONE : this.#framesIn(bytes.subarray(0, end));
  }

  /**
   * What the end of the stream completes. By the standard an event without its blank line is dropped; the end mark is
   * taken without, as some servers end so.
   */
  end(): Frame | undefined {
    const last = this.#frameOf(Buffer.concat([...this.#pending, Buffer.from('\n\n')]));
    return last.done === true ? last : undefined;
  }

  #keep(piece: Buffer, total: number): void {
    this.#pending.push(piece);
    this.#pendingBytes = total;
    if (total > FRAME_MAX_BYTES) {
      throw new UpstreamUnavailableError(
        `the upstream sent an event of more than ${FRAME_MAX_BYTES} bytes; ask for a shorter answer`,
        { code: 'upstream_event_too_large' },
      );
    }
  }

  #framesIn(run: Buffer): readonly Frame[] {
    if (run[0] !== COLON && !mayMatter(run)) return [{ bytes: run }];
    const first = endOfEvent(run, 0);
    if (first === run.length) return [this.#frameOf(run)];
    const frames: Frame[] = [];
    let plainFrom = 0;
    for (let at = 0, end = first; end > 0; at = end, end = endOfEvent(run, end)) {
      const event = run.subarray(at, end);
      if (event[0] !== COLON && !mayMatter(event)) continue;
      if (plainFrom < at) frames.push({ bytes: run.subarray(plainFrom, at) });
      frames.push(this.#frameOf(event));
      plainFrom = end;
    }
    if (plainFrom < run.length) frames.push({ bytes: run.subarray(plainFrom) });
    return frames;
  }

  #frameOf(bytes: Buffer): Frame {
    const lines = bytes.toString('utf8').trimEnd().split('\n');
    if (lines.every((line) => line.startsWith(':'))) return { bytes, comment: true };
    const data = lines
      .filter((line) => line.startsWith('data:'))
      .map((line) => line.slice('data:'.length).trim())
      .join('\n');
    if (data === '[DONE]') return { bytes, done: true };
    const chunk = parseObject(data);
    if (chunk === undefined) return { bytes };
    this.seen?.(chunk);
    return { bytes, ...whatMatters(chunk) };
  }
}

/** The members of a frame that a chunk gives it. */
const whatMatters = (chunk: object): Omit<Frame, 'bytes'> => {
  const { error, choices } = membersOf(chunk);
  if (typeof error === 'object' && error !== null) return { failed: { code: codeOf(error) } };
  const usage = usageOf(chunk);
  const finishReasons = finishReasonsOf(choices);
  return {
    ...(usage === undefined ? undefined : { usage }),
    ...(usage !== undefined && Array.isArray(choices) && choices.length === 0 ? { usageOnly: true } : undefined),
    ...(finishReasons.length === 0 ? undefined : { finishReasons }),
  };
};

/** Why the choices of an answer or a chunk ended, those that have. */
export const finishReasonsOf = (choices: unknown): readonly string[] => {
  const list: readonly unknown[] = Array.isArray(choices) ? choices : [];
  return list.map((choice) => membersOf(choice).finish_reason).filter((reason) => typeof reason === 'string');
};

const COLON = 0x3a;
const LF = 0x0a;
const CR = 0x0d;

/** Whether the line feed at this offset ends an empty line. Lines end by LF or CRLF. */
const endsBlank = (bytes: Buffer, at: number): boolean =>
  bytes[at - 1] === LF || (bytes[at - 1] === CR && bytes[at - 2] === LF);

/** Offset behind the first blank line that begins at an offset or later, or 0 when there is none yet. */
const endOfEvent = (bytes: Buffer, from: number): number => {
  for (let at = bytes.indexOf(LF, from); at !== -1; at = bytes.indexOf(LF, at + 1)) {
    if (at > from && endsBlank(bytes, at)) return at + 1;
  }
  return 0;
};

/** Offset behind the last blank line, or 0 when there is none yet. */
const endOfLastEvent = (bytes: Buffer): number => {
  for (let at = bytes.lastIndexOf(LF); at > 0; at = bytes.lastIndexOf(LF, at - 1)) {
    if (endsBlank(bytes, at)) return at + 1;
  }
  return 0;
};

/** A quote inside a JSON string is escaped, so these can only be names of members: most chunks need not be parsed. */
const MAY_MATTER = /"usage"\s*:\s*\{|"error"\s*:|"finish_reason"\s*:\s*"|\[DONE\]/;

/** Reads each byte as a character of its own: all that is looked for is ASCII, and decoding costs more than the search. */
const mayMatter = (bytes: Buffer): boolean => MAY_MATTER.test(bytes.toString('latin1'));
