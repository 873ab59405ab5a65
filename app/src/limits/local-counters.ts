/** Counters in this process's memory. */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock';
import type { Charge, Counters, Decision, Standing } from './counters';
import { countName, createTally, limitOf } from './tally';
import type { Tally } from './tally';

/** Counts that are kept at most, about 1 KB each at worst; the one that was used longest ago goes first. */
const MAX_COUNTS = 50_000;

/** A charge that is none. */
const NOTHING: Charge = { key: '', rule: { kind: 'window', limit: Infinity, windowMs: 1 }, amount: 0 };

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
    const tallies = charges.map(tallyFor);
    let refusedBy: number | undefined;
    let retryAfterMs = 0;
    for (const [index, tally] of tallies.entries()) {
      const { rule, amount = 1 } = charges[index] ?? NOTHING;
      if (tally.fits(amount, limitOf(rule), nowMs)) continue;
      refusedBy = index;
      retryAfterMs = tally.waitFor(amount, limitOf(rule), nowMs);
      break;
    }
    if (refusedBy === undefined) {
      for (const [index, tally] of tallies.entries()) tally.add(charges[index]?.amount ?? 1, nowMs);
    }
    const standings = tallies.map((tally, index) => tally.standing(limitOf((charges[index] ?? NOTHING).rule), nowMs));
    return { allowed: refusedBy === undefined, refusedBy, retryAfterMs, standings };
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
