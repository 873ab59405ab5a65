/**
 * What the cache costs a request that memory answers: its key, and the hit. Beside it the least that any such key costs,
 * JSON.stringify and SHA-256 of the same body. `npx tsx app/bench/cache-lookup.ts`
 */
import { hash } from 'node:crypto';
import pino from 'pino';
import type { CacheCall } from '../src/cache/answer-cache';
import { createAnswerCache } from '../src/cache/levelled-cache';
import { requestKeyOf } from '../src/cache/request-key';
import { parseObject } from '../src/chat';
import { randomId, systemClock } from '../src/clock';
import { createMetrics } from '../src/metrics';
import { readConfig } from '../src/read-config';

/** Rounds of each, taken in turns: the fastest counts, since everything else on the machine only adds. */
const ROUNDS = 15;
const ROUND_MS = 60;

const SYSTEM = 'You are a helpful assistant of the support team. Answer in the language of the question. '.repeat(20);
const QUESTION = 'How do I change the address of an invoice that was sent already?';
const CHINESE = '你好，请介绍一下阿里云百炼平台的主要功能和使用方法。'.repeat(30);

const bodies: Readonly<Record<string, CacheCall['body']>> = {
  'a question': { model: 'qwen-plus', messages: [{ role: 'user', content: QUESTION }], temperature: 0 },
  'with a system prompt': {
    model: 'qwen-plus',
    messages: [
      { role: 'system', content: SYSTEM },
      { role: 'user', content: QUESTION },
    ],
    temperature: 0,
    max_tokens: 512,
    stream: false,
  },
  'in Chinese': { model: 'qwen-plus', messages: [{ role: 'user', content: CHINESE }], temperature: 0 },
  'a talk of 40 turns': {
    model: 'qwen-plus',
    messages: Array.from({ length: 40 }, (_none, turn) => ({
      role: turn % 2 === 0 ? 'user' : 'assistant',
      content: `${turn} ${QUESTION.repeat(3)}`,
    })),
    temperature: 0,
  },
  '200 texts to embed': {
    model: 'text-embedding-v4',
    input: Array.from({ length: 200 }, (_none, at) => `${at} ${QUESTION}`),
  },
};

/** Microseconds of one run, over a round. */
const round = async (run: () => unknown): Promise<number> => {
  const begun = performance.now();
  let runs = 0;
  let now = begun;
  while (now - begun < ROUND_MS) {
    for (let index = 0; index < 20; index += 1) await run();
    runs += 20;
    now = performance.now();
  }
  return ((now - begun) * 1_000) / runs;
};

const measure = async (name: string, body: CacheCall['body']): Promise<void> => {
  const cache = createAnswerCache({
    config: readConfig({}).cache,
    redis: {
      up: false,
      run: () => Promise.resolve(undefined),
      onChange: () => undefined,
      close: () => Promise.resolve(),
    },
    database: { up: false, query: () => Promise.reject(new Error('none')) },
    clock: systemClock,
    newId: randomId,
    log: pino({ enabled: false }),
    metrics: createMetrics(),
    refresh: () => Promise.resolve(undefined),
  });
  // As it comes from the parser: literals of the same shape would share what V8 knows of them.
  const parsed: CacheCall['body'] = { ...body, ...parseObject(JSON.stringify(body)) };
  const call: CacheCall = {
    operation: name.includes('embed') ? 'embeddings' : 'chat',
    tenant: 'key_0123456789abcdef',
    body: parsed,
    headers: { 'content-type': 'application/json', 'content-length': '900' },
  };
  const text = JSON.stringify({
    choices: [{ message: { content: 'x'.repeat(900) }, finish_reason: 'stop' }],
    data: [{ embedding: [1] }],
  });
  cache
    .slot(call)
    ?.keep({ kind: 'json', body: Buffer.from(text), usage: undefined, model: body.model, storedAt: Date.now() }, 0);
  const subjects: Readonly<Record<string, () => unknown>> = {
    baseline: () => hash('sha256', JSON.stringify(parsed), 'hex'),
    key: () => requestKeyOf(call),
    hit: () => cache.slot(call)?.find(),
    nothing: () => undefined,
  };
  const best: Record<string, number> = {};
  for (let turn = 0; turn < ROUNDS; turn += 1) {
    for (const [subject, run] of Object.entries(subjects)) {
      best[subject] = Math.min(best[subject] ?? Infinity, await round(run));
    }
  }
  await cache.close();
  const { baseline = 0, key = 0, hit = 0, nothing = 0 } = best;
  const least = baseline - nothing;
  const us = (value: number): string => (value - nothing).toFixed(1).padStart(8);
  const ratio = (value: number): string => ((value - nothing) / least).toFixed(2).padStart(6);
  const bytes = String(Buffer.byteLength(JSON.stringify(body))).padStart(7);
  console.log(`${name.padEnd(22)}${bytes}${us(baseline)}${us(key)}${ratio(key)}${us(hit)}${ratio(hit)}`);
};

const main = async (): Promise<void> => {
  console.log('µs a request            bytes baseline     key ratio key+hit ratio');
  for (const [name, body] of Object.entries(bodies)) await measure(name, body);
};

void main();
