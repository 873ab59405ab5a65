import { createEcho } from '../src/upstream/echo';
import { vectorOf } from '../src/upstream/echo-vector';
import { encodedVector } from '../src/upstream/vector-encoding';
import { frozenClock, NOW_MS } from './running';

const echo = createEcho(frozenClock, () => 'id');
const { signal } = new AbortController();

const embed = async (input: string | readonly unknown[], more: object = {}) => {
  const request = { model: 'text-embedding-v4', input, ...more };
  const answer = await echo.send({ operation: 'embeddings', model: request.model, request, requestId: 'r', signal });
  if (answer.kind === 'stream') throw new Error('embeddings are no stream');
  return { ...answer, json: JSON.parse(answer.body.toString()) as unknown };
};

const lengthOf = (vector: Iterable<number>): number => Math.hypot(...vector);

describe('embeddings by the echo', () => {
  test('[G1] are unit vectors that follow from the text alone', () => {
    const [one, again, other] = [vectorOf('a', 1_024), vectorOf('a', 1_024), vectorOf('b', 1_024)];
    expect(one).toEqual(again);
    expect(lengthOf(one)).toBeCloseTo(1, 5);
    const cosine = one.reduce((sum, number, at) => sum + number * (other[at] ?? 0), 0);
    expect(Math.abs(cosine)).toBeLessThan(0.2);
  });

  test('[G1] come one a text, as numbers, with their tokens counted', async () => {
    const { json, usage } = await embed(['hello world', 'x'], { dimensions: 3 });
    expect(json).toEqual({
      object: 'list',
      model: 'text-embedding-v4',
      data: [
        { object: 'embedding', index: 0, embedding: [...vectorOf('hello world', 3)] },
        { object: 'embedding', index: 1, embedding: [...vectorOf('x', 3)] },
      ],
      usage: { prompt_tokens: 4, total_tokens: 4 },
    });
    expect(usage).toEqual({ inputTokens: 4, outputTokens: 0 });
  });

  test('[G1] come as base64 of 32-bit floats to whoever asks for that', async () => {
    const { json } = await embed('x', { encoding_format: 'base64' });
    expect(json).toMatchObject({ data: [{ embedding: encodedVector(vectorOf('x', 1_024)) }] });
    const bytes = Buffer.from(encodedVector(vectorOf('x', 4)), 'base64');
    expect([0, 4, 8, 12].map((at) => bytes.readFloatLE(at))).toEqual([...vectorOf('x', 4)]);
  });

  test.each([
    [[1, 2, 3], 1],
    [[[1, 2], [3]], 2],
  ])('[G1] of the tokens %j are %i', async (input, count) => {
    const { json } = await embed(input);
    expect(json).toMatchObject({ data: Array.from({ length: count }, (_, index) => ({ index })) });
  });

  test('[G7] answers by the model that is asked for in place of another', async () => {
    const request = { model: 'qwen-plus', messages: [{ role: 'user', content: 'x' }] };
    const answer = await echo.send({ operation: 'chat', model: 'qwen-flash', request, requestId: 'r', signal });
    if (answer.kind === 'stream') throw new Error('nobody asked for a stream');
    expect(JSON.parse(answer.body.toString())).toMatchObject({
      model: 'qwen-flash',
      created: Math.floor(NOW_MS / 1_000),
    });
    expect(answer.finishReasons).toEqual(['stop']);
  });
});
