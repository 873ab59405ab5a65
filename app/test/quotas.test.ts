import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { MODELS } from '../src/models';
import { MODEL_QUOTAS, OTHER_QUOTA, WINDOWS } from '../src/quota/model-quotas';
import { QuotaFileError, readQuotaFile } from '../src/quota/quota-file';
import type { Quota } from '../src/quota/quotas';
import { createQuotas } from '../src/quota/quotas';
import { eventually } from './running';
import { virtualClock } from './virtual-clock';

const folder = mkdtempSync(join(tmpdir(), 'quotas-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const limitsOf = ({ windows }: Quota) => Object.fromEntries(windows.map(({ name, limit }) => [name, limit]));

let files = 0;
/** Quotas with this file laid over them, on a clock that is moved by hand. */
const quotasWith = (overlay?: object | string) => {
  const path = join(folder, `quotas-${++files}.json`);
  const write = (text: object | string) => {
    writeFileSync(path, typeof text === 'string' ? text : JSON.stringify(text));
  };
  if (overlay !== undefined) write(overlay);
  const clock = virtualClock();
  const lines: string[] = [];
  const log = pino({}, { write: (line) => void lines.push(line) });
  const quotas = createQuotas({ config: { quotaFile: overlay === undefined ? '' : path }, clock, log });
  return { quotas, clock, path, write, lines };
};

const faultsOf = (file: unknown): readonly string[] => {
  try {
    readQuotaFile('/q.json', typeof file === 'string' ? file : JSON.stringify(file));
    return [];
  } catch (error) {
    if (error instanceof QuotaFileError) return error.faults;
    throw error;
  }
};

describe('the table of quotas', () => {
  test('[G9] has every model that the gateway lists, with requests and tokens a minute', () => {
    expect(Object.keys(MODEL_QUOTAS).sort()).toEqual([...MODELS].sort());
    for (const { basis, asOf, source } of [...Object.values(MODEL_QUOTAS), OTHER_QUOTA]) {
      expect(asOf).toMatch(/^\d{4}-\d\d$/);
      expect(source.startsWith('Alibaba Cloud')).toBe(basis === 'published');
    }
    const { quotas } = quotasWith();
    for (const model of MODELS) {
      const { rpm, tpm } = limitsOf(quotas.of(model));
      expect(rpm).toBeGreaterThan(0);
      expect(tpm).toBeGreaterThan(0);
    }
    expect(limitsOf(quotas.of('qwen-plus'))).toMatchObject({ rpm: 15_000 });
  });

  test('[G9] counts every model that it does not know under one name, since clients choose the names', () => {
    const { quotas } = quotasWith();
    expect(quotas.of('no-such-model')).toBe(quotas.of('nor-this-one'));
    expect(quotas.of('constructor').model).toBe('other');
    expect(limitsOf(quotas.of('nor-this-one'))).toEqual({
      rpm: OTHER_QUOTA.requestsPerMinute,
      tpm: OTHER_QUOTA.tokensPerMinute,
    });
    expect(quotas.all()).toHaveLength(MODELS.length + 1);
  });

  test('[G9] counts each window of each model under a key of its own', () => {
    const { quotas } = quotasWith({ others: Object.fromEntries(WINDOWS.map(({ member }) => [member, 5])) });
    const keys = quotas.all().flatMap(({ windows }) => windows.map(({ key }) => key));
    expect(new Set(keys).size).toBe(keys.length);
    expect(quotas.of('x').windows.map(({ key, rule }) => [key, rule])).toEqual([
      ['quota:other:rpd', { kind: 'window', limit: 5, windowMs: 86_400_000 }],
      ['quota:other:tpd', { kind: 'window', limit: 5, windowMs: 86_400_000 }],
      ['quota:other:rpm', { kind: 'window', limit: 5, windowMs: 60_000 }],
      ['quota:other:tpm', { kind: 'window', limit: 5, windowMs: 60_000 }],
    ]);
  });
});

describe('QUOTA_FILE', () => {
  test('[G9] changes the windows that it names, takes those away that are null, and adds models', () => {
    const { quotas } = quotasWith({
      models: {
        'qwen-max': { requestsPerMinute: 7, tokensPerDay: 9, tokensPerMinute: null },
        mine: { requestsPerDay: 3 },
      },
      others: { tokensPerMinute: 50 },
    });
    expect(limitsOf(quotas.of('qwen-max'))).toEqual({ rpm: 7, tpd: 9 });
    expect(quotas.of('qwen-max').tokensPerCall).toBe(9);
    expect(limitsOf(quotas.of('mine'))).toEqual({ rpm: 600, tpm: 50, rpd: 3 });
    expect(limitsOf(quotas.of('unknown'))).toEqual({ rpm: 600, tpm: 50 });
    expect(limitsOf(quotas.of('qwen-plus'))).toMatchObject({ rpm: 15_000 });
  });

  test('[G14] is checked as a whole: every fault with place, value, bound and way out', () => {
    const limit = 'must be a whole number from 1 to 1000000000000, or null for no such limit; correct it';
    const known = 'requestsPerDay, tokensPerDay, requestsPerMinute, tokensPerMinute';
    expect(
      faultsOf({
        model: {},
        models: {
          a: { requestsPerMinute: 0, tokensPerMinute: '5', requestsPerDay: 1.5, rpm: 5 },
          b: 7,
          other: {},
          '': {},
        },
        others: { tokensPerDay: 1e13 },
      }),
    ).toEqual([
      'model is not known; there are models and others',
      `models["a"].requestsPerMinute (0) ${limit}`,
      `models["a"].tokensPerMinute ("5") ${limit}`,
      `models["a"].requestsPerDay (1.5) ${limit}`,
      `models["a"].rpm is not known; there are ${known}`,
      `models["b"] (7) must be an object with some of ${known}; correct it`,
      'models.other is no model; what is for every other one goes into others',
      'the name of a model (0 characters) must be 1 to 256 characters; correct it',
      `others.tokensPerDay (10000000000000) ${limit}`,
    ]);
  });

  test.each([['{'], ['[]'], ['"x"'], [''], ['null']])('[G14] %s is no such file', (text) => {
    expect(faultsOf(text)).toEqual([expect.stringContaining('must be one JSON object like {"models"')]);
  });

  test('[G14] names at most 500 models', () => {
    const models = Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`m${index}`, {}]));
    expect(faultsOf({ models })).toEqual(['models (501) must be at most 500; remove some']);
    expect(faultsOf({ models: [] })).toEqual([expect.stringContaining('models must be an object')]);
  });

  test('[G14] that cannot be read at the start, or is at fault, keeps the gateway from starting', () => {
    const config = { quotaFile: join(folder, 'none.json') };
    const start = () => createQuotas({ config, clock: virtualClock(), log: pino({ level: 'silent' }) });
    expect(start).toThrow(
      `1 fault in QUOTA_FILE (${config.quotaFile}):\n- the file cannot be read (ENOENT); correct the path, or unset QUOTA_FILE`,
    );
    expect(() => quotasWith('{')).toThrow(QuotaFileError);
  });

  test('[G9] is read again when it changes, tells those who wait, and is looked at no more once closed', async () => {
    const { quotas, clock, write, lines } = quotasWith({});
    let told = 0;
    quotas.onChange(() => (told += 1));
    await clock.advance(5_000);
    write({ models: { 'qwen-plus': { requestsPerMinute: 3 } } });
    await eventually(async () => {
      await clock.advance(5_000);
      return limitsOf(quotas.of('qwen-plus')).rpm === 3;
    });
    expect(told).toBe(1);
    expect(lines.join('')).toContain('QUOTA_FILE was read again');
    quotas.close();
    await clock.advance(20_000);
    expect(clock.pending).toBe(0);
  });

  test('[G9] is seen when a link to it is swapped, as Kubernetes does it', async () => {
    const { path, write, quotas, clock } = quotasWith({});
    const [next, link] = [`${path}.next`, `${path}.link`];
    writeFileSync(next, JSON.stringify({ others: { requestsPerMinute: 4 } }));
    symlinkSync(next, link);
    write({});
    renameSync(link, path);
    await eventually(async () => {
      await clock.advance(5_000);
      return limitsOf(quotas.of('x')).rpm === 4;
    });
    quotas.close();
  });

  test('[G9] that becomes faulty, or goes, leaves the quotas as they were and is logged, once', async () => {
    const { quotas, clock, path, write, lines } = quotasWith({ others: { requestsPerMinute: 4 } });
    const look = () => clock.advance(5_000);
    const said = (words: string) => lines.filter((line) => line.includes(words));
    write({ others: { requestsPerMinute: -1 } });
    await eventually(async () => {
      await look();
      return said('is at fault').length > 0;
    });
    rmSync(path);
    await eventually(async () => {
      await look();
      return said('cannot be read').length > 0;
    });
    for (let count = 0; count < 20; count += 1) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect([said('is at fault'), said('cannot be read')].map(({ length }) => length)).toEqual([1, 1]);
    expect(said('is at fault')[0]).toContain('others.requestsPerMinute (-1)');
    expect(limitsOf(quotas.of('x'))).toMatchObject({ rpm: 4 });
    write({ others: { requestsPerMinute: 6 } });
    await eventually(async () => {
      await look();
      return limitsOf(quotas.of('x')).rpm === 6;
    });
    quotas.close();
  });
});
