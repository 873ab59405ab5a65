/** What the books say, in sums: for reports, never for a request on its way. */
import { CACHE_HITS } from '../cache/cache-source';
import { sql } from 'kysely';
import type { Database } from '../database/database';
import { needed } from '../database/needed';
import { DAY_MS } from '../durations';
import { dayAfter, startOf } from './day';
import type { DayCost } from './forecast';
import { fromNanos, toNanos } from './money';

/** Requests, and what they used. */
export interface UsageSum {
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the input: what the upstream had in its cache. */
  readonly cachedTokens: number;
  /** Requests that ended with status 400 or above. */
  readonly errors: number;
  /** Requests that the gateway's own cache answered. */
  readonly cacheHits: number;
  readonly cost: number;
}

export interface ModelUsage extends UsageSum {
  readonly model: string;
  readonly currency: string;
}

export interface DailyUsage extends ModelUsage {
  readonly day: string;
  readonly keyId: string;
}

/** Sums as a driver gives them: MySQL writes those of whole numbers as texts. */
interface Sums {
  readonly requests: unknown;
  readonly input_tokens: unknown;
  readonly output_tokens: unknown;
  readonly cached_tokens: unknown;
  readonly errors: unknown;
  readonly cache_hits: unknown;
  readonly cost: unknown;
}

/** Longest wait for a report, in milliseconds: longer than for a request, as nobody's answer depends on it. */
export const REPORT_TIMEOUT_MS = 10_000;

export class UsageReader {
  readonly #database: Pick<Database, 'query'>;

  constructor(database: Pick<Database, 'query'>) {
    this.#database = database;
  }

  /** One day, by model. */
  async day(day: string): Promise<readonly ModelUsage[]> {
    const rows = await needed(
      this.#database.query('costs-day', (db) =>
        db
          .selectFrom('usage_days')
          .select(['model', 'currency', ...DAY_SUMS])
          .where('day', '=', day)
          .groupBy(['model', 'currency'])
          .orderBy('model')
          .execute(),
      ),
    );
    return rows.map(({ model, currency, ...sums }) => ({ model, currency, ...sumOf(sums) }));
  }

  /** What was answered since a moment, by model. */
  async since(epochMs: number): Promise<readonly ModelUsage[]> {
    const rows = await needed(
      this.#database.query('costs-since', (db) =>
        db
          .selectFrom('usage_entries')
          .select(['served_model', 'currency', ...ENTRY_SUMS])
          .where('at', '>=', epochMs)
          .groupBy(['served_model', 'currency'])
          .orderBy('served_model')
          .execute(),
      ),
    );
    return rows.map(({ served_model: model, currency, ...sums }) => ({ model, currency, ...sumOf(sums) }));
  }

  /** By day, key and model; `from` and `to` belong to it. */
  async daily({ from, to, limit, offset }: DailyPage): Promise<readonly DailyUsage[]> {
    const rows = await needed(
      this.#database.query(
        'costs-daily',
        (db) =>
          db
            .selectFrom('usage_days')
            .selectAll()
            .where('day', '>=', from)
            .where('day', '<=', to)
            .orderBy('day')
            .orderBy('key_id')
            .orderBy('model')
            .orderBy('currency')
            .limit(limit)
            .offset(offset)
            .execute(),
        REPORT_TIMEOUT_MS,
      ),
    );
    return rows.map(({ day, key_id: keyId, model, currency, ...sums }) => {
      return { day, keyId, model, currency, ...sumOf(sums) };
    });
  }

  /** What each day cost, those without usage too, from the first with any. */
  async history(from: string, to: string, currency: string): Promise<readonly DayCost[]> {
    const rows = await needed(
      this.#database.query('costs-history', (db) =>
        db
          .selectFrom('usage_days')
          .select(({ fn }) => ['day', fn.sum('cost').as('cost')])
          .where('day', '>=', from)
          .where('day', '<=', to)
          .where('currency', '=', currency)
          .groupBy('day')
          .orderBy('day')
          .execute(),
      ),
    );
    const first = rows[0]?.day;
    if (first === undefined) return [];
    const costs = new Map(rows.map(({ day, cost }) => [day, fromNanos(toNanos(Number(cost)))]));
    const count = 1 + (startOf(to) - startOf(first)) / DAY_MS;
    return Array.from({ length: count }, (_none, index) => {
      const day = dayAfter(first, index);
      return { day, cost: costs.get(day) ?? 0 };
    });
  }
}

export interface DailyPage {
  readonly from: string;
  readonly to: string;
  readonly limit: number;
  readonly offset: number;
}

/** An entry that the gateway's own cache answered. */
export const FROM_CACHE = sql`cache in (${sql.join(CACHE_HITS.map((source) => sql.lit(source)))})`;

const DAY_SUMS = [
  sql`sum(requests)`.as('requests'),
  sql`sum(input_tokens)`.as('input_tokens'),
  sql`sum(output_tokens)`.as('output_tokens'),
  sql`sum(cached_tokens)`.as('cached_tokens'),
  sql`sum(errors)`.as('errors'),
  sql`sum(cache_hits)`.as('cache_hits'),
  sql`sum(cost)`.as('cost'),
] as const;

const ENTRY_SUMS = [
  sql`count(*)`.as('requests'),
  sql`sum(input_tokens)`.as('input_tokens'),
  sql`sum(output_tokens)`.as('output_tokens'),
  sql`sum(cached_tokens)`.as('cached_tokens'),
  sql`sum(case when status >= 400 then 1 else 0 end)`.as('errors'),
  sql`sum(case when ${FROM_CACHE} then 1 else 0 end)`.as('cache_hits'),
  sql`sum(cost)`.as('cost'),
] as const;

const sumOf = (sums: Sums): UsageSum => ({
  requests: Number(sums.requests),
  inputTokens: Number(sums.input_tokens),
  outputTokens: Number(sums.output_tokens),
  cachedTokens: Number(sums.cached_tokens),
  errors: Number(sums.errors),
  cacheHits: Number(sums.cache_hits),
  cost: fromNanos(toNanos(Number(sums.cost))),
});
