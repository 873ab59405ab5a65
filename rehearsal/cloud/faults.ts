/** Faults that a rehearsal asks for: each is planted by name, counted down as it strikes, and listed when spent. */

/**
 * - `throttle`: refused with the product's throttling code, before anything is done
 * - `server-error`: answered 503, before anything is done
 * - `latency`: answered late
 * - `drop`: done, and then the connection is closed without an answer
 */
export type FaultType = 'throttle' | 'server-error' | 'latency' | 'drop';

export interface Fault {
  readonly type: FaultType;
  /** The action that it strikes. @default every action that changes something */
  readonly action?: string;
  /** How many calls it strikes. @default 1 */
  readonly times?: number;
  /** How many matching calls pass first. @default 0 */
  readonly after?: number;
  /** Lateness, for `latency`. @default 2000 */
  readonly delayMs?: number;
}

interface Planted extends Fault {
  passesLeft: number;
  strikesLeft: number;
}

/** Actions that change nothing begin so, in every product. */
const READING = /^(Describe|Get|List|Query|Check|Head)/;

export const isReading = (action: string): boolean => READING.test(action);

export class Faults {
  readonly #planted: Planted[] = [];
  readonly #stuck = new Set<string>();
  readonly #struck: { readonly type: FaultType; readonly action: string }[] = [];

  plant(fault: Fault): void {
    this.#planted.push({ ...fault, passesLeft: fault.after ?? 0, strikesLeft: fault.times ?? 1 });
  }

  /** Things of this noun stay `Creating` until {@link unstick}. */
  stick(noun: string): void {
    this.#stuck.add(noun);
  }

  unstick(noun: string): void {
    this.#stuck.delete(noun);
  }

  isStuck(noun: string): boolean {
    return this.#stuck.has(noun);
  }

  /** The fault that strikes this call, if any. */
  next(action: string): Fault | undefined {
    for (const fault of this.#planted) {
      if (fault.strikesLeft === 0) continue;
      if (fault.action === undefined ? isReading(action) : fault.action !== action) continue;
      if (fault.passesLeft > 0) {
        fault.passesLeft -= 1;
        continue;
      }
      fault.strikesLeft -= 1;
      this.#struck.push({ type: fault.type, action });
      return fault;
    }
    return undefined;
  }

  /** What has struck so far: a drill that expected a fault and never met it proves nothing. */
  struck(): readonly { readonly type: FaultType; readonly action: string }[] {
    return this.#struck;
  }
}
