/** What the official client gets of a gateway whose upstream is well. */
import type { ServerResponse } from 'node:http';
import { chunk, completion, eventsOf } from '../caching';
import { answerJson, beginStream, mockUpstream, stopUpstreams } from '../mock-upstream';
import { eventually, start, stopAll } from '../running';
import { clientOf, question, readTexts, streamed } from './client';

afterEach(stopAll);
afterEach(stopUpstreams);

const data = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;

describe('the official client', () => {
  test('[G1] gets a completion as the upstream wrote it, and the id of its request', async () => {
    const upstream = await mockUpstream((response) => {
      answerJson(response, 200, { ...completion('Hello'), system_fingerprint: 'f', odd: [1] });
    });
    const client = clientOf(await start(upstream.env));
    const { data: answer, request_id } = await client.chat.completions.create(question('Hi')).withResponse();
    expect(answer).toMatchObject({ ...completion('Hello'), system_fingerprint: 'f', odd: [1] });
    expect(request_id).toBe('id-1');
    expect(upstream.asked[0]?.headers['x-request-id']).toBe('id-1');
  });

  test('[G1] gets each chunk of a stream before the upstream has written the next', async () => {
    const responses: ServerResponse[] = [];
    const upstream = await mockUpstream((response) => {
      beginStream(response);
      responses.push(response);
      response.write(data(chunk({ role: 'assistant', content: '' })));
    });
    const client = clientOf(await start(upstream.env));
    const stream = await client.chat.completions.create({ ...streamed('Hi'), stream_options: { include_usage: true } });
    const [response] = responses;
    let text = '';
    let usage: unknown;
    for await (const { choices, usage: counted } of stream) {
      usage = counted ?? usage;
      text += choices[0]?.delta.content ?? '';
      // Only what the client has read lets the upstream go on: a gateway that gathered chunks would never end this.
      if (counted !== undefined && counted !== null) response?.end('data: [DONE]\n\n');
      else if (text.length < 3) response?.write(data(chunk({ content: String(text.length) })));
      else response?.write(data({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 3, total_tokens: 4 } }));
    }
    expect(text).toBe('012');
    expect(usage).toEqual({ prompt_tokens: 1, completion_tokens: 3, total_tokens: 4 });
  });

  test('[G1] puts a tool call together from its pieces', async () => {
    const call = (name: string | undefined, pieces: string) => ({
      tool_calls: [{ index: 0, id: 'call-1', type: 'function', function: { name, arguments: pieces } }],
    });
    const upstream = await mockUpstream((response) => {
      beginStream(response);
      const chunks = [
        chunk({ role: 'assistant', ...call('weather', '{"city"') }),
        chunk(call(undefined, ':"北京"}')),
        chunk({}, 'tool_calls'),
      ];
      response.end(eventsOf(...chunks));
    });
    const client = clientOf(await start(upstream.env));
    const tools = [{ type: 'function' as const, function: { name: 'weather', parameters: { type: 'object' } } }];
    const whole = await client.chat.completions.stream({ ...streamed('Hi'), tools }).finalMessage();
    expect(whole.tool_calls?.[0]).toMatchObject({ function: { name: 'weather', arguments: '{"city":"北京"}' } });
    expect(upstream.asked[0]?.body).toMatchObject({ tools });
  });

  test('[G1] gets the vectors of an upstream that writes numbers alone, though it asks for base64 by default', async () => {
    const vectors = [
      [0.5, -0.25],
      [1, 0],
    ];
    const upstream = await mockUpstream((response) => {
      const embeddings = vectors.map((embedding, index) => ({ object: 'embedding', index, embedding }));
      const usage = { prompt_tokens: 2, total_tokens: 2 };
      answerJson(response, 200, { object: 'list', data: embeddings, model: 'text-embedding-v4', usage });
    });
    const client = clientOf(await start(upstream.env));
    const asked = { model: 'text-embedding-v4', input: ['a', 'b'], dimensions: 2 };
    const byDefault = await client.embeddings.create(asked);
    expect(byDefault.data.map(({ embedding }) => embedding)).toEqual(vectors);
    expect(byDefault.usage).toEqual({ prompt_tokens: 2, total_tokens: 2 });
    const asNumbers = await client.embeddings.create({ ...asked, encoding_format: 'float' });
    expect(asNumbers.data.map(({ embedding }) => embedding)).toEqual(vectors);
    expect(upstream.asked.map(({ body }) => body)).toEqual([
      { ...asked, encoding_format: 'float' },
      { ...asked, encoding_format: 'float' },
    ]);
  });

  test('[G1] lists the models without asking the upstream', async () => {
    const upstream = await mockUpstream((response) => void response.destroy());
    const client = clientOf(await start(upstream.env));
    const models: string[] = [];
    for await (const { id } of client.models.list()) models.push(id);
    expect(models).toContain('qwen-plus');
    expect(upstream.asked).toEqual([]);
  });

  test('[G1] that stops reading stops the upstream', async () => {
    const upstream = await mockUpstream((response) => {
      beginStream(response);
      response.write(data(chunk({ content: 'a' })) + data(chunk({ content: 'b' })));
    });
    const client = clientOf(await start(upstream.env));
    for await (const { choices } of await client.chat.completions.create(streamed('Hi'))) {
      expect(choices[0]?.delta.content).toBe('a');
      break;
    }
    await eventually(() => upstream.asked[0]?.gone === true);
  });

  test('[G1] asks on by itself after 503 and 429, for as long as it was told', async () => {
    const upstream = await mockUpstream((response) => {
      if (upstream.asked.length === 1) answerJson(response, 429, { error: { code: 'limit_requests', message: 'm' } });
      else answerJson(response, 200, completion('Hello'));
    });
    const gateway = await start({ ...upstream.env, ENABLE_RETRY: 'false' });
    const client = clientOf(gateway, undefined, { maxRetries: 1 });
    const answer = await client.chat.completions.create(question('Hi'));
    expect(answer.choices[0]?.message.content).toBe('Hello');
    expect(upstream.asked).toHaveLength(2);
    const ends = gateway.lines().filter(({ kind, status }) => kind === 'request' && status !== undefined);
    expect(ends.map(({ status }) => status)).toEqual([429, 200]);
  });

  test('[G1] reads a stream that fails before its first chunk as an error with a status', async () => {
    const upstream = await mockUpstream((response) => {
      beginStream(response);
      response.end(data({ error: { code: 'DataInspectionFailed', message: 'm' } }));
    });
    const client = clientOf(await start(upstream.env));
    await expect(client.chat.completions.create(streamed('Hi'))).rejects.toMatchObject({
      status: 400,
      code: 'DataInspectionFailed',
    });
  });

  test('[G5] reads a stream that fails later up to there, and then the error', async () => {
    const upstream = await mockUpstream((response) => {
      beginStream(response);
      response.write(data(chunk({ content: 'a' })), () => setImmediate(() => response.destroy()));
    });
    const client = clientOf(await start(upstream.env));
    const { texts, failure } = await readTexts(await client.chat.completions.create(streamed('Hi')));
    expect(texts).toEqual(['a']);
    expect(failure).toMatchObject({ code: 'upstream_connection', type: 'server_error', requestID: 'id-1' });
  });
});
