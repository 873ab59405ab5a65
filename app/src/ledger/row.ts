/** An entry as the tables and the journal have it: texts that fit, numbers that are numbers. */
import { CACHE_HITS } from '../cache/cache-source';
import { dayOf } from '../costs/day';
import type { UsageDaysTable, UsageEntriesTable } from '../database/schema';
import { TEXT_LENGTHS } from '../database/schema';
import type { LedgerEntry } from './entry';

export type UsageRow = Readonly<UsageEntriesTable>;
export type UsageDay = Readonly<UsageDaysTable>;

/** Whatever an entry holds, a row that the database takes. */
export const rowOf = (entry: LedgerEntry): UsageRow => ({
  id: cut(entry.id, TEXT_LENGTHS.id),
  at: whole(entry.at),
  request_id: cut(entry.requestId, TEXT_LENGTHS.name),
  key_id: cut(entry.keyId, TEXT_LENGTHS.id),
  end_user: entry.endUser === undefined ? null : cut(entry.endUser, TEXT_LENGTHS.endUser),
  operation: entry.operation,
  model: cut(entry.model, TEXT_LENGTHS.model),
  served_model: cut(entry.servedModel, TEXT_LENGTHS.model),
  upstream: cut(entry.upstream, TEXT_LENGTHS.name),
  input_tokens: whole(entry.inputTokens),
  output_tokens: whole(entry.outputTokens),
  cached_tokens: whole(entry.cachedTokens),
  counted: entry.counted ? 1 : 0,
  cost: finite(entry.cost),
  currency: cut(entry.currency, TEXT_LENGTHS.currency),
  latency_ms: finite(entry.latencyMs),
  status: whole(entry.status),
  cache: entry.cache,
  error_type: entry.errorType === undefined ? null : cut(entry.errorType, TEXT_LENGTHS.word),
});

/** The sums of rows by day, key, model and currency, in the order of the table's key, so that writers meet in one order. */
export const daysOf = (rows: readonly UsageRow[]): readonly UsageDay[] => {
  const days = new Map<string, UsageDaysTable>();
  for (const row of rows) {
    const day = dayOf(row.at);
    const name = JSON.stringify([day, row.key_id, row.served_model, row.currency]);
    const sums = days.get(name) ?? {
      ...NOTHING,
      day,
      key_id: row.key_id,
      model: row.served_model,
      currency: row.currency,
    };
    sums.requests += 1;
    sums.input_tokens += row.input_tokens;
    sums.output_tokens += row.output_tokens;
    sums.cached_tokens += row.cached_tokens;
    sums.cost += row.cost;
    sums.errors += row.status >= FAILED ? 1 : 0;
    sums.cache_hits += FROM_CACHE.has(row.cache) ? 1 : 0;
    days.set(name, sums);
  }
  return [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sums]) => sums);
};

const NOTHING = {
  requests: 0,
  input_tokens: 0,
  output_tokens: 0,
  cached_tokens: 0,
  cost: 0,
  errors: 0,
  cache_hits: 0,
} as const;

/** From this status on a request has failed. */
const FAILED = 400;

const FROM_CACHE: ReadonlySet<UsageRow['cache']> = new Set(CACHE_HITS);

/** Half of a surrogate pair becomes the replacement character, and NUL, which ends texts in SQLite, goes. */
const cut = (text: string, length: number): string => {
  const short = text.length > length ? text.slice(0, length) : text;
  return PLAIN.test(short) ? short : Buffer.from(short.replaceAll('\0', '')).toString();
};

/** What nearly every text consists of. */
const PLAIN = /^[\x20-\x7e]*$/;

/** Zero has no sign in a table. */
const finite = (value: number): number => (Number.isFinite(value) ? value + 0 : 0);

const whole = (value: number): number => finite(Math.round(value));

const namesOf = <K extends string>(record: Readonly<Record<K, unknown>>): readonly K[] => {
  const names: K[] = [];
  for (const name in record) names.push(name);
  return names;
};

const TYPES: Readonly<Record<keyof UsageRow, 'text' | 'number' | 'text or null'>> = {
  id: 'text',
  at: 'number',
  request_id: 'text',
  key_id: 'text',
  end_user: 'text or null',
  operation: 'text',
  model: 'text',
  served_model: 'text',
  upstream: 'text',
  input_tokens: 'number',
  output_tokens: 'number',
  cached_tokens: 'number',
  counted: 'number',
  cost: 'number',
  currency: 'text',
  latency_ms: 'number',
  status: 'number',
  cache: 'text',
  error_type: 'text or null',
};

/** The table's columns. */
export const COLUMNS: readonly (keyof UsageRow)[] = namesOf(TYPES);

/** Whether something that was read is a row. */
export const isRow = (value: unknown): value is UsageRow => {
  if (typeof value !== 'object' || value === null) return false;
  const members = new Map<string, unknown>(Object.entries(value));
  return Object.entries(TYPES).every(([name, type]) => {
    const member = members.get(name);
    if (type === 'number') return typeof member === 'number';
    return typeof member === 'string' || (type === 'text or null' && member === null);
  });
};
