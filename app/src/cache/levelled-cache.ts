/** The three levels as one: looked through from the nearest, written all together, and emptied all together. */
import type { FastifyBaseLogger } from 'fastify';
import type { Clock, NewId } from '../clock';
import type { CacheConfig } from '../config/cache';
import type { Database } from '../database/database';
import type { LogKind } from '../log';
import type { Metrics } from '../metrics';
import type { Redis } from '../redis/redis';
import type { AnswerCache, CacheCall, CachedAnswer, CacheStats, Invalidation, Refresh } from './answer-cache';
import { INVALIDATION_MAX } from './answer-cache';
import type { Announcement } from './announcements';
import { Announcements } from './announcements';
import { DatabaseLevel } from './database-level';
import { isFit, isRepeatable } from './fitness';
import { Flights } from './flights';
import type { Address, CacheEntry, Located, Placed } from './level';
import { Lifetimes } from './level';
import { LookCounts } from './look-counts';
import { MemoryLevel } from './memory-level';
import { Pattern } from './pattern';
import { Popular } from './popular';
import { RedisLevel } from './redis-level';
import { Refreshes } from './refreshes';
import { requestKeyOf } from './request-key';
import { Slot } from './slot';

export interface AnswerCacheProps {
  readonly config: CacheConfig;
  readonly redis: Redis;
  readonly database: Pick<Database, 'up' | 'query'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: FastifyBaseLogger;
  readonly metrics: Metrics;
  /** Asks for a popular answer anew, at the lowest priority. Fails like any request. */
  readonly refresh: Refresh;
}

export const createAnswerCache = (props: AnswerCacheProps): AnswerCache => new LevelledCache(props);

const KIND: LogKind = 'business';

/** Answers of a tenant that are removed at a time, and how often at most in one call. */
const TENANT_STEP = 500;
const TENANT_STEPS_MAX = 100;

/** Lookups below memory that are under way, by key: more of them are not shared. */
const LOOKUPS_MAX = 10_000;

export class LevelledCache implements AnswerCache {
  readonly lifetimes: Lifetimes;
  readonly looks: LookCounts;
  readonly flights = new Flights<CachedAnswer>();
  readonly memory: MemoryLevel;
  readonly #redis: RedisLevel;
  readonly #database: DatabaseLevel;
  readonly #announcements: Announcements;
  readonly #popular: Popular;
  readonly #refreshes: Refreshes;
  readonly #lookups = new Map<string, Promise<LowerLookup>>();
  /** Goes up with every removal: what was read before it is not kept in memory after it. */
  #removals = 0;

  constructor(readonly props: AnswerCacheProps) {
    const { config, metrics, clock } = props;
    this.lifetimes = new Lifetimes(config, () => clock.epochMs());
    this.looks = new LookCounts(metrics);
    const onLost = (answers = 1): void => {
      metrics.cacheWrites.inc({ result: 'lost' }, answers);
    };
    this.memory = new MemoryLevel({ ...props, lifetimes: this.lifetimes });
    this.#redis = new RedisLevel({ ...props, lifetimes: this.lifetimes, onLost });
    this.#database = new DatabaseLevel({ ...props, lifetimes: this.lifetimes, onLost });
    this.#announcements = new Announcements({ ...props, onHeard: this.#onHeard });
    this.#refreshes = new Refreshes({ ...props, cache: this });
    this.#popular = new Popular({ ...props, refresh: (request) => this.#refreshes.refresh(request) });
  }

  slot(call: CacheCall): Slot | undefined {
    const { config } = this.props;
    const named = isRepeatable(call, config.sampled) ? requestKeyOf(call) : undefined;
    if (named !== undefined) return new Slot(this, call, named);
    this.looks.bypass();
    return undefined;
  }

  stats(): CacheStats {
    const { config } = this.props;
    return {
      memory: {
        entries: this.memory.size,
        maxEntries: config.l1Entries,
        bytes: this.memory.bytes,
        maxBytes: config.l1Bytes,
      },
      levels: this.looks.levels(),
      bypassed: this.looks.bypassed,
      pendingWrites: this.#database.pending,
      flights: this.flights.size,
      popular: this.#popular.size,
    };
  }

