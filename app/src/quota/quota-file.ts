/** Reads the account's own quotas from JSON, and says everything that is wrong with them at once. */
import { MODEL_NAME_MAX } from '../models';
import { OTHER } from '../models';
import type { ModelQuota } from './model-quotas';
import { WINDOWS } from './model-quotas';

/** What the file lays over the table: of each model the windows that it names; `null` takes a limit away. */
export interface QuotaOverlay {
  readonly models: ReadonlyMap<string, QuotaLayer>;
  /** For the models that neither the table nor the file names. */
  readonly others: QuotaLayer;
}

export type QuotaLayer = { readonly [M in keyof ModelQuota]: number | null };

/** Thrown with every fault at once. */
export class QuotaFileError extends Error {
  override readonly name = 'QuotaFileError';
  /** One sentence a fault: place, value, bound, way out. */
  readonly faults: readonly string[];

  constructor(path: string, faults: readonly string[]) {
    const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
    super([`${count} in QUOTA_FILE (${path}):`, ...faults].join('\n- '));
    this.faults = faults;
  }
}

/** Highest limit that is believed: above it a count would no longer be exact. */
const LIMIT_MAX = 1_000_000_000_000;
/** Models that a file may name: each has counts in Redis and series in the metrics. */
const MODELS_MAX = 500;

const EXAMPLE = '{"models": {"qwen-plus": {"requestsPerMinute": 30000}}, "others": {}}';

type Members = ReadonlyMap<string, unknown>;

const membersOf = (value: unknown): Members | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? new Map(Object.entries(value)) : undefined;

/** A value as a message repeats it: short. */
const shown = (value: unknown): string => JSON.stringify(value).slice(0, 40);

/** @throws QuotaFileError with every fault of the text */
export const readQuotaFile = (path: string, text: string): QuotaOverlay => {
  const faults: string[] = [];
  const overlay = readOverlay(text, faults);
  if (faults.length > 0) throw new QuotaFileError(path, faults);
  return overlay;
};

const NOTHING: QuotaOverlay = { models: new Map(), others: {} };

const readOverlay = (text: string, faults: string[]): QuotaOverlay => {
  const file = parse(text);
  if (file === undefined) {
    faults.push(`the file (${text.length} characters) must be one JSON object like ${EXAMPLE}; correct it`);
    return NOTHING;
  }
  for (const name of file.keys()) {
    if (name !== 'models' && name !== 'others') faults.push(`${name} is not known; there are models and others`);
  }
  const models = new Map<string, QuotaLayer>();
  const named = membersOf(file.get('models') ?? {});
  if (named === undefined) faults.push(`models must be an object of quotas by model, like ${EXAMPLE}; correct it`);
  else if (named.size > MODELS_MAX) faults.push(`models (${named.size}) must be at most ${MODELS_MAX}; remove some`);
  for (const [model, value] of named ?? []) {
    if (model === '' || model.length > MODEL_NAME_MAX) {
      const bound = `must be 1 to ${MODEL_NAME_MAX} characters`;
      faults.push(`the name of a model (${model.length} characters) ${bound}; correct it`);
    }
    if (model === OTHER) faults.push(`models.${OTHER} is no model; what is for every other one goes into others`);
    models.set(model, readLayer(value, `models[${shown(model)}]`, faults));
  }
  return { models, others: readLayer(file.get('others') ?? {}, 'others', faults) };
};

const parse = (text: string): Members | undefined => {
  try {
    return membersOf(JSON.parse(text));
  } catch {
    return undefined;
  }
};

const readLayer = (value: unknown, at: string, faults: string[]): QuotaLayer => {
  const known = WINDOWS.map(({ member }) => member);
  const members = membersOf(value);
  if (members === undefined) {
    faults.push(`${at} (${shown(value)}) must be an object with some of ${known.join(', ')}; correct it`);
    return {};
  }
  const layer: { -readonly [M in keyof QuotaLayer]: QuotaLayer[M] } = {};
  for (const [name, limit] of members) {
    const member = known.find((candidate) => candidate === name);
    if (member === undefined) faults.push(`${at}.${name} is not known; there are ${known.join(', ')}`);
    else if (limit === null || isLimit(limit)) layer[member] = limit;
    else {
      const bound = `must be a whole number from 1 to ${LIMIT_MAX}, or null for no such limit`;
      faults.push(`${at}.${name} (${shown(limit)}) ${bound}; correct it`);
    }
  }
  return layer;
};

const isLimit = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= LIMIT_MAX;
