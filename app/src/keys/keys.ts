/** API keys: made, listed, changed, revoked, and found by what a client sends. */
import type { Caller } from '../caller';

export interface Keys {
  /** Who has this key; `undefined` when nobody does. From memory where it was asked lately. */
  find(secret: string): Promise<Caller | undefined>;
}
