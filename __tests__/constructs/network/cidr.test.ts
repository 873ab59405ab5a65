import fc from 'fast-check';
import {
  addressesOf,
  contains,
  formatCidr,
  isPrivate,
  overlaps,
  parseCidr,
  readCidr,
  type Cidr,
} from '../../../constructs/network/cidr';

/** Any range, with a prefix within bounds. */
const range = (bounds: { min: number; max: number } = { min: 0, max: 32 }): fc.Arbitrary<Cidr> =>
  fc.tuple(fc.nat(2 ** 32 - 1), fc.integer(bounds)).map(([address, prefix]) => {
    const size = 2 ** (32 - prefix);
    const first = address - (address % size);
    return { first, last: first + size - 1, prefix };
  });

/** Two ranges, related as often as not: with random ones alone, overlaps would hardly ever be drawn. */
const pair = fc.oneof(
  fc.tuple(range(), range()),
  range({ min: 0, max: 24 }).chain((outer) =>
    fc
      .tuple(fc.integer({ min: outer.prefix, max: 32 }), fc.nat(addressesOf(outer) - 1))
      .map(([prefix, offset]): [Cidr, Cidr] => {
        const size = 2 ** (32 - prefix);
        const first = outer.first + offset - (offset % size);
        return [outer, { first, last: first + size - 1, prefix }];
      }),
  ),
);

describe('A range', () => {
  test('[N1] is read as it is written', () => {
    fc.assert(
      fc.property(range(), (any) => {
        expect(parseCidr(formatCidr(any))).toEqual(any);
      }),
    );
  });

  test('[N1] has the addresses that its prefix says', () => {
    expect(parseCidr('10.30.0.0/16')).toEqual({ first: 169_738_240, last: 169_803_775, prefix: 16 });
    expect(addressesOf({ first: 169_738_240, last: 169_803_775, prefix: 16 })).toBe(65_536);
    expect(addressesOf(readCidr('10.0.16.0/20'))).toBe(4096);
  });

  test.each([
    '',
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0/8',
    '010.0.0.0/8x',
    '10.0.0.256/32',
    '10.0.0.1/8',
    'fd00::/8',
    '10.0.0.0/-1',
  ])('[N1] is not %j', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  test('[N1] overlaps another exactly when one of them contains the other', () => {
    fc.assert(
      fc.property(pair, ([one, other]) => {
        const either = contains(one, other) || contains(other, one);
        expect(overlaps(one, other)).toBe(either);
        expect(overlaps(other, one)).toBe(either);
      }),
    );
  });

  test('[N1] overlaps itself, even when it is one address', () => {
    const one = { first: 7, last: 7, prefix: 32 };
    expect(overlaps(one, one)).toBe(true);
    expect(overlaps(one, { first: 8, last: 8, prefix: 32 })).toBe(false);
  });

  test('[N1] contains another exactly when the first bits are the same and its prefix is no longer', () => {
    const bits = (address: number, length: number): string => address.toString(2).padStart(32, '0').slice(0, length);
    fc.assert(
      fc.property(pair, ([outer, inner]) => {
        const expected =
          outer.prefix <= inner.prefix && bits(outer.first, outer.prefix) === bits(inner.first, outer.prefix);
        expect(contains(outer, inner)).toBe(expected);
      }),
    );
  });

  test.each([
    ['10.0.0.0/8', true],
    ['172.31.0.0/16', true],
    ['192.168.255.0/24', true],
    ['172.32.0.0/16', false],
    ['10.0.0.0/7', false],
    ['8.0.0.0/7', false],
    ['100.64.0.0/10', false],
    ['8.8.8.0/24', false],
  ])('[N1] %s is private: %s', (text, expected) => {
    const read = parseCidr(text);
    expect(read !== undefined && isPrivate(read)).toBe(expected);
  });

  test('[N1] holds an end of every range that it overlaps, or has one of its own in it', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const expected = (a.first <= b.first && b.first <= a.last) || (b.first <= a.first && a.first <= b.last);
        expect(overlaps(a, b)).toBe(expected);
      }),
    );
  });

  test('[N1] contains another exactly when both its ends are inside', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        expect(contains(a, b)).toBe(a.first <= b.first && b.last <= a.last);
      }),
    );
  });

  test.each([
    ['10.0.0.0', /is not an IPv4 range; write it as/],
    ['10.0.0.0/33', /is not an IPv4 range/],
    ['10.0.0.256/24', /is not an IPv4 range/],
    ['fd00::/8', /is not an IPv4 range/],
    ['10.0.0.1/16', /does not start at the first address of its range; write 10.0.0.0\/16/],
  ])('[N1] is not read where it has to be one, with the way to write it: %s', (text, message) => {
    expect(() => readCidr(text)).toThrow(message);
  });
});
