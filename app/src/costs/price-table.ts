/**
 * What Model Studio asks for a million tokens: list prices for calls that are answered at once, without discounts,
 * savings plans or free quotas. Each says of when it is, and where it was read, or that it is assumed, and what by.
 * Bills are the vendor's: whoever has another price list writes it into PRICES_FILE, in this shape.
 */
import type { Region } from './region';

/** Prices of a million tokens, for requests with at most this much input. */
export interface PriceTier {
  /** The whole input of a request, cached or not: it chooses the tier, and the tier holds for the whole request. */
  readonly maxInputTokens: number;
  readonly input: number;
  readonly output: number;
  /** Of the whole output, the reasoning included, of a request that reasoned. @default `output` */
  readonly reasoningOutput?: number | undefined;
  /** Input that the upstream had in its cache. @default a fifth of `input` */
  readonly cacheRead?: number | undefined;
  /** Input that the upstream was told to keep in its cache. @default 1.25 times `input` */
  readonly cacheWrite?: number | undefined;
}

export interface Price {
  readonly region: Region;
  readonly model: string;
  /** ISO 4217. One a region. */
  readonly currency: string;
  /** By `maxInputTokens`, rising. */
  readonly tiers: readonly PriceTier[];
  /** What a batch costs of these prices; 1 where there are no batches. */
  readonly batchFactor: number;
  /** `assumed`: read on no page of the vendor's. @default published */
  readonly basis?: 'published' | 'assumed' | undefined;
  /** Of when the price is, as far as is known: `YYYY-MM` or `YYYY-MM-DD`. */
  readonly asOf?: string | undefined;
  /** Where it was read, or what it is assumed by. */
  readonly source?: string | undefined;
}

/** A price of {@link PRICE_TABLE}: it always says where it is from. */
export interface ListedPrice extends Price {
  readonly asOf: string;
  readonly source: string;
}

/** Source: Model Studio, Context Cache: a hit without being asked for costs 20 % of input, keeping on request 125 %. */
export const CACHE_READ_SHARE = 0.2;
export const CACHE_WRITE_SHARE = 1.25;

const K = 1_000;
const M = 1_000_000;
/** Of a model whose price does not depend on the input. */
const ANY = 10 * M;
/** Source: Model Studio, Billing: a batch costs half. */
const HALF = 0.5;

const beijing = {
  region: 'cn-beijing',
  currency: 'CNY',
  asOf: '2025-11',
  // qwen-plus, qwen-flash and qwen-turbo are the same in help.aliyun.com/en/document_detail/3023262.html.
  source: 'help.aliyun.com/zh/model-studio/models',
} as const;
const singapore = {
  region: 'ap-southeast-1',
  currency: 'USD',
  asOf: '2025-11',
  // qwen-max, qwen-plus and qwen-turbo are the same in alibabacloud.com/help/en/model-studio/billing-for-model-studio.
  source: 'alibabacloud.com/help/en/model-studio/models',
} as const;
const embeddings = {
  asOf: '2025-12-15',
  source: 'alibabacloud.com/help/en/model-studio/embedding-interfaces-compatible-with-openai',
} as const;
/** No page of the vendor's could be read. */
const lastKnown = { basis: 'assumed', source: 'the last price known' } as const;
/** That page gives it in dollars. */
const inYuan = { ...embeddings, basis: 'assumed', source: `${embeddings.source}, converted from dollars` } as const;

