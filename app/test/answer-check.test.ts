import { createMetrics } from '../src/metrics';
import { ANSWER_FAULTS, createAnswerCheck } from '../src/upstream/answer-check';
import { usageOf } from '../src/chat';
import type { UpstreamCall } from '../src/upstream/upstream';

const { signal } = new AbortController();
const common = { model: 'm', requestId: 'r', signal };
const chat: UpstreamCall = { ...common, operation: 'chat', request: { model: 'm', messages: [{ role: 'user' }] } };
const embeddings = (input: string | readonly unknown[], more: object = {}): UpstreamCall => ({
  ...common,
  operation: 'embeddings',
  request: { model: 'm', input, ...more },
});

const setUp = () => {
  const metrics = createMetrics();
  const check = createAnswerCheck(metrics);
  const faults = async () =>
    (await metrics.upstreamAnswerFaults.get()).values.flatMap(({ labels, value }) =>
      Array.from({ length: value }, () => labels.fault),
    );
  return { check, faults };
};

const usage = { prompt_tokens: 5, completion_tokens: 6, total_tokens: 11 };
const choice = (more: object = {}) => ({ message: { content: 'x' }, finish_reason: 'stop', ...more });
const good = { choices: [choice()], usage };
const vectors = (...list: unknown[]) => ({
  data: list.map((embedding) => ({ embedding })),
  usage: { prompt_tokens: 1, total_tokens: 1 },
});
const base64 = (...numbers: number[]) => Buffer.from(Float32Array.from(numbers).buffer).toString('base64');

describe('the check of an answer', () => {
  test.each([
    [chat, good],
    [chat, { choices: [choice(), choice({ finish_reason: 'tool_calls' })], usage: { ...usage, total_tokens: null } }],
    [
      chat,
      {
        choices: [choice()],
        usage: { ...usage, total_tokens: 31, completion_tokens_details: { reasoning_tokens: 20 } },
      },
    ],
    [embeddings('a'), vectors([0.5, 1])],
    [embeddings(['a', 'b']), vectors([0.5], [1])],
    [embeddings([1, 2, 3]), vectors([0.5])],
    [embeddings([[1], [2, 3]], { dimensions: 2 }), vectors(base64(1, 2), base64(3, 4))],
  ])('[G13] finds nothing wrong with %j answered by %j', async (call, answer) => {
    const { check, faults } = setUp();
    expect(check.json(call, answer, usageOf(answer))).toBe(false);
    expect(await faults()).toEqual([]);
  });

  test.each([
    [chat, { choices: {}, usage }, 'choices_missing'],
    [chat, { choices: [{ finish_reason: 'stop' }], usage }, 'message_missing'],
    [chat, { choices: [], usage }, 'choices_empty'],
    [chat, { choices: [choice({ finish_reason: null })], usage }, 'finish_reason_missing'],
    [chat, { choices: [choice({ finish_reason: 'tired' })], usage }, 'finish_reason_unknown'],
    [chat, { choices: [choice()] }, 'usage_missing'],
    [chat, { choices: [choice()], usage: { prompt_tokens: -1, completion_tokens: 6 } }, 'usage_invalid'],
    [chat, { choices: [choice()], usage: { prompt_tokens: '5', completion_tokens: 6 } }, 'usage_invalid'],
    [chat, { choices: [choice()], usage: { prompt_tokens: 1e12, completion_tokens: 6 } }, 'usage_invalid'],
    [chat, { choices: [choice()], usage: { ...usage, total_tokens: 1_000 } }, 'usage_total'],
    [embeddings(['a', 'b']), vectors([1]), 'vector_count'],
    [embeddings('a'), { data: 'x', usage }, 'vector_count'],
    [embeddings(['a', 'b']), vectors([1], [1, 2]), 'vector_length'],
    [embeddings('a', { dimensions: 3 }), vectors([1, 2]), 'vector_length'],
    [embeddings('a'), vectors([1, null]), 'vector_invalid'],
    [embeddings('a'), vectors([]), 'vector_invalid'],
    [embeddings('a'), vectors(base64(1, NaN)), 'vector_invalid'],
    [embeddings('a'), vectors('AAAA'), 'vector_invalid'],
  ] as const)('[G13] of %j with %j finds %s, once', async (call, answer, fault) => {
    const { check, faults } = setUp();
    const judge = () => check.json(call, answer, usageOf(answer));
    if (ANSWER_FAULTS[fault] === 'passed') expect(judge()).toBe(true);
    else expect(judge).toThrow(`cannot be used (${fault})`);
    expect(await faults()).toEqual([fault]);
  });

  test('[G13] counts a stream’s faults at its end, each once', async () => {
    const { check, faults } = setUp();
    const stream = check.stream(chat);
    const odd = { choices: [{ finish_reason: 'tired' }], usage: { prompt_tokens: -1, completion_tokens: 2 } };
    stream.chunk(odd);
    stream.chunk(odd);
    expect(await faults()).toEqual([]);
    stream.end();
    expect((await faults()).sort()).toEqual(['finish_reason_unknown', 'usage_invalid']);
  });

  test('[G13] misses the end and the usage of a stream that has neither', async () => {
    const { check, faults } = setUp();
    check.stream(chat).end();
    expect((await faults()).sort()).toEqual(['finish_reason_missing', 'usage_missing']);
  });
});
