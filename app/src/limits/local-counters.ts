/** Counters in this process's memory. */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock';
import type { Charge, Counters, Decision, Standing } from './counters';
import { countName, createTally, limitOf } from './tally';
import type { Tally } from './tally';

/** Counts that are kept at most, about 1 KB each at worst; the one that was used longest ago goes first. */
const MAX_COUNTS = 50_000;

/** The same, decided without waiting for anything. */
export interface LocalCounters extends Counters {
  decide(charges: readonly Charge[]): Decision;
  look(charges: readonly Charge[]): readonly Standing[];
}

export const createLocalCounters = (
  clock: Pick<Clock, 'monotonicMs'>,
  { maxCounts = MAX_COUNTS }: { readonly maxCounts?: number } = {},
): LocalCounters => {
  const tallies = new LRUCache<string, Tally>({ max: maxCounts });

  const tallyFor = (charge: Charge): Tally => {
    const name = countName(charge);
    const known = tallies.get(name);
    if (known !== undefined) return known;
    const tally = createTally(charge.rule);
    tallies.set(name, tally);
    return tally;
  };

  const look = (charges: readonly Charge[]): readonly Standing[] => {
    const nowMs = clock.monotonicMs();
    return charges.map((charge) => tallyFor(charge).standing(limitOf(charge.rule), nowMs));
  };

  const decide = (charges: readonly Charge[]): Decision => {
    const nowMs = clock.monotonicMs();
    const counted = charges.map((charge) => ({ tally: tallyFor(charge), limit: limitOf(charge.rule), charge }));
    const refusedBy = counted.findIndex(({ tally, limit, charge }) => !tally.fits(charge.amount ?? 1, limit, nowMs));
    const refused = counted[refusedBy];
    if (refused === undefined) for (const { tally, charge } of counted) tally.add(charge.amount ?? 1, nowMs);
    return {
      allowed: refused === undefined,
      refusedBy: refused === undefined ? undefined : refusedBy,
      retryAfterMs: refused?.tally.waitFor(refused.charge.amount ?? 1, refused.limit, nowMs) ?? 0,
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
