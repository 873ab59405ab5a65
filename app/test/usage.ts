/** Entries for the books, and what the books then say. */
import type { Database } from '../src/database/database';
import type { LedgerEntry } from '../src/ledger/entry';
import { NOW_MS } from './running';

/** An entry that differs from all others by its number. */
export const usage = (number: number, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  id: `entry-${number}`,
  at: NOW_MS,
  requestId: `request-${number}`,
  keyId: 'key-1',
  endUser: undefined,
  operation: 'chat',
  model: 'qwen-plus',
  servedModel: 'qwen-plus',
  upstream: 'primary',
  inputTokens: 3,
  outputTokens: 5,
  cachedTokens: 1,
  counted: true,
  cost: 0.25,
  currency: 'CNY',
  latencyMs: 12.5,
  status: 200,
  cache: 'miss',
  errorType: undefined,
  ...more,
});

export interface Books {
  /** Rows of entries. */
  readonly entries: number;
  /** What the days say, all together. */
  readonly requests: number;
  readonly inputTokens: number;
  readonly cost: number;
}

export const booksOf = async (database: Database): Promise<Books> => {
  const { entries } = await database.db
    .selectFrom('usage_entries')
    .select(({ fn }) => fn.countAll<number>().as('entries'))
    .executeTakeFirstOrThrow();
  const sums = await database.db
    .selectFrom('usage_days')
    .select(({ fn }) => [
      fn.sum<number | null>('requests').as('requests'),
      fn.sum<number | null>('input_tokens').as('inputTokens'),
      fn.sum<number | null>('cost').as('cost'),
    ])
    .executeTakeFirstOrThrow();
  return { entries, requests: sums.requests ?? 0, inputTokens: sums.inputTokens ?? 0, cost: sums.cost ?? 0 };
};

/** What the books must say of so many entries of {@link usage}, each once. */
export const booksOfCount = (count: number): Books => ({
  entries: count,
  requests: count,
  inputTokens: count * 3,
  cost: count / 4,
});
