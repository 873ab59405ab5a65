/** Plans made of ranges. */
import fc from 'fast-check';
import { faultsOf } from '../../environments';
import { prod } from '../../environments/prod';
import { altered, at } from './altered';

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
