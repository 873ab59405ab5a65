import type { ServerResponse } from 'node:http';
import { ROUTES } from '../src/routes';
import { errorOfFailure } from '../src/upstream/upstream-error';
import { MOCK_KEY, answerJson, beginStream, mockUpstream, stopUpstreams } from './mock-upstream';
import { eventually, manualClock, prompt, start, stopAll } from './running';
import type { Running } from './running';

afterEach(stopAll);
afterEach(stopUpstreams);

const scrape = async ({ get }: Running): Promise<string> => (await get(ROUTES.metrics)).text();
const LABELS = 'gen_ai_operation_name="chat",gen_ai_provider_name="dashscope",gen_ai_request_model="qwen-plus"';
const ended = (errorType: string) => `operation_duration_seconds_count{${LABELS},error_type="${errorType}"} 1\n`;

describe('a call to Model Studio', () => {
  test('[G1] carries the gateway’s key and the correlation id, and every member of the request as it came', async () => {
    const upstream = await mockUpstream((response) => {
      answerJson(response, 200, { choices: [] });
    });
    const { post } = await start(upstream.env);
    const body = prompt('x', { enable_thinking: true, seed: 7 });
    await (await post(body, { headers: { 'x-request-id': 'mine' } })).text();
    expect(upstream.asked).toHaveLength(1);
    expect(upstream.asked[0]).toMatchObject({
      url: '/compatible-mode/v1/chat/completions',
      headers: { authorization: `Bearer ${MOCK_KEY}`, 'x-request-id': 'mine', 'content-type': 'application/json' },
    });
    expect(upstream.asked[0]?.body).toEqual(body);
  });

  test('[G1] passes the bytes of a JSON answer on untouched, and counts its tokens', async () => {
    const answer = '{ "choices": [ ],\n "usage": {"prompt_tokens": 11, "completion_tokens": 22}, "odd":1.0 }';
    const upstream = await mockUpstream((response) => {
      answerJson(response, 200, answer);
    });
    const gateway = await start(upstream.env);
    expect(await (await gateway.post(prompt('x'))).text()).toBe(answer);
    const metrics = await scrape(gateway);
    expect(metrics).toContain(`input_tokens_total{${LABELS}} 11\n`);
    expect(metrics).toContain(`output_tokens_total{${LABELS}} 22\n`);
  });

  test.each([
    [429, { error: { code: 'limit_requests', message: 'slow' } }, 429, 'rate_limit_error', 'limit_requests', 'slow'],
    [
      400,
      { error: { code: 'InvalidParameter', message: 'no' } },
      400,
      'invalid_request_error',
      'InvalidParameter',
      'no',
    ],
    [404, { code: 'ModelNotFound', message: 'none' }, 404, 'invalid_request_error', 'ModelNotFound', 'none'],
    [403, { error: { code: 'AccessDenied', message: 'no' } }, 403, 'invalid_request_error', 'AccessDenied', 'no'],
    [400, { error: { code: 'Arrearage', message: 'pay' } }, 502, 'server_error', 'Arrearage', 'in arrears'],
    [
      401,
      { error: { code: 'invalid_api_key', message: 'x' } },
      502,
      'server_error',
      'upstream_authentication',
      'own key',
    ],
    [500, 'oops', 502, 'server_error', 'upstream_error', 'status 500'],
    [408, {}, 504, 'server_error', null, 'status 408'],
    [200, { error: { code: 'Boom', message: 'hidden' } }, 502, 'server_error', 'Boom', 'hidden'],
    [200, '<html>', 502, 'server_error', 'upstream_error', 'status 502'],
  ])('[G5] that is answered %i %j becomes %i %s %s', async (status, body, expected, type, code, message) => {
    const upstream = await mockUpstream((response) => {
      answerJson(response, status, body, { 'retry-after': '7' });
    });
    const { post } = await start(upstream.env);
    const response = await post(prompt('x'));
    expect(response.status).toBe(expected);
    expect(response.headers.get('retry-after')).toBe(expected === 429 ? '7' : null);
    expect(await response.json()).toEqual({
      error: { message: expect.stringContaining(message) as unknown, type, param: null, code },
    });
  });

  test('[G4] that fails with words about the gateway’s key tells the client all but the key', async () => {
    const quoting = { error: { code: 'AccessDenied', message: `${MOCK_KEY} may not` } };
    const word = 'data: {"choices":[{"delta":{"content":"a"}}]}\n\n';
    const upstream = await mockUpstream((response) => {
      if (upstream.asked.length < 3) answerJson(response, upstream.asked.length === 1 ? 403 : 200, quoting);
      else {
        beginStream(response);
        response.end(`${word}data: ${JSON.stringify(quoting)}\n\n`);
      }
    });
    const { post } = await start(upstream.env);
    for (let times = 0; times < 2; times += 1) {
      expect(await (await post(prompt('x'))).text()).toContain('"message":"[redacted] may not"');
    }
    const stream = await (await post(prompt('x', { stream: true }))).text();
    expect(stream).toBe(`${word}data: {"error":{"code":"AccessDenied","message":"[redacted] may not"}}\n\n`);
  });

  test('[G5] that meets a closed port is 502, and its stack does not reach the client', async () => {
    const { post } = await start({ DASHSCOPE_API_KEY: 'sk-1', DASHSCOPE_BASE_URL: 'http://127.0.0.1:1/v1' });
    const response = await post(prompt('x'));
    expect(response.status).toBe(502);
    expect(await response.text()).toContain('"the connection to the upstream failed; try again"');
  });

  test('[G7] whose stream does not begin within UPSTREAM_HEADERS_TIMEOUT_MS is 504; a JSON answer may take longer', async () => {
    const silent: ServerResponse[] = [];
    const upstream = await mockUpstream((response) => void silent.push(response));
    const { post } = await start({ ...upstream.env, UPSTREAM_HEADERS_TIMEOUT_MS: '100', RETRY_ATTEMPTS: '1' });
    const answer = post(prompt('x'));
    await eventually(() => silent.length === 1);
    const stream = await post(prompt('x', { stream: true }));
    expect(stream.status).toBe(504);
    expect(await stream.text()).toContain('did not begin to answer within UPSTREAM_HEADERS_TIMEOUT_MS');
    // It was asked before, and would have been given up before.
    const [json] = silent;
    if (json === undefined) throw new Error('nothing was asked');
    expect(upstream.asked[0]?.gone).toBe(false);
    answerJson(json, 200, { choices: [] });
    expect((await answer).status).toBe(200);
  });

  test('[G7] that takes longer than UPSTREAM_TOTAL_TIMEOUT_MS is 504, and hung up on', async () => {
    const upstream = await mockUpstream(() => undefined);
    const clock = manualClock();
    const gateway = await start({ ...upstream.env, UPSTREAM_TOTAL_TIMEOUT_MS: '45000' }, clock);
    const answer = gateway.post(prompt('x'));
    await eventually(() => upstream.asked.length === 1);
    expect(clock.fire(45_000)).toBe(1);
    const response = await answer;
    expect(response.status).toBe(504);
    expect(await response.text()).toContain('longer than UPSTREAM_TOTAL_TIMEOUT_MS (45000)');
    await eventually(() => upstream.asked[0]?.gone === true);
    expect(await scrape(gateway)).toContain(ended('upstream_timeout'));
    expect(clock.fire(45_000)).toBe(0);
  });

  test('[G7] a connection that takes too long to open is a timeout, and a fault of our own is not the upstream’s', () => {
    const timeout = Object.assign(new Error('x'), { code: 'UND_ERR_CONNECT_TIMEOUT' });
    expect(errorOfFailure(timeout)).toMatchObject({ status: 504, errorType: 'upstream_timeout' });
    expect(errorOfFailure(new TypeError('x'))).toMatchObject({ status: 500, errorType: 'internal' });
  });
});

