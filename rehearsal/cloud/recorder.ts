/** Every call that reached the double, in order, with secret values masked. */
import type { FaultType } from './faults';
import { maskSecrets } from './secrets';

export interface RecordedCall {
  /** Milliseconds since the epoch of the cloud's clock. */
  readonly at: number;
  readonly product: string;
  readonly action: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** What was answered; 0 when the connection was dropped instead. */
  readonly status: number;
  /** The error code of a refusal. */
  readonly code?: string;
  readonly fault?: FaultType;
}

export class Recorder {
  readonly calls: RecordedCall[] = [];
  readonly #listeners = new Set<(call: RecordedCall) => void>();

  record(call: RecordedCall): void {
    const masked = { ...call, parameters: maskSecrets(call.parameters) };
    this.calls.push(masked);
    for (const listener of this.#listeners) listener(masked);
  }

  /** Tells of each call when its work is done and before it is answered. @returns what ends it */
  listen(listener: (call: RecordedCall) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}
