/** The body of an answer between the connection that brings it and the one who reads it, whole or piece by piece. */
import { UpstreamUnavailableError } from '../errors';

/** Bytes that wait for their reader before the connection is held back. */
const QUEUE_BYTES = 64 * 1_024;

/** What a body may ask of its connection. */
export interface BodySource {
  pause(): void;
  resume(): void;
  /** Nobody wants the rest. */
  close(): void;
}

export class BodyQueue implements AsyncIterableIterator<Buffer> {
  #queue: Buffer[] = [];
  #queuedBytes = 0;
  #paused = false;
  /** Most bytes of a body that is read whole. */
  #wholeBytes: number | undefined;
  #end: { readonly failed: boolean; readonly reason?: unknown } | undefined;
  /** Tells who reads that there is more, or the end. */
  #wake: (() => void) | undefined;

  constructor(private readonly source: BodySource) {}

  push(piece: Buffer): void {
    if (this.#end !== undefined) return;
    this.#queue.push(piece);
    this.#queuedBytes += piece.length;
    if (this.#wholeBytes === undefined) {
      if (this.#queuedBytes > QUEUE_BYTES) this.#hold();
      this.#wake?.();
    } else if (this.#queuedBytes > this.#wholeBytes) this.#refuse(this.#wholeBytes);
  }

  /** All of it has come. */
  end(): void {
    this.#end ??= { failed: false };
    this.#wake?.();
  }

  /** No more of it will come, and what has come counts for nothing. */
  fail(reason: unknown): void {
    this.#end ??= { failed: true, reason };
    this.#wake?.();
  }

  /** @throws UpstreamUnavailableError when it is longer; the connection is closed then */
  async whole(maxBytes: number): Promise<Buffer> {
    this.#wholeBytes = maxBytes;
    if (this.#queuedBytes > maxBytes) this.#refuse(maxBytes);
    this.#letGo();
    while (this.#end === undefined) await this.#change();
    this.#throwIfFailed();
    const [only] = this.#queue;
    return only !== undefined && this.#queue.length === 1 ? only : Buffer.concat(this.#queue, this.#queuedBytes);
  }

  async next(): Promise<IteratorResult<Buffer, undefined>> {
    for (;;) {
      if (this.#end?.failed === true) this.#throwIfFailed();
      const piece = this.#queue.shift();
      if (piece !== undefined) {
        this.#queuedBytes -= piece.length;
        return { done: false, value: piece };
      }
      if (this.#end !== undefined) return { done: true, value: undefined };
      this.#letGo();
      await this.#change();
    }
  }

  return(): Promise<IteratorResult<Buffer, undefined>> {
    if (this.#end === undefined) {
      this.end();
      this.source.close();
    }
    this.#queue = [];
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #refuse(maxBytes: number): void {
    const message = `the upstream answered with more than ${maxBytes} bytes; ask for a shorter answer`;
    this.fail(new UpstreamUnavailableError(message, { code: 'upstream_answer_too_large' }));
    this.#queue = [];
    this.source.close();
  }

  #hold(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.source.pause();
  }

  #letGo(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.source.resume();
  }

  async #change(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }

  #throwIfFailed(): void {
    if (this.#end?.failed === true) throw this.#end.reason;
  }
}
