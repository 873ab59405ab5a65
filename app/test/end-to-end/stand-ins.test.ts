/** Where an answer may come from besides the upstream that was asked first: another model, another region, the cache. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerResponse } from 'node:http';
import { chunk, completion, eventsOf } from '../caching';
import { answerJson, beginStream, mockUpstream, stopUpstreams } from '../mock-upstream';
import { eventually, start, stopAll } from '../running';
import { clientOf, makeKey, metricOf, question, readTexts, streamed } from './client';

const folder = mkdtempSync(join(tmpdir(), 'gateway-stand-ins-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
afterEach(stopAll);
afterEach(stopUpstreams);

const fail = (response: ServerResponse): void => {
  answerJson(response, 503, { error: { code: 'ServiceUnavailable', message: 'm' } });
};
const good = (response: ServerResponse): void => {
  answerJson(response, 200, completion('Hello'));
};
const once = { RETRY_ATTEMPTS: '1' };
/** Looked up, as it asks for the likeliest answer. */
const certain = { ...question('Hi'), temperature: 0 };

describe('the official client', () => {
  test('[G7] is answered by another model, whose name is in a header and which is what it pays for', async () => {
    const upstream = await mockUpstream((response) => {
      (upstream.asked.length === 1 ? fail : good)(response);
    });
    const gateway = await start({ ...upstream.env, ...once, FALLBACK_MODELS: 'qwen-plus=qwen-turbo' });
    const { data, response } = await clientOf(gateway).chat.completions.create(question('Hi')).withResponse();
    expect(data.choices[0]?.message.content).toBe('Hello');
    expect(response.headers.get('x-gateway-model')).toBe('qwen-turbo');
    expect(await metricOf(gateway, 'gateway_upstream_fallbacks_total{upstream="dashscope",by="model"}')).toBe(1);
    expect(await metricOf(gateway, 'gateway_ai_cost_total{model="qwen-turbo",currency="CNY"}')).toBeGreaterThan(0);
    expect(await metricOf(gateway, 'gateway_ai_cost_total{model="qwen-plus",currency="CNY"}')).toBeUndefined();
  });

  test('[G7] [G10] is not answered by a model that its key may not use', async () => {
    const upstream = await mockUpstream(fail);
    const gateway = await start({ ...upstream.env, ...once, FALLBACK_MODELS: 'qwen-plus=qwen-turbo' });
    const { key } = await makeKey(gateway, { models: ['qwen-plus'] });
    await expect(clientOf(gateway, key).chat.completions.create(question('Hi'))).rejects.toMatchObject({ status: 502 });
    expect(upstream.asked).toHaveLength(1);
  });

  test('[G7] gets its stream of the second region, with that region’s key, when the first has none', async () => {
    const first = await mockUpstream(fail);
    const second = await mockUpstream((response) => {
      beginStream(response);
      response.end(eventsOf(chunk({ content: 'a' }), chunk({ content: 'b' }, 'stop')));
    });
    const gateway = await start({
      ...first.env,
      ...once,
      DASHSCOPE_FALLBACK_API_KEY: 'second',
      DASHSCOPE_FALLBACK_BASE_URL: second.env.DASHSCOPE_BASE_URL,
    });
    const stream = await clientOf(gateway).chat.completions.create(streamed('Hi'));
    expect(await readTexts(stream)).toEqual({ texts: ['a', 'b'], failure: undefined });
    expect(second.asked[0]?.headers.authorization).toBe('Bearer second');
    const fallbacks = 'gateway_upstream_fallbacks_total{upstream="dashscope-fallback",by="region"}';
    expect(await metricOf(gateway, fallbacks)).toBe(1);
  });

  test('[G6] is answered by memory, and by the database after a restart, for nothing', async () => {
    const upstream = await mockUpstream(good);
    const env = { ...upstream.env, DATABASE_URL: `sqlite:${join(folder, 'kept.db')}` };
    const ask = async (gateway: { readonly url: string }) => {
      const { data, response } = await clientOf(gateway).chat.completions.create(certain).withResponse();
      expect(data.choices[0]?.message.content).toBe('Hello');
      return response.headers.get('x-cache');
    };
    const first = await start(env);
    expect([await ask(first), await ask(first)]).toEqual(['miss', 'hit-l1']);
    expect(await metricOf(first, 'gateway_cache_requests_total{level="l1",result="hit"}')).toBe(1);
    const cost = await metricOf(first, 'gateway_ai_cost_total{model="qwen-plus",currency="CNY"}');
    expect(cost).toBeGreaterThan(0);
    await first.close({ drain: false });

    const second = await start(env);
    expect([await ask(second), await ask(second)]).toEqual(['hit-l3', 'hit-l1']);
    expect(await metricOf(second, 'gateway_cache_requests_total{level="l3",result="hit"}')).toBe(1);
    expect(await metricOf(second, 'gateway_ai_cost_total{model="qwen-plus",currency="CNY"}')).toBeUndefined();
    expect(await metricOf(second, 'gateway_ai_cost_today{currency="CNY"}')).toBe(cost);
    expect(upstream.asked).toHaveLength(1);
  });

  test('[G6] gets a kept stream again as it was, with the usage only where it asks for it', async () => {
    const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
    const upstream = await mockUpstream((response) => {
      beginStream(response);
      response.end(eventsOf(chunk({ content: 'a' }), chunk({ content: 'b' }, 'stop'), { choices: [], usage }));
    });
    const client = clientOf(await start(upstream.env));
    const asked = { ...streamed('Hi'), temperature: 0 };
    const sources: (string | null)[] = [];
    for (const include_usage of [false, false, true]) {
      const stream_options = { include_usage };
      const { data, response } = await client.chat.completions.create({ ...asked, stream_options }).withResponse();
      sources.push(response.headers.get('x-cache'));
      const chunks = [];
      for await (const one of data) chunks.push(one);
      expect(chunks.map(({ choices }) => choices[0]?.delta.content)).toEqual(
        include_usage ? ['a', 'b', undefined] : ['a', 'b'],
      );
      if (include_usage) expect(chunks.at(-1)?.usage).toEqual(usage);
    }
    expect(sources).toEqual(['miss', 'hit-l1', 'hit-l1']);
    expect(upstream.asked).toHaveLength(1);
  });

  test('[G6] [G10] is not given the answer that another key has paid for', async () => {
    const upstream = await mockUpstream(good);
    const gateway = await start(upstream.env);
    const { key } = await makeKey(gateway);
    await clientOf(gateway).chat.completions.create(certain);
    const { response } = await clientOf(gateway, key).chat.completions.create(certain).withResponse();
    expect(response.headers.get('x-cache')).toBe('miss');
    expect(upstream.asked).toHaveLength(2);
  });

  test('[G6] shares the one call of all who ask for the same at once', async () => {
    const waiting: ServerResponse[] = [];
    const upstream = await mockUpstream((response) => void waiting.push(response));
    const client = clientOf(await start(upstream.env));
    const asked = Array.from({ length: 10 }, () => client.chat.completions.create(certain).withResponse());
    await eventually(() => waiting.length === 1);
    for (const response of waiting) good(response);
    const answers = await Promise.all(asked);
    expect(upstream.asked).toHaveLength(1);
    expect(answers.map(({ response }) => response.headers.get('x-cache')).sort()).toEqual([
      ...Array.from({ length: 9 }, () => 'hit-l1'),
      'miss',
    ]);
  });
});
