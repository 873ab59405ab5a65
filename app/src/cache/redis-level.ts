/**
 * The second level: Redis, shared by all processes. Beside the entries stand lists of their keys, one a tenant, operation
 * and model, so that they can be removed without a walk through everything that Redis holds.
 */
import { parseObject } from '../chat';
import type { Clock } from '../clock';
import type { Redis } from '../redis/redis';
import type { Address, CacheEntry, Lifetimes, Located, Lookup } from './level';
import type { Group } from './pattern';
import { decodeEntry, encodeEntry } from './record';

export interface RedisLevelProps {
  readonly redis: Redis;
  readonly lifetimes: Lifetimes;
  readonly clock: Clock;
  /** An answer did not get there. */
  readonly onLost: () => void;
}

const PREFIX = 'gateway:cache:';
/** Every group that has entries, by the time at which the last of them is of no more use. */
const GROUPS = `${PREFIX}groups`;
const entryName = (key: string): string => `${PREFIX}entry:${key}`;
const listName = (group: string): string => `${PREFIX}list:${group}`;

/** Groups that are read at a time. */
const PAGE = 1_000;

export class RedisLevel {
  /** Whether there is one, be it lost: one that is not configured never changes, and holds nothing. */
  #exists: boolean;

  constructor(private readonly props: RedisLevelProps) {
    this.#exists = props.redis.up;
    props.redis.onChange(() => {
      this.#exists = true;
    });
  }

  async get(key: string): Promise<Lookup> {
    const bytes = await this.props.redis.run('cache-get', (client) => client.getBuffer(entryName(key)));
    if (bytes === undefined) return 'unavailable';
    return (bytes === null ? undefined : decodeEntry(key, bytes)) ?? 'miss';
  }

  /** Not waited for. */
  put(entry: CacheEntry): void {
    const { redis, lifetimes, clock, onLost } = this.props;
    const freshUntil = lifetimes.freshUntil('l2', entry);
    const now = clock.epochMs();
    const usefulMs = freshUntil + lifetimes.staleMs - now;
    if (!redis.up || usefulMs <= 0) return;
    const group = nameOf(entry.group);
    const list = listName(group);
    const longestMs = lifetimes.longestMs('l2');
    const written = redis.run('cache-put', (client) =>
      client
        .pipeline()
        .set(entryName(entry.key), encodeEntry({ ...entry, freshUntil }), 'PX', usefulMs)
        .zremrangebyscore(list, '-inf', now)
        .zadd(list, now + usefulMs, entry.key)
        .pexpire(list, longestMs)
        .zremrangebyscore(GROUPS, '-inf', now)
        .zadd(GROUPS, now + longestMs, group)
        .exec(),
    );
    void written.then((results) => {
      if (!isDone(results)) onLost();
    });
  }

  /** Entries whose group matches; at most `limit`. */
  async locate(matches: (group: Group) => boolean, limit: number): Promise<Located> {
    const { redis } = this.props;
    const entries: Address[] = [];
    for (let from = 0; ; from += PAGE) {
      const names = await redis.run('cache-groups', (client) => client.zrange(GROUPS, from, from + PAGE - 1));
      if (names === undefined) return { entries, more: this.#exists };
      for (const name of names) {
        const group = groupOf(name);
        if (group === undefined || !matches(group)) continue;
        const wanted = limit - entries.length;
        // One more than wanted tells whether there are more.
        const keys = await redis.run('cache-keys', (client) => client.zrange(listName(name), 0, wanted));
        if (keys === undefined) return { entries, more: true };
        entries.push(...keys.slice(0, wanted).map((key) => ({ key, group })));
        if (keys.length > wanted) return { entries, more: true };
      }
      if (names.length < PAGE) return { entries, more: false };
    }
  }

  /** @returns whether they are no longer there */
  async remove(entries: readonly Address[]): Promise<boolean> {
    if (entries.length === 0) return true;
    const results = await this.props.redis.run('cache-remove', (client) => {
      const pipeline = client.pipeline();
      for (const { key, group } of entries) pipeline.unlink(entryName(key)).zrem(listName(nameOf(group)), key);
      return pipeline.exec();
    });
    return isDone(results) || !this.#exists;
  }
}

type Results = readonly (readonly [error: Error | null, result: unknown])[];

/** Whether every command of a pipeline was carried out. */
const isDone = (results: Results | null | undefined): boolean =>
  results !== undefined && results !== null && results.every(([error]) => error === null);

/** As JSON: a model's name is a client's word, and must not be taken for another group's. */
const nameOf = ({ tenant, operation, model }: Group): string => JSON.stringify([tenant, operation, model]);

const groupOf = (name: string): Group | undefined => {
  const parts = parseObject(name);
  if (!Array.isArray(parts)) return undefined;
  const texts: readonly unknown[] = parts;
  const [tenant, operation, model] = texts;
  return typeof tenant === 'string' && typeof operation === 'string' && typeof model === 'string'
    ? { tenant, operation, model }
    : undefined;
};