export const PRICE_TABLE: readonly ListedPrice[] = [
  {
    ...beijing,
    model: 'qwen3-max',
    tiers: [
      { maxInputTokens: 32 * K, input: 3.2, output: 12.8 },
      { maxInputTokens: 128 * K, input: 6.4, output: 25.6 },
      { maxInputTokens: 252 * K, input: 9.6, output: 38.4 },
    ],
    batchFactor: HALF,
  },
  {
    ...beijing,
    model: 'qwen-max',
    tiers: [{ maxInputTokens: ANY, input: 2.4, output: 9.6 }],
    batchFactor: HALF,
  },
  {
    ...beijing,
    model: 'qwen-plus',
    tiers: [
      { maxInputTokens: 128 * K, input: 0.8, output: 2, reasoningOutput: 8 },
      { maxInputTokens: 256 * K, input: 2.4, output: 20, reasoningOutput: 24 },
      { maxInputTokens: M, input: 4.8, output: 48, reasoningOutput: 64 },
    ],
    batchFactor: HALF,
  },
  {
    ...beijing,
    model: 'qwen-flash',
    tiers: [
      { maxInputTokens: 128 * K, input: 0.15, output: 1.5 },
      { maxInputTokens: 256 * K, input: 0.6, output: 6 },
      { maxInputTokens: M, input: 1.2, output: 12 },
    ],
    batchFactor: HALF,
  },
  {
    ...beijing,
    model: 'qwen-turbo',
    tiers: [{ maxInputTokens: ANY, input: 0.3, output: 0.6, reasoningOutput: 3 }],
    batchFactor: HALF,
  },
  {
    ...beijing,
    model: 'qwen-long',
    tiers: [{ maxInputTokens: ANY, input: 0.5, output: 2 }],
    batchFactor: HALF,
  },
  {
    ...beijing,
    model: 'qwen3-coder-plus',
    tiers: [
      { maxInputTokens: 32 * K, input: 4, output: 16 },
      { maxInputTokens: 128 * K, input: 6, output: 24 },
      { maxInputTokens: 256 * K, input: 10, output: 40 },
      { maxInputTokens: M, input: 20, output: 200 },
    ],
    batchFactor: 1,
  },
  {
    ...beijing,
    model: 'qwen3-coder-flash',
    tiers: [
      { maxInputTokens: 32 * K, input: 1, output: 4 },
      { maxInputTokens: 128 * K, input: 1.5, output: 6 },
      { maxInputTokens: 256 * K, input: 2.5, output: 10 },
      { maxInputTokens: M, input: 5, output: 25 },
    ],
    batchFactor: 1,
  },
  {
    ...beijing,
    model: 'qwen3-vl-plus',
    tiers: [
      { maxInputTokens: 32 * K, input: 1, output: 10 },
      { maxInputTokens: 128 * K, input: 1.5, output: 15 },
      { maxInputTokens: 256 * K, input: 3, output: 30 },
    ],
    batchFactor: 1,
  },
  {
    ...beijing,
    model: 'qwen-vl-max',
    tiers: [{ maxInputTokens: ANY, input: 1.6, output: 4 }],
    batchFactor: HALF,
  },
  {
    ...beijing,
    model: 'qwen-vl-plus',
    tiers: [{ maxInputTokens: ANY, input: 0.8, output: 2 }],
    batchFactor: HALF,
  },
  {
    ...beijing,
    model: 'qwq-plus',
    tiers: [{ maxInputTokens: ANY, input: 1.6, output: 4 }],
    batchFactor: HALF,
  },
  {
    ...beijing,
    ...lastKnown,
    model: 'deepseek-v3',
    tiers: [{ maxInputTokens: ANY, input: 2, output: 8 }],
    batchFactor: HALF,
  },
  {
    ...beijing,
    ...lastKnown,
    model: 'deepseek-r1',
    tiers: [{ maxInputTokens: ANY, input: 4, output: 16 }],
    batchFactor: HALF,
  },
  {
    ...beijing,
    ...inYuan,
    model: 'text-embedding-v4',
    tiers: [{ maxInputTokens: ANY, input: 0.5, output: 0 }],
    batchFactor: HALF,
  },
  {
    ...beijing,
    ...inYuan,
    model: 'text-embedding-v3',
    tiers: [{ maxInputTokens: ANY, input: 0.5, output: 0 }],
    batchFactor: HALF,
  },
  {
    ...singapore,
    model: 'qwen3-max',
    tiers: [
      { maxInputTokens: 32 * K, input: 1.2, output: 6 },
      { maxInputTokens: 128 * K, input: 2.4, output: 12 },
      { maxInputTokens: 252 * K, input: 3, output: 15 },
    ],
    batchFactor: 1,
  },
  {
    ...singapore,
    model: 'qwen-max',
    tiers: [{ maxInputTokens: ANY, input: 1.6, output: 6.4 }],
    batchFactor: HALF,
  },
  {
    ...singapore,
    model: 'qwen-plus',
    tiers: [
      { maxInputTokens: 256 * K, input: 0.4, output: 1.2, reasoningOutput: 4 },
      { maxInputTokens: M, input: 1.2, output: 3.6, reasoningOutput: 12 },
    ],
    batchFactor: HALF,
  },
  {
    ...singapore,
    model: 'qwen-flash',
    tiers: [
      { maxInputTokens: 256 * K, input: 0.05, output: 0.4 },
      { maxInputTokens: M, input: 0.25, output: 2 },
    ],
    batchFactor: HALF,
  },
  {
    ...singapore,
    model: 'qwen-turbo',
    tiers: [{ maxInputTokens: ANY, input: 0.05, output: 0.2, reasoningOutput: 0.5 }],
    batchFactor: HALF,
  },
  {
    ...singapore,
    model: 'qwen3-coder-plus',
    tiers: [
      { maxInputTokens: 32 * K, input: 1, output: 5, cacheRead: 0.1 },
      { maxInputTokens: 128 * K, input: 1.8, output: 9, cacheRead: 0.18 },
      { maxInputTokens: 256 * K, input: 3, output: 15, cacheRead: 0.3 },
      { maxInputTokens: M, input: 6, output: 60, cacheRead: 0.6 },
    ],
    batchFactor: 1,
  },
  {
    ...singapore,
    model: 'qwen3-coder-flash',
    tiers: [
      { maxInputTokens: 32 * K, input: 0.3, output: 1.5, cacheRead: 0.08 },
      { maxInputTokens: 128 * K, input: 0.5, output: 2.5, cacheRead: 0.12 },
      { maxInputTokens: 256 * K, input: 0.8, output: 4, cacheRead: 0.2 },
      { maxInputTokens: M, input: 1.6, output: 9.6, cacheRead: 0.4 },
    ],
    batchFactor: 1,
  },
  {
    ...singapore,
    model: 'qwen3-vl-plus',
    tiers: [
      { maxInputTokens: 32 * K, input: 0.2, output: 1.6 },
      { maxInputTokens: 128 * K, input: 0.3, output: 2.4 },
      { maxInputTokens: 256 * K, input: 0.6, output: 4.8 },
    ],
    batchFactor: 1,
  },
  {
    ...singapore,
    ...lastKnown,
    model: 'qwen-vl-max',
    tiers: [{ maxInputTokens: ANY, input: 0.8, output: 3.2 }],
    batchFactor: 1,
  },
  {
    ...singapore,
    ...lastKnown,
    model: 'qwen-vl-plus',
    tiers: [{ maxInputTokens: ANY, input: 0.21, output: 0.63 }],
    batchFactor: 1,
  },
  {
    ...singapore,
    ...lastKnown,
    model: 'qwq-plus',
    tiers: [{ maxInputTokens: ANY, input: 0.8, output: 2.4 }],
    batchFactor: 1,
  },
  {
    ...singapore,
    ...embeddings,
    model: 'text-embedding-v4',
    tiers: [{ maxInputTokens: ANY, input: 0.07, output: 0 }],
    batchFactor: 1,
  },
  {
    ...singapore,
    ...embeddings,
    model: 'text-embedding-v3',
    tiers: [{ maxInputTokens: ANY, input: 0.07, output: 0 }],
    batchFactor: 1,
  },
];
