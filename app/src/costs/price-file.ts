/**
 * Reads a list of prices from JSON and says everything that is wrong with it: a file with one fault is not used at all,
 * since a price that is missing or wrong by a thousand shows only in next month's bill.
 */
import type { Price, PriceTier } from './price-table';
import type { Region } from './region';
import { REGIONS } from './region';

/** Highest price of a million tokens that is believed; a thousandfold slip of the pen is above it. */
const PRICE_MAX = 10_000;
const MODEL_MAX = 256;
/** `YYYY-MM` or `YYYY-MM-DD`: as texts they sort as they are. */
const DATE = /^\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?$/;

export interface PriceList {
  readonly prices: readonly Price[];
  /** One sentence a fault: place, value, bound, way out. */
  readonly faults: readonly string[];
}

type Members = Readonly<Record<string, unknown>>;

const PRICE_MEMBERS = ['region', 'model', 'currency', 'tiers', 'batchFactor', 'basis', 'asOf', 'source'];
const TIER_MEMBERS = ['maxInputTokens', 'input', 'output', 'reasoningOutput', 'cacheRead', 'cacheWrite'];

/** The prices that a text holds. They are complete only when there are no faults. */
export const readPriceList = (text: string): PriceList => new PriceListReader().read(text);

class PriceListReader {
  readonly #faults: string[] = [];
  readonly #prices: Price[] = [];

  read(text: string): PriceList {
    const list = this.#parse(text);
    if (list !== undefined) {
      if (!Array.isArray(list)) this.#fault('the file', 'must be a list of prices; put them into [ ]');
      else if (list.length === 0) this.#fault('the list', 'must not be empty; unset PRICES_FILE for the built-in one');
      else for (const [index, item] of list.entries()) this.#price(item, `[${index}]`);
      this.#together();
    }
    return { prices: this.#prices, faults: this.#faults };
  }

  #parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      this.#fault('the file', `(${text.length} characters) must be JSON; correct it`);
      return undefined;
    }
  }

  #price(item: unknown, at: string): void {
    const members = this.#object(item, at, PRICE_MEMBERS);
    if (members === undefined) return;
    const region = this.#choice<Region>(members, 'region', at, REGIONS);
    const model = this.#word(members, 'model', at, /^\S+$/, `one word of at most ${MODEL_MAX} characters`);
    const currency = this.#word(members, 'currency', at, /^[A-Z]{3}$/, 'a currency like CNY');
    const batchFactor = this.#number(members, 'batchFactor', at, 1) ?? 1;
    const basis =
      members.basis === undefined ? undefined : this.#choice(members, 'basis', at, ['published', 'assumed']);
    const asOf =
      members.asOf === undefined
        ? undefined
        : this.#word(members, 'asOf', at, DATE, 'a month or a day, like 2026-02-28');
    const source =
      members.source === undefined
        ? undefined
        : this.#word(members, 'source', at, /^[^\n]+$/, 'where it was read, on one line');
    const tiers = this.#tiers(members.tiers, `${at}.tiers`);
    if (region === undefined || model === undefined || currency === undefined) return;
    this.#prices.push({ region, model, currency, tiers, batchFactor, basis, asOf, source });
  }

  #tiers(value: unknown, at: string): readonly PriceTier[] {
    if (!Array.isArray(value) || value.length === 0) {
      this.#fault(at, 'must be a list with at least one tier; add { maxInputTokens, input, output }');
      return [];
    }
    const tiers = value.flatMap((item: unknown, index) => this.#tier(item, `${at}[${index}]`) ?? []);
    for (const [index, tier] of tiers.entries()) {
      const before = tiers[index - 1];
      if (before === undefined || before.maxInputTokens < tier.maxInputTokens) continue;
      const bound = `must be above that of the tier before (${before.maxInputTokens})`;
      this.#fault(`${at}[${index}].maxInputTokens`, `(${tier.maxInputTokens}) ${bound}; sort the tiers`);
    }
    return tiers;
  }

  #tier(item: unknown, at: string): PriceTier | undefined {
    const members = this.#object(item, at, TIER_MEMBERS);
    if (members === undefined) return undefined;
    const maxInputTokens = this.#number(members, 'maxInputTokens', at, Number.MAX_SAFE_INTEGER);
    const input = this.#number(members, 'input', at, PRICE_MAX);
    const output = this.#number(members, 'output', at, PRICE_MAX);
    const optional = (name: string) =>
      members[name] === undefined ? undefined : this.#number(members, name, at, PRICE_MAX);
    const reasoningOutput = optional('reasoningOutput');
    const cacheRead = optional('cacheRead');
    const cacheWrite = optional('cacheWrite');
    if (maxInputTokens === undefined || input === undefined || output === undefined) return undefined;
    return { maxInputTokens, input, output, reasoningOutput, cacheRead, cacheWrite };
  }

  /** What no single price can be wrong about. */
  #together(): void {
    const seen = new Map<string, number>();
    const currencies = new Map<Region, string>();
    for (const [index, { region, model, currency }] of this.#prices.entries()) {
      const name = `${region} ${model}`;
      const first = seen.get(name);
      if (first === undefined) seen.set(name, index);
      else this.#fault(`${model} in ${region}`, `must have one price, and has two; remove one`);
      const known = currencies.get(region) ?? currency;
      currencies.set(region, known);
      if (known === currency) continue;
      const bound = `must be ${known} like the prices before it in ${region}, or sums mean nothing`;
      this.#fault(`the currency of ${model} in ${region}`, `(${currency}) ${bound}; convert them`);
    }
  }

  #object(item: unknown, at: string, known: readonly string[]): Members | undefined {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      this.#fault(at, `must be an object with ${known.join(', ')}`);
      return undefined;
    }
    const members: Members = Object.fromEntries(Object.entries(item));
    for (const name of Object.keys(members)) {
      if (!known.includes(name)) this.#fault(`${at}.${name}`, `is not known; there are ${known.join(', ')}`);
    }
    return members;
  }

  #number(members: Members, name: string, at: string, maximum: number): number | undefined {
    const value = members[name];
    if (typeof value === 'number' && value >= 0 && value <= maximum) return value;
    this.#fault(`${at}.${name}`, `(${shown(value)}) must be a number from 0 to ${maximum}; correct it`);
    return undefined;
  }

  #word(members: Members, name: string, at: string, form: RegExp, words: string): string | undefined {
    const value = members[name];
    if (typeof value === 'string' && value.length <= MODEL_MAX && form.test(value)) return value;
    this.#fault(`${at}.${name}`, `(${shown(value)}) must be ${words}; correct it`);
    return undefined;
  }

  #choice<C extends string>(members: Members, name: string, at: string, choices: readonly C[]): C | undefined {
    const chosen = choices.find((choice) => choice === members[name]);
    if (chosen !== undefined) return chosen;
    this.#fault(`${at}.${name}`, `(${shown(members[name])}) must be one of ${choices.join(', ')}; correct it`);
    return undefined;
  }

  #fault(place: string, message: string): void {
    this.#faults.push(`PRICES_FILE: ${place} ${message}`);
  }
}

/** A value as a message repeats it: short, and on one line. */
const shown = (value: unknown): string => (value === undefined ? 'absent' : JSON.stringify(value).slice(0, 40));