  /** Looks below memory; all who ask for one key at once share it. What is fresh comes up. */
  lookBelow(key: string): Promise<LowerLookup> {
    const shared = this.#lookups.get(key);
    if (shared !== undefined) return shared;
    const lookup = this.#lookBelow(key);
    if (this.#lookups.size < LOOKUPS_MAX) {
      this.#lookups.set(key, lookup);
      void lookup.finally(() => {
        if (this.#lookups.get(key) === lookup) this.#lookups.delete(key);
      });
    }
    return lookup;
  }

  hit(slot: Slot, answer: CachedAnswer): void {
    const { key, length, call } = slot;
    this.#popular.hit({ key, length, call, storedAt: answer.storedAt });
  }

  /** Whether an answer may be kept for others, and if so, keeps it. */
  keep(key: string, call: CacheCall, answer: CachedAnswer, cost: number): boolean {
    const { config, metrics } = this.props;
    const { tenant, operation, body } = call;
    // A fallback's answer stands in for a while; kept, it would for a day.
    const fit =
      answer.body.length <= config.answerBytes && answer.model === body.model && isFit(answer, call.operation);
    metrics.cacheWrites.inc({ result: fit ? 'kept' : 'unfit' });
    if (!fit) return false;
    this.#put({ key, group: { tenant, operation, model: body.model }, answer, cost, freshUntil: 0 });
    return true;
  }

  async invalidate(pattern: Pattern): Promise<Invalidation> {
    const { entries, more } = await this.#locate(pattern, INVALIDATION_MAX);
    const keys = entries.map(({ key }) => key);
    const done = keys.length === 0 || ((await this.#remove(entries)) && (await this.#announcements.say({ keys })));
    this.#tell(keys.length);
    return { removed: keys.length, more: more || !done };
  }

  async invalidateTenant(tenant: string): Promise<Invalidation> {
    const pattern = Pattern.ofTenant(tenant);
    let removed = 0;
    let more = true;
    for (let step = 0; step < TENANT_STEPS_MAX && more; step += 1) {
      const located = await this.#locate(pattern, TENANT_STEP);
      const done = await this.#remove(located.entries);
      removed += located.entries.length;
      more = located.more || !done;
      // A level that cannot be asked would be asked for ever.
      if (located.entries.length === 0) break;
    }
    this.#forget({ tenant });
    const heard = await this.#announcements.say({ tenant });
    this.#tell(removed);
    return { removed, more: more || !heard };
  }

  async close(): Promise<void> {
    this.#popular.close();
    this.#announcements.close();
    await this.#refreshes.close();
    await this.#database.close();
  }

  #put(entry: CacheEntry): void {
    this.memory.put(entry);
    this.#redis.put(entry);
    this.#database.put(entry);
  }

  async #lookBelow(key: string): Promise<LowerLookup> {
    const removals = this.#removals;
    let stale: Placed | undefined;
    for (const level of ['l2', 'l3'] as const) {
      const found = await (level === 'l2' ? this.#redis : this.#database).get(key);
      if (typeof found === 'string') {
        this.looks.count(level, found);
        continue;
      }
      if (!this.lifetimes.isFresh(found)) {
        this.looks.count(level, 'miss');
        const newest = stale?.entry.answer.storedAt ?? 0;
        if (this.lifetimes.isUseful(found) && found.answer.storedAt > newest) stale = { entry: found, level };
        continue;
      }
      this.looks.count(level, 'hit');
      if (removals === this.#removals) {
        this.memory.put(found);
        if (level === 'l3') this.#redis.put(found);
      }
      return { fresh: found, level };
    }
    return { fresh: undefined, stale };
  }

  /** What a pattern names in any level: what is found in one is removed from all. */
  async #locate(pattern: Pattern, limit: number): Promise<Located> {
    const matches = pattern.matches.bind(pattern);
    const below = await Promise.all([this.#redis.locate(matches, limit), this.#database.locate(pattern, limit)]);
    const found = [this.memory.locate(matches, limit), ...below];
    const all = new Map(found.flatMap(({ entries }) => entries.map((entry) => [entry.key, entry] as const)));
    const entries = [...all.values()].slice(0, limit);
    return { entries, more: entries.length < all.size || found.some(({ more }) => more) };
  }

  /** @returns whether they are in no level any more */
  async #remove(entries: readonly Address[]): Promise<boolean> {
    const keys = entries.map(({ key }) => key);
    this.#forget({ keys });
    const done = await Promise.all([this.#redis.remove(entries), this.#database.remove(keys)]);
    // Once more, for what was read before that and came up meanwhile.
    this.#forget({ keys });
    return done.every(Boolean);
  }

  #tell(removed: number): void {
    const { metrics, log } = this.props;
    metrics.cacheInvalidated.inc(removed);
    log.info({ kind: KIND, event: 'cache-invalidated', removed }, 'kept answers removed');
  }

  readonly #onHeard = (announcement: Announcement): void => {
    this.#forget(announcement);
  };

  /** From what this process alone has. */
  #forget(announcement: Announcement): void {
    this.#removals += 1;
    if ('keys' in announcement) {
      const keys = new Set(announcement.keys);
      for (const key of keys) this.memory.remove(key);
      this.#database.forget(({ key }) => keys.has(key));
      this.#popular.forget(({ key }) => keys.has(key));
      return;
    }
    const { tenant } = announcement;
    const { entries } = this.memory.locate((group) => group.tenant === tenant, Infinity);
    for (const { key } of entries) this.memory.remove(key);
    this.#database.forget(({ group }) => group.tenant === tenant);
    this.#popular.forget(({ call }) => call.tenant === tenant);
  }
}

/** What is below memory. */
export type LowerLookup =
  | { readonly fresh: CacheEntry; readonly level: 'l2' | 'l3' }
  | { readonly fresh: undefined; readonly stale: Placed | undefined };
