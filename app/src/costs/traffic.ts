/** What went through in the last hours, by model and key, split the ways that `advice.ts` looks at it. */
import { sql } from 'kysely';
import type { Database } from '../database/database';
import { needed } from '../database/needed';
import type { Priority } from '../quota/priority';
import { LARGE_INPUT_TOKENS, SHORT } from './advice';
import { FROM_CACHE, REPORT_TIMEOUT_MS } from './usage';

export interface Traffic {
  readonly model: string;
  readonly keyId: string;
  readonly requests: number;
  readonly cost: number;
  readonly errors: number;
  readonly errorCost: number;
  readonly cacheHits: number;
  /** Requests that were not looked up in the gateway's cache, and what they cost. */
  readonly bypassedRequests: number;
  readonly bypassedCost: number;
  /** Paid requests within {@link SHORT}. */
  readonly short: Part;
  /** Paid requests from {@link LARGE_INPUT_TOKENS} on. */
  readonly large: Omit<Part, 'outputTokens'>;
}

export interface Part {
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
  readonly cost: number;
}

/** The key of the lowest priority: nobody waits for its answers. */
const LOWEST: Priority = 'low';

export const readTraffic = async (
  database: Pick<Database, 'query'>,
  { since, currency }: { readonly since: number; readonly currency: string },
): Promise<readonly Traffic[]> => {
  const rows = await needed(
    database.query(
      'costs-traffic',
      (db) =>
        db
          .selectFrom('usage_entries')
          .select(['served_model', 'key_id', ...SUMS])
          .where('at', '>=', since)
          .where('currency', '=', currency)
          .groupBy(['served_model', 'key_id'])
          .orderBy('served_model')
          .orderBy('key_id')
          .execute(),
      REPORT_TIMEOUT_MS,
    ),
  );
  return rows.map((row) => ({
    model: row.served_model,
    keyId: row.key_id,
    requests: Number(row.requests),
    cost: Number(row.cost),
    errors: Number(row.errors),
    errorCost: Number(row.error_cost),
    cacheHits: Number(row.cache_hits),
    bypassedRequests: Number(row.bypassed),
    bypassedCost: Number(row.bypassed_cost),
    short: {
      requests: Number(row.short),
      inputTokens: Number(row.short_input),
      outputTokens: Number(row.short_output),
      cachedTokens: Number(row.short_cached),
      cost: Number(row.short_cost),
    },
    large: {
      requests: Number(row.large),
      inputTokens: Number(row.large_input),
      cachedTokens: Number(row.large_cached),
      cost: Number(row.large_cost),
    },
  }));
};

/** Keys that work and are served last. */
export const readLowKeys = async (database: Pick<Database, 'query'>): Promise<ReadonlySet<string>> => {
  const rows = await needed(
    database.query('costs-low-keys', (db) =>
      db.selectFrom('api_keys').select('id').where('priority', '=', LOWEST).where('revoked_at', 'is', null).execute(),
    ),
  );
  return new Set(rows.map(({ id }) => id));
};

const SHORT_ONES = sql`cost > 0 and status < 400 and input_tokens <= ${sql.lit(SHORT.inputTokens)}
  and output_tokens <= ${sql.lit(SHORT.outputTokens)}`;
const LARGE_ONES = sql`cost > 0 and status < 400 and input_tokens >= ${sql.lit(LARGE_INPUT_TOKENS)}`;
const FAILED = sql`status >= 400`;
const BYPASSED = sql`cache = 'bypass'`;

const total = (which: ReturnType<typeof sql>, what: ReturnType<typeof sql>) =>
  sql`sum(case when ${which} then ${what} else 0 end)`;
const ONE = sql`1`;

const SUMS = [
  sql`count(*)`.as('requests'),
  sql`sum(cost)`.as('cost'),
  total(FAILED, ONE).as('errors'),
  total(FAILED, sql`cost`).as('error_cost'),
  total(FROM_CACHE, ONE).as('cache_hits'),
  total(BYPASSED, ONE).as('bypassed'),
  total(BYPASSED, sql`cost`).as('bypassed_cost'),
  total(SHORT_ONES, ONE).as('short'),
  total(SHORT_ONES, sql`input_tokens`).as('short_input'),
  total(SHORT_ONES, sql`output_tokens`).as('short_output'),
  total(SHORT_ONES, sql`cached_tokens`).as('short_cached'),
  total(SHORT_ONES, sql`cost`).as('short_cost'),
  total(LARGE_ONES, ONE).as('large'),
  total(LARGE_ONES, sql`input_tokens`).as('large_input'),
  total(LARGE_ONES, sql`cached_tokens`).as('large_cached'),
  total(LARGE_ONES, sql`cost`).as('large_cost'),
] as const;
