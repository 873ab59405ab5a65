/** Asks for a popular answer anew: one process of all who find it popular. */
import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from '../clock';
import type { CacheConfig } from '../config/cache';
import { asGatewayError, ShuttingDownError } from '../errors';
import type { LogKind } from '../log';
import type { Metrics } from '../metrics';
import type { Redis } from '../redis/redis';
import type { Refresh, Refreshed } from './answer-cache';
import type { LevelledCache } from './levelled-cache';
import type { PopularRequest } from './popular';

const KIND: LogKind = 'component';

export interface RefreshesProps {
  readonly config: Pick<CacheConfig, 'refreshMs'>;
  readonly redis: Redis;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
  readonly metrics: Pick<Metrics, 'cacheRefreshes'>;
  readonly refresh: Refresh;
  readonly cache: Pick<LevelledCache, 'keep' | 'lookBelow' | 'memory'>;
}

/** `elsewhere`: by another process; `unfit`: what came is not fit to be kept, and the old answer stays. */
type Outcome = 'refreshed' | 'failed' | 'unfit' | 'elsewhere';

export class Refreshes {
  readonly #abort = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(private readonly props: RefreshesProps) {}

  /** Never fails. */
  refresh(request: PopularRequest): Promise<void> {
    this.#running = this.#running.then(async () => {
      const result = await this.#refresh(request);
      this.props.metrics.cacheRefreshes.inc({ result });
    });
    return this.#running;
  }

  async close(): Promise<void> {
    this.#abort.abort(new ShuttingDownError());
    await this.#running;
  }

  async #refresh({ key, call }: PopularRequest): Promise<Outcome> {
    if (!(await this.#isFirst(key))) return 'elsewhere';
    const refreshed = await this.#ask(call);
    if (refreshed === undefined) return 'failed';
    return this.props.cache.keep(key, call, refreshed.answer, refreshed.cost) ? 'refreshed' : 'unfit';
  }

  /** Whether nobody else does it, by a lock in Redis; without Redis, whether nobody has done it so far. */
  async #isFirst(key: string): Promise<boolean> {
    const { redis, cache, config, clock } = this.props;
    // The lock is gone before the next time comes, whoever held it.
    const lockMs = Math.floor(config.refreshMs / 2);
    const locked = await redis.run('cache-lock', (client) =>
      client.set(`gateway:cache:refresh:${key}`, '1', 'PX', lockMs, 'NX'),
    );
    if (locked === null) return false;
    // Another process that does not share the lock may have left a newer answer below.
    const below = await cache.lookBelow(key);
    const newest = Math.max(cache.memory.get(key)?.answer.storedAt ?? 0, below.fresh?.answer.storedAt ?? 0);
    return clock.epochMs() - newest >= lockMs;
  }

  async #ask(call: PopularRequest['call']): Promise<Refreshed | undefined> {
    const { refresh, log } = this.props;
    try {
      return await refresh(call, this.#abort.signal);
    } catch (error) {
      log.warn(
        { kind: KIND, component: 'cache', err: asGatewayError(error) },
        'a popular answer could not be refreshed',
      );
      return undefined;
    }
  }
}
