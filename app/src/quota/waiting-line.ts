/** Those that wait for one thing: by priority, and within one in the order in which they came. */
import type { Priority } from './priority';
import { PRIORITIES } from './priority';

export interface Placed {
  readonly priority: Priority;
  /** Rises with each that comes. */
  readonly number: number;
}

export class WaitingLine<P extends Placed> {
  readonly #rows: Readonly<Record<Priority, P[]>> = { critical: [], high: [], medium: [], low: [] };
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get head(): P | undefined {
    return this.first(1)[0];
  }

  /** The first `count`, or as many as there are. */
  first(count: number): readonly P[] {
    const found: P[] = [];
    for (const priority of PRIORITIES) {
      for (const placed of this.#rows[priority]) {
        if (found.length === count) return found;
        found.push(placed);
      }
    }
    return found;
  }

  /** Whether somebody waits who came before, and is not of a lower priority. */
  isBehind({ priority, number }: Placed): boolean {
    if (this.#size === 0) return false;
    for (const rank of PRIORITIES) {
      const [first] = this.#rows[rank];
      if (first !== undefined && first.number < number) return true;
      if (rank === priority) return false;
    }
    return false;
  }

  /** Puts it behind those of its priority that came before it, and before those that came after. */
  add(placed: P): void {
    const row = this.#rows[placed.priority];
    let at = row.length;
    for (let last = row[at - 1]; last !== undefined && last.number > placed.number; last = row[at - 1]) at -= 1;
    row.splice(at, 0, placed);
    this.#size += 1;
  }

  /** @returns whether it was there */
  remove(placed: P): boolean {
    const row = this.#rows[placed.priority];
    const at = row.indexOf(placed);
    if (at === -1) return false;
    row.splice(at, 1);
    this.#size -= 1;
    return true;
  }
}
