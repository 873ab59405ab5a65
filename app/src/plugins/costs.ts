/** What is spent, was spent, and will be, and where less could be: for administrators, from the books. */
import type { FastifyInstance } from 'fastify';
import { errorResponses, NEEDS_KEY } from '../api-schemas';
import type { Clock } from '../clock';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../durations';
import { adviceOn } from '../costs/advice';
import { dayAfter, dayOf, startOf } from '../costs/day';
import type { Expectation } from '../costs/forecast';
import { forecast, FORECAST_DAYS_BACK, FORECAST_DAYS_MIN, FORECAST_LEVEL, FORECAST_METHOD } from '../costs/forecast';
import { fromNanos, toNanos } from '../costs/money';
import type { Prices } from '../costs/prices';
import type { Spending } from '../costs/spending';
import { readLowKeys, readTraffic } from '../costs/traffic';
import { UsageReader } from '../costs/usage';
import type { Database } from '../database/database';
import { InvalidRequestError } from '../errors';
import { ROUTES } from '../routes';
import {
  DAILY_QUERY_SCHEMA,
  DAILY_SCHEMA,
  FORECAST_QUERY_SCHEMA,
  FORECAST_SCHEMA,
  OPTIMIZATION_QUERY_SCHEMA,
  OPTIMIZATION_SCHEMA,
  REALTIME_SCHEMA,
} from './cost-schemas';

export interface CostsPluginProps {
  readonly database: Pick<Database, 'query'>;
  readonly spending: Pick<Spending, 'today'>;
  readonly prices: Pick<Prices, 'currency' | 'costOf' | 'priceOf' | 'origin'>;
  readonly clock: Pick<Clock, 'epochMs'>;
}

const DAILY_DAYS = 30;
/** Most days of one report: LEDGER_DAYS is 400. */
const DAILY_DAYS_MAX = 400;
const DAILY_ROWS = 1_000;
const FORECAST_DAYS = 30;
const OPTIMIZATION_HOURS = 24;
/** Hours of a month, for what a saving is in one. */
const MONTH_HOURS = 30 * 24;

