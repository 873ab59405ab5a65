/** What a call costs: from the built-in table, or from PRICES_FILE, which is read again when it changes. */
import { readFileSync } from 'node:fs';
import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from '../clock';
import type { LogKind } from '../log';
import { ConfigError } from '../read-config';
import { watchFile } from '../watched-file';
import { fromNanos, nanosPerToken } from './money';
import { readPriceList } from './price-file';
import type { Price, PriceTier } from './price-table';
import { CACHE_READ_SHARE, CACHE_WRITE_SHARE, PRICE_TABLE } from './price-table';
import type { Region } from './region';

export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the input: read from the upstream's cache. @default 0 */
  readonly cachedTokens?: number | undefined;
  /** Of the input: kept in the upstream's cache because the request asked for it. @default 0 */
  readonly cacheWriteTokens?: number | undefined;
  /** Of the output: spent on reasoning. @default 0 */
  readonly reasoningTokens?: number | undefined;
}

export interface Cost {
  /** To a billionth. */
  readonly amount: number;
  readonly currency: string;
}

export interface Prices {
  /** Of every price here, and so of every sum and budget. */
  readonly currency: string;
  /** `undefined` for a model without a price. */
  costOf(model: string, usage: TokenUsage): Cost | undefined;
  /** The price of a model; a dated or `-latest` name has that of the model that it is a form of. */
  priceOf(model: string): Price | undefined;
  /** Where the prices are from. */
  readonly origin: PriceOrigin;
  /** Reads PRICES_FILE no more. */
  close(): void;
}

export interface PriceOrigin {
  readonly table: (typeof PRICE_TABLES)[number];
  /** The oldest date of any price here; `undefined` when none has one. */
  readonly asOf: string | undefined;
  /** Models whose price is assumed. */
  readonly assumed: readonly string[];
}

/** What prices can come from. */
export const PRICE_TABLES = ['built-in', 'PRICES_FILE'] as const;

export interface PricesProps {
  /** PRICES_FILE; empty: the built-in table. */
  readonly file: string;
  readonly region: Region;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
}

const KIND: LogKind = 'business';

/**
 * Prices of one region.
 * @throws ConfigError with every fault of the file
 */
export const createPrices = ({ file, region, clock, log }: PricesProps): Prices => {
  const text = file === '' ? '' : readOrThrow(file);
  let book = file === '' ? new PriceBook(PRICE_TABLE, region) : bookOrThrow(text, region);

  const use = (newText: string): void => {
    const { prices, faults } = check(newText, region);
    const next = new PriceBook(prices, region);
    // What was spent today is counted in this currency.
    const currencyFault = `PRICES_FILE: the currency of ${region} (${next.currency}) must stay ${book.currency}; restart to change it`;
    const allFaults = faults.length > 0 || next.currency === book.currency ? faults : [currencyFault];
    if (allFaults.length > 0) {
      log.error({ kind: KIND, faults: allFaults }, 'the new PRICES_FILE is not used, the prices are as they were');
      return;
    }
    book = next;
    log.info({ kind: KIND, models: book.size }, 'prices read again');
  };
  const onLost = (error: unknown): void => {
    log.error({ kind: KIND, err: error }, 'PRICES_FILE cannot be read, the prices are as they were');
  };
  const watched = file === '' ? undefined : watchFile(text, { path: file, clock, onChange: use, onLost });

  return {
    get currency() {
      return book.currency;
    },
    costOf: (model, usage) => book.costOf(model, usage),
    priceOf: (model) => book.priceOf(model),
    get origin() {
      return { table: file === '' ? 'built-in' : 'PRICES_FILE', asOf: book.asOf, assumed: book.assumed } as const;
    },
    close: () => watched?.close(),
  };
};

const readOrThrow = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([`PRICES_FILE (${file}) must be a file that can be read (${reason}); mount it, or unset it`]);
  }
};

const bookOrThrow = (text: string, region: Region): PriceBook => {
  const { prices, faults } = check(text, region);
  if (faults.length > 0) throw new ConfigError(faults);
  return new PriceBook(prices, region);
};

const check = (text: string, region: Region) => {
  const list = readPriceList(text);
  if (list.faults.length > 0 || list.prices.some((price) => price.region === region)) return list;
  const fault = `PRICES_FILE: must have prices for ${region}, where DASHSCOPE_BASE_URL points to; add them`;
  return { ...list, faults: [fault] };
};

/** `qwen-plus-latest`, `qwen-plus-2025-09-11`, `qwen-max-0125`: forms of `qwen-plus` and `qwen-max`. */
const FORM = /-(?:latest|\d{4}|\d{4}-\d{2}-\d{2})$/;

/** One list, ready to be asked. */
class PriceBook {
  readonly currency: string;
  readonly asOf: string | undefined;
  readonly assumed: readonly string[];
  readonly #prices: ReadonlyMap<string, Price>;

  constructor(prices: readonly Price[], region: Region) {
    const here = prices.filter((price) => price.region === region);
    this.#prices = new Map(here.map((price) => [price.model, price]));
    this.currency = here[0]?.currency ?? '';
    this.asOf = here.flatMap(({ asOf }) => asOf ?? []).sort()[0];
    this.assumed = here.filter(({ basis }) => basis === 'assumed').map(({ model }) => model);
  }

  get size(): number {
    return this.#prices.size;
  }

  priceOf(model: string): Price | undefined {
    return this.#prices.get(model) ?? this.#prices.get(model.replace(FORM, ''));
  }

  costOf(model: string, usage: TokenUsage): Cost | undefined {
    const price = this.priceOf(model);
    const tier = price === undefined ? undefined : tierOf(price, usage.inputTokens);
    if (tier === undefined) return undefined;
    return { amount: fromNanos(nanosOf(tier, usage)), currency: this.currency };
  }
}

/** The tier of a request with so much input. What is above the highest the upstream refuses; if not, that one holds. */
export const tierOf = ({ tiers }: Price, inputTokens: number): PriceTier | undefined =>
  tiers.find((tier) => inputTokens <= tier.maxInputTokens) ?? tiers.at(-1);

const nanosOf = (tier: PriceTier, usage: TokenUsage): number => {
  const { inputTokens, outputTokens, cachedTokens = 0, cacheWriteTokens = 0, reasoningTokens = 0 } = usage;
  // What an upstream says of parts is not taken for more than the whole.
  const read = Math.min(cachedTokens, inputTokens);
  const written = Math.min(cacheWriteTokens, inputTokens - read);
  const output = reasoningTokens > 0 ? (tier.reasoningOutput ?? tier.output) : tier.output;
  const { cacheRead = tier.input * CACHE_READ_SHARE, cacheWrite = tier.input * CACHE_WRITE_SHARE } = tier;
  return Math.round(
    (inputTokens - read - written) * nanosPerToken(tier.input) +
      read * nanosPerToken(cacheRead) +
      written * nanosPerToken(cacheWrite) +
      outputTokens * nanosPerToken(output),
  );
};
