import { REQUEST_RATE_METRIC } from '../../../../constructs/platform/request-rate';
import type { ScalingMetric } from '../../../drills/kubernetes/gateway-objects';
import { cpuTarget, requestsTarget, scalingFaults } from '../../../drills/kubernetes/scaling';
import { zoneToLose } from '../../../drills/kubernetes/zone';
import { workloadNodes } from '../../../kubernetes/cluster';
import { layOutNodes } from '../../../kubernetes/layout';

const cpu: ScalingMetric = { type: 'Resource', resource: { name: 'cpu', target: { averageUtilization: 70 } } };
const memory: ScalingMetric = { type: 'Resource', resource: { name: 'memory', target: { averageUtilization: 80 } } };
const requests: ScalingMetric = {
  type: 'Pods',
  pods: { metric: { name: REQUEST_RATE_METRIC }, target: { averageValue: '400' } },
};
const all = [cpu, memory, requests];

describe('a drill of the autoscaler', () => {
  test('[K2] changes the one target that it is about', () => {
    expect(all.map(requestsTarget(3))).toEqual([
      cpu,
      memory,
      { ...requests, pods: { metric: { name: REQUEST_RATE_METRIC }, target: { averageValue: '3' } } },
    ]);
    expect(all.map(cpuTarget(9))).toEqual([
      { ...cpu, resource: { name: 'cpu', target: { averageUtilization: 9 } } },
      memory,
      requests,
    ]);
  });

  test('[K2] passes when pods come within 45 s and go when the stabilisation is over', () => {
    expect(scalingFaults({ raised: 45, lowered: 300, stabilization: 300 })).toEqual([]);
    expect(scalingFaults({ raised: 10, lowered: 290, stabilization: 300 })).toEqual([]);
  });

  test('[K2] fails when pods come later, or go sooner', () => {
    expect(scalingFaults({ raised: 46, lowered: 400, stabilization: 300 })).toEqual([
      'more pods after 46 s, and it must be 45 s',
    ]);
    expect(scalingFaults({ raised: 1, lowered: 200, stabilization: 300 })).toEqual([
      'fewer pods after 200 s, before the 300 s were over',
    ]);
  });
});

describe('the zone that is lost', () => {
  const nodes = layOutNodes(workloadNodes(6));
  const [entry] = nodes;
  if (entry === undefined) throw new Error('there are six');
  const namesOf = (zone: string) => nodes.filter((node) => node.zone === zone).map(({ name }) => name);
  const [b, c] = [namesOf('zone-b'), namesOf('zone-c')];

  test('[K1] is the one with most pods, whole', () => {
    expect(zoneToLose(nodes, entry, [...b, ...c, ...c]).map(({ name }) => name)).toEqual(c);
    expect(zoneToLose(nodes, entry, [...b, ...b, ...c]).map(({ name }) => name)).toEqual(b);
  });

  test('[K1] is not the one by which the Service is reached, though it had most', () => {
    const a = namesOf('zone-a');
    expect(zoneToLose(nodes, entry, [...a, ...a, ...a, ...b]).map(({ name }) => name)).toEqual(b);
  });

  test('[K1] is none where there is one only', () => {
    expect(() => zoneToLose([entry], entry, [])).toThrow('there is one zone only');
  });
});
