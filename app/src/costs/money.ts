/**
 * Money is added up in whole billionths of a currency unit, so a sum does not depend on the order of its parts and a
 * million small amounts lose nothing. Such numbers are exact up to nine million units; beyond, to sixteen digits.
 */

const NANOS_PER_UNIT = 1e9;

/** An amount in billionths, rounded to a whole one. */
export const toNanos = (amount: number): number => Math.round(amount * NANOS_PER_UNIT);

/** Billionths as an amount, for people, answers and the database. */
export const fromNanos = (nanos: number): number => nanos / NANOS_PER_UNIT;

/** What a price for a million tokens is for one, in billionths: a small number that need not be whole. */
export const nanosPerToken = (perMillion: number): number => perMillion * 1e3;
