/** Which upstream answers, how long it is waited for, and what is done when it fails. */
import type { Secret } from '../secret';
import type { Reader } from './reader';
import { DAY_MS, LONGEST_TIMER_MS } from '../durations';
import type { VariableTable } from './variable';

export const UPSTREAM_VARIABLES = {
  DASHSCOPE_API_KEY: {
    type: 'string',
    secret: true,
    description:
      'Keys of Model Studio, separated by commas: the first is used, the next when one is refused or limited. Without any, ' +
      'an embedded upstream echoes the prompt; refused in production.',
  },
  DASHSCOPE_BASE_URL: {
    type: 'string',
    format: 'uri',
    default: 'https://dashscope.aliyuncs.com/compatible-mode/v1',
    description:
      'Model Studio’s OpenAI-compatible endpoint. A key belongs to one region, and the endpoint must be of the same.',
  },
  UPSTREAM_CONNECTIONS: {
    type: 'integer',
    unit: 'connections',
    // Three pods hold 10,000 streams with it, be they of one process each; a process has descriptors for ten times as many.
    default: 4_096,
    minimum: 1,
    maximum: 65_535,
    description:
      'Most connections to the upstream and region at once, of each process, so most answers at once; more wait for one. ' +
      'They are opened as they are needed. It is a bound for memory and descriptors: what the account may ask for the quota bounds.',
  },
  UPSTREAM_CONNECT_TIMEOUT_MS: {
    type: 'integer',
    unit: 'ms',
    default: 5_000,
    minimum: 1,
    maximum: LONGEST_TIMER_MS,
    description: 'Time for a connection to the upstream to open, with TLS.',
  },
  UPSTREAM_HEADERS_TIMEOUT_MS: {
    type: 'integer',
    unit: 'ms',
    default: 20_000,
    minimum: 1,
    maximum: LONGEST_TIMER_MS,
    description:
      'Time for the upstream to begin a stream, to within a second. A JSON answer begins when it is complete, so only the total bounds it.',
  },
  UPSTREAM_IDLE_TIMEOUT_MS: {
    type: 'integer',
    unit: 'ms',
    default: 15_000,
    minimum: 1,
    maximum: LONGEST_TIMER_MS,
    description: 'Longest silence of the upstream within an answer, to within a second.',
  },
  UPSTREAM_TOTAL_TIMEOUT_MS: {
    type: 'integer',
    unit: 'ms',
    default: 50_000,
    minimum: 1,
    maximum: DAY_MS,
    description: 'Longest answer, from the request’s dispatch to its last byte. A proxy in front must wait longer.',
  },
  DASHSCOPE_FALLBACK_API_KEY: {
    type: 'string',
    secret: true,
    description: 'Keys for the second region, separated by commas. Set together with DASHSCOPE_FALLBACK_BASE_URL.',
  },
  DASHSCOPE_FALLBACK_BASE_URL: {
    type: 'string',
    format: 'uri',
    default: '',
    description: 'Endpoint of a second region, asked when the first fails. Empty: none.',
  },
  FALLBACK_MODELS: {
    type: 'string',
    format: 'fallbacks',
    default: '',
    description:
      'Models to answer in place of one that fails: `qwen3-max=qwen-plus,qwen-flash;qwen-plus=qwen-flash`. Empty: none.',
  },
  RETRY_ATTEMPTS: {
    type: 'integer',
    unit: 'attempts',
    default: 3,
    minimum: 1,
    maximum: 10,
    description:
      'Most calls of one model in one region for one request, the first included. Only transient failures are tried again.',
  },
  RETRY_BASE_MS: {
    type: 'integer',
    unit: 'ms',
    default: 200,
    minimum: 1,
    maximum: 60000,
    description: 'Longest wait before the first retry; it doubles with each, and the wait is a random part of it.',
  },
  RETRY_MAX_MS: {
    type: 'integer',
    unit: 'ms',
    default: 5000,
    minimum: 1,
    maximum: 60000,
    description: 'Longest wait before any retry. What the upstream itself asks for counts, too, up to this.',
  },
  BREAKER_FAILURES: {
    type: 'integer',
    unit: 'requests',
    default: 5,
    minimum: 1,
    maximum: 1000,
    description: 'Transient failures in a row after which a region is not asked for a while.',
  },
  BREAKER_OPEN_MS: {
    type: 'integer',
    unit: 'ms',
    default: 30000,
    minimum: 100,
    maximum: 3600000,
    description: 'How long it is not asked, before one request tries it again.',
  },
} as const satisfies VariableTable;

