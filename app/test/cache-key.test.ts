import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { CacheCall } from '../src/cache/answer-cache';
import { requestKeyOf } from '../src/cache/request-key';
import { chatCall } from './caching';

const keyOf = (call: CacheCall): string | undefined => requestKeyOf(call)?.key;

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** What a body can hold once it was parsed. */
const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
    fc.string({ unit: fc.constantFrom('a', '"', ':', '1', '\\', '{', '\ud800', '\udc00', '你', '😀') }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', 'b', '10', '9', '', '__proto__', 'role', 'constructor'), tie('value')),
  ),
})).value;

/** The same value, the members of every object in another order. */
const reversed = (value: Json): Json => {
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(reversed);
  const entries = Object.entries(value).map(([name, member]): [string, Json] => [name, reversed(member)]);
  return Object.fromEntries(entries.reverse());
};

const isList = (value: object): value is readonly Json[] => Array.isArray(value);

/** A text that two values share only when they are equal: JSON with its members sorted. */
const canonical = (value: Json): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonical).join(',')}]`;
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.sort().join(',')}}`;
};

describe('the key of an answer', () => {
  test('[G6] is the same whatever the order of members, at every depth', () => {
    fc.assert(
      fc.property(json, (value) => {
        const there = chatCall('x', { x: value, y: 1 });
        const { model, ...rest } = there.body;
        const back = { ...there, body: { y: 1, ...rest, x: reversed(value), model } };
        expect(keyOf(back)).toBe(keyOf(there));
      }),
    );
  });

  test('[G6] is another for any two values that differ', () => {
    fc.assert(
      fc.property(json, json, (one, other) => {
        const same = keyOf(chatCall('x', { x: one })) === keyOf(chatCall('x', { x: other }));
        expect(same).toBe(canonical(one) === canonical(other));
      }),
      { numRuns: 1_000 },
    );
  });

  test('[G6] is not fooled by texts that look like what is hashed', () => {
    const keys = [
      chatCall('x', { a: 'b', c: 'd' }),
      chatCall('x', { a: 'b"1:c"1:d' }),
      chatCall('x', { a: ['b', 'c'] }),
      chatCall('x', { a: ['b"1:c'] }),
      chatCall('x', { a: { b: 'c' } }),
      chatCall('x', { a: '1' }),
      chatCall('x', { a: 1 }),
      chatCall('x', { a: '\ud800' }),
      chatCall('x', { a: '\ud801' }),
      chatCall('x', { a: '\ufffd' }),
      chatCall('x', { a: null }),
      chatCall('x', { a: 'null' }),
      chatCall('x', { a: [] }),
      chatCall('x', { a: {} }),
      chatCall('x'),
    ].map(keyOf);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test.each([
    ['the tenant', chatCall('x', {}, { tenant: 'key-2' })],
    ['the operation', chatCall('x', {}, { operation: 'embeddings' })],
    ['the model', chatCall('x', { model: 'qwen-max' })],
    ['what is asked', chatCall('y')],
    [
      'the system prompt',
      chatCall('x', {
        messages: [
          { role: 'system', content: 's' },
          { role: 'user', content: 'x' },
        ],
      }),
    ],
    [
      'the order of messages',
      chatCall('x', {
        messages: [
          { role: 'user', content: 'x' },
          { role: 'user', content: '' },
        ],
      }),
    ],
    [
      'the other order',
      chatCall('x', {
        messages: [
          { role: 'user', content: '' },
          { role: 'user', content: 'x' },
        ],
      }),
    ],
    ['a bound', chatCall('x', { max_tokens: 5 })],
    ['the temperature', chatCall('x', { temperature: 0.1 })],
    ['a member nobody knows', chatCall('x', { enable_thinking: true })],
    ['that it is a stream', chatCall('x', { stream: true })],
    ['how it is streamed', chatCall('x', { stream: true, stream_options: { include_obfuscation: false } })],
  ])('[G6] is another when it differs in %s', (_what, call) => {
    expect(keyOf(call)).not.toBe(keyOf(chatCall('x')));
  });

  test('[G6] is another when a stream is asked for in another form', () => {
    const formed = chatCall('x', { stream: true, stream_options: { include_obfuscation: false } });
    expect(keyOf(formed)).not.toBe(keyOf(chatCall('x', { stream: true })));
  });

  test.each([
    ['who asks', chatCall('x', { user: 'alice', safety_identifier: 's' }), chatCall('x')],
    ['the hint for the upstream’s own cache', chatCall('x', { prompt_cache_key: 'p' }), chatCall('x')],
    ['that no stream is asked for', chatCall('x', { stream: false }), chatCall('x', { stream: null })],
    ['options of a stream that there is not', chatCall('x', { stream_options: null }), chatCall('x')],
    [
      'whether the usage is shown',
      chatCall('x', { stream: true, stream_options: { include_usage: true } }),
      chatCall('x', { stream: true }),
    ],
    ['headers', chatCall('x', {}, { headers: { 'x-cache-sampled': 'true' } }), chatCall('x')],
  ])('[G6] does not depend on %s', (_what, one, other) => {
    expect(keyOf(one)).toBe(keyOf(other));
  });

  test('[G6] is a SHA-256 in hexadecimal, of tenant, operation and body', () => {
    const call: CacheCall = {
      operation: 'embeddings',
      tenant: 'k',
      body: { model: 'm', input: ['a', 1] },
      headers: {},
    };
    const text = '"1:k"10:embeddings"5:input[2:"1:a#1;"5:model"1:m';
    expect(keyOf(call)).toBe(createHash('sha256').update(text).digest('hex'));
  });

  test('[G6] is not made for a body that is nested without end', () => {
    const deep = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);
    expect(keyOf(chatCall('x', { x: deep(60) }))).toBeDefined();
    expect(keyOf(chatCall('x', { x: deep(100_000) }))).toBeUndefined();
  });
});
