/** The time that a query has, and what is to be let go of when it is over. */
import type { Clock } from '../clock';

/** What a query fails with whose time is over. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
  readonly code = 'GATEWAY_TIMEOUT';
}

export class Deadline {
  readonly #listeners = new Set<() => void>();
  readonly #cancel: () => void;
  #over = false;

  /** @param ms from now; `undefined`: not before {@link expire} is called */
  constructor(clock: Clock, ms: number | undefined) {
    this.#cancel =
      ms === undefined
        ? () => undefined
        : clock.after(ms, () => {
            this.expire();
          });
  }

  get over(): boolean {
    return this.#over;
  }

  /** Calls back once when the time is over; at once when it is. @returns what takes that back */
  onExpiry(listener: () => void): () => void {
    if (this.#over) {
      listener();
      return () => undefined;
    }
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Ends the time now. */
  expire(): void {
    if (this.#over) return;
    this.#over = true;
    this.#cancel();
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener();
  }

  /** The result of `run`, or a {@link DeadlineError} when the time is over before. */
  async race<T>(run: () => Promise<T>): Promise<T> {
    let stop = (): void => undefined;
    const over = new Promise<never>((_resolve, reject) => {
      stop = this.onExpiry(() => {
        reject(new DeadlineError('out of time'));
      });
    });
    try {
      return await Promise.race([run(), over]);
    } finally {
      stop();
    }
  }

  /** It is no longer needed: nobody is called back any more. */
  end(): void {
    this.#cancel();
    this.#listeners.clear();
  }
}
