/** Streams as an upstream never should write them, read by the official client through a whole gateway. */
import type { ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { APIError } from 'openai';
import { chunk } from '../caching';
import { beginStream, mockUpstream, stopUpstreams } from '../mock-upstream';
import { eventually, prompt, start, stopAll } from '../running';
import { clientOf, metricOf, readTexts, streamed } from './client';

afterEach(stopAll);
afterEach(stopUpstreams);

/** Breakers, retries and the cache would only make one case depend on another. */
const ALONE = { BREAKER_FAILURES: '1000', RETRY_ATTEMPTS: '1', ENABLE_CACHING: 'false', LOG_LEVEL: 'warn' };

const ENDS = {
  /** As it should be. */
  done: 'data: [DONE]',
  /** The end mark without its blank line. */
  barelyDone: 'data: [DONE]',
  /** No end mark. */
  silent: '',
  /** Cut within an event. */
  cut: 'data: {"choices":[{"del',
  /** A failure that is reported. */
  failed: 'data: {"error":{"code":"InternalError","message":"m"}}',
  /** The connection breaks. */
  broken: '',
} as const;

type End = keyof typeof ENDS;

/** The code of the error that the client raises. */
const CODES: Readonly<Record<End, string | undefined>> = {
  done: undefined,
  barelyDone: undefined,
  silent: 'upstream_truncated',
  cut: 'upstream_truncated',
  failed: 'InternalError',
  broken: 'upstream_connection',
};

const word = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc.constantFrom('你好', '👩‍👩‍👧', '\u2028', 'data: [DONE]', '"}]}'),
);
const script = fc.record({
  words: fc.array(word, { minLength: 1, maxLength: 8 }),
  newline: fc.constantFrom('\n', '\r\n'),
  comments: fc.boolean(),
  end: fc.constantFrom<End>('done', 'barelyDone', 'silent', 'cut', 'failed', 'broken'),
  cuts: fc.array(fc.nat(), { maxLength: 12 }),
});
type Script = typeof script extends fc.Arbitrary<infer S> ? S : never;

const bytesOf = ({ words, newline, comments, end }: Script): Buffer => {
  const events = words.map((content) => `data: ${JSON.stringify(chunk({ content }))}${newline}${newline}`);
  const blank = end === 'done' || end === 'failed' ? `${newline}${newline}` : '';
  return Buffer.from(`${events.join(comments ? `: keep-alive${newline}${newline}` : '')}${ENDS[end]}${blank}`);
};

/** Writes the bytes in pieces that end anywhere, within a character too. */
const play = async (response: ServerResponse, given: Script): Promise<void> => {
  const bytes = bytesOf(given);
  const ends = [...given.cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  beginStream(response);
  let from = 0;
  for (const to of ends) {
    response.write(bytes.subarray(from, to));
    from = to;
    await turn();
  }
  if (given.end === 'broken') response.destroy();
  else response.end();
};

test('[G1] [G5] whole events arrive as they were, however they are cut; and what is not whole ends in an error', async () => {
  let given: Script | undefined;
  const upstream = await mockUpstream((response) => {
    if (given !== undefined) void play(response, given);
  });
  const gateway = await start({ ...upstream.env, ...ALONE });
  const client = clientOf(gateway);
  const read = async () => {
    try {
      return await readTexts(await client.chat.completions.create(streamed('Hi')));
    } catch (failure) {
      return { texts: [], failure };
    }
  };
  await fc.assert(
    fc.asyncProperty(script, async (made) => {
      given = made;
      const { texts, failure } = await read();
      const whole = made.end === 'done' || made.end === 'barelyDone';
      if (whole) expect({ texts, failure }).toEqual({ texts: made.words, failure: undefined });
      else {
        expect(failure).toBeInstanceOf(APIError);
        expect(failure).toMatchObject({ code: CODES[made.end] });
        // A connection that breaks takes with it what was not read yet.
        if (made.end === 'broken') expect(made.words.slice(0, texts.length)).toEqual(texts);
        else expect(texts).toEqual(made.words);
      }
    }),
    { numRuns: 150 },
  );
  expect(gateway.log()).not.toContain('"errorType":"internal"');
  await eventually(async () => (await metricOf(gateway, 'gateway_http_requests_in_flight')) === 1);
}, 60_000);

const shard = fc.oneof(
  fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
  fc
    .constantFrom(
      '\n\n',
      '\r\n\r\n',
      '\r',
      'data:',
      'data: ',
      ': ',
      'event: error\n',
      '{"choices":[',
      '{"error":{}}',
      '{',
      '[]',
      '\ufeff',
      '你',
      '\0',
      'id: 1\n',
      'retry: 0\n',
    )
    .map((text) => Buffer.from(text)),
);

test('[G1] [G5] garbage is passed on or refused, and always ends: with [DONE], or with an error of OpenAI’s shape', async () => {
  let given: readonly Buffer[] = [];
  const upstream = await mockUpstream((response) => {
    beginStream(response);
    for (const piece of given) response.write(piece);
    response.end();
  });
  const gateway = await start({ ...upstream.env, ...ALONE });
  const errorIn = (text: string): unknown => JSON.parse(text);
  await fc.assert(
    fc.asyncProperty(fc.array(shard, { minLength: 1, maxLength: 12 }), async (pieces) => {
      given = pieces.filter(({ length }) => length > 0);
      const response = await gateway.post(prompt('Hi', { stream: true }));
      const text = await response.text();
      if (response.status !== 200) {
        expect([400, 429, 502, 504]).toContain(response.status);
        expect(errorIn(text)).toMatchObject({ error: { message: expect.any(String) as unknown } });
        return;
      }
      const last = text.trimEnd().split('\n').at(-1) ?? '';
      expect(last).toMatch(/^data: ?(\[DONE\]|\{)/);
      if (!last.endsWith('[DONE]')) expect(errorIn(last.slice(5))).toHaveProperty('error');
    }),
    { numRuns: 200 },
  );
  expect(gateway.log()).not.toContain('"errorType":"internal"');
}, 60_000);

test('[G13] a frame of megabytes arrives whole, and one without end is cut off with an error', async () => {
  const upstream = await mockUpstream((response) => {
    beginStream(response);
    const long = 'x'.repeat(3 * 1_024 * 1_024);
    response.write(`data: ${JSON.stringify(chunk({ content: long }))}\n\n`);
    response.end(upstream.asked.length === 1 ? 'data: [DONE]\n\n' : `data: ${long}${long}`);
  });
  // Read as bytes: the official client takes seconds for what the gateway passes on in a fraction of one.
  const { post } = await start({ ...upstream.env, ...ALONE });
  const ask = async () => (await post(prompt('Hi', { stream: true }))).text();
  const whole = await ask();
  expect(whole.length).toBeGreaterThan(3 * 1_024 * 1_024);
  expect(whole).toMatch(/^data: \{[^\n]*\}\n\ndata: \[DONE\]\n\n$/);
  expect(await ask()).toMatch(/^data: \{[^\n]*\}\n\ndata: \{"error":[^\n]*"code":"upstream_event_too_large"\}\}\n\n$/);
});
