import { POOL_LABEL } from '../../../stacks/names';
import { workloadNodes } from '../../kubernetes/cluster';
import { CABLES, layOutNodes, NETWORK, NODES, RANGES } from '../../kubernetes/layout';
import { overlaps } from '../../kubernetes/network';

describe('layOutNodes', () => {
  test('[L3] gives each node an address, a range and a cable of its own', () => {
    const nodes = layOutNodes(workloadNodes(NODES.max));
    for (const part of ['name', 'address', 'pods', 'cable'] as const) {
      expect(new Set(nodes.map((node) => node[part])).size).toBe(NODES.max);
    }
    for (const { address, pods, cable } of nodes) {
      expect(overlaps(NETWORK.nodes, address)).toBe(true);
      expect(overlaps(NETWORK.pods, pods)).toBe(true);
      expect(CABLES).toContain(cable);
    }
  });

  test('[L3] leaves zone, labels and taints as they are wished for', () => {
    const taints = [{ key: 'pool', value: 'system', effect: 'PreferNoSchedule' }] as const;
    expect(layOutNodes([{ zone: 'a', labels: { pool: 'system' }, taints }, { zone: 'b' }])).toMatchObject([
      { zone: 'a', labels: { pool: 'system' }, taints },
      { zone: 'b', labels: {}, taints: [] },
    ]);
  });

  test('[L3] refuses no node at all', () => {
    expect(() => layOutNodes([])).toThrow('a local cluster has 1 to 9 nodes, not 0; ask for so many');
  });
});

describe('workloadNodes', () => {
  test('[L3] spreads nodes of the workload pool over three zones in turn', () => {
    const nodes = workloadNodes(4);
    expect(nodes.map(({ zone }) => zone)).toEqual(['zone-a', 'zone-b', 'zone-c', 'zone-a']);
    for (const { labels } of nodes) expect(labels).toEqual({ [POOL_LABEL]: 'workload' });
  });

  test.each([0, 10, 2.5, Number.NaN])('[L3] refuses %s nodes and says how many there can be', (count) => {
    expect(() => workloadNodes(count)).toThrow(`nodes (${count}) must be 1 to 9; give --nodes such a number`);
  });
});

describe('the ranges', () => {
  test('[L3] overlap in no two', () => {
    const pairs = RANGES.flatMap((one, at) => RANGES.slice(at + 1).map((other) => overlaps(one, other)));
    expect(pairs).toHaveLength(6);
    expect(pairs).not.toContain(true);
  });

  test.each([
    ['10.0.0.0/8', '10.240.0.0/24', true],
    ['10.240.0.128/25', '10.240.0.0/24', true],
    ['10.240.0.7', '10.240.0.0/24', true],
    ['10.240.1.0/24', '10.240.0.0/24', false],
    ['192.0.2.0/24', '10.240.0.0/24', false],
  ])('[L3] %s and %s: overlap is %s', (one, other, expected) => {
    expect(overlaps(one, other)).toBe(expected);
    expect(overlaps(other, one)).toBe(expected);
  });
});
