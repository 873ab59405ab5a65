/**
 * When an apply is disturbed. A moment is the number of a call that reaches the cloud, not a time: a busy machine
 * shifts the seconds, and the same seed must strike at the same place again.
 */
import type { Seeded } from './seeded';

/** How far into an apply the last moment may lie: how often a state is polled at the end varies a little. */
const LATEST = 0.9;

/**
 * Moments spread over an apply: it is cut into that many stretches, and each has one, at a place that chance decides.
 *
 * @param calls how many calls the undisturbed apply made
 * @param latest the part of them within which every moment lies
 * @returns call numbers from 1, ascending; fewer than asked where there are not so many calls
 */
export function moments(count: number, calls: number, chance: Seeded, latest = LATEST): readonly number[] {
  const last = Math.max(1, Math.floor(calls * latest));
  const stretches = Math.min(count, last);
  return Array.from({ length: stretches }, (_, index) => {
    const from = Math.floor((index * last) / stretches);
    const to = Math.floor(((index + 1) * last) / stretches);
    return 1 + from + chance.below(to - from);
  });
}