describe('a stream of Model Studio', () => {
  const data = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
  const word = (content: string, more: object = {}) => data({ choices: [{ index: 0, delta: { content } }], ...more });
  const usage = (input: number, output: number) => ({ prompt_tokens: input, completion_tokens: output });
  const DONE = 'data: [DONE]\n\n';

  const streamOf = (text: string, pieceBytes = 7) =>
    mockUpstream((response) => {
      beginStream(response);
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; at += pieceBytes) response.write(bytes.subarray(at, at + pieceBytes));
      response.end();
    });

  test.each([true, false])('[G1] is asked for its usage, and shows it only when the client did (%s)', async (asked) => {
    const shown = word('你好', { usage: null });
    const bill = data({ choices: [], usage: usage(5, 6) });
    const upstream = await streamOf(`${shown}: ping\r\n\r\n${bill}${DONE}`);
    const gateway = await start(upstream.env);
    const response = await gateway.post(
      prompt('x', { stream: true, stream_options: { include_usage: asked, odd: 1 } }),
    );
    expect(await response.text()).toBe(`${shown}: ping\r\n\r\n${asked ? bill : ''}${DONE}`);
    expect(upstream.asked[0]?.body).toMatchObject({ stream: true, stream_options: { include_usage: true, odd: 1 } });
    expect(upstream.asked[0]?.headers.accept).toBe('text/event-stream');
    expect(await scrape(gateway)).toContain(`output_tokens_total{${LABELS}} 6\n`);
  });

  test('[G3] is charged once, though every chunk carries a running count', async () => {
    const text = word('a', { usage: usage(5, 1) }) + word('b', { usage: usage(5, 2) }) + DONE;
    const gateway = await start((await streamOf(text, 1)).env);
    expect(await (await gateway.post(prompt('x', { stream: true }))).text()).toBe(text);
    const metrics = await scrape(gateway);
    expect(metrics).toContain(`input_tokens_total{${LABELS}} 5\n`);
    expect(metrics).toContain(`output_tokens_total{${LABELS}} 2\n`);
    expect(metrics).toContain(`time_to_first_chunk_seconds_count{${LABELS}} 1\n`);
  });

  test('[G3] is not fooled by an answer that talks about usage', async () => {
    const text = word('"usage": {"prompt_tokens": 9, "completion_tokens": 9}') + DONE;
    const gateway = await start((await streamOf(text)).env);
    expect(await (await gateway.post(prompt('x', { stream: true }))).text()).toBe(text);
    expect(await scrape(gateway)).not.toContain(`output_tokens_total{${LABELS}}`);
  });

  test('[G1] passes an end mark on that lacks its blank line', async () => {
    const { post } = await start((await streamOf(`${word('a')}data: [DONE]\n`)).env);
    expect(await (await post(prompt('x', { stream: true }))).text()).toMatch(/data: \[DONE\]\n\n/);
  });

  test('[G5] that breaks off ends with an error event and no [DONE]', async () => {
    const gateway = await start((await streamOf(`${word('a')}data: {"cho`)).env);
    const text = await (await gateway.post(prompt('x', { stream: true }))).text();
    const message = 'the upstream broke off its answer; what came is incomplete, ask again';
    const error = { message, type: 'server_error', param: null, code: 'upstream_truncated' };
    expect(text).toBe(`${word('a')}${data({ error })}`);
    expect(await scrape(gateway)).toContain(ended('upstream_unavailable'));
  });

  test('[G5] whose connection breaks ends with an error event, and the gateway lives on', async () => {
    const upstream = await mockUpstream((response) => {
      beginStream(response);
      response.write(word('a'), () => setTimeout(() => response.destroy(), 50));
    });
    const gateway = await start(upstream.env);
    const text = await (await gateway.post(prompt('x', { stream: true }))).text();
    expect(text).toMatch(/^data: \{"choices.*\n\ndata: \{"error":\{"message":"the connection to the upstream failed/);
    expect((await gateway.get(ROUTES.live)).status).toBe(200);
  });

  test('[G5] that reports an error passes it on, and counts as failed', async () => {
    const text = word('a') + data({ error: { code: 'DataInspectionFailed', message: 'm' } });
    const gateway = await start((await streamOf(text)).env);
    expect(await (await gateway.post(prompt('x', { stream: true }))).text()).toBe(text);
    expect(await scrape(gateway)).toContain(ended('upstream_rejected'));
  });

  test('[G7] that falls silent for UPSTREAM_IDLE_TIMEOUT_MS ends with an error event', async () => {
    const upstream = await mockUpstream((response) => {
      beginStream(response);
      response.write(word('a'));
    });
    const { post } = await start({ ...upstream.env, UPSTREAM_IDLE_TIMEOUT_MS: '100' });
    const text = await (await post(prompt('x', { stream: true }))).text();
    expect(text).toContain('the upstream fell silent for UPSTREAM_IDLE_TIMEOUT_MS');
    await eventually(() => upstream.asked[0]?.gone === true);
  });

  test('[G5] whose one event has no end is cut off before it fills the memory', async () => {
    const upstream = await mockUpstream((response) => {
      beginStream(response);
      response.end('x'.repeat(5 * 1_024 * 1_024));
    });
    const { post } = await start(upstream.env);
    expect(await (await post(prompt('x', { stream: true }))).text()).toContain('upstream_event_too_large');
  });
});

