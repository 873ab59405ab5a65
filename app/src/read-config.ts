/** Turns environment variables into a {@link Config}, or says everything that is wrong with them at once. */
import type { Environment } from './config';
import type { AccessConfig } from './config/access';
import { readAccess } from './config/access';
import type { CacheConfig } from './config/cache';
import { readCache } from './config/cache';
import type { CostsConfig } from './config/costs';
import { readCosts } from './config/costs';
import type { FeaturesConfig } from './config/features';
import { readFeatures } from './config/features';
import type { LimitsConfig } from './config/limits';
import { readLimits } from './config/limits';
import type { QuotaConfig } from './config/quota';
import { readQuota } from './config/quota';
import { Reader } from './config/reader';
import type { StorageConfig } from './config/storage';
import { readStorage } from './config/storage';
import type { TracingConfig } from './config/tracing';
import { readTracing } from './config/tracing';
import type { UpstreamConfig } from './config/upstream';
import { readUpstream } from './config/upstream';
import { VARIABLES } from './config';
import { isInMemory } from './database/address';

/** What the variables say, checked. Durations in milliseconds. */
export interface Config {
  readonly environment: (typeof VARIABLES.NODE_ENV.enum)[number];
  readonly host: string;
  readonly port: number;
  readonly logLevel: (typeof VARIABLES.LOG_LEVEL.enum)[number];
  readonly bodyLimitBytes: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  readonly slowRequestMs: number;
  readonly shutdown: { readonly drainMs: number; readonly graceMs: number };
  readonly upstream: UpstreamConfig;
  readonly workers: number;
  readonly trustedProxyHops: number;
  readonly access: AccessConfig;
  readonly limits: LimitsConfig;
  readonly quota: QuotaConfig;
  readonly cache: CacheConfig;
  readonly storage: StorageConfig;
  readonly costs: CostsConfig;
  readonly features: FeaturesConfig;
  readonly tracing: TracingConfig;
}

/** Thrown with every fault at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** One sentence a fault: value, bound, way out. */
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
    super([`${count} in the environment variables:`, ...faults].join('\n- '));
    this.faults = faults;
  }
}

/** Hosts to which clear text does not leave the machine. */
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * The configuration that an environment describes.
 * @throws ConfigError with every fault, when there is any
 */
export const readConfig = (env: Environment): Config => {
  const read = new Reader(env);
  const config: Config = {
    environment: read.choice('NODE_ENV', VARIABLES.NODE_ENV),
    host: read.host('HOST'),
    port: read.integer('PORT'),
    logLevel: read.choice('LOG_LEVEL', VARIABLES.LOG_LEVEL),
    bodyLimitBytes: read.integer('BODY_LIMIT_BYTES'),
    requestTimeoutMs: read.integer('REQUEST_TIMEOUT_MS'),
    keepAliveTimeoutMs: read.integer('KEEP_ALIVE_TIMEOUT_MS'),
    slowRequestMs: read.integer('SLOW_REQUEST_MS'),
    shutdown: { drainMs: read.integer('SHUTDOWN_DRAIN_MS'), graceMs: read.integer('SHUTDOWN_GRACE_MS') },
    upstream: readUpstream(read),
    workers: read.integer('WORKERS'),
    trustedProxyHops: read.integer('TRUSTED_PROXY_HOPS'),
    access: readAccess(read),
    limits: readLimits(read),
    quota: readQuota(read),
    cache: readCache(read),
    storage: readStorage(read),
    costs: readCosts(read),
    features: readFeatures(read),
    tracing: readTracing(read),
  };
  checkTogether(config, read);
  if (read.faults.length > 0) throw new ConfigError(read.faults);
  return config;
};

/**
 * Processes that answer: WORKERS, or as many as there are cores.
 * @throws ConfigError when they cannot be more than one, and are
 */
export const workersOf = (config: Pick<Config, 'workers' | 'storage'>, cores: number): number => {
  const workers = config.workers === 0 ? cores : config.workers;
  if (workers > 1 && isApart(config.storage)) throw new ConfigError([apartFault(`0, here ${cores}`)]);
  return workers;
};