/** How long the upstream is waited for, and by how many at once. Durations in milliseconds. */
export interface UpstreamLimits {
  readonly connections: number;
  readonly connectTimeoutMs: number;
  readonly headersTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly totalTimeoutMs: number;
}

/** One region of Model Studio, and the keys for it in the order in which they are used. */
export interface Region {
  readonly apiKeys: readonly Secret[];
  readonly baseUrl: URL;
}

/** Models that answer in place of another, in the order in which they are asked. */
export type FallbackModels = ReadonlyMap<string, readonly string[]>;

export interface UpstreamConfig extends UpstreamLimits {
  /** Without keys: the echo upstream answers. */
  readonly region: Region;
  readonly secondRegion: Region | undefined;
  readonly fallbackModels: FallbackModels;
  readonly retry: { readonly attempts: number; readonly baseMs: number; readonly maxMs: number };
  readonly breaker: { readonly failures: number; readonly openMs: number };
}

export const readUpstream = (read: Reader): UpstreamConfig => {
  const secondKeys = read.secrets('DASHSCOPE_FALLBACK_API_KEY');
  const secondUrl = read.baseUrl('DASHSCOPE_FALLBACK_BASE_URL');
  read.rule(
    ['DASHSCOPE_FALLBACK_API_KEY', 'DASHSCOPE_FALLBACK_BASE_URL'],
    secondKeys.length > 0 === (secondUrl !== undefined),
    secondUrl === undefined
      ? 'DASHSCOPE_FALLBACK_BASE_URL (unset) must be set together with DASHSCOPE_FALLBACK_API_KEY, as a key belongs to one region; set it, or unset the key'
      : 'DASHSCOPE_FALLBACK_API_KEY (unset) must be set together with DASHSCOPE_FALLBACK_BASE_URL, as a key belongs to one region; set it, or unset the URL',
  );
  const keys = read.secrets('DASHSCOPE_API_KEY');
  read.rule(
    ['DASHSCOPE_API_KEY', 'DASHSCOPE_FALLBACK_API_KEY', 'DASHSCOPE_FALLBACK_BASE_URL'],
    keys.length > 0 || secondUrl === undefined || secondKeys.length === 0,
    'DASHSCOPE_API_KEY (unset) must be set where a second region is, which only stands in for the first; ' +
      'set it, or make the second region the first by DASHSCOPE_API_KEY and DASHSCOPE_BASE_URL',
  );
  return {
    connections: read.integer('UPSTREAM_CONNECTIONS'),
    connectTimeoutMs: read.integer('UPSTREAM_CONNECT_TIMEOUT_MS'),
    headersTimeoutMs: read.integer('UPSTREAM_HEADERS_TIMEOUT_MS'),
    idleTimeoutMs: read.integer('UPSTREAM_IDLE_TIMEOUT_MS'),
    totalTimeoutMs: read.integer('UPSTREAM_TOTAL_TIMEOUT_MS'),
    region: {
      apiKeys: keys,
      baseUrl: read.baseUrl('DASHSCOPE_BASE_URL') ?? new URL(UPSTREAM_VARIABLES.DASHSCOPE_BASE_URL.default),
    },
    secondRegion: secondUrl === undefined ? undefined : { apiKeys: secondKeys, baseUrl: secondUrl },
    fallbackModels: read.fallbacks('FALLBACK_MODELS'),
    retry: {
      attempts: read.integer('RETRY_ATTEMPTS'),
      baseMs: read.integer('RETRY_BASE_MS'),
      maxMs: read.integer('RETRY_MAX_MS'),
    },
    breaker: { failures: read.integer('BREAKER_FAILURES'), openMs: read.integer('BREAKER_OPEN_MS') },
  };
};
