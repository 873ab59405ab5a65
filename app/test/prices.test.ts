import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import pino from 'pino';
import { fromNanos, toNanos } from '../src/costs/money';
import { readPriceList } from '../src/costs/price-file';
import { PRICE_TABLE } from '../src/costs/price-table';
import { createPrices, tierOf } from '../src/costs/prices';
import { regionOf, REGIONS } from '../src/costs/region';
import { MODELS } from '../src/models';
import { ConfigError } from '../src/read-config';
import { WATCHED_FILE_MS } from '../src/watched-file';
import { eventually } from './running';
import { virtualClock } from './virtual-clock';

const folder = mkdtempSync(join(tmpdir(), 'prices-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const silent = pino({ level: 'silent' });
const beijing = createPrices({ file: '', region: 'cn-beijing', clock: virtualClock(), log: silent });

const amountOf = (model: string, inputTokens: number, outputTokens: number, more: object = {}): number => {
  const cost = beijing.costOf(model, { inputTokens, outputTokens, ...more });
  if (cost === undefined) throw new Error(`${model} has no price`);
  return cost.amount;
};

const tokens = fc.integer({ min: 0, max: 1_200_000 });
const priced = fc.constantFrom(...PRICE_TABLE.filter(({ region }) => region === 'cn-beijing'));

describe('Prices', () => {
  test('[G11] are there for every model that is listed, in Beijing’s yuan', () => {
    for (const model of MODELS) {
      const cost = beijing.costOf(model, { inputTokens: 1, outputTokens: 1 });
      expect({ model, currency: cost?.currency }).toEqual({ model, currency: 'CNY' });
    }
  });

  test('[G11] of the built-in table have no fault that a file would be refused for', () => {
    expect(readPriceList(JSON.stringify(PRICE_TABLE)).faults).toEqual([]);
  });

  test('[G11] of the built-in table say of when they are, and where they were read or what they are assumed by', () => {
    for (const { model, asOf, source, basis } of PRICE_TABLE) {
      const month: unknown = expect.stringMatching(/^\d{4}-\d\d(-\d\d)?$/);
      expect({ model, asOf }).toEqual({ model, asOf: month });
      expect(source.startsWith('help.aliyun.com') || source.startsWith('alibabacloud.com')).toBe(
        basis !== 'assumed' || source.endsWith('converted from dollars'),
      );
    }
    expect(beijing.origin).toEqual({
      table: 'built-in',
      asOf: '2025-11',
      assumed: ['deepseek-v3', 'deepseek-r1', 'text-embedding-v4', 'text-embedding-v3'],
    });
  });

  test.each(REGIONS)('[G11] of %s are in one currency', (region) => {
    const currencies = PRICE_TABLE.filter((price) => price.region === region).map(({ currency }) => currency);
    expect([...new Set(currencies)]).toHaveLength(1);
  });

  test('[G11] are chosen by the whole input, for the whole request', () => {
    expect(amountOf('qwen-plus', 128_000, 1_000)).toBe(0.1024 + 0.002);
    expect(amountOf('qwen-plus', 128_001, 1_000)).toBe(0.3272024);
    // Cached input counts for the choice, and costs a fifth.
    expect(amountOf('qwen-plus', 128_001, 0, { cachedTokens: 128_001 })).toBe(0.06144048);
    // What is above the highest tier has its price.
    expect(amountOf('qwen-plus', 1_000_001, 0)).toBe(4.8000048);
  });

  test('[G11] of an answer that reasoned hold for all of it', () => {
    expect(amountOf('qwen-plus', 0, 1_000_000)).toBe(2);
    expect(amountOf('qwen-plus', 0, 1_000_000, { reasoningTokens: 1 })).toBe(8);
    expect(amountOf('qwen-max', 0, 1_000_000, { reasoningTokens: 1 })).toBe(9.6);
  });

  test('[G11] of input kept on request are a quarter above those of input', () => {
    expect(amountOf('qwen-plus', 100_000, 0, { cacheWriteTokens: 100_000 })).toBe(0.1);
  });

  test('[G11] of dated and latest forms are those of the model; of an unknown model there is none', () => {
    for (const form of ['qwen-plus-latest', 'qwen-plus-2025-09-11', 'qwen-plus-0112']) {
      expect(amountOf(form, 1_000, 1_000)).toBe(amountOf('qwen-plus', 1_000, 1_000));
    }
    for (const unknown of ['gpt-5', 'qwen-plus-mini', '', 'constructor', '__proto__']) {
      expect(beijing.costOf(unknown, { inputTokens: 1, outputTokens: 1 })).toBeUndefined();
    }
  });

  test('[G11] never fall with more output, never rise with more of the input cached, and are never below nothing', () => {
    fc.assert(
      fc.property(priced, tokens, tokens, tokens, fc.nat(1_000), ({ model }, input, output, cached, more) => {
        const cost = amountOf(model, input, output, { cachedTokens: cached });
        expect(cost).toBeGreaterThanOrEqual(0);
        expect(amountOf(model, input, output + more, { cachedTokens: cached })).toBeGreaterThanOrEqual(cost);
        expect(amountOf(model, input, output, { cachedTokens: cached + more })).toBeLessThanOrEqual(cost);
        expect(amountOf(model, input, output, { cacheWriteTokens: more })).toBeGreaterThanOrEqual(
          amountOf(model, input, output),
        );
      }),
    );
  });

  test('[G11] are those of the first tier that holds the input, by a plain reading of the table', () => {
    fc.assert(
      fc.property(priced, tokens, tokens, (price, input, output) => {
        const tier = price.tiers.filter(({ maxInputTokens }) => maxInputTokens >= input)[0] ?? price.tiers.at(-1);
        expect(tierOf(price, input)).toBe(tier);
        const plain = (input * (tier?.input ?? 0) + output * (tier?.output ?? 0)) / 1e6;
        expect(Math.abs(amountOf(price.model, input, output) - plain)).toBeLessThanOrEqual(1e-9);
      }),
    );
  });

  test('[G11] add up exactly, in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e12 }), { maxLength: 200 }), (nanos) => {
        const amounts = nanos.map(fromNanos);
        const exact = nanos.reduce((sum, one) => sum + BigInt(one), 0n);
        const sum = (list: readonly number[]) => list.reduce((whole, amount) => whole + toNanos(amount), 0);
        expect(BigInt(sum(amounts))).toBe(exact);
        expect(sum([...amounts].reverse())).toBe(sum(amounts));
      }),
    );
  });

  test('[G11] are those of the region that the endpoint is in', () => {
    const regions = {
      'https://dashscope.aliyuncs.com/compatible-mode/v1': 'cn-beijing',
      'https://dashscope-intl.aliyuncs.com/compatible-mode/v1': 'ap-southeast-1',
      'https://ws-1.cn-beijing.maas.aliyuncs.com/compatible-mode/v1': 'cn-beijing',
      'https://ws-1.ap-southeast-1.maas.aliyuncs.com/compatible-mode/v1': 'ap-southeast-1',
      'http://127.0.0.1:9999/v1': 'cn-beijing',
    };
    for (const [url, region] of Object.entries(regions)) expect(regionOf(new URL(url))).toBe(region);
    const singapore = createPrices({ file: '', region: 'ap-southeast-1', clock: virtualClock(), log: silent });
    const cost = singapore.costOf('qwen-plus', { inputTokens: 1_000_000, outputTokens: 0 });
    expect(cost).toEqual({ amount: 1.2, currency: 'USD' });
  });
});

