import fc from 'fast-check';
import { ApiError } from '../../../cloud/api-error';
import { defineModel, extendModel, listOf, TEXT_MAP } from '../../../cloud/define-model';
import { decode, encode, unflatten } from '../../../cloud/model';

const Inner = defineModel({ Key: 'string', Count: 'number' });
const Outer = defineModel({
  Name: 'string',
  Size: 'number',
  Enabled: 'boolean',
  Inner,
  Inners: listOf(Inner),
  Names: listOf('string'),
  Sizes: listOf('number'),
  Notes: TEXT_MAP,
});

const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
const inner = fc.record({ key: fc.string(), count: number }, { requiredKeys: [] });
const outer = fc.record(
  {
    name: fc.string(),
    size: number,
    enabled: fc.boolean(),
    inner,
    inners: fc.array(inner),
    names: fc.array(fc.string()),
    sizes: fc.array(number),
    notes: fc.dictionary(fc.string(), fc.string()),
  },
  { requiredKeys: [] },
);

/** Wire JSON as the RPC style carries it: each leaf a parameter of its own, lists counted from one. */
function flatten(value: unknown, path: string): [string, string][] {
  if (Array.isArray(value)) return value.flatMap((item, at) => flatten(item, `${path}.${at + 1}`));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, item]) => flatten(item, path === '' ? name : `${path}.${name}`));
  }
  return [[path, String(value)]];
}

/** What decoding throws, or its answer where it throws nothing. */
function refusal(wire: Record<string, unknown>): unknown {
  try {
    return decode(Outer, wire);
  } catch (error) {
    return error instanceof ApiError ? [error.code, error.message] : error;
  }
}

describe('a model', () => {
  test('[L3] gives back every field that it wrote', () => {
    fc.assert(
      fc.property(outer, (plain) => {
        expect(decode(Outer, encode(Outer, plain))).toEqual(plain);
      }),
    );
  });

  test('[L3] gives back every field after the wire has carried it as JSON text', () => {
    fc.assert(
      fc.property(outer, (plain) => {
        const wire = encode(Outer, plain);
        const text = Object.fromEntries(
          Object.entries(wire).map(([name, value]) => [
            name,
            typeof value === 'string' ? value : JSON.stringify(value),
          ]),
        );
        expect(decode(Outer, text)).toEqual(plain);
      }),
    );
  });

  test('[L3] gives back every field after the wire has carried each leaf as a parameter of its own', () => {
    const full = fc.record({ key: fc.string(), count: number });
    // A flat form has no empty list, and a list of more than nine tells 10 from 2.
    const plain = fc.record({
      name: fc.string(),
      inner: full,
      inners: fc.array(full, { minLength: 1, maxLength: 12 }),
      sizes: fc.array(number, { minLength: 1, maxLength: 12 }),
    });
    fc.assert(
      fc.property(plain, (value) => {
        expect(decode(Outer, unflatten(flatten(encode(Outer, value), '')))).toEqual(value);
      }),
    );
  });

  test.each([
    [{ Nmae: 'x' }, 'UnsupportedParameter', 'The parameter Nmae is not supported by this action.'],
    [{ Inner: { Kee: 'x' } }, 'UnsupportedParameter', 'The parameter Kee is not supported by this action.'],
    [{ Inners: [{ Kee: 'x' }] }, 'UnsupportedParameter', 'The parameter Kee is not supported by this action.'],
    [{ toString: 'x' }, 'UnsupportedParameter', 'The parameter toString is not supported by this action.'],
    [{ name: 'x' }, 'UnsupportedParameter', 'The parameter name is not supported by this action.'],
    [{ Size: 'three' }, 'InvalidParameter', 'The parameter Size is not a number.'],
    [{ Enabled: 'yes' }, 'InvalidParameter', 'The parameter Enabled is not true or false.'],
    [{ Names: { a: 1 } }, 'InvalidParameter', 'The parameter Names is not a list.'],
    [{ Inner: '[]' }, 'InvalidParameter', 'The parameter Inner is not an object.'],
    [{ Inner: '{' }, 'InvalidParameter', 'The parameter Inner is not JSON.'],
    [{ Notes: 'x' }, 'InvalidParameter', 'The parameter Notes is not JSON.'],
  ])('[L3] refuses %j with %s', (wire, code, message) => {
    expect(refusal(wire)).toEqual([code, message]);
  });

  test('[L3] leaves out what an action says that clients send in vain', () => {
    expect(decode(Outer, { Name: 'x', Legacy: 'y' }, ['Legacy'])).toEqual({ name: 'x' });
  });

  test('[L3] cannot answer with a field that the API does not have', () => {
    const answer: Record<string, string> = { name: 'x', colour: 'red' };
    expect(() => encode(Outer, answer)).toThrow('colour is no property of the response model');
  });

  test('[L3] that extends another has the fields of both and descends from it', () => {
    const Extended = extendModel(Inner, { Colour: 'string', Count: 'string' });
    expect(decode(Extended, { Key: 'k', Colour: 'red', Count: '1' })).toEqual({ key: 'k', colour: 'red', count: '1' });
    expect(Object.getPrototypeOf(Extended)).toBe(Inner);
    expect(decode(Inner, { Count: '1' })).toEqual({ count: 1 });
  });
});

describe('unflatten', () => {
  test('[L3] orders a list by position and not by text, at any depth', () => {
    const parameters = Array.from({ length: 11 }, (_, at): [string, string] => [`Tag.${11 - at}.Key`, `k${11 - at}`]);
    expect(unflatten([...parameters, ['A.1.B.2', 'y'], ['A.1.B.1', 'x']])).toEqual({
      Tag: Array.from({ length: 11 }, (_, at) => ({ Key: `k${at + 1}` })),
      A: [{ B: ['x', 'y'] }],
    });
  });

  test('[L3] writes to nothing but its result, whatever a parameter is called', () => {
    const read = unflatten([
      ['__proto__.polluted', 'yes'],
      ['constructor.prototype.polluted', 'yes'],
    ]);
    expect(Object.keys(read)).toEqual(['__proto__', 'constructor']);
    expect('polluted' in {}).toBe(false);
  });
});
