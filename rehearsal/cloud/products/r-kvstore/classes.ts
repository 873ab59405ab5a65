/** What Redis is sold as, and what may be set on its server. Source: tables of the cloud-native community classes. */
import { ApiError } from '../../api-error';

interface Size {
  /** Memory of a shard, MB. */
  readonly memory: number;
  /** Most connections to a shard. */
  readonly connections: number;
  /** MB/s of a shard. */
  readonly bandwidth: number;
}

const SIZES: Readonly<Record<string, Size>> = {
  small: { memory: 1024, connections: 10_000, bandwidth: 96 },
  mid: { memory: 2048, connections: 10_000, bandwidth: 96 },
  large: { memory: 4096, connections: 20_000, bandwidth: 96 },
  xlarge: { memory: 8192, connections: 20_000, bandwidth: 96 },
  '2xlarge': { memory: 16_384, connections: 30_000, bandwidth: 96 },
  '4xlarge': { memory: 32_768, connections: 40_000, bandwidth: 96 },
};

/** Queries per second of a shard. */
export const QPS_PER_SHARD = 100_000;

/** The classes with a proxy are for several shards; those that end in `.2.ce` for one shard and its replica. */
const CLASS = /^redis\.shard\.(with\.proxy\.)?(small|mid|large|xlarge|2xlarge|4xlarge)(\.2)?\.ce$/;

/** Versions of the cloud-native classes, oldest first. */
export const ENGINE_VERSIONS = ['5.0', '6.0', '7.0'] as const;

/** Most shards of one instance. */
const MOST_SHARDS = 256;

/** @throws ApiError `InvalidInstanceClass.NotFound`, and `InvalidShardCount` when the class is not for so many */
export function sizeOf(name: string, shards: number): Size {
  const [, proxy, sizeName = '', pair] = CLASS.exec(name) ?? [];
  const size = SIZES[sizeName];
  if (size === undefined || (proxy !== undefined && pair !== undefined)) {
    throw new ApiError('InvalidInstanceClass.NotFound', `The specified InstanceClass (${name}) is not found.`, 404);
  }
  const least = proxy === undefined ? 1 : 2;
  const most = pair === undefined ? MOST_SHARDS : 1;
  if (!Number.isInteger(shards) || shards < least || shards > most) {
    throw new ApiError(
      'InvalidShardCount',
      `The specified ShardCount (${String(shards)}) is not ${String(least)} to ${String(most)}, as ${name} has.`,
    );
  }
  return size;
}

interface Setting {
  readonly usual: string;
  readonly range: RegExp;
}

const YES_OR_NO = /^(yes|no)$/;

/** Settings of the server, by the names that the API has for them. */
const SETTINGS: Readonly<Record<string, Setting>> = {
  EvictionPolicy: {
    usual: 'volatile-lru',
    range: /^(noeviction|(allkeys|volatile)-(lru|lfu|random)|volatile-ttl)$/,
  },
  appendonly: { usual: 'yes', range: YES_OR_NO },
  'hash-max-ziplist-entries': { usual: '512', range: /^\d{1,19}$/ },
  'lazyfree-lazy-eviction': { usual: 'no', range: YES_OR_NO },
  'lazyfree-lazy-expire': { usual: 'yes', range: YES_OR_NO },
  'lazyfree-lazy-server-del': { usual: 'yes', range: YES_OR_NO },
  maxclients: { usual: '10000', range: /^\d{1,6}$/ },
  'notify-keyspace-events': { usual: '', range: /^[KEg$lshzxeA]*$/ },
  'slowlog-log-slower-than': { usual: '20000', range: /^\d{1,8}$/ },
  'slowlog-max-len': { usual: '1024', range: /^\d{1,5}$/ },
  timeout: { usual: '0', range: /^\d{1,6}$/ },
};

/** The settings of a new instance. */
export const usualSettings = (): Map<string, string> =>
  new Map(Object.entries(SETTINGS).map(([name, { usual }]) => [name, usual]));

/** @throws ApiError `InvalidConfigParameter` for a setting that there is not, or a value that it cannot have */
export function checkSetting(name: string, value: string): void {
  const setting = SETTINGS[name];
  if (setting?.range.test(value) === true) return;
  const why = setting === undefined ? 'there is no such setting' : `it must match ${setting.range.source}`;
  throw new ApiError('InvalidConfigParameter', `The parameter ${name} (${value}) in Config is not valid: ${why}.`);
}
