/**
 * Where money could be saved, by what the books say of the last hours. Each advice says what it would have saved in that
 * time and how that was computed; it is an estimate, and what the cheaper way is worth is for people to judge.
 */
import { fromNanos, toNanos } from './money';
import type { Prices, TokenUsage } from './prices';
import type { Traffic } from './traffic';

export const ADVICE_KINDS = ['cheaper-model', 'prompt-cache', 'answer-cache', 'failing-key', 'batch'] as const;

export interface Advice {
  readonly kind: (typeof ADVICE_KINDS)[number];
  /** The model or the key that it is about; `all`. */
  readonly subject: string;
  readonly advice: string;
  readonly requests: number;
  /** What those requests cost. */
  readonly cost: number;
  /** What would have been saved in the time looked at. */
  readonly estimatedSaving: number;
  /** How that was computed. */
  readonly how: string;
}

/** What counts as a short request, which a smaller model answers as well as not: tokens in and out. */
export const SHORT = { inputTokens: 2_000, outputTokens: 500 } as const;
/** From this input on a prompt is worth keeping in the upstream's cache, in tokens. Below 1,024 it keeps none. */
export const LARGE_INPUT_TOKENS = 4_096;
/** The part of a large prompt that is taken for the same each time: instructions, tools, documents. */
const REPEATED_SHARE = 0.5;
/** Fewer requests than this say nothing. */
const REQUESTS_MIN = 20;
/** From this share of failures on a key is worth a look. */
const FAILING_SHARE = 0.1;
/** Most pieces of advice, those that save most first. */
const ADVICE_MAX = 20;

/** The next smaller model of the same kind. */
const SMALLER: Readonly<Record<string, string>> = {
  'qwen3-max': 'qwen-plus',
  'qwen-max': 'qwen-plus',
  'qwen-plus': 'qwen-flash',
  'qwen-turbo': 'qwen-flash',
  'qwen3-coder-plus': 'qwen3-coder-flash',
  'qwen3-vl-plus': 'qwen-vl-plus',
  'qwen-vl-max': 'qwen-vl-plus',
  'deepseek-r1': 'deepseek-v3',
};

type Asked = Pick<Prices, 'costOf' | 'priceOf'>;

/** @param lowKeys keys whose requests nobody waits for */
export const adviceOn = (traffic: readonly Traffic[], prices: Asked, lowKeys: ReadonlySet<string>): readonly Advice[] =>
  [
    ...cheaperModels(traffic, prices),
    ...promptCaches(traffic, prices),
    ...answerCache(traffic),
    ...failingKeys(traffic),
    ...batches(traffic, prices, lowKeys),
  ]
    .filter(({ estimatedSaving }) => estimatedSaving > 0)
    .sort((a, b) => b.estimatedSaving - a.estimatedSaving)
    .slice(0, ADVICE_MAX);

const cheaperModels = (traffic: readonly Traffic[], prices: Asked): readonly Advice[] =>
  [...grouped(traffic, ({ model }) => model)].flatMap(([model, rows]) => {
    const smaller = SMALLER[model];
    const requests = sum(rows, ({ short }) => short.requests);
    if (smaller === undefined || requests < REQUESTS_MIN) return [];
    const cost = sum(rows, ({ short }) => short.cost);
    const instead = costOfMean(prices, smaller, requests, {
      inputTokens: sum(rows, ({ short }) => short.inputTokens),
      outputTokens: sum(rows, ({ short }) => short.outputTokens),
      cachedTokens: sum(rows, ({ short }) => short.cachedTokens),
    });
    if (instead === undefined) return [];
    const bounds = `at most ${SHORT.inputTokens} tokens in and ${SHORT.outputTokens} out`;
    return {
      kind: 'cheaper-model',
      subject: model,
      advice: `try ${smaller} for the short requests to ${model}, and compare the answers`,
      requests,
      cost: exact(cost),
      estimatedSaving: exact(cost - instead),
      how: `what requests with ${bounds} cost, less the price of ${smaller}, without reasoning, for the same tokens`,
    };
  });

