/** A cache on a database in memory, without Redis, on a clock that is moved by hand; and answers to keep in it. */
import pino from 'pino';
import type { AnswerCache, CacheCall, CachedAnswer, Refresh } from '../src/cache/answer-cache';
import { createAnswerCache } from '../src/cache/levelled-cache';
import type { Environment } from '../src/config';
import type { Database } from '../src/database/database';
import { createDatabase } from '../src/database/database';
import type { Metrics } from '../src/metrics';
import { createMetrics } from '../src/metrics';
import { readConfig } from '../src/read-config';
import type { Redis } from '../src/redis/redis';
import { Secret } from '../src/secret';
import { virtualClock } from './virtual-clock';
import type { VirtualClock } from './virtual-clock';

export const noRedis: Redis = {
  up: false,
  run: () => Promise.resolve(undefined),
  onChange: () => undefined,
  close: () => Promise.resolve(),
};

/** What the cache needs of a database. */
export type CacheDatabase = Pick<Database, 'up' | 'query'>;

export interface Caching {
  readonly cache: AnswerCache;
  readonly clock: VirtualClock;
  readonly metrics: Metrics;
  readonly database: CacheDatabase;
}

export interface CachingProps {
  readonly env?: Environment;
  readonly redis?: Redis;
  /** Shared by several processes. @default one of its own */
  readonly database?: CacheDatabase;
  readonly clock?: VirtualClock;
  readonly refresh?: Refresh;
}

const opened: (() => Promise<void>)[] = [];
let ids = 0;

export const startCache = async (props: CachingProps = {}): Promise<Caching> => {
  const { env = {}, redis = noRedis, clock = virtualClock(), refresh = () => Promise.resolve(undefined) } = props;
  const metrics = createMetrics();
  const database = props.database ?? (await startDatabase(clock, metrics));
  const { cache: config } = readConfig(env);
  const log = pino({ enabled: false });
  const newId = () => `process-${++ids}`;
  const cache = createAnswerCache({ config, redis, database, clock, newId, log, metrics, refresh });
  opened.unshift(() => cache.close());
  return { cache, clock, metrics, database };
};

const startDatabase = async (clock: VirtualClock, metrics: Metrics): Promise<Database> => {
  const url = new Secret('sqlite::memory:');
  const database = createDatabase({ url, pool: 1, timeoutMs: 1_000, clock, log: pino({ enabled: false }), metrics });
  opened.push(() => database.close());
  await database.open();
  return database;
};

/** For `afterEach`: caches first, then their databases. */
export const stopCaches = async (): Promise<void> => {
  for (const close of opened.splice(0)) await close();
};

/** A chat that may be answered from the cache. */
export const chatCall = (content: string, more: object = {}, call: Partial<CacheCall> = {}): CacheCall => ({
  operation: 'chat',
  tenant: 'key-1',
  body: { model: 'qwen-plus', messages: [{ role: 'user', content }], temperature: 0, ...more },
  headers: {},
  ...call,
});

export const completion = (content: unknown, finish: unknown = 'stop', message: object = {}): object => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  model: 'qwen-plus',
  choices: [{ index: 0, message: { role: 'assistant', content, ...message }, finish_reason: finish }],
  usage: { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 },
});

/** A whole answer, stored at the clock's moment. */
export const jsonAnswer = (
  clock: Pick<VirtualClock, 'epochMs'>,
  content: unknown = 'Hi',
  more: Partial<CachedAnswer> = {},
): CachedAnswer => ({
  kind: 'json',
  body: Buffer.from(JSON.stringify(typeof content === 'string' ? completion(content) : content)),
  usage: { inputTokens: 3, outputTokens: 5 },
  model: 'qwen-plus',
  storedAt: clock.epochMs(),
  ...more,
});

export const eventsOf = (...chunks: readonly unknown[]): string =>
  [...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]'].map((data) => `data: ${data}\n\n`).join('');

export const chunk = (delta: object, finish: string | null = null): object => ({
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, finish_reason: finish }],
});

/** The slot of a call that must have one. */
export const slotOf = (cache: AnswerCache, call: CacheCall) => {
  const slot = cache.slot(call);
  if (slot === undefined) throw new Error('the call has no slot');
  return slot;
};

/** What a call finds now, and where. */
export const found = async (cache: AnswerCache, call: CacheCall): Promise<string | undefined> => {
  const kept = await slotOf(cache, call).find();
  return kept === undefined ? undefined : `${kept.source} ${textIn(kept.answer)}`;
};

/** What an answer says. */
export const textIn = ({ body }: CachedAnswer): string =>
  /"content":"((?:[^"\\]|\\.)*)"/.exec(body.toString('utf8'))?.[1] ?? '';
