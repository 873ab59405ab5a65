import fc from 'fast-check';
import { ROUTES } from '../../src/routes';
import { answerJson, mockUpstream, stopUpstreams } from '../mock-upstream';
import type { Running } from '../running';
import { start, stopAll } from '../running';

afterEach(stopAll);
afterEach(stopUpstreams);

const ANSWER = {
  id: 'a',
  object: 'chat.completion',
  created: 1,
  model: 'qwen-plus',
  choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};

/** Anything that JSON can say, and often what is nearly right. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, '', 0, -1, 1e308, [], {}, [[]], [null], true, 'x'.repeat(300), '\u0000', '\ud800'),
);
const memberOf = (right: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 4, arbitrary: right }, { weight: 1, arbitrary: anything });
const message = fc.record(
  {
    role: memberOf(fc.constantFrom('user', 'system', 'assistant', 'tool')),
    content: memberOf(
      fc.oneof(
        fc.string(),
        fc.array(memberOf(fc.record({ type: anything, text: anything, image_url: anything, video: anything })), {
          maxLength: 3,
        }),
      ),
    ),
    tool_calls: anything,
  },
  { requiredKeys: ['role'] },
);
const chat = fc.record(
  {
    model: memberOf(fc.constantFrom('qwen-plus', 'nobody-knows', '__proto__', 'constructor')),
    messages: memberOf(fc.array(memberOf(message), { minLength: 1, maxLength: 3 })),
    stream: memberOf(fc.boolean()),
    stream_options: anything,
    tools: anything,
    max_tokens: memberOf(fc.integer({ min: 1, max: 2_000 })),
    n: anything,
    temperature: anything,
    user: anything,
    stop: anything,
  },
  { requiredKeys: ['model', 'messages'] },
);
const embeddings = fc.record(
  {
    model: memberOf(fc.constantFrom('text-embedding-v4', 'qwen-plus')),
    input: memberOf(
      fc.oneof(fc.string(), fc.array(fc.string(), { maxLength: 3 }), fc.array(fc.nat(), { maxLength: 3 })),
    ),
    dimensions: anything,
    encoding_format: anything,
    user: anything,
  },
  { requiredKeys: ['model', 'input'] },
);

/** The JSON of a body, as it is or hurt: cut off, with a byte changed, or with something behind it. */
const hurt = (body: fc.Arbitrary<unknown>) =>
  fc
    .record({
      body,
      harm: fc.constantFrom('none', 'none', 'cut', 'flip', 'tail'),
      at: fc.nat(),
      byte: fc.nat({ max: 255 }),
    })
    .map(({ body: value, harm, at, byte }) => {
      const bytes = Buffer.from(JSON.stringify(value));
      if (harm === 'cut') return bytes.subarray(0, at % (bytes.length + 1));
      if (harm === 'flip') bytes[at % bytes.length] = byte;
      return harm === 'tail' ? Buffer.concat([bytes, Buffer.from([byte])]) : bytes;
    });

const send = async ({ get }: Running, path: string, body: Uint8Array<ArrayBuffer>) => {
  const response = await get(path, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  return { status: response.status, text: await response.text() };
};

/** An answer, or a refusal in OpenAI's shape that is the client's own fault. */
const expectServed = ({ status, text }: { status: number; text: string }): void => {
  if (status === 200) return;
  expect([400, 413]).toContain(status);
  const body: unknown = JSON.parse(text);
  expect(body).toMatchObject({ error: { type: 'invalid_request_error' } });
  expect(body).toHaveProperty('error.message', expect.stringMatching(/./));
  expect(body).toHaveProperty('error.param');
  expect(body).toHaveProperty('error.code');
};

describe('a body that nobody would write', () => {
  test.each([
    ['a chat completion', ROUTES.chatCompletions, hurt(chat)],
    ['embeddings', ROUTES.embeddings, hurt(embeddings)],
    ['whatever', ROUTES.chatCompletions, hurt(anything)],
  ])(
    '[G13] in place of %s is answered, or refused with 400: never a fault of the gateway',
    async (_what, path, bodies) => {
      const gateway = await start();
      await fc.assert(
        fc.asyncProperty(bodies, async (body) => {
          expectServed(await send(gateway, path, Buffer.from(body)));
        }),
        { numRuns: 120 },
      );
      expect(gateway.lines().filter(({ errorType }) => errorType === 'internal')).toEqual([]);
    },
    60_000,
  );

  const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

  test.each([50, 1_000, 100_000, 1_000_000])(
    '[G13] with %d brackets in one another is answered, or refused with 400, by the echo and upstream',
    async (depth) => {
      const upstream = await mockUpstream((response) => {
        answerJson(response, 200, ANSWER);
      });
      for (const env of [{}, upstream.env]) {
        const gateway = await start(env);
        for (const member of ['tools', 'metadata', 'messages']) {
          const right = '"model":"qwen-plus","messages":[{"role":"user","content":"x"}]';
          expectServed(
            await send(gateway, ROUTES.chatCompletions, Buffer.from(`{${right},"${member}":${deep(depth)}}`)),
          );
        }
        expectServed(
          await send(gateway, ROUTES.embeddings, Buffer.from(`{"model":"text-embedding-v4","input":${deep(depth)}}`)),
        );
      }
    },
    60_000,
  );
});
