import { request as httpRequest } from 'node:http';
import { NOW_MS, prompt, start, stopAll } from './running';

afterEach(stopAll);

const created = Math.floor(NOW_MS / 1_000);

describe('chat completions by the echo', () => {
  test('[G1] answer as JSON in OpenAI’s shape, with usage', async () => {
    const { post } = await start();
    const response = await post(prompt('Hello big world'));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toEqual({
      id: 'chatcmpl-id-2',
      object: 'chat.completion',
      created,
      model: 'qwen-plus',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Echo: Hello big world', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: { prompt_tokens: 4, completion_tokens: 6, total_tokens: 10 },
    });
  });

  const chunk = (choices: object[], more: object = {}) => {
    const head = { id: 'chatcmpl-id-2', object: 'chat.completion.chunk', created, model: 'qwen-plus' };
    return `data: ${JSON.stringify({ ...head, choices, ...more })}\n\n`;
  };
  const delta = (content: object, finish: string | null = null) =>
    chunk([{ index: 0, delta: content, logprobs: null, finish_reason: finish }]);
  const words = [
    delta({ role: 'assistant', content: '' }),
    delta({ content: 'Echo: ' }),
    delta({ content: 'Hello ' }),
    delta({ content: 'world' }),
    delta({}, 'stop'),
  ];

  test('[G1] stream exactly these frames, and the usage only when it is asked for', async () => {
    const { post } = await start();
    const response = await post(prompt('Hello world', { stream: true }));
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-cache, no-transform');
    expect(await response.text()).toBe([...words, 'data: [DONE]\n\n'].join(''));
  });

  test('[G1] stream the usage as a last chunk without choices when it is asked for', async () => {
    const { post } = await start();
    const response = await post(prompt('Hello world', { stream: true, stream_options: { include_usage: true } }));
    const usage = { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 };
    expect(await response.text()).toBe([...words, chunk([], { usage }), 'data: [DONE]\n\n'].join(''));
  });

  test.each([
    [
      'the last user message',
      [
        { role: 'user', content: 'a' },
        { role: 'assistant', content: 'b' },
      ],
      'Echo: a',
    ],
    ['the text parts', [{ role: 'user', content: [{ type: 'text', text: 'x' }, { type: 'image_url' }] }], 'Echo: x'],
    ['nothing where nobody spoke', [{ role: 'system', content: 's' }], 'Echo: '],
    ['nothing where the content is null', [{ role: 'user', content: null }], 'Echo: '],
  ])('[G1] echo %s', async (_what, messages, expected) => {
    const { post } = await start();
    const body = await (await post(prompt('', { messages }))).text();
    expect(body).toContain(`"content":${JSON.stringify(expected)}`);
  });

  test('[G1] let members pass that the gateway does not know', async () => {
    const { post } = await start();
    const response = await post(prompt('x', { enable_thinking: true, tools: [{ anything: 1 }], seed: 7, stop: null }));
    expect(response.status).toBe(200);
  });
});

describe('a request that cannot be served', () => {
  const errorOf = async (response: Response) => ({ status: response.status, body: await response.json() });
  const invalid = (message: string, param: string | null, code: string) => ({
    error: { message, type: 'invalid_request_error', param, code },
  });

  test.each([
    ['malformed JSON', '{"model": "qw'],
    ['an empty body', ''],
    ['a poisoned prototype', '{"__proto__": {"x": 1}, "model": "a", "messages": [{"role": "user"}]}'],
  ])('[G13] %s is 400 in OpenAI’s shape', async (_what, body) => {
    const { post } = await start();
    expect(await errorOf(await post(body))).toEqual({
      status: 400,
      body: invalid('the body must be one JSON object, and it is not valid JSON; correct it', null, 'invalid_json'),
    });
  });

  test.each([
    [{ messages: [{ role: 'user' }] }, 'model is missing; add it', 'model', 'missing_required_parameter'],
    [{ model: 'm' }, 'messages is missing; add it', 'messages', 'missing_required_parameter'],
    [{ model: 'm', messages: [] }, 'messages must NOT have fewer than 1 items', 'messages', 'invalid_value'],
    [{ model: 7, messages: [{ role: 'user' }] }, 'model must be string', 'model', 'invalid_type'],
    [
      { model: 'm', messages: [{}] },
      'messages[0].role is missing; add it',
      'messages[0].role',
      'missing_required_parameter',
    ],
    [prompt('x', { stream: 'yes' }), 'stream must be boolean,null', 'stream', 'invalid_type'],
    [prompt('x', { temperature: 3 }), 'temperature must be <= 2', 'temperature', 'invalid_value'],
    [[1], 'the body must be object', null, 'invalid_type'],
  ])('[G13] %j is 400: %s', async (body, message, param, code) => {
    const { post } = await start();
    expect(await errorOf(await post(body))).toEqual({ status: 400, body: invalid(message, param, code) });
  });

  test('[G13] a body above the limit is 413 and names the limit and the variable; one below it is served', async () => {
    const { post } = await start({ BODY_LIMIT_BYTES: '1024' });
    const message = 'the body must be at most 1024 bytes; send less, or raise BODY_LIMIT_BYTES';
    expect(await errorOf(await post(prompt('x'.repeat(1_024))))).toEqual({
      status: 413,
      body: invalid(message, null, 'request_too_large'),
    });
    expect((await post(prompt('x'.repeat(900)))).status).toBe(200);
  });

  test('[G13] another content type is 415', async () => {
    const { post } = await start();
    const response = await post(prompt('x'), { headers: { 'content-type': 'text/plain' } });
    expect(await errorOf(response)).toEqual({
      status: 415,
      body: invalid('the content-type must be application/json; set it', null, 'unsupported_media_type'),
    });
  });

  test.each(['/nope', '/v1/nope?secret=1'])('[G5] GET %s is 404', async (path) => {
    const { get } = await start();
    const message = 'there is nothing at this path for GET; GET /openapi.json says what there is';
    expect(await errorOf(await get(path))).toEqual({ status: 404, body: invalid(message, null, 'unknown_url') });
  });

  test.each(['/v1/chat/completions', '/v1/embeddings?secret=1'])('[G5] GET %s is 405', async (path) => {
    const { get } = await start();
    const body = invalid('GET is not answered on this path; use POST', null, 'method_not_allowed');
    expect(await errorOf(await get(path))).toEqual({ status: 405, body });
  });

  test('[G5] an undecodable path is 400, with its request id', async () => {
    const { url } = await start();
    const answer = await new Promise<{ status?: number; id?: unknown }>((resolve, reject) => {
      httpRequest(`${url}/%zz`, (response) => {
        resolve({ status: response.statusCode ?? 0, id: response.headers['x-request-id'] });
        response.resume();
      })
        .on('error', reject)
        .end();
    });
    expect(answer).toEqual({ status: 400, id: 'id-1' });
  });
});

describe('the correlation id', () => {
  test.each(['abc-123', 'a'.repeat(128), 'A_b.c:9'])('[G4] %s is taken, and returned', async (id) => {
    const { get } = await start();
    expect((await get('/v1/models', { headers: { 'x-request-id': id } })).headers.get('x-request-id')).toBe(id);
  });

  test.each(['a'.repeat(129), 'two words', '{"a":1}'])('[G4] %s is not taken: a new one is made', async (id) => {
    const { get, lines } = await start();
    expect((await get('/nope', { headers: { 'x-request-id': id } })).headers.get('x-request-id')).toBe('id-1');
    expect(lines().find(({ kind }) => kind === 'request')).toMatchObject({ requestId: 'id-1', status: 404 });
  });
});
