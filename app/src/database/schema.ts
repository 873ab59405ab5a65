/**
 * The tables, as Kysely sees them; `migrations/` makes them. Times are milliseconds since 1970, flags are 0 or 1, and
 * what is called JSON is text.
 */
import type { Generated } from 'kysely';
import type { CacheSource } from '../cache/cache-source';

export interface Schema {
  readonly api_keys: ApiKeysTable;
  readonly usage_entries: UsageEntriesTable;
  readonly usage_days: UsageDaysTable;
  readonly cache_entries: CacheEntriesTable;
  readonly cache_announcements: CacheAnnouncementsTable;
}

/** Who may ask. The key itself is nowhere: only its SHA-256. */
export interface ApiKeysTable {
  id: string;
  name: string;
  /** SHA-256 of the key, in hexadecimal. Unique. */
  hash: string;
  /** How the key begins, for people to tell keys apart. */
  prefix: string;
  /** JSON: a list of permissions. */
  permissions: string;
  /** JSON: a list of models. Null: every one. */
  models: string | null;
  daily_budget: number | null;
  per_minute: number | null;
  per_hour: number | null;
  per_day: number | null;
  priority: string;
  created_at: number;
  expires_at: number | null;
  revoked_at: number | null;
}

/** One request each: see `ledger/entry.ts`. Texts are cut to {@link TEXT_LENGTHS}. */
export interface UsageEntriesTable {
  id: string;
  at: number;
  request_id: string;
  key_id: string;
  end_user: string | null;
  operation: string;
  model: string;
  served_model: string;
  upstream: string;
  input_tokens: number;
  output_tokens: number;
  cached_tokens: number;
  counted: number;
  cost: number;
  currency: string;
  latency_ms: number;
  status: number;
  cache: CacheSource;
  error_type: string | null;
}

/** Sums of {@link UsageEntriesTable}, written together with it: what reports read. */
export interface UsageDaysTable {
  /** `YYYY-MM-DD` in UTC+8. */
  day: string;
  key_id: string;
  /** The model that answered. */
  model: string;
  currency: string;
  requests: number;
  input_tokens: number;
  output_tokens: number;
  cached_tokens: number;
  cost: number;
  /** Requests that ended with status 400 or above. */
  errors: number;
  /** Requests that the gateway's own cache answered. */
  cache_hits: number;
}

/** Answers that are kept. */
export interface CacheEntriesTable {
  /** SHA-256 in hexadecimal. */
  key: string;
  tenant: string;
  operation: Generated<string>;
  kind: 'json' | 'stream';
  body: Buffer;
  /** JSON of the answer's usage. */
  usage: string | null;
  model: string;
  stored_at: number;
  /** When it is of no more use, not even in place of a failure. */
  expires_at: number;
  /** How often it was found here: when there are too many, those that nobody asks for go first. */
  hits: number;
  cost: number;
}

/** What every process is told: which answers are gone. Rows are removed after a while. */
export interface CacheAnnouncementsTable {
  id: string;
  at: number;
  /** JSON. */
  event: string;
}

/** Longest texts that columns take, in characters. */
export const TEXT_LENGTHS = {
  id: 64,
  name: 255,
  hash: 64,
  prefix: 32,
  word: 32,
  day: 10,
  model: 128,
  endUser: 255,
  currency: 8,
} as const;
