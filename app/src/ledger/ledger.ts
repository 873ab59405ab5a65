/** The books: takes entries at once, and has them in the database within a second or, at the worst, after a restart. */
import type { LedgerEntry } from './entry';

export interface Ledger {
  /** Never waits and never throws. */
  record(entry: LedgerEntry): void;
  /** Everything recorded so far is in the database, or in the journal when that is away. */
  flush(): Promise<void>;
  close(): Promise<void>;
}
