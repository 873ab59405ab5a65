/** Arithmetic of ranges, and of plans made of them. */
import fc from 'fast-check';
import { faultsOf } from '../../environments';
import { addressesOf, contains, formatCidr, isPrivate, overlaps, parseCidr, type Cidr } from '../../environments/cidr';
import { prod } from '../../environments/prod';
import { altered, at } from './altered';

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
    ['100.64.0.0/10', false],
    ['8.8.8.0/24', false],
  ])('[N1] %s is private: %s', (text, expected) => {
    const read = parseCidr(text);
    expect(read !== undefined && isPrivate(read)).toBe(expected);
  });
});

describe('A plan of ranges', () => {
  /** A VPC 10.x.0.0/16 cut into sixteen /20, of which three zones take two each in any order. */
  const plan = fc.record({
    vpc: fc.integer({ min: 0, max: 255 }),
    blocks: fc.shuffledSubarray(
      Array.from({ length: 16 }, (_, block) => block),
      { minLength: 6, maxLength: 6 },
    ),
  });
  const block = (vpc: number, number: number): string => `10.${vpc}.${number * 16}.0/20`;
  const planned = ({ vpc, blocks }: { vpc: number; blocks: readonly number[] }) =>
    altered(prod, (draft) => {
      draft.network.cidr = `10.${vpc}.0.0/16`;
      draft.network.zones = prod.network.zones.map(({ id }, index) => ({
        id,
        nodeCidr: block(vpc, at(blocks, 2 * index)),
        podCidr: block(vpc, at(blocks, 2 * index + 1)),
      }));
    });

  test('[N1] passes when every range is in the VPC and no two meet', () => {
    fc.assert(
      fc.property(plan, (any) => {
        expect(faultsOf([planned(any)])).toEqual([]);
      }),
    );
  });

  test('[N1] fails when any two ranges of it are made to meet', () => {
    const pairOfRanges = fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(plan, pairOfRanges, ({ vpc, blocks }, [from = 0, to = 0]) => {
        const meeting = blocks.map((each, index) => (index === to ? at(blocks, from) : each));
        expect(faultsOf([planned({ vpc, blocks: meeting })])).toEqual([
          expect.stringMatching(/overlaps network\.zones\[\d\]\./),
        ]);
      }),
    );
  });

  test('[N1] offers a range that is really free, or none', () => {
    fc.assert(
      fc.property(plan, ({ vpc, blocks }) => {
        const meeting = planned({ vpc, blocks: blocks.map((each, index) => (index === 5 ? at(blocks, 0) : each)) });
        const free = /; (\S+) is free$/.exec(faultsOf([meeting]).join('\n'))?.[1] ?? '';
        const repaired = altered(meeting, (draft) => {
          at(draft.network.zones, 2).podCidr = free;
        });
        expect(faultsOf([repaired])).toEqual([]);
      }),
    );
  });
});
