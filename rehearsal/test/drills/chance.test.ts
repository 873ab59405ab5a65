import { moments } from '../../drills/moments';
import { Seeded } from '../../drills/seeded';

describe('the chance of a drill', () => {
  test('[L3] is the same for the same seed and labels', () => {
    const draw = (): readonly number[] => {
      const chance = new Seeded(7, 'dev-network', 'faults');
      return Array.from({ length: 5 }, () => chance.below(1000));
    };
    expect(draw()).toEqual(draw());
  });

  test('[L3] is another for another seed, and for another label of the same one', () => {
    const first = (seed: number, label: string): number => new Seeded(seed, label).next();
    expect(new Set([first(7, 'a'), first(8, 'a'), first(7, 'b')]).size).toBe(3);
  });

  test('[L3] of a part does not depend on what was drawn before', () => {
    const [fresh, used] = [new Seeded(7, 'kill'), new Seeded(7, 'kill')];
    used.next();
    expect(used.of('change 3').next()).toBe(fresh.of('change 3').next());
    expect(used.of('change 3').next()).not.toBe(fresh.of('change 4').next());
    expect(used.of('change 3').next()).not.toBe(new Seeded(7, 'faults').of('change 3').next());
  });

  test('[L3] reaches every value below a bound, and none at or above it', () => {
    const chance = new Seeded(1);
    const drawn = new Set(Array.from({ length: 500 }, () => chance.below(6)));
    expect([...drawn].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('[L3] samples in the order of the items, none twice, and all when there are too few', () => {
    const items = ['a', 'b', 'c', 'd', 'e', 'f'];
    const sampled = new Seeded(3).sample(items, 4);
    expect(sampled).toHaveLength(4);
    expect(items.filter((item) => sampled.includes(item))).toEqual(sampled);
    expect(new Seeded(3).sample(items, Number.POSITIVE_INFINITY)).toEqual(items);
  });
});

describe('the moments of a disturbance', () => {
  test.each([1, 2, 3, 4, 5])('[L3] are spread: one in each tenth of what lies before the end, seed %i', (seed) => {
    const found = moments(10, 200, new Seeded(seed));
    expect(found.map((at) => Math.floor((at - 1) / 18))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('[L3] differ from seed to seed', () => {
    expect(moments(10, 200, new Seeded(1))).not.toEqual(moments(10, 200, new Seeded(2)));
  });

  test('[L3] never lie twice at one call, and are fewer where an apply makes few', () => {
    expect(moments(10, 5, new Seeded(1), 1)).toEqual([1, 2, 3, 4, 5]);
    expect(moments(10, 1, new Seeded(1))).toEqual([1]);
  });

  test('[L3] reach the last call only where they are told to', () => {
    const last = (latest?: number): number => Math.max(...moments(50, 50, new Seeded(1), latest));
    expect(last(1)).toBe(50);
    expect(last()).toBe(45);
  });
});
