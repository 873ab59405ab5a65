/** How often each level was looked into, and what came of it: for Prometheus, and for people who ask this process. */
import type { Metrics } from '../metrics';
import type { LevelStats } from './answer-cache';
import type { LevelName } from './level';

export type LookResult = 'hit' | 'miss' | 'stale' | 'unavailable';

/** A count, and what Prometheus reads of it. */
interface Look {
  count: number;
  readonly inc: () => void;
}

export class LookCounts {
  readonly #looks: Readonly<Record<LevelName, Readonly<Record<LookResult, Look>>>>;
  readonly #bypass: Look;

  constructor({ cacheRequests }: Pick<Metrics, 'cacheRequests'>) {
    const look = (level: LevelName | 'none', result: LookResult | 'bypass'): Look => {
      // Bound once: to look labels up at every request costs more than the count.
      const child = cacheRequests.labels({ level, result });
      return {
        count: 0,
        inc: () => {
          child.inc();
        },
      };
    };
    const of = (level: LevelName) => ({
      hit: look(level, 'hit'),
      miss: look(level, 'miss'),
      stale: look(level, 'stale'),
      unavailable: look(level, 'unavailable'),
    });
    this.#looks = { l1: of('l1'), l2: of('l2'), l3: of('l3') };
    this.#bypass = look('none', 'bypass');
  }

  count(level: LevelName, result: LookResult): void {
    const look = this.#looks[level][result];
    look.count += 1;
    look.inc();
  }

  bypass(): void {
    this.#bypass.count += 1;
    this.#bypass.inc();
  }

  get bypassed(): number {
    return this.#bypass.count;
  }

  levels(): Readonly<Record<LevelName, LevelStats>> {
    const of = (level: LevelName): LevelStats => {
      const { hit, miss, stale, unavailable } = this.#looks[level];
      return { hits: hit.count, misses: miss.count, stale: stale.count, unavailable: unavailable.count };
    };
    return { l1: of('l1'), l2: of('l2'), l3: of('l3') };
  }
}
