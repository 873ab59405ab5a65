/**
 * What an account may use of each model: the limits that Model Studio publishes, which count over all keys, workspaces and
 * RAM users of the main account, and count prompt and answer together. An account whose limits were raised says so in
 * QUOTA_FILE. Per-second limits (a sixtieth of these) are not counted: their refusals make a model wait (`penalize`).
 * Each says of when it is, and where it was read; one that was not found there is set like its nearest kin, and marked.
 */
import { DAY_MS, MINUTE_MS } from '../durations';
import type { MODELS } from '../models';

/** Absent: no such limit. */
export interface ModelQuota {
  readonly requestsPerMinute?: number;
  readonly requestsPerDay?: number;
  readonly tokensPerMinute?: number;
  readonly tokensPerDay?: number;
}

/** A quota of {@link MODEL_QUOTAS}. */
export interface ListedQuota extends ModelQuota {
  /** `assumed`: read on no page of the vendor's. */
  readonly basis: 'published' | 'assumed';
  /** Of when it is: `YYYY-MM`. */
  readonly asOf: string;
  /** Where it was read, or what it is assumed by. */
  readonly source: string;
}

const published = {
  basis: 'published',
  asOf: '2025-11',
  source: 'Alibaba Cloud Model Studio, Rate limits, China (Beijing)',
} as const;
const assumed = (source: string) => ({ basis: 'assumed', asOf: '2025-11', source }) as const;

export const MODEL_QUOTAS: Readonly<Record<(typeof MODELS)[number], ListedQuota>> = {
  'qwen3-max': { requestsPerMinute: 600, tokensPerMinute: 1_000_000, ...published },
  'qwen-max': { requestsPerMinute: 1_200, tokensPerMinute: 1_000_000, ...published },
  'qwen-plus': { requestsPerMinute: 15_000, tokensPerMinute: 1_200_000, ...published },
  'qwen-flash': {
    requestsPerMinute: 1_200,
    tokensPerMinute: 5_000_000,
    ...assumed('as qwen-turbo, which it replaces'),
  },
  'qwen-turbo': { requestsPerMinute: 1_200, tokensPerMinute: 5_000_000, ...published },
  'qwen-long': {
    requestsPerMinute: 1_200,
    tokensPerMinute: 5_000_000,
    ...assumed('as qwen-turbo, for its long prompts'),
  },
  'qwen3-coder-plus': { requestsPerMinute: 600, tokensPerMinute: 1_000_000, ...assumed('as qwen3-max') },
  'qwen3-coder-flash': { requestsPerMinute: 600, tokensPerMinute: 1_000_000, ...assumed('as qwen3-max') },
  'qwen3-vl-plus': { requestsPerMinute: 1_200, tokensPerMinute: 1_000_000, ...published },
  'qwen-vl-max': { requestsPerMinute: 1_200, tokensPerMinute: 1_000_000, ...assumed('as qwen3-vl-plus') },
  'qwen-vl-plus': { requestsPerMinute: 1_200, tokensPerMinute: 1_000_000, ...assumed('as qwen3-vl-plus') },
  'qwq-plus': { requestsPerMinute: 600, tokensPerMinute: 1_000_000, ...published },
  'deepseek-v3': { requestsPerMinute: 600, tokensPerMinute: 1_000_000, ...assumed('as qwq-plus') },
  'deepseek-r1': { requestsPerMinute: 600, tokensPerMinute: 1_000_000, ...assumed('as qwq-plus') },
};

/**
 * Every model that is named neither above nor in QUOTA_FILE; they share it, since clients choose the names. Where
 * a model has less, the upstream refuses, and is left alone for as long as it says.
 */
export const OTHER_QUOTA: ListedQuota = {
  requestsPerMinute: 600,
  tokensPerMinute: 1_000_000,
  ...assumed('the smallest of the table'),
};

/**
 * The windows of a quota: what each counts, over how long, and how people and labels call it. The longest come first, as
 * of several that are used up the first is the one that is told, and waited for.
 */
export const WINDOWS = [
  { name: 'rpd', member: 'requestsPerDay', counts: 'requests', windowMs: DAY_MS, words: 'requests a day' },
  { name: 'tpd', member: 'tokensPerDay', counts: 'tokens', windowMs: DAY_MS, words: 'tokens a day' },
  { name: 'rpm', member: 'requestsPerMinute', counts: 'requests', windowMs: MINUTE_MS, words: 'requests a minute' },
  { name: 'tpm', member: 'tokensPerMinute', counts: 'tokens', windowMs: MINUTE_MS, words: 'tokens a minute' },
] as const;

export type WindowName = (typeof WINDOWS)[number]['name'];
