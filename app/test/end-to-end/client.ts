/** The official client of a gateway under test, and what is seen of the gateway from outside. */
import OpenAI, { APIError } from 'openai';
import type { ClientOptions } from 'openai';
import { ROUTES } from '../../src/routes';
import type { Running } from '../running';
import { ADMIN_KEY } from '../running';

/** Without retries of its own, which would hide what the gateway answers. */
export const clientOf = ({ url }: { readonly url: string }, apiKey = ADMIN_KEY, more: ClientOptions = {}): OpenAI =>
  new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0, ...more });

/** A question in its smallest form. */
export const question = (content: string): OpenAI.ChatCompletionCreateParamsNonStreaming => ({
  model: 'qwen-plus',
  messages: [{ role: 'user', content }],
});

/** The same, whose answer is a stream. */
export const streamed = (content: string): OpenAI.ChatCompletionCreateParamsStreaming => ({
  ...question(content),
  stream: true,
});

/** What the client raises. */
export const failureOf = async (asked: PromiseLike<unknown>): Promise<APIError> => {
  try {
    await asked;
  } catch (error) {
    if (error instanceof APIError) return error;
    throw error;
  }
  throw new Error('it was answered');
};

/** The texts of a stream, and what it ended with when it failed. */
export const readTexts = async (
  stream: AsyncIterable<OpenAI.ChatCompletionChunk>,
): Promise<{ readonly texts: readonly string[]; readonly failure: unknown }> => {
  const texts: string[] = [];
  try {
    for await (const chunk of stream) {
      const text = chunk.choices[0]?.delta.content;
      if (typeof text === 'string') texts.push(text);
    }
    return { texts, failure: undefined };
  } catch (failure) {
    return { texts, failure };
  }
};

/** The value of one series of a scrape; `undefined` when it has none. */
export const metricOf = async ({ get }: Pick<Running, 'get'>, series: string): Promise<number | undefined> => {
  const text = await (await get(ROUTES.metrics)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
};

/** A new key of the gateway. */
export const makeKey = async (
  { get }: Pick<Running, 'get'>,
  settings: object = {},
): Promise<{ id: string; key: string }> => {
  const answer = await get(ROUTES.keys, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'a key', permissions: ['inference'], ...settings }),
  });
  const made: unknown = await answer.json();
  if (typeof made !== 'object' || made === null || !('key' in made) || !('id' in made)) {
    throw new Error(`no key was made: ${answer.status}`);
  }
  return { id: String(made.id), key: String(made.key) };
};
