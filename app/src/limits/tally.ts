/**
 * One count and its arithmetic. `redis-script.ts` does the same in Lua, to the last bit: what is changed here is changed
 * there, and a test compares the two.
 */
import type { Charge, Rule, Standing } from './counters';

/** Parts of a window that are counted apart. */
export const SLOTS = 60;

/** What floating point may be off by, so that whoever waited exactly as long as told is let through. */
export const TOLERANCE = 1e-6;

/** In every call `nowMs` is never less than in one before. The limit is that of the moment, and may change. */
export interface Tally {
  /** Whether it counts as the rule says, whatever its limit. */
  suits(rule: Rule): boolean;
  standing(limit: number, nowMs: number): Standing;
  /** Whether so much can be taken now. */
  fits(amount: number, limit: number, nowMs: number): boolean;
  /** Milliseconds until so much that does not fit would, or until nothing is counted where even that would not help. */
  waitFor(amount: number, limit: number, nowMs: number): number;
  /** Counts so much; given back when negative. */
  add(amount: number, nowMs: number): void;
}

export const createTally = (rule: Rule): Tally =>
  rule.kind === 'bucket' ? new Bucket(rule.perSecond) : new SlidingWindow(rule.windowMs);

/** What of its rule bounds a count; the rest is its shape. */
export const limitOf = (rule: Rule): number => (rule.kind === 'bucket' ? rule.burst : rule.limit);

/** The name of a count. One of another shape is another count, as what is kept of it could not be read. */
export const countName = ({ key, rule }: Charge): string =>
  rule.kind === 'bucket' ? `${key}:${rule.perSecond}/s` : `${key}:${rule.windowMs}`;

/** A bucket that leaks: what is in it is what is used. */
class Bucket implements Tally {
  #level = 0;
  #atMs = 0;

  constructor(private readonly perSecond: number) {}

  suits(rule: Rule): boolean {
    return rule.kind === 'bucket' && rule.perSecond === this.perSecond;
  }

  standing(limit: number, nowMs: number): Standing {
    const used = this.#levelAt(nowMs);
    return { used, remaining: Math.max(0, limit - used), resetMs: (used / this.perSecond) * 1_000 };
  }

  fits(amount: number, limit: number, nowMs: number): boolean {
    return this.#levelAt(nowMs) + amount <= limit + TOLERANCE;
  }

  waitFor(amount: number, limit: number, nowMs: number): number {
    const level = this.#levelAt(nowMs);
    return (Math.min(level + amount - limit, level) / this.perSecond) * 1_000;
  }

  add(amount: number, nowMs: number): void {
    this.#level = Math.max(0, this.#levelAt(nowMs) + amount);
    this.#atMs = nowMs;
  }

  #levelAt(nowMs: number): number {
    const elapsedMs = Math.max(0, nowMs - this.#atMs);
    return Math.max(0, this.#level - (elapsedMs * this.perSecond) / 1_000);
  }
}

/**
 * Counts by slot, each a sixtieth of the window. The slot of now and the sixty before it count: together they hold all
 * that lies within one window, whatever the moment.
 */
class SlidingWindow implements Tally {
  readonly #slotMs: number;
  /** All amounts together; `undefined` when that is not known. */
  #sum: number | undefined = 0;
  /** Slot and amount in turn, the oldest first: numbers alone, as there are many of these. */
  #pairs: number[] = [];

  constructor(private readonly windowMs: number) {
    this.#slotMs = windowMs / SLOTS;
  }

  suits(rule: Rule): boolean {
    return rule.kind === 'window' && rule.windowMs === this.windowMs;
  }

  standing(limit: number, nowMs: number): Standing {
    this.#forget(nowMs);
    const used = this.#used();
    const newest = this.#pairs.at(-2);
    return {
      used,
      remaining: Math.max(0, limit - used),
      resetMs: newest === undefined ? 0 : this.#endOf(newest) - nowMs,
    };
  }

  fits(amount: number, limit: number, nowMs: number): boolean {
    this.#forget(nowMs);
    return this.#used() + amount <= limit + TOLERANCE;
  }

  waitFor(amount: number, limit: number, nowMs: number): number {
    this.#forget(nowMs);
    let over = this.#used() + amount - limit;
    let waitMs = 0;
    for (let at = 0; at < this.#pairs.length && over > TOLERANCE; at += 2) {
      over -= this.#pairs[at + 1] ?? 0;
      waitMs = this.#endOf(this.#pairs[at] ?? 0) - nowMs;
    }
    return waitMs;
  }

  add(amount: number, nowMs: number): void {
    this.#forget(nowMs);
    if (amount < 0) this.#giveBack(-amount);
    if (amount <= 0) return;
    const newest = this.#pairs.at(-2);
    const slot = Math.max(Math.floor(nowMs / this.#slotMs), newest ?? 0);
    if (slot === newest) this.#pairs.push((this.#pairs.pop() ?? 0) + amount);
    else this.#pairs.push(slot, amount);
    // Whole numbers add up to the same in any order; others are added anew, as the script does it.
    const sum = (this.#sum ?? NaN) + amount;
    this.#sum = Number.isInteger(sum) ? sum : undefined;
  }

  #giveBack(amount: number): void {
    let rest = amount;
    const left: number[] = [];
    for (let at = 0; at < this.#pairs.length; at += 2) {
      const counted = this.#pairs[at + 1] ?? 0;
      const taken = Math.min(counted, rest);
      rest -= taken;
      if (counted > taken) left.push(this.#pairs[at] ?? 0, counted - taken);
    }
    this.#pairs = left;
    this.#sum = undefined;
  }

  #used(): number {
    if (this.#sum !== undefined) return this.#sum;
    let used = 0;
    for (let at = 1; at < this.#pairs.length; at += 2) used += this.#pairs[at] ?? 0;
    this.#sum = used;
    return used;
  }

  #forget(nowMs: number): void {
    const oldest = Math.floor(nowMs / this.#slotMs) - SLOTS;
    let gone = 0;
    while ((this.#pairs[gone] ?? oldest) < oldest) gone += 2;
    if (gone === 0) return;
    this.#pairs.splice(0, gone);
    this.#sum = undefined;
  }

  /** When a slot counts no more. */
  #endOf(slot: number): number {
    return (slot + SLOTS + 1) * this.#slotMs;
  }
}
