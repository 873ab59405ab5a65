/** The checks of what the service is made of. Each takes no more of its component than it needs. */
import { getHeapStatistics } from 'node:v8';
import type { Database } from '../database/database';
import type { Redis } from '../redis/redis';
import type { HealthCheck, HealthFinding, HealthStatus } from './health-check';

/** From where on a number is no longer as it should be, and from where on nothing works. */
interface Bounds {
  readonly degraded: number;
  readonly unhealthy: number;
}

/** What is healthy below its first bound. */
export const HEALTH_BOUNDS = {
  /** The 99th percentile of the event loop's delay, in milliseconds: everybody waits that long. */
  eventLoopMs: { degraded: 200, unhealthy: 1_000 },
  /** Part of the heap that V8 may take at most. Near it, collections take more time than work. */
  heapUsed: { degraded: 0.85, unhealthy: 0.95 },
  /** Entries that the database does not have yet. At the default pace 2,000 a second go there. */
  ledgerPending: { degraded: 10_000, unhealthy: 1_000_000 },
  /** Part of QUEUE_PLACES that is taken. With none left, requests are refused. */
  queueTaken: { degraded: 0.8, unhealthy: 1 },
} as const satisfies Readonly<Record<string, Bounds>>;

const within = (value: number, { degraded, unhealthy }: Bounds): HealthStatus =>
  value >= unhealthy ? 'unhealthy' : value >= degraded ? 'degraded' : 'healthy';

const check = (name: string, essential: boolean, find: () => HealthFinding | Promise<HealthFinding>): HealthCheck => ({
  name,
  essential,
  check: async () => find(),
});

/** Reachable, with the tables of this version. Essential: without it there are no keys and no books. */
export const databaseCheck = (database: Pick<Database, 'kind' | 'ping' | 'problem'>): HealthCheck =>
  check('database', true, async () =>
    (await database.ping())
      ? { status: 'healthy', detail: database.kind }
      : { status: 'unhealthy', detail: database.problem ?? database.kind },
  );

/** Not essential: limits and cache are those of one process while it is away. @param configured whether REDIS_URL is set */
export const redisCheck = (redis: Pick<Redis, 'run'>, configured: boolean): HealthCheck =>
  check('redis', false, async () => {
    if (!configured) return { status: 'healthy', detail: 'not configured' };
    const answer = await redis.run('ping', (client) => client.ping());
    return answer === undefined
      ? { status: 'unhealthy', detail: 'does not answer; limits and cache are those of this machine alone' }
      : { status: 'healthy' };
  });

/** Essential: without a key no request can be answered. The echo needs none, and production does not start with it. */
export const upstreamKeyCheck = (configured: boolean, production: boolean): HealthCheck =>
  check('upstream-key', true, () => {
    if (configured) return { status: 'healthy' };
    return production
      ? { status: 'unhealthy', detail: 'DASHSCOPE_API_KEY is not set' }
      : { status: 'healthy', detail: 'echo' };
  });

/** @param line how many of how many places are taken */
export const queueCheck = (line: () => { readonly waiting: number; readonly places: number }): HealthCheck =>
  check('quota', false, () => {
    const { waiting, places } = line();
    const taken = places === 0 ? 0 : waiting / places;
    return { status: within(taken, HEALTH_BOUNDS.queueTaken), detail: `${waiting} of ${places} places taken` };
  });

/** @param pending entries that are not in the database */
export const ledgerCheck = (pending: () => number): HealthCheck =>
  check('ledger', false, () => {
    const entries = pending();
    return { status: within(entries, HEALTH_BOUNDS.ledgerPending), detail: `${entries} entries pending` };
  });

/** @param delayMs the 99th percentile of the event loop's delay of late */
export const eventLoopCheck = (delayMs: () => number): HealthCheck =>
  check('event-loop', false, () => {
    const ms = delayMs();
    return { status: within(ms, HEALTH_BOUNDS.eventLoopMs), detail: `p99 ${ms.toFixed(1)} ms` };
  });

/** @param heap bytes in use, and at most; of V8 by default */
export const memoryCheck = (
  heap: () => { readonly used_heap_size: number; readonly heap_size_limit: number } = getHeapStatistics,
): HealthCheck =>
  check('memory', false, () => {
    const { used_heap_size: used, heap_size_limit: limit } = heap();
    const part = used / limit;
    return { status: within(part, HEALTH_BOUNDS.heapUsed), detail: `${(part * 100).toFixed(0)} % of the heap in use` };
  });
