/** Counters in this process's memory. */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock';
import type { Charge, Counters, Decision, Standing } from './counters';
import { createTally, limitOf } from './tally';
import type { Tally } from './tally';

/** Names whose counts are kept at most, about 3 KB each at worst; the one that was used longest ago goes first. */
const MAX_NAMES = 20_000;

/** The same, decided without waiting for anything. */
export interface LocalCounters extends Counters {
  decide(charges: readonly Charge[]): Decision;
  look(charges: readonly Charge[]): readonly Standing[];
}

export const createLocalCounters = (
  clock: Pick<Clock, 'monotonicMs'>,
  { maxNames = MAX_NAMES }: { readonly maxNames?: number } = {},
): LocalCounters => {
  /** By name; of one name there are as many as it has rules of different shape, which is a few. */
  const counts = new LRUCache<string, Tally[]>({ max: maxNames });

  const tallyFor = ({ key, rule }: Charge): Tally => {
    let tallies = counts.get(key);
    if (tallies === undefined) {
      tallies = [];
      counts.set(key, tallies);
    }
    for (const known of tallies) if (known.suits(rule)) return known;
    const tally = createTally(rule);
    tallies.push(tally);
    return tally;
  };

  const look = (charges: readonly Charge[]): readonly Standing[] => {
    const nowMs = clock.monotonicMs();
    return charges.map((charge) => tallyFor(charge).standing(limitOf(charge.rule), nowMs));
  };

  const decide = (charges: readonly Charge[]): Decision => {
    const nowMs = clock.monotonicMs();
    const counted = charges.map((charge) => ({
      tally: tallyFor(charge),
      amount: charge.amount ?? 1,
      limit: limitOf(charge.rule),
    }));
    const at = counted.findIndex(({ tally, amount, limit }) => !tally.fits(amount, limit, nowMs));
    const hindrance = counted[at];
    if (hindrance === undefined) for (const { tally, amount } of counted) tally.add(amount, nowMs);
    return {
      allowed: hindrance === undefined,
      refusedBy: hindrance === undefined ? undefined : at,
      retryAfterMs: hindrance?.tally.waitFor(hindrance.amount, hindrance.limit, nowMs) ?? 0,
      standings: counted.map(({ tally, limit }) => tally.standing(limit, nowMs)),
    };
  };

  return {
    decide,
    look,
    take: (charges) => Promise.resolve(decide(charges)),
    adjust: (charges) => {
      const nowMs = clock.monotonicMs();
      for (const charge of charges) tallyFor(charge).add(charge.amount ?? 1, nowMs);
    },
    standings: (charges) => Promise.resolve(look(charges)),
  };
};
