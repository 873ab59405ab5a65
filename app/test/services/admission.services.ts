import pino from 'pino';
import { systemClock } from '../../src/clock';
import type { Counters } from '../../src/limits/counters';
import { createLocalCounters } from '../../src/limits/local-counters';
import { createRedisCounters } from '../../src/limits/redis-counters';
import { createCounters } from '../../src/limits/shared-counters';
import { createMetrics } from '../../src/metrics';
import type { Admission, Ticket } from '../../src/quota/admission';
import { createAdmission } from '../../src/quota/quota-admission';
import { createRedis } from '../../src/redis/redis';
import type { Redis } from '../../src/redis/redis';
import { Secret } from '../../src/secret';
import { eventually } from '../running';
import { fixedQuotas } from '../waiting-calls';
import { startRedisServer, stopRedisServers } from './redis-server';

const opened: { close(): unknown }[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
  await stopRedisServers();
});

const LIMITS = { tokensPerMinute: 10_000, requestsPerMinute: 1_000 };

/** What one replica has of its own. */
interface Replica {
  readonly admission: Admission;
  readonly counters: Counters;
}

const replica = async (url: string): Promise<Replica> => {
  const log = pino({ level: 'silent' });
  const metrics = createMetrics();
  // These tests are about counting, on a machine that may be busy.
  const props = { url: new Secret(url), commandTimeoutMs: 2_000, retryMs: 50, clock: systemClock, log, metrics };
  const redis: Redis = createRedis(props);
  opened.push(redis);
  await eventually(() => redis.up);
  const remote = createRedisCounters({ redis, clock: systemClock });
  const counters = createCounters({ redis, remote, local: createLocalCounters(systemClock) });
  const config = { queuePlaces: 1_000, queueTimeoutMs: 20_000 };
  const admission = createAdmission({
    counters,
    quotas: fixedQuotas(LIMITS),
    config,
    clock: systemClock,
    log,
    metrics,
  });
  opened.push(admission);
  return { admission, counters };
};

describe('two replicas over one Redis', () => {
  test('[G9] share one limit of tokens exactly, and what one gives back the other takes', async () => {
    const server = await startRedisServer();
    const replicas = [await replica(server.url), await replica(server.url)] as const;
    const tickets: Ticket[] = [];
    const refused: unknown[] = [];
    const ask = async ({ admission }: Replica, estimatedTokens: number): Promise<void> => {
      const { signal } = new AbortController();
      try {
        tickets.push(await admission.enter({ model: 'm', priority: 'medium', estimatedTokens, signal }));
      } catch (error) {
        refused.push(error);
      }
    };
    const asked = Array.from({ length: 60 }, (_, index) => ask(index % 2 === 0 ? replicas[0] : replicas[1], 250));
    const waiting = () => replicas.reduce((sum, { admission }) => sum + admission.line().waiting.medium, 0);
    await eventually(() => tickets.length + waiting() === 60);
    // 10,000 tokens, 250 each: not one more, whoever asked.
    expect({ entered: tickets.length, waiting: waiting() }).toEqual({ entered: 40, waiting: 20 });
    // They turn out to need 125 each: room for 20 more, though the replica that waits longest may not be the one that ends.
    for (const ticket of tickets.splice(0)) ticket.settle({ inputTokens: 100, outputTokens: 25 });
    await Promise.all(asked);
    expect({ entered: tickets.length, refused: refused.length }).toEqual({ entered: 20, refused: 0 });
    const [window] = fixedQuotas(LIMITS)
      .of('m')
      .windows.filter(({ name }) => name === 'tpm');
    if (window === undefined) throw new Error('there is no window of tokens');
    const [standing] = await replicas[0].counters.standings([window]);
    expect(standing?.used).toBe(40 * 125 + 20 * 250);
  });
});
