/** Chance that can be had again: the same seed makes the same choices, on any machine and in any order of scenarios. */
import { createHash } from 'node:crypto';

export class Seeded {
  #state: number;

  readonly #labels: readonly string[];

  /** @param labels what the chance is for; each list of labels has a sequence of its own under the one seed */
  constructor(
    private readonly seed: number,
    ...labels: readonly string[]
  ) {
    this.#labels = labels;
    this.#state = createHash('sha256')
      .update(JSON.stringify([seed, ...labels]))
      .digest()
      .readUInt32LE();
  }

  /** The chance of a part: its choices are the same whatever was drawn before, and by whom. */
  of(label: string): Seeded {
    return new Seeded(this.seed, ...this.#labels, label);
  }

  /** A number in [0, 1). The generator is mulberry32, whose whole state is the one word. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** That many of the items, none twice, in the order that they had; all of them when there are not so many. */
  sample<T>(items: readonly T[], count: number): readonly T[] {
    const left = items.map((_, index) => index);
    const chosen: number[] = [];
    while (left.length > 0 && chosen.length < count) chosen.push(...left.splice(this.below(left.length), 1));
    return items.filter((_, index) => chosen.includes(index));
  }
}
