import { isFit, isRepeatable } from '../src/cache/fitness';
import { chatCall, chunk, completion, eventsOf } from './caching';

describe('a request is answered from the cache', () => {
  test.each([
    ['at temperature 0', chatCall('x')],
    ['with a seed, which asks for the same again', chatCall('x', { temperature: 1, seed: 7 })],
    ['when it says so', chatCall('x', { temperature: 1 }, { headers: { 'x-cache-sampled': 'true' } })],
    [
      'when it says so, without a temperature',
      chatCall('x', { temperature: undefined }, { headers: { 'x-cache-sampled': 'true' } }),
    ],
    ['with an empty list of tools', chatCall('x', { tools: [] })],
    ['with one choice', chatCall('x', { n: 1 })],
    [
      'whatever other cache-control it has',
      chatCall('x', {}, { headers: { 'cache-control': 'max-age=60, no-transform' } }),
    ],
    ['when it asks for embeddings', chatCall('x', { temperature: undefined }, { operation: 'embeddings' })],
  ])('[G6] %s', (_when, call) => {
    expect(isRepeatable(call, false)).toBe(true);
  });

  test.each([
    ['at a temperature above 0', chatCall('x', { temperature: 0.01 })],
    ['without a temperature, as the upstream’s default samples', chatCall('x', { temperature: undefined })],
    ['with a temperature of null, which is the default too', chatCall('x', { temperature: null })],
    ['with tools', chatCall('x', { tools: [{ type: 'function' }] })],
    ['with functions', chatCall('x', { functions: [{}] })],
    ['for several choices', chatCall('x', { n: 2 })],
    ['that searches the web', chatCall('x', { enable_search: true })],
    ['with options of a web search', chatCall('x', { web_search_options: {} })],
    ['with no-store', chatCall('x', {}, { headers: { 'cache-control': 'no-store' } })],
    ['with no-cache among others', chatCall('x', {}, { headers: { 'cache-control': 'max-age=1, No-Cache' } })],
    ['with max-age=0', chatCall('x', {}, { headers: { 'cache-control': 'max-age=0' } })],
    [
      'for embeddings with no-store',
      chatCall('x', {}, { operation: 'embeddings', headers: { 'cache-control': ['a', 'no-store'] } }),
    ],
    ['that is too long', chatCall('x', {}, { headers: { 'content-length': '2097153' } })],
  ])('[G6] but not one %s', (_what, call) => {
    expect(isRepeatable(call, false)).toBe(false);
  });

  test('[G6] at any temperature where CACHE_SAMPLED is on, unless it says that it does not want to', () => {
    const headers = { 'x-cache-sampled': 'false' };
    expect(isRepeatable(chatCall('x', { temperature: 1 }), true)).toBe(true);
    expect(isRepeatable(chatCall('x', { temperature: 1 }, { headers }), true)).toBe(false);
    expect(isRepeatable(chatCall('x', { tools: [{}] }), true)).toBe(false);
  });
});

const said = chunk({ role: 'assistant', content: 'Hi' });
const stopped = chunk({}, 'stop');
const usage = { choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } };

describe('an answer is kept', () => {
  test.each([
    ['whole', JSON.stringify(completion('Hi'))],
    ['that quotes a bad end', JSON.stringify(completion('"finish_reason":"length","error":{}'))],
    ['without calls', JSON.stringify(completion('Hi', 'stop', { tool_calls: [] }))],
    ['with an error of null', JSON.stringify({ ...completion('Hi'), error: null })],
  ])('[G6] %s, as JSON', (_what, text) => {
    expect(fit('json', text)).toBe(true);
  });

  test.each([
    ['whole', eventsOf(said, stopped, usage)],
    ['with comments and lines by CRLF', `: keep\r\n\r\n${eventsOf(said, stopped).replace(/\n/g, '\r\n')}`],
  ])('[G6] %s, as a stream', (_what, text) => {
    expect(fit('stream', text)).toBe(true);
  });

  test.each([
    ['truncated', JSON.stringify(completion('Hi', 'length'))],
    ['filtered', JSON.stringify(completion('Hi', 'content_filter'))],
    ['of a tool call', JSON.stringify(completion(null, 'tool_calls', { tool_calls: [{ id: 1 }] }))],
    ['of a tool call that says stop', JSON.stringify(completion('Hi', 'stop', { tool_calls: [{ id: 1 }] }))],
    ['of a function call', JSON.stringify(completion('Hi', 'stop', { function_call: { name: 'f' } }))],
    ['without an end', JSON.stringify(completion('Hi', null))],
    ['empty', JSON.stringify(completion(''))],
    ['of null', JSON.stringify(completion(null))],
    ['without choices', JSON.stringify({ choices: [] })],
    [
      'with one bad choice of two',
      JSON.stringify({
        choices: [
          { message: { content: 'a' }, finish_reason: 'stop' },
          { message: { content: 'a' }, finish_reason: 'length' },
        ],
      }),
    ],
    ['that is an error', JSON.stringify({ ...completion('Hi'), error: { code: 'x' } })],
    ['that is no JSON', 'Hi'],
    ['without anything', ''],
  ])('[G6] but not one %s, as JSON', (_what, text) => {
    expect(fit('json', text)).toBe(false);
  });

  test.each([
    ['truncated', eventsOf(said, chunk({}, 'length'))],
    ['cut off', eventsOf(said, stopped).replace('data: [DONE]\n\n', '')],
    ['cut off behind its usage', eventsOf(said, stopped, usage).replace('data: [DONE]\n\n', '')],
    ['without an end', eventsOf(said)],
    ['that failed', eventsOf(said, { error: { message: 'x' } }, stopped)],
    ['of a tool call', eventsOf(said, chunk({ tool_calls: [{ index: 0 }] }), stopped)],
    ['empty', eventsOf(chunk({ role: 'assistant', content: '' }), stopped)],
    ['of one broken event', eventsOf(said, stopped).replace('"Hi"', '"Hi')],
    ['of two choices, one truncated', eventsOf(said, stopped, chunk({}, 'length'))],
  ])('[G6] but not one %s, as a stream', (_what, text) => {
    expect(fit('stream', text)).toBe(false);
  });

  test('[G6] of embeddings when there are any', () => {
    expect(fit('json', JSON.stringify({ data: [{ embedding: [1] }] }), 'embeddings')).toBe(true);
    expect(fit('json', JSON.stringify({ data: [] }), 'embeddings')).toBe(false);
  });
});

const fit = (kind: 'json' | 'stream', text: string, operation: 'chat' | 'embeddings' = 'chat'): boolean =>
  isFit({ kind, body: Buffer.from(text), usage: undefined, model: 'qwen-plus', storedAt: 0 }, operation);
