/** Where one call's answer is kept: from the first look to the answer that is given to all. */
import type { AbortState } from '../abort';
import type { CacheCall, CachedAnswer, CacheSlot, Kept } from './answer-cache';
import type { Lead } from './flights';
import type { CacheEntry, Placed } from './level';
import type { LevelledCache } from './levelled-cache';
import type { RequestKey } from './request-key';

export class Slot implements CacheSlot {
  readonly key: string;
  readonly length: number;
  #stale: Placed | undefined;
  #lead: Lead<CachedAnswer> | undefined;

  constructor(
    private readonly cache: LevelledCache,
    readonly call: CacheCall,
    { key, length }: RequestKey,
  ) {
    this.key = key;
    this.length = length;
  }

  async find(): Promise<Kept | undefined> {
    const { cache, key } = this;
    const near = this.#inMemory();
    if (near !== undefined) {
      cache.looks.count('l1', 'hit');
      return this.#hit(near, 'hit-l1');
    }
    cache.looks.count('l1', 'miss');
    const below = await cache.lookBelow(key);
    if (below.fresh !== undefined) return this.#hit(below.fresh, `hit-${below.level}`);
    this.#remember(below.stale);
    return undefined;
  }

  async findStale(): Promise<CachedAnswer | undefined> {
    const { cache } = this;
    // Without a look so far, what is found now may even be fresh.
    const found = this.#stale ?? (await this.#lookAgain());
    if (found === undefined || !cache.lifetimes.isUseful(found.entry)) return undefined;
    cache.looks.count(found.level, 'stale');
    return found.entry.answer;
  }

  async lead(signal: AbortState): Promise<CachedAnswer | undefined> {
    const { cache, key } = this;
    const boarded = await cache.flights.board(key, signal);
    if ('answer' in boarded) {
      cache.props.metrics.cacheFlightsShared.inc();
      return boarded.answer;
    }
    // The one before may have landed since this call looked.
    const landed = this.#inMemory();
    if (landed === undefined) {
      this.#lead = boarded.lead;
      return undefined;
    }
    boarded.lead?.land(landed.answer);
    return landed.answer;
  }

  keep(answer: CachedAnswer, cost: number): void {
    const { cache, key, call } = this;
    if (cache.keep(key, call, answer, cost)) this.#lead?.land(answer);
    else this.#lead?.release();
  }

  giveUp(): void {
    this.#lead?.giveUp();
  }

  /** The entry in memory, when it is fresh. */
  #inMemory(): CacheEntry | undefined {
    const entry = this.cache.memory.get(this.key);
    if (entry === undefined || this.cache.lifetimes.isFresh(entry)) return entry;
    this.#remember({ entry, level: 'l1' });
    return undefined;
  }

  #hit({ answer }: CacheEntry, source: Kept['source']): Kept {
    this.cache.hit(this, answer);
    return { answer, source };
  }

  /** The newest counts. */
  #remember(found: Placed | undefined): void {
    const newest = this.#stale?.entry.answer.storedAt ?? 0;
    if (found !== undefined && found.entry.answer.storedAt > newest) this.#stale = found;
  }

  async #lookAgain(): Promise<Placed | undefined> {
    const near = this.#inMemory();
    if (near !== undefined) return { entry: near, level: 'l1' };
    const below = await this.cache.lookBelow(this.key);
    if (below.fresh !== undefined) return { entry: below.fresh, level: below.level };
    this.#remember(below.stale);
    return this.#stale;
  }
}
