/**
 * One request and its answer, from the first header to the last byte: when it began, what it spent on the upstream, and
 * the one signal that stops everything done for it.
 */
import { Abort } from './abort';
import type { AbortState } from './abort';
import type { Clock } from './clock';
import type { GatewayError } from './errors';
import { asGatewayError, ClientClosedError } from './errors';

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange;
  }
}

export class Exchange {
  /** Milliseconds that calls of upstreams took, all of them, once one is over. */
  upstreamMs: number | undefined;
  /** Milliseconds that were waited for the upstream's quota. */
  waitedMs = 0;
  /** What the client was told went wrong, if anything did. */
  error: GatewayError | undefined;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #abort = new Abort();
  #atEnd: (() => void)[] = [];
  #afterEnd: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.monotonicMs();
  }

  /** Aborted when the answer is no longer wanted; its reason is a {@link GatewayError}. */
  get signal(): AbortState {
    return this.#abort;
  }

  abort(reason: GatewayError): void {
    this.#abort.abort(reason);
  }

  /** Why it was aborted, or `undefined` while it is not. */
  get abortReason(): GatewayError | undefined {
    return this.#abort.aborted ? asGatewayError(this.#abort.reason) : undefined;
  }

  /** Aborts with `reason()` when the answer is not complete after `ms` milliseconds. */
  limit(ms: number, reason: () => GatewayError): void {
    this.onEnd(
      this.#clock.after(ms, () => {
        this.abort(reason());
      }),
    );
  }

  /** Runs `run` when the answer is complete or its client is gone, in the order of the calls. */
  onEnd(run: () => void): void {
    this.#atEnd.push(run);
  }

  /** Runs `run` after all of {@link onEnd}: then it is known what the request came to. */
  onEnded(run: () => void): void {
    this.#afterEnd.push(run);
  }

  /** The connection is done with this answer; `complete` says whether all of it was sent. */
  end(complete: boolean): void {
    if (!complete) this.abort(new ClientClosedError());
    const [atEnd, afterEnd] = [this.#atEnd, this.#afterEnd];
    [this.#atEnd, this.#afterEnd] = [[], []];
    for (const run of atEnd) run();
    for (const run of afterEnd) run();
  }

  /** Milliseconds since the request came in. */
  elapsedMs(): number {
    return this.#clock.monotonicMs() - this.#startedAt;
  }

  /** Milliseconds of {@link elapsedMs} that were the gateway's own: neither the upstream's nor spent waiting for it. */
  overheadMs(): number {
    return Math.max(0, this.elapsedMs() - (this.upstreamMs ?? 0) - this.waitedMs);
  }

  /** Another call of an upstream is over. */
  addUpstreamMs(ms: number): void {
    this.upstreamMs = (this.upstreamMs ?? 0) + ms;
  }
}