export const costs = (server: FastifyInstance, { database, spending, prices, clock }: CostsPluginProps): void => {
  const usage = new UsageReader(database);
  const config = { permission: 'admin' } as const;
  const origin = () => ({ ...prices.origin, asOf: prices.origin.asOf ?? null });
  const schema = (summary: string, answer: object, querystring?: object) => ({
    tags: ['costs'],
    security: NEEDS_KEY,
    summary,
    ...(querystring === undefined ? {} : { querystring }),
    response: { 200: answer, ...errorResponses() },
  });

  server.get(`${ROUTES.costs}/realtime`, { config, schema: schema('What is spent now', REALTIME_SCHEMA) }, async () => {
    const now = clock.epochMs();
    const today = spending.today();
    const [byModel, lastHour, lastMinute] = await Promise.all([
      usage.day(today.day),
      usage.since(now - HOUR_MS),
      usage.since(now - MINUTE_MS),
    ]);
    const { spent, budget, currency } = today;
    const free = byModel.filter(({ model, inputTokens }) => inputTokens > 0 && prices.priceOf(model) === undefined);
    return {
      prices: origin(),
      asOf: isoOf(now),
      currency,
      today: { day: today.day, cost: spent, byModel },
      lastHour,
      lastMinute,
      budget: {
        daily: budget ?? null,
        spent,
        remaining: budget === undefined ? null : exact(Math.max(0, budget - spent)),
        usedRatio: budget === undefined ? null : spent / budget,
        resetsAt: isoOf(today.endsAt),
      },
      unpriced: [...new Set(free.map(({ model }) => model))],
    };
  });

  server.get<{ Querystring: DailyQuery }>(
    `${ROUTES.costs}/daily`,
    { config, schema: schema('What was spent each day', DAILY_SCHEMA, DAILY_QUERY_SCHEMA) },
    async ({ query }) => {
      const { from, to } = rangeOf(query, dayOf(clock.epochMs()));
      const limit = Number(query.limit ?? DAILY_ROWS);
      const offset = Number(query.after ?? 0);
      const rows = await usage.daily({ from, to, limit: limit + 1, offset });
      return {
        prices: origin(),
        from,
        to,
        data: rows.slice(0, limit),
        next: rows.length > limit ? String(offset + limit) : null,
      };
    },
  );

  server.get<{ Querystring: { readonly days?: string } }>(
    `${ROUTES.costs}/forecast`,
    { config, schema: schema('What the next days will cost', FORECAST_SCHEMA, FORECAST_QUERY_SCHEMA) },
    async ({ query }) => {
      const today = dayOf(clock.epochMs());
      const { currency } = prices;
      const history = await usage.history(dayAfter(today, -FORECAST_DAYS_BACK), dayAfter(today, -1), currency);
      const { days, total, trendPerDay } = forecast(history, Number(query.days ?? FORECAST_DAYS));
      const enough = total !== undefined;
      const reason = `there are ${history.length} days of usage, and it takes ${FORECAST_DAYS_MIN}; ask again later`;
      return {
        prices: origin(),
        currency,
        method: FORECAST_METHOD,
        level: FORECAST_LEVEL,
        historyDays: history.length,
        enough,
        reason: enough ? null : reason,
        trendPerDay: trendPerDay === undefined ? null : exact(trendPerDay),
        days: days.map(({ day, ...bounds }) => ({ day, ...rounded(bounds) })),
        total: total === undefined ? null : rounded(total),
      };
    },
  );

  server.get<{ Querystring: { readonly hours?: string } }>(
    `${ROUTES.costs}/optimization`,
    { config, schema: schema('Where money could be saved', OPTIMIZATION_SCHEMA, OPTIMIZATION_QUERY_SCHEMA) },
    async ({ query }) => {
      const hours = Number(query.hours ?? OPTIMIZATION_HOURS);
      const to = clock.epochMs();
      const since = to - hours * HOUR_MS;
      const { currency } = prices;
      const [traffic, lowKeys] = await Promise.all([readTraffic(database, { since, currency }), readLowKeys(database)]);
      const total = (value: (row: (typeof traffic)[number]) => number): number =>
        traffic.reduce((sum, row) => sum + value(row), 0);
      const requests = total((row) => row.requests);
      const lookedUp = requests - total((row) => row.bypassedRequests);
      const hits = total((row) => row.cacheHits);
      return {
        prices: origin(),
        from: isoOf(since),
        to: isoOf(to),
        currency,
        requests,
        cost: exact(total((row) => row.cost)),
        cache: { lookedUp, hits, hitShare: lookedUp === 0 ? null : hits / lookedUp },
        advice: adviceOn(traffic, prices, lowKeys).map((one) => ({
          ...one,
          estimatedMonthlySaving: exact((one.estimatedSaving * MONTH_HOURS) / hours),
        })),
      };
    },
  );
};

interface DailyQuery {
  readonly from?: string;
  readonly to?: string;
  readonly limit?: string;
  readonly after?: string;
}

/** @throws InvalidRequestError for days that no calendar has, or too many, or none */
const rangeOf = (query: DailyQuery, today: string): { readonly from: string; readonly to: string } => {
  const to = dayIn(query.to, 'to') ?? today;
  const from = dayIn(query.from, 'from') ?? dayAfter(to, 1 - DAILY_DAYS);
  const count = 1 + (startOf(to) - startOf(from)) / DAY_MS;
  if (count >= 1 && count <= DAILY_DAYS_MAX) return { from, to };
  const message = `from (${from}) to to (${to}) must be 1 to ${DAILY_DAYS_MAX} days; ask for them in parts`;
  throw new InvalidRequestError(message, { code: 'invalid_value', param: 'from' });
};

const dayIn = (text: string | undefined, param: string): string | undefined => {
  if (text === undefined || !Number.isNaN(startOf(text))) return text;
  throw new InvalidRequestError(`${param} (${text}) must be a day of the calendar, like 2026-02-28; correct it`, {
    code: 'invalid_value',
    param,
  });
};

const isoOf = (epochMs: number): string => new Date(epochMs).toISOString();

const exact = (amount: number): number => fromNanos(toNanos(amount));

const rounded = ({ expected, low, high }: Expectation): Expectation => ({
  expected: exact(expected),
  low: exact(low),
  high: exact(high),
});