const promptCaches = (traffic: readonly Traffic[], prices: Asked): readonly Advice[] =>
  [...grouped(traffic, ({ model }) => model)].flatMap(([model, rows]) => {
    const requests = sum(rows, ({ large }) => large.requests);
    const inputTokens = sum(rows, ({ large }) => large.inputTokens);
    const cachedTokens = sum(rows, ({ large }) => large.cachedTokens);
    const missed = inputTokens * REPEATED_SHARE - cachedTokens;
    if (requests < REQUESTS_MIN || missed <= 0) return [];
    const now = costOfMean(prices, model, requests, { inputTokens, outputTokens: 0, cachedTokens });
    const cached = cachedTokens + missed;
    const then = costOfMean(prices, model, requests, { inputTokens, outputTokens: 0, cachedTokens: cached });
    if (now === undefined || then === undefined) return [];
    return {
      kind: 'prompt-cache',
      subject: model,
      advice: 'put what is the same in every prompt first, so that the upstream finds it in its context cache',
      requests,
      cost: exact(sum(rows, ({ large }) => large.cost)),
      estimatedSaving: exact(now - then),
      how:
        `requests with at least ${LARGE_INPUT_TOKENS} tokens in, of which ${percent(cachedTokens / inputTokens)} were ` +
        `cached; if ${percent(REPEATED_SHARE)} were, at the price of cached input`,
    };
  });

const answerCache = (traffic: readonly Traffic[]): readonly Advice[] => {
  const bypassed = sum(traffic, ({ bypassedRequests }) => bypassedRequests);
  const lookedUp = sum(traffic, ({ requests }) => requests) - bypassed;
  if (bypassed === 0 || lookedUp < REQUESTS_MIN) return [];
  const share = sum(traffic, ({ cacheHits }) => cacheHits) / lookedUp;
  const cost = sum(traffic, ({ bypassedCost }) => bypassedCost);
  return [
    {
      kind: 'answer-cache',
      subject: 'all',
      advice: 'let more requests be answered from the gateway’s cache: temperature 0, or the header x-cache-sampled',
      requests: bypassed,
      cost: exact(cost),
      estimatedSaving: exact(cost * share),
      how: `what requests cost that were not looked up, times the share of hits among those that were (${percent(share)})`,
    },
  ];
};

const failingKeys = (traffic: readonly Traffic[]): readonly Advice[] =>
  [...grouped(traffic, ({ keyId }) => keyId)].flatMap(([keyId, rows]) => {
    const requests = sum(rows, (row) => row.requests);
    const errors = sum(rows, (row) => row.errors);
    if (requests < REQUESTS_MIN || errors / requests < FAILING_SHARE) return [];
    return {
      kind: 'failing-key',
      subject: keyId,
      advice: 'find out why so many requests of this key fail',
      requests: errors,
      cost: exact(sum(rows, (row) => row.errorCost)),
      estimatedSaving: exact(sum(rows, (row) => row.errorCost)),
      how: `what requests cost that failed, ${percent(errors / requests)} of the key’s`,
    };
  });

const batches = (traffic: readonly Traffic[], prices: Asked, lowKeys: ReadonlySet<string>): readonly Advice[] =>
  [...grouped(traffic, ({ model }) => model)].flatMap(([model, all]) => {
    const rows = all.filter(({ keyId }) => lowKeys.has(keyId));
    const factor = prices.priceOf(model)?.batchFactor ?? 1;
    const requests = sum(rows, (row) => row.requests);
    if (requests < REQUESTS_MIN) return [];
    const cost = sum(rows, (row) => row.cost);
    return {
      kind: 'batch',
      subject: model,
      advice: 'send what nobody waits for to the upstream’s batch interface',
      requests,
      cost: exact(cost),
      estimatedSaving: exact(cost * (1 - factor)),
      how: `what keys of the priority low cost, less the price of a batch (${percent(factor)})`,
    };
  });

/** What so many requests cost that are alike: the tier is that of the mean. */
const costOfMean = (prices: Asked, model: string, requests: number, all: Sums): number | undefined => {
  const mean = {
    inputTokens: all.inputTokens / requests,
    outputTokens: all.outputTokens / requests,
    cachedTokens: all.cachedTokens / requests,
  };
  const cost = prices.costOf(model, mean);
  return cost === undefined ? undefined : cost.amount * requests;
};

type Sums = Pick<TokenUsage, 'inputTokens' | 'outputTokens'> & { readonly cachedTokens: number };

const grouped = (traffic: readonly Traffic[], name: (row: Traffic) => string): ReadonlyMap<string, Traffic[]> => {
  const groups = new Map<string, Traffic[]>();
  for (const row of traffic) {
    const group = groups.get(name(row));
    if (group === undefined) groups.set(name(row), [row]);
    else group.push(row);
  }
  return groups;
};

const sum = (rows: readonly Traffic[], value: (row: Traffic) => number): number =>
  rows.reduce((whole, row) => whole + value(row), 0);

const exact = (amount: number): number => fromNanos(toNanos(amount));

const percent = (share: number): string => `${Math.round(share * 100)} %`;
