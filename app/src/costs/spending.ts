/** What was spent today, by key and by all, and whether more may be. */
import type { Caller } from '../caller';

export interface Spending {
  /** @throws BudgetExceededError when the key's or everyone's daily budget is spent. From memory. */
  check(caller: Caller): void;
  /** Adds what a request cost. */
  book(keyId: string, cost: number): void;
}
