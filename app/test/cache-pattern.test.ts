import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { isLike, likeOf, Pattern } from '../src/cache/pattern';

const matches = (pattern: string, tenant: string, operation: string, model: string): boolean | undefined =>
  Pattern.parse(pattern)?.matches({ tenant, operation, model });

describe('a pattern', () => {
  test.each([
    ['*:*:*', true],
    ['key-1:chat:qwen-plus', true],
    ['key-?:chat:qwen-*', true],
    ['*:c*t:*-plus', true],
    ['*:chat:qwen-?', false],
    ['key:chat:*', false],
    ['*:embeddings:*', false],
    ['*:chat:QWEN-plus', false],
    ['*:chat:qwen.plus', false],
    ['*:ch%:qwen_plus', false],
  ])('[G6] %s names key-1:chat:qwen-plus: %s', (pattern, expected) => {
    expect(matches(pattern, 'key-1', 'chat', 'qwen-plus')).toBe(expected);
  });

  test('[G6] takes what is behind the second colon for the model, colons included', () => {
    expect(matches('*:chat:a:b', 'k', 'chat', 'a:b')).toBe(true);
  });

  test.each(['', '*', '*:*', ':chat:x', '*::x', '*:chat:'])('[G6] is not %j', (text) => {
    expect(Pattern.parse(text)).toBeUndefined();
  });

  test('[G6] of a tenant takes every character of its id for itself', () => {
    const pattern = Pattern.ofTenant('key-*');
    expect(pattern.matches({ tenant: 'key-1', operation: 'chat', model: 'm' })).toBe(false);
    expect(pattern.matches({ tenant: 'key-*', operation: 'chat', model: 'm' })).toBe(true);
  });

  test('[G6] is like what its regular expression matches', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '%'), maxLength: 8 });
    const glob = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(glob, text, (pattern, name) => {
        const expression = pattern.replace(/\./g, '\\.').replace(/\*/g, '.*').replace(/\?/g, '.');
        expect(isLike(pattern, name)).toBe(new RegExp(`^${expression}$`).test(name));
      }),
      { numRuns: 2_000 },
    );
  });

  test('[G6] takes no longer for being malicious', () => {
    const likes = (): unknown => [
      isLike('*a'.repeat(250), 'a'.repeat(249)),
      isLike(`${'*a'.repeat(20)}b`, 'a'.repeat(500)),
    ];
    // Their product is some milliseconds, on a busy machine some hundred; trying all ways would take years. Only a
    // context has what does not end ended.
    expect(runInNewContext('likes()', { likes }, { timeout: 20_000 })).toEqual([false, false]);
  });

  test('[G6] is the same in SQL, with what SQL would take for its own escaped', () => {
    expect(likeOf('a*b?c%d_e!f')).toBe('a%b_c!%d!_e!!f');
  });
});
