/** What is kept in a level, and for how long. */
import type { CacheConfig } from '../config/cache';
import type { CachedAnswer } from './answer-cache';
import type { Group } from './pattern';

export type LevelName = 'l1' | 'l2' | 'l3';

export interface CacheEntry {
  /** SHA-256, in hexadecimal. */
  readonly key: string;
  readonly group: Group;
  readonly answer: CachedAnswer;
  /** What the answer cost. */
  readonly cost: number;
  /** Until when it is given, at the level that it came from. Milliseconds since 1970. */
  readonly freshUntil: number;
}

/** What a level says: an entry, be it past its time; none; or that it cannot say. */
export type Lookup = CacheEntry | 'miss' | 'unavailable';

/** An entry, and where it was found. */
export interface Placed {
  readonly entry: CacheEntry;
  readonly level: LevelName;
}

/** What an entry is found by. */
export type Address = Pick<CacheEntry, 'key' | 'group'>;

/** Entries that were found, and whether there are more, or the level could not say. */
export interface Located {
  readonly entries: readonly Address[];
  readonly more: boolean;
}

/** How long entries are kept. */
export class Lifetimes {
  constructor(
    private readonly config: Pick<CacheConfig, 'l1Ms' | 'l2Ms' | 'l3Ms' | 'staleMs' | 'costly'>,
    private readonly now: () => number,
  ) {}

  /** Milliseconds that an answer may stand in for a failure, beyond its time. */
  get staleMs(): number {
    return this.config.staleMs;
  }

  /** When an answer of this age and cost is to be given no more, if it comes to a level now. */
  freshUntil(level: LevelName, { answer, cost }: Pick<CacheEntry, 'answer' | 'cost'>): number {
    const longest = answer.storedAt + this.#lifeMs('l3', cost);
    return level === 'l3' ? longest : Math.min(longest, this.now() + this.#lifeMs(level, cost));
  }

  /** The longest that any entry is of use at a level, in milliseconds. */
  longestMs(level: LevelName): number {
    return 2 * this.#lifeMs(level, 0) + this.config.staleMs;
  }

  isFresh({ freshUntil }: CacheEntry): boolean {
    return this.now() < freshUntil;
  }

  /** Whether it may still stand in for a failure. */
  isUseful({ freshUntil }: CacheEntry): boolean {
    return this.now() < freshUntil + this.config.staleMs;
  }

  #lifeMs(level: LevelName, cost: number): number {
    const { l1Ms, l2Ms, l3Ms, costly } = this.config;
    const once = { l1: l1Ms, l2: l2Ms, l3: l3Ms }[level];
    return costly > 0 && cost >= costly ? 2 * once : once;
  }
}