const entry = (model: string, input: number, more: object = {}) => ({
  region: 'cn-beijing',
  model,
  currency: 'CNY',
  tiers: [{ maxInputTokens: 1_000, input, output: 1 }],
  batchFactor: 1,
  ...more,
});

describe('PRICES_FILE', () => {
  const written = (name: string, content: unknown): string => {
    const file = join(folder, name);
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };

  test('[G11] is refused with every fault at once, each with its place, its value, its bound and the way out', () => {
    const file = written('faulty.json', [
      entry('a', 1, { region: 'mars' }),
      entry('b', -1),
      entry('c', 1, { currency: 'yuan', batchFactor: 2, discount: 0.1 }),
      entry('d', 1, { tiers: [] }),
      entry('e', 1, {
        tiers: [
          { maxInputTokens: 9, input: 1, output: 1 },
          { maxInputTokens: 9, input: 1e9, output: '1', cacheRead: null },
          { maxInputTokens: 9, input: 1, output: 1 },
        ],
      }),
      7,
      entry('f', 1),
      entry('f', 1, { currency: 'USD' }),
    ]);
    const start = () => createPrices({ file, region: 'cn-beijing', clock: virtualClock(), log: silent });
    expect(start).toThrow(ConfigError);
    expect(readPriceList(JSON.stringify([entry('b', -1)])).faults).toEqual([
      'PRICES_FILE: [0].tiers[0].input (-1) must be a number from 0 to 10000; correct it',
    ]);
    let faults: readonly string[] = [];
    try {
      start();
    } catch (error) {
      faults = error instanceof ConfigError ? error.faults : [];
    }
    expect(faults.map((fault) => fault.replace('PRICES_FILE: ', ''))).toEqual([
      '[0].region ("mars") must be one of cn-beijing, ap-southeast-1; correct it',
      '[1].tiers[0].input (-1) must be a number from 0 to 10000; correct it',
      expect.stringMatching(/^\[2\]\.discount is not known/),
      '[2].currency ("yuan") must be a currency like CNY; correct it',
      '[2].batchFactor (2) must be a number from 0 to 1; correct it',
      expect.stringMatching(/^\[3\]\.tiers must be a list with at least one tier/),
      '[4].tiers[1].input (1000000000) must be a number from 0 to 10000; correct it',
      '[4].tiers[1].output ("1") must be a number from 0 to 10000; correct it',
      '[4].tiers[1].cacheRead (null) must be a number from 0 to 10000; correct it',
      expect.stringMatching(/^\[4\]\.tiers\[1\]\.maxInputTokens \(9\) must be above/),
      expect.stringMatching(/^\[5\] must be an object/),
      expect.stringMatching(/^f in cn-beijing must have one price/),
      expect.stringMatching(/^the currency of f in cn-beijing \(USD\) must be CNY/),
    ]);
  });

  test.each([
    ['that is not there', join(folder, 'absent.json'), /must be a file that can be read/],
    ['that is no JSON', written('text.json', 'qwen-plus: 5'), /must be JSON/],
    ['that is no list', written('object.json', {}), /must be a list of prices/],
    ['that is empty', written('empty.json', []), /must not be empty/],
    [
      'of another region',
      written('other.json', [entry('a', 1, { region: 'ap-southeast-1' })]),
      /prices for cn-beijing/,
    ],
  ])('[G11] %s is refused', (_case, file, message) => {
    expect(() => createPrices({ file, region: 'cn-beijing', clock: virtualClock(), log: silent })).toThrow(message);
  });

  test('[G11] never makes a reader fail, whatever is in it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        const { faults } = readPriceList(text);
        expect(faults.length).toBeGreaterThan(0);
      }),
    );
  });

  test('[G11] replaces the table, is read again when it changes, and stays as it was when the new one is bad', async () => {
    const file = written('prices.json', [
      entry('mine', 1, { asOf: '2026-02' }),
      entry('other', 1, { asOf: '2026-01-31', basis: 'assumed' }),
    ]);
    const clock = virtualClock();
    const lines: string[] = [];
    const log = pino({}, { write: (line) => void lines.push(line) });
    const prices = createPrices({ file, region: 'cn-beijing', clock, log });
    const costOf = () => prices.costOf('mine', { inputTokens: 1_000_000, outputTokens: 0 })?.amount;
    const lookUntil = (holds: () => boolean) =>
      eventually(async () => {
        await clock.advance(WATCHED_FILE_MS);
        return holds();
      });
    expect(costOf()).toBe(1);
    expect(prices.origin).toEqual({ table: 'PRICES_FILE', asOf: '2026-01-31', assumed: ['other'] });
    expect(prices.costOf('qwen-plus', { inputTokens: 1, outputTokens: 1 })).toBeUndefined();
    written('prices.json', [entry('mine', 2)]);
    await lookUntil(() => costOf() === 2);
    expect(prices.origin).toEqual({ table: 'PRICES_FILE', asOf: undefined, assumed: [] });
    written('prices.json', [entry('mine', -3)]);
    await lookUntil(() => lines.some((line) => line.includes('[0].tiers[0].input (-3)')));
    written('prices.json', [entry('mine', 3, { currency: 'USD' })]);
    await lookUntil(() => lines.some((line) => line.includes('must stay CNY')));
    rmSync(file);
    await lookUntil(() => lines.some((line) => line.includes('cannot be read')));
    expect(costOf()).toBe(2);
    written('prices.json', [entry('mine', 4)]);
    await lookUntil(() => costOf() === 4);
    prices.close();
    expect(clock.pending).toBe(0);
  });
});