describe('a client that goes away', () => {
  const leave = async (answer: (response: ServerResponse) => void, body: object, read: boolean) => {
    const upstream = await mockUpstream(answer);
    const gateway = await start(upstream.env);
    const client = new AbortController();
    const response = gateway.post(body, { signal: client.signal });
    // The rejection is the point of the abort; without a reader it would end the test.
    response.catch(() => undefined);
    await eventually(() => upstream.asked.length === 1);
    if (read) await (await response).body?.getReader().read();
    client.abort();
    await eventually(() => upstream.asked[0]?.gone === true);
    await eventually(async () => (await scrape(gateway)).includes(ended('client_closed')));
    const metrics = await scrape(gateway);
    expect(metrics).toContain('{route="/v1/chat/completions",method="POST",status="499"} 1\n');
    expect(metrics).toContain('gateway_http_requests_in_flight 1\n');
    expect(gateway.log()).not.toContain('"level":"error"');
  };

  test('[G1] mid-stream stops the upstream, and is counted as 499', async () => {
    const word = (response: ServerResponse): void => {
      beginStream(response);
      response.write('data: {"choices":[]}\n\n');
    };
    await leave(word, prompt('x', { stream: true }), true);
  });

  test('[G1] before the stream begins stops the upstream', async () => {
    await leave(() => undefined, prompt('x', { stream: true }), false);
  });

  test('[G1] while it waits for JSON stops the upstream', async () => {
    await leave(() => undefined, prompt('x'), false);
  });
});
