/**
 * Counters in Redis while it answers, and those of this machine otherwise. Neither knows what the other has counted: when
 * Redis is lost every machine begins anew, and when it is back its counts go on as they were left.
 */
import type { Redis } from '../redis/redis';
import type { Counters, RemoteCounters } from './counters';

export interface SharedCountersProps {
  readonly redis: Pick<Redis, 'up'>;
  readonly remote: RemoteCounters;
  readonly local: Counters;
}

export const createCounters = ({ redis, remote, local }: SharedCountersProps): Counters => ({
  take: async (charges) => (redis.up ? await remote.take(charges) : undefined) ?? (await local.take(charges)),
  standings: async (charges) =>
    (redis.up ? await remote.standings(charges) : undefined) ?? (await local.standings(charges)),
  adjust: (charges) => {
    (redis.up ? remote : local).adjust(charges);
  },
});
