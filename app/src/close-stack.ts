/** What is opened one after the other, and closed in the reverse order: at the end, or when one of them cannot be opened. */

export interface Closeable {
  close(): void | Promise<void>;
}

/** The platform's own `AsyncDisposableStack` is not in every version of Node.js that this runs on. */
export class CloseStack {
  readonly #opened: Closeable[] = [];

  /** @returns what was opened, which from here on is closed by {@link close} */
  add<T extends Closeable>(opened: T): T {
    this.#opened.push(opened);
    return opened;
  }

  /**
   * Closes everything, the last first; what fails keeps nothing else open. Again, it does nothing.
   * @throws the first failure, when all is done
   */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const one of this.#opened.splice(0).reverse()) {
      try {
        await one.close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}

/**
 * Opens what belongs together.
 * @param open puts what it opens onto the stack
 * @throws whatever that fails with, when what was opened before is closed again
 */
export const openTogether = async <T>(open: (opened: CloseStack) => T | Promise<T>): Promise<T> => {
  const opened = new CloseStack();
  try {
    return await open(opened);
  } catch (error) {
    // Why it could not be opened is what is to be told; what besides goes wrong follows from it.
    await opened.close().catch(() => undefined);
    throw error;
  }
};
