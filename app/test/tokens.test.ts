import { estimateRequestTokens, estimateTokens } from '../src/tokens';

const chat = (content: unknown, more: object = {}) => {
  const messages = [{ role: 'user', content: typeof content === 'string' ? content : asParts(content) }];
  return estimateRequestTokens({ operation: 'chat', body: { model: 'm', messages, ...more } });
};
const asParts = (content: unknown): readonly unknown[] | null => (Array.isArray(content) ? content : null);

describe('the estimate of a text', () => {
  test.each([
    ['', 0],
    ['a', 1],
    ['Hello big world!', 4],
    ['你好，世界', 4],
    ['こんにちは', 4],
    ['안녕하세요', 4],
    ['𠀀𠀁', 2],
  ])('[G9] of %j is %d', (text, tokens) => {
    expect(estimateTokens(text)).toBe(tokens);
  });

  test('[G9] of a long text is judged by its parts, and comes within a tenth of reading it all', () => {
    const mixed = `${'word '.repeat(700)}${'你好世界'.repeat(900)}`.repeat(20);
    const exact = (3_600 * 0.7 + 3_500 * 0.25) * 20;
    expect(Math.abs(estimateTokens(mixed) / exact - 1)).toBeLessThan(0.1);
    expect(estimateTokens('x'.repeat(1_000_000))).toBe(250_000);
    expect(estimateTokens('你'.repeat(1_000_000))).toBe(700_000);
  });

  test('[G9] of megabytes reads no more characters than that of a page', () => {
    const read = jest.spyOn(String.prototype, 'charCodeAt');
    try {
      estimateTokens('你'.repeat(4_096));
      const ofPage = read.mock.calls.length;
      estimateTokens('你好 world '.repeat(1_000_000));
      expect([ofPage, read.mock.calls.length - ofPage]).toEqual([4_096, 4_096]);
    } finally {
      read.mockRestore();
    }
  });
});

describe('the estimate of a chat completion', () => {
  test('[G9] is the prompt, and the answer as far as the client bounds it, for each choice', () => {
    expect(chat('Hello big world!', { max_tokens: 100 })).toEqual({ prompt: 9, guessed: 0, total: 109 });
    expect(chat('', { max_tokens: 100, max_completion_tokens: 30, n: 2 })).toEqual({
      prompt: 5,
      guessed: 0,
      total: 65,
    });
  });

  test('[G9] says which part of it is a guess, when the answer has no bound', () => {
    expect(chat('Hello big world!')).toEqual({ prompt: 9, guessed: 500, total: 509 });
    expect(chat('', { max_tokens: null, n: null })).toEqual({ prompt: 5, guessed: 500, total: 505 });
  });

  test('[G9] takes an image for an image, not its base64 for text', () => {
    const url = `data:image/png;base64,${'A'.repeat(1_000_000)}`;
    const { prompt } = chat([
      { type: 'text', text: 'abcd' },
      { type: 'image_url', image_url: { url } },
    ]);
    expect(prompt).toBe(5 + 1 + 1_280);
    expect(chat([{ type: 'video', video: [url, url, url] }]).prompt).toBe(5 + 3 * 1_280);
  });

  test('[G9] reads tools and tool calls, which the model reads too', () => {
    const tools = [{ type: 'function', function: { name: 'weather', description: 'x'.repeat(400) } }];
    expect(chat('', { tools }).prompt).toBeGreaterThan(100);
    const calls = [{ id: 'a', function: { name: 'f', arguments: 'x'.repeat(400) } }];
    const messages = [{ role: 'assistant', content: null, tool_calls: calls }];
    expect(estimateRequestTokens({ operation: 'chat', body: { model: 'm', messages } }).prompt).toBeGreaterThan(100);
  });

  test('[G13] survives JSON of any depth, and parts of any kind', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(chat('', { tools: deep }).prompt).toBeLessThan(100);
    expect(chat([null, 7, 'abcd', {}, [deep]]).prompt).toBeGreaterThan(0);
  });
});

describe('the estimate of embeddings', () => {
  test.each([
    ['a text', 'abcdefgh', 2],
    ['texts', ['abcd', 'abcdefgh'], 3],
    ['tokens', [1, 2, 3], 3],
    [
      'lists of tokens',
      [
        [1, 2],
        [3, 4, 5],
      ],
      5,
    ],
  ])('[G9] of %s is the prompt alone', (_what, input, prompt) => {
    expect(estimateRequestTokens({ operation: 'embeddings', body: { model: 'm', input } })).toEqual({
      prompt,
      guessed: 0,
      total: prompt,
    });
  });
});