/** Whether each process would have a database of its own. */
const isApart = ({ databaseUrl }: StorageConfig): boolean => {
  const [, file] = /^sqlite:(.*)$/s.exec(databaseUrl?.reveal() ?? '') ?? [];
  return file !== undefined && isInMemory(file);
};

const apartFault = (workers: string): string =>
  `WORKERS (${workers}) must be 1 where DATABASE_URL is an SQLite in memory, or each process has keys and books of its ` +
  'own; set it to 1, or DATABASE_URL to sqlite:<file> or a MySQL';

/** The bounds that lie between variables. */
const checkTogether = (config: Config, read: Reader): void => {
  const { environment, upstream, shutdown, access, cache, workers, storage } = config;
  read.rule(['WORKERS', 'DATABASE_URL'], workers <= 1 || !isApart(storage), apartFault(String(workers)));
  read.rule(
    ['NODE_ENV', 'DASHSCOPE_API_KEY'],
    environment !== 'production' || upstream.region.apiKeys.length > 0,
    'DASHSCOPE_API_KEY (unset) must be set when NODE_ENV is production, or clients would get their own prompts back; ' +
      'set it, or NODE_ENV to development',
  );
  read.rule(
    ['NODE_ENV', 'ADMIN_API_KEY'],
    environment !== 'production' || access.adminApiKey !== undefined,
    'ADMIN_API_KEY (unset) must be set when NODE_ENV is production, or nobody could make the first key; ' +
      'set it to a long random one, such as openssl rand -base64 24 makes',
  );
  const endpoints = [
    ['DASHSCOPE_BASE_URL', upstream.region.baseUrl],
    ['DASHSCOPE_FALLBACK_BASE_URL', upstream.secondRegion?.baseUrl],
  ] as const;
  for (const [name, url] of endpoints) {
    read.rule(
      ['NODE_ENV', name],
      environment !== 'production' || url === undefined || url.protocol === 'https:' || LOOPBACK.has(url.hostname),
      `${name} (${url?.href ?? 'unset'}) must be https: when NODE_ENV is production, ` +
        'or the key travels in clear text; use the https: address',
    );
  }
  const total = upstream.totalTimeoutMs;
  read.rule(
    ['UPSTREAM_TOTAL_TIMEOUT_MS', 'SHUTDOWN_GRACE_MS'],
    total <= shutdown.graceMs,
    `UPSTREAM_TOTAL_TIMEOUT_MS (${total}) must be at most SHUTDOWN_GRACE_MS (${shutdown.graceMs}), ` +
      'or a shutdown cuts the longest answers; lower it, or raise SHUTDOWN_GRACE_MS and the pod’s termination grace period',
  );
  const levels = [
    ['CACHE_L1_MS', cache.l1Ms, 'CACHE_L2_MS', cache.l2Ms],
    ['CACHE_L2_MS', cache.l2Ms, 'CACHE_L3_MS', cache.l3Ms],
  ] as const;
  for (const [upper, upperMs, lower, lowerMs] of levels) {
    read.rule(
      [upper, lower],
      upperMs <= lowerMs,
      `${upper} (${upperMs}) must be at most ${lower} (${lowerMs}), or the larger cache forgets first; ` +
        `lower it, or raise ${lower}`,
    );
  }
  const parts = [
    ['UPSTREAM_CONNECT_TIMEOUT_MS', upstream.connectTimeoutMs],
    ['UPSTREAM_HEADERS_TIMEOUT_MS', upstream.headersTimeoutMs],
    ['UPSTREAM_IDLE_TIMEOUT_MS', upstream.idleTimeoutMs],
  ] as const;
  for (const [name, part] of parts) {
    read.rule(
      [name, 'UPSTREAM_TOTAL_TIMEOUT_MS'],
      part <= total,
      `${name} (${part}) must be at most UPSTREAM_TOTAL_TIMEOUT_MS (${total}), or it never strikes; lower it to ${total}`,
    );
  }
};
