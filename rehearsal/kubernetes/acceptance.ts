/**
 * Connection strings that a service was made to take. Many pods ask at once: each string is dealt with once, one after the
 * other, and one that failed is tried again when it is asked for again.
 */
export class Acceptance {
  readonly #accepted = new Map<string, Promise<void>>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly take: (url: string) => Promise<void>) {}

  of(url: string): Promise<void> {
    const known = this.#accepted.get(url);
    if (known !== undefined) return known;
    const taken = this.#last.then(() => this.take(url));
    this.#accepted.set(url, taken);
    this.#last = taken.catch(() => this.#accepted.delete(url));
    return taken;
  }
}
