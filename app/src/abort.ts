/**
 * Whether the answer to a request is still wanted: as much of the platform's AbortSignal as is asked of it here. The
 * platform's own is an event target, and to make one, listen to it and let go of it costs each request as much processor
 * time as its key and all its limits together.
 */
import { ClientClosedError } from './errors';

/** What an AbortSignal says as well. */
export interface AbortState {
  readonly aborted: boolean;
  /** Why; `undefined` while it is not aborted. */
  readonly reason: Error | undefined;
  /** @throws the reason, once it is aborted */
  throwIfAborted(): void;
  /** Calls back when it is aborted; never when that has happened already. */
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once: true }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Why it was aborted; whoever gives no reason has gone. */
export const reasonOf = ({ reason }: AbortState): Error => (reason instanceof Error ? reason : new ClientClosedError());

export class Abort implements AbortState {
  readonly #listeners: (() => void)[] = [];
  #reason: Error | undefined;

  get aborted(): boolean {
    return this.#reason !== undefined;
  }

  get reason(): Error | undefined {
    return this.#reason;
  }

  throwIfAborted(): void {
    if (this.#reason !== undefined) throw this.#reason;
  }

  /** Only the first time counts. */
  abort(reason: Error): void {
    if (this.aborted) return;
    this.#reason = reason;
    // One by one, as each may take another off the list.
    for (let next = this.#listeners.shift(); next !== undefined; next = this.#listeners.shift()) next();
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    if (!this.aborted) this.#listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    const at = this.#listeners.indexOf(listener);
    if (at !== -1) this.#listeners.splice(at, 1);
  }
}
