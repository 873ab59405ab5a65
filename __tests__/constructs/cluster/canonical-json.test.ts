import fc from 'fast-check';
import { canonicalJson, type Json } from '../../../constructs/cluster/canonical-json';

/** Characters that Go's encoder escapes and `JSON.stringify` does not. */
const GO_ESCAPES = /[<>&\u2028\u2029]/;

describe('canonicalJson', () => {
  test('[C3] sorts keys at every depth, leaves no space and escapes as Go does', () => {
    expect(canonicalJson({ b: 1, a: { d: [true, null, { z: 1, y: 2 }], c: '<&>' } })).toBe(
      '{"a":{"c":"\\u003c\\u0026\\u003e","d":[true,null,{"y":2,"z":1}]},"b":1}',
    );
  });

  test('[C3] says the same whatever the order of keys, and loses nothing', () => {
    const reversed = (value: Json): Json => {
      if (Array.isArray(value)) return (value as readonly Json[]).map(reversed);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, member]) => [key, reversed(member)]),
      );
    };
    const json = fc.letrec<{ node: Json }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.constantFrom('a<b', 'c&d', 'e>f', '\u2028'),
        fc.array(tie('node'), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie('node'), { maxKeys: 4, noNullPrototype: true }),
      ),
    })).node;
    fc.assert(
      fc.property(json, (value) => {
        const written = canonicalJson(value);
        expect(canonicalJson(reversed(value))).toBe(written);
        expect(JSON.parse(written)).toEqual(value);
        expect(written).not.toMatch(GO_ESCAPES);
      }),
    );
  });
});
