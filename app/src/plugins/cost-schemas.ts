/** What the routes of `costs.ts` take and answer, as JSON Schemas. */
import { ADVICE_KINDS } from '../costs/advice';
import { PRICE_TABLES } from '../costs/prices';

const amount = (description: string) => ({ type: 'number', description }) as const;
const count = (description: string) => ({ type: 'integer', minimum: 0, description }) as const;
const day = { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', description: 'YYYY-MM-DD in UTC+8.' } as const;
const currency = { type: 'string', description: 'ISO 4217.' } as const;
const moment = (description: string) => ({ type: 'string', format: 'date-time', description }) as const;
const text = (description: string) => ({ type: 'string', description }) as const;

/** An object with all of these members and no others. */
const exactly = <P extends Readonly<Record<string, object>>>(properties: P, description = '') => ({
  ...(description === '' ? {} : { description }),
  type: 'object',
  required: Object.keys(properties),
  additionalProperties: false,
  properties,
});

const list = (items: object, description = '') => ({
  type: 'array',
  items,
  ...(description === '' ? {} : { description }),
});

const PRICES = exactly(
  {
    table: { type: 'string', enum: PRICE_TABLES },
    asOf: {
      type: ['string', 'null'],
      description: 'The oldest date of any price: a month or a day. Null: none has one.',
    },
    assumed: list(text('A model.'), 'Models whose price is assumed, not read on a page of the vendor’s.'),
  },
  'Where the prices in force are from. What was spent was counted by those in force at that time.',
);

const SUMS = {
  requests: count('Requests.'),
  inputTokens: count('Tokens of prompts.'),
  outputTokens: count('Tokens of answers.'),
  cachedTokens: count('Of the prompts’ tokens: what the upstream had in its cache.'),
  errors: count('Requests that ended with status 400 or above.'),
  cacheHits: count('Requests that the gateway’s own cache answered.'),
  cost: amount('By the price table.'),
};

const MODEL_USAGE = exactly({ model: text('The model that answered.'), currency, ...SUMS });

export const REALTIME_SCHEMA = exactly(
  {
    prices: PRICES,
    asOf: moment('When this was read.'),
    currency,
    today: exactly({ day, cost: amount('What was spent, over all replicas.'), byModel: list(MODEL_USAGE) }),
    lastHour: list(MODEL_USAGE, 'Of the last 60 minutes, by model.'),
    lastMinute: list(MODEL_USAGE, 'Of the last 60 seconds, by model.'),
    budget: exactly({
      daily: { type: ['number', 'null'], description: 'DAILY_BUDGET; null: no bound.' },
      spent: amount('Since midnight in UTC+8.'),
      remaining: { type: ['number', 'null'] },
      usedRatio: { type: ['number', 'null'], description: 'Share of the budget that is spent.' },
      resetsAt: moment('Midnight in UTC+8.'),
    }),
    unpriced: list(text('A model.'), 'Models used today that have no price: they count as free of charge.'),
  },
  'What is spent now. The sums by model lag behind the budget by what is on its way into the database.',
);

export const DAILY_QUERY_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    from: { ...day, description: 'The first day, YYYY-MM-DD in UTC+8. Default: 29 days before `to`.' },
    to: { ...day, description: 'The last day. Default: today.' },
    limit: { type: 'string', pattern: '^([1-9][0-9]{0,2}|1000)$', description: 'Most rows, from 1 to 1000.' },
    after: { type: 'string', pattern: '^[0-9]{1,9}$', description: '`next` of the answer before.' },
  },
} as const;

export const DAILY_SCHEMA = exactly(
  {
    prices: PRICES,
    from: day,
    to: day,
    data: list(exactly({ day, keyId: text('The key.'), model: text('The model that answered.'), currency, ...SUMS })),
    next: { type: ['string', 'null'], description: 'For `after`, when there are more.' },
  },
  'Usage by day, key and model.',
);

export const FORECAST_QUERY_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    days: { type: 'string', pattern: '^([1-9]|[1-8][0-9]|90)$', description: 'How many, from 1 to 90. Default: 30.' },
  },
} as const;

const EXPECTATION = {
  expected: amount('What is most likely.'),
  low: amount('The interval’s lower bound.'),
  high: amount('The interval’s upper bound.'),
};

export const FORECAST_SCHEMA = exactly(
  {
    prices: PRICES,
    currency,
    method: text('How it was computed.'),
    level: { type: 'number', description: 'With what probability a value lies between `low` and `high`.' },
    historyDays: count('Days that it goes by.'),
    enough: { type: 'boolean', description: 'Whether they suffice; if not, nothing is foretold.' },
    reason: { type: ['string', 'null'], description: 'Why not, and what to do.' },
    trendPerDay: { type: ['number', 'null'], description: 'What a day costs more than the day before, on the whole.' },
    days: list(exactly({ day, ...EXPECTATION }), 'From today on, which is foretold whole.'),
    total: { ...exactly(EXPECTATION, 'Of all these days together.'), type: ['object', 'null'] },
  },
  'What the next days will cost, if they go on like the last weeks.',
);

export const OPTIMIZATION_QUERY_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    hours: {
      type: 'string',
      pattern: '^([1-9]|[1-9][0-9]|1[0-5][0-9]|16[0-8])$',
      description: 'How many to look back, from 1 to 168. Default: 24.',
    },
  },
} as const;

export const OPTIMIZATION_SCHEMA = exactly(
  {
    prices: PRICES,
    from: moment('Since when.'),
    to: moment('Until when.'),
    currency,
    requests: count('Requests in that time.'),
    cost: amount('What they cost.'),
    cache: exactly({
      lookedUp: count('Requests that were looked up in the gateway’s cache.'),
      hits: count('Those that it answered.'),
      hitShare: { type: ['number', 'null'], description: 'Null: none was looked up.' },
    }),
    advice: list(
      exactly({
        kind: { type: 'string', enum: ADVICE_KINDS },
        subject: text('The model or the key that it is about.'),
        advice: text('What to do.'),
        requests: count('How many requests it is about.'),
        cost: amount('What they cost.'),
        estimatedSaving: amount('What would have been saved in that time.'),
        estimatedMonthlySaving: amount('The same for 30 days like it.'),
        how: text('How the saving was computed.'),
      }),
    ),
  },
  'Where money could be saved, what saves most first.',
);
