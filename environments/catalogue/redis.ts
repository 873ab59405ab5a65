/**
 * Redis Open-Source Edition 7.0, cloud-native classes (`.ce`: 7.0 exists in no other), by size of a shard.
 * Source: https://help.aliyun.com/zh/redis/product-overview/instance-types-of-cloud-native-community-edition-instances
 * (the tables "standard architecture" and "cluster architecture, proxy mode"). What a region has in stock was not checked.
 */

/** One size of Redis. */
export interface RedisClass {
  /** Instance class of the one-shard (`standard`) architecture. */
  readonly standard: string;
  /** Instance class of each shard of the cluster architecture, behind its proxies: clients need not speak Redis Cluster. */
  readonly cluster: string;
  /** Memory of a shard, GiB. */
  readonly memoryGiB: number;
  /** The most connections to a shard. */
  readonly maxConnections: number;
}

/** Sizes on offer. */
export const REDIS_CLASSES = {
  small: {
    standard: 'redis.shard.small.2.ce',
    cluster: 'redis.shard.with.proxy.small.ce',
    memoryGiB: 1,
    maxConnections: 10_000,
  },
  mid: {
    standard: 'redis.shard.mid.2.ce',
    cluster: 'redis.shard.with.proxy.mid.ce',
    memoryGiB: 2,
    maxConnections: 10_000,
  },
  large: {
    standard: 'redis.shard.large.ce',
    cluster: 'redis.shard.with.proxy.large.ce',
    memoryGiB: 4,
    maxConnections: 20_000,
  },
} as const satisfies Record<string, RedisClass>;

/** The name of a size on offer. */
export type RedisClassName = keyof typeof REDIS_CLASSES;

/** How many shards the cluster architecture takes. The upper end is the vendor's for classes of fixed shards; not verified for cloud-native ones. */
export const REDIS_SHARDS = { min: 2, max: 256 } as const;
