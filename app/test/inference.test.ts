import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { CacheCall } from '../src/cache/answer-cache';
import type { Caller } from '../src/caller';
import { membersOf } from '../src/chat';
import { Inference } from '../src/inference/inference';
import type { LedgerEntry } from '../src/ledger/entry';
import { createMetrics } from '../src/metrics';
import type { DispatchProps } from '../src/resilience/dispatcher';
import { ROUTES } from '../src/routes';
import { answerJson, mockUpstream, stopUpstreams } from './mock-upstream';
import { prompt, start, stopAll } from './running';
import { virtualClock } from './virtual-clock';

const folder = mkdtempSync(join(tmpdir(), 'gateway-inference-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
afterEach(stopAll);
afterEach(stopUpstreams);

describe('a model that answers in place of another', () => {
  /** An upstream that fails for qwen-plus, with two models that stand in for it, the first once a minute. */
  const fallingBack = async () => {
    const QUOTA_FILE = join(folder, 'quota.json');
    writeFileSync(QUOTA_FILE, JSON.stringify({ models: { 'qwen-flash': { requestsPerMinute: 1 } } }));
    const upstream = await mockUpstream((response) => {
      const { model } = membersOf(upstream.asked.at(-1)?.body);
      const choices = [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }];
      const usage = { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 };
      answerJson(response, model === 'qwen-plus' ? 500 : 200, { model, choices, usage });
    });
    const env = { RETRY_ATTEMPTS: '1', BREAKER_FAILURES: '1000', FALLBACK_MODELS: 'qwen-plus=qwen-flash,qwen-turbo' };
    return start({ ...upstream.env, ...env, QUOTA_FILE });
  };

  test('[G9] [G7] counts against its own quota, and the next is asked where that is used up', async () => {
    const { post, get } = await fallingBack();
    const answered: unknown[] = [];
    for (let times = 0; times < 3; times += 1) answered.push((await post(prompt('x'))).headers.get('x-gateway-model'));
    expect(answered).toEqual(['qwen-flash', 'qwen-turbo', 'qwen-turbo']);
    const stats = JSON.stringify(await (await get(ROUTES.quota)).json());
    const used = (model: string) =>
      [
        ...(new RegExp(`"model":"${model}".*?\\]`).exec(stats)?.[0] ?? '').matchAll(/"window":"(\w+)".*?"used":(\d+)/g),
      ].map(([, window, count]) => `${window ?? ''} ${count ?? ''}`);
    expect(used('qwen-plus')).toEqual(['rpm 0', 'tpm 0']);
    expect(used('qwen-flash')).toEqual(['rpm 1', 'tpm 8']);
    expect(used('qwen-turbo')).toEqual(['rpm 2', 'tpm 16']);
  });
});

describe('a kept answer that is asked for anew', () => {
  const TENANT: Caller = {
    keyId: 'key-1',
    name: 'tenant',
    permissions: new Set(['inference']),
    models: undefined,
    dailyBudget: 1,
    limits: {},
    priority: 'high',
  };
  const call: CacheCall = {
    operation: 'chat',
    tenant: 'key-1',
    body: { model: 'qwen-plus', messages: [{ role: 'user', content: 'x' }], temperature: 0 },
    headers: {},
  };

  const refreshing = (tenant: Caller | undefined) => {
    const clock = virtualClock();
    const booked: LedgerEntry[] = [];
    const asked: DispatchProps[] = [];
    const priorities: string[] = [];
    const inference = new Inference({
      clock,
      newId: () => 'id',
      log: pino({ enabled: false }),
      metrics: createMetrics(),
      keepBytes: 1_000,
      cache: undefined,
      keys: { callerOf: () => Promise.resolve(tenant) },
      admission: {
        enter: ({ priority }) => {
          priorities.push(priority);
          return Promise.resolve({ waitedMs: 0, settle: () => undefined });
        },
        enterNow: () => Promise.resolve(undefined),
        penalize: () => undefined,
      },
      dispatcher: {
        send: (props) => {
          asked.push(props);
          const usage = { inputTokens: 3, outputTokens: 5 };
          const answer = {
            kind: 'json',
            body: Buffer.from('{}'),
            usage,
            finishReasons: ['stop'],
            faulty: false,
          } as const;
          return Promise.resolve({ answer, model: 'qwen-plus', upstream: 'dashscope', attempts: 1 });
        },
      },
      ledger: { record: (entry) => void booked.push(entry) },
      prices: { currency: 'CNY', costOf: () => ({ amount: 2, currency: 'CNY' }) },
      spending: { check: () => undefined, book: () => undefined },
    });
    return { booked, asked, priorities, refreshed: inference.refresh(call, new AbortController().signal) };
  };

  test('[G6] [G11] is booked on the gateway itself, waits behind all others, and comes from its model alone', async () => {
    const { refreshed, booked, asked, priorities } = refreshing(TENANT);
    expect(await refreshed).toMatchObject({ cost: 2, answer: { model: 'qwen-plus' } });
    expect(booked).toMatchObject([{ keyId: 'system', cost: 2, cache: 'bypass' }]);
    expect(priorities).toEqual(['low']);
    expect(asked.map(({ allowedModels }) => [...(allowedModels ?? [])])).toEqual([['qwen-plus']]);
  });

  test.each([
    ['is revoked or has expired', undefined],
    ['may not use the model any more', { ...TENANT, models: new Set(['qwen-max']) }],
    ['may not ask models any more', { ...TENANT, permissions: new Set(['admin'] as const) }],
  ])('[G6] [G10] is not asked for when its key %s', async (_why, tenant) => {
    const { refreshed, booked, asked } = refreshing(tenant);
    expect(await refreshed).toBeUndefined();
    expect({ booked, asked }).toEqual({ booked: [], asked: [] });
  });
});
