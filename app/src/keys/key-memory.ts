/**
 * What is known of keys without asking: who has one, and that nobody does, each for a while. The two are kept apart, so
 * that a flood of wrong keys drives out no right one. Keys go by the SHA-256 of theirs, never by themselves.
 */
import { LRUCache } from 'lru-cache';
import type { Caller } from '../caller';
import type { KeyRecord } from './key-record';
import { callerOf } from './key-record';

const KNOWN_MAX = 10_000;
const UNKNOWN_MAX = 10_000;

export interface KnownKey {
  readonly caller: Caller;
  /** Milliseconds since 1970; null: never. */
  readonly expiresAt: number | null;
  /** When the database said so, on the clock that never goes back. */
  readonly since: number;
}

export class KeyMemory {
  readonly #known = new LRUCache<string, KnownKey>({ max: KNOWN_MAX });
  readonly #unknown = new LRUCache<string, number>({ max: UNKNOWN_MAX });

  /** Who had this key when the database was asked last. */
  known(hash: string): KnownKey | undefined {
    return this.#known.get(hash);
  }

  /** Since when nobody is known to have this key. */
  unknownSince(hash: string): number | undefined {
    return this.#unknown.get(hash);
  }

  keep(hash: string, record: KeyRecord, since: number): KnownKey {
    const known = { caller: callerOf(record), expiresAt: record.expiresAt, since };
    this.#unknown.delete(hash);
    this.#known.set(hash, known);
    return known;
  }

  keepUnknown(hash: string, since: number): void {
    this.#known.delete(hash);
    this.#unknown.set(hash, since);
  }

  forget(hash: string): void {
    this.#known.delete(hash);
    this.#unknown.delete(hash);
  }
}
