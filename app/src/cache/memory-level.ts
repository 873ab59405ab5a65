/** The first level: this process's memory, bounded by entries and by bytes. Who was not asked for longest goes first. */
import { LRUCache } from 'lru-cache';
import type { CacheConfig } from '../config/cache';
import type { Metrics } from '../metrics';
import type { Address, CacheEntry, Lifetimes, Located } from './level';
import type { Group } from './pattern';

export interface MemoryLevelProps {
  readonly config: Pick<CacheConfig, 'l1Entries' | 'l1Bytes'>;
  readonly lifetimes: Lifetimes;
  readonly metrics: Pick<Metrics, 'cacheEntries' | 'cacheBytes' | 'cacheEvictions'>;
}

/** What an entry takes besides its body and its texts: measured, with its place in the map. */
const ENTRY_BYTES = 640;

export class MemoryLevel {
  readonly #entries: LRUCache<string, CacheEntry>;

  constructor(private readonly props: MemoryLevelProps) {
    const { config, metrics } = props;
    this.#entries = new LRUCache({
      max: config.l1Entries,
      maxSize: config.l1Bytes,
      sizeCalculation: bytesOf,
      dispose: (_entry, _key, reason) => {
        if (reason === 'evict') metrics.cacheEvictions.inc();
      },
    });
  }

  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#entries.calculatedSize;
  }

  /** An entry, be it past its time, as long as it is of any use. */
  get(key: string): CacheEntry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || this.props.lifetimes.isUseful(entry)) return entry;
    this.remove(key);
    return undefined;
  }

  put(entry: CacheEntry): void {
    const { answer } = entry;
    const freshUntil = this.props.lifetimes.freshUntil('l1', entry);
    this.#entries.set(entry.key, { ...entry, answer: { ...answer, body: alone(answer.body) }, freshUntil });
    this.#show();
  }

  remove(key: string): boolean {
    const removed = this.#entries.delete(key);
    if (removed) this.#show();
    return removed;
  }

  /** Entries whose group matches; at most `limit`. */
  locate(matches: (group: Group) => boolean, limit: number): Located {
    const entries: Address[] = [];
    for (const [key, { group }] of this.#entries.entries()) {
      if (!matches(group)) continue;
      if (entries.length >= limit) return { entries, more: true };
      entries.push({ key, group });
    }
    return { entries, more: false };
  }

  #show(): void {
    const { metrics } = this.props;
    metrics.cacheEntries.set({ level: 'l1' }, this.size);
    metrics.cacheBytes.set(this.bytes);
  }
}

const bytesOf = ({ answer, group }: CacheEntry): number =>
  answer.body.length + 2 * (group.model.length + answer.model.length) + ENTRY_BYTES;

/** A buffer may be a piece of a larger one, which it would keep in memory whole. */
const alone = (body: Buffer): Buffer => {
  if (body.length === body.buffer.byteLength) return body;
  const copy = Buffer.allocUnsafeSlow(body.length);
  body.copy(copy);
  return copy;
};
