/**
 * Counters in Redis: one for all replicas, exact over all of them, by Redis's own clock.
 *
 * All counts stand in one hash slot, by the tag in their names: a call counts under several names at once, and a cluster
 * runs a script within one slot alone. The tag is the price of exactness; one shard decides some ten thousand calls a
 * second.
 */
import { isNativeError } from 'node:util/types';
import type { Redis as Client } from 'ioredis';
import type { Clock } from '../clock';
import type { Redis } from '../redis/redis';
import type { Charge, Decision, RemoteCounters, Standing } from './counters';
import { COUNTERS_SCRIPT, COUNTERS_SCRIPT_SHA } from './redis-script';
import type { Mode } from './redis-script';
import { countName, limitOf } from './tally';

export interface RedisCountersProps {
  readonly redis: Pick<Redis, 'run'>;
  readonly clock: Clock;
  /** Time by which is counted, in milliseconds since 1970. @default Redis's own, which is one for all */
  readonly nowMs?: () => number;
}

const PREFIX = 'gateway:{limits}:';

/** How long adjustments are gathered, in milliseconds, and how many names of them at most. */
const GATHER_MS = 10;
const GATHER_MAX = 200;

/** Numbers before the standings, and of each standing. */
const HEAD = 3;
const EACH = 3;

export const createRedisCounters = ({ redis, clock, nowMs }: RedisCountersProps): RemoteCounters => {
  const call = async (client: Client, mode: Mode, charges: readonly Charge[]): Promise<readonly number[]> => {
    const keys = charges.map((charge) => `${PREFIX}${countName(charge)}`);
    const args = charges.flatMap(({ rule, amount = 1 }) => [
      ...(rule.kind === 'bucket' ? ['b', rule.perSecond] : ['w', rule.windowMs]),
      limitOf(rule),
      amount,
    ]);
    const rest = [keys.length, ...keys, mode, nowMs?.() ?? '', ...args] as const;
    const said = await client.evalsha(COUNTERS_SCRIPT_SHA, ...rest).catch((error: unknown) => {
      // Redis forgets scripts when it starts anew; asked with the whole script it has it again.
      if (!isNativeError(error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return client.eval(COUNTERS_SCRIPT, ...rest);
    });
    const numbers = typeof said === 'string' ? said.split(' ').map(Number) : [];
    if (numbers.length !== HEAD + EACH * keys.length || numbers.some(Number.isNaN)) {
      throw new Error('Redis answers what was not asked');
    }
    return numbers;
  };

  const gathered = new Map<string, Required<Charge>>();
  let cancelFlush: (() => void) | undefined;
  const flush = (): void => {
    cancelFlush?.();
    cancelFlush = undefined;
    const charges = [...gathered.values()];
    gathered.clear();
    void redis.run('limits-adjust', (client) => call(client, 'adjust', charges));
  };

  return {
    take: (charges) => redis.run('limits-take', async (client) => decisionIn(await call(client, 'take', charges))),
    standings: (charges) =>
      redis.run('limits-standings', async (client) => standingsIn(await call(client, 'look', charges))),
    adjust: (charges) => {
      for (const { key, rule, amount = 1 } of charges) {
        const name = countName({ key, rule });
        gathered.set(name, { key, rule, amount: amount + (gathered.get(name)?.amount ?? 0) });
      }
      if (gathered.size >= GATHER_MAX) flush();
      else if (gathered.size > 0) cancelFlush ??= clock.after(GATHER_MS, flush);
    },
  };
};

const decisionIn = (numbers: readonly number[]): Decision => {
  const [allowed, refusedBy = -1, retryAfterMs = 0] = numbers;
  return {
    allowed: allowed === 1,
    refusedBy: refusedBy < 0 ? undefined : refusedBy,
    retryAfterMs,
    standings: standingsIn(numbers),
  };
};

const standingsIn = (numbers: readonly number[]): readonly Standing[] => {
  const standings: Standing[] = [];
  for (let at = HEAD; at < numbers.length; at += EACH) {
    const [used = 0, remaining = 0, resetMs = 0] = numbers.slice(at, at + EACH);
    standings.push({ used, remaining, resetMs });
  }
  return standings;
};
