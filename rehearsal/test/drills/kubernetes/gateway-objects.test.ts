import { isReady, isRolledOut, restartsOf } from '../../../drills/kubernetes/gateway-objects';
import type { Deployment, Pod } from '../../../drills/kubernetes/gateway-objects';
import { gatewayProcesses } from '../../../drills/kubernetes/pod-processes';

const pod = (more: Partial<Pod['metadata']> = {}, status: Pod['status'] = {}): Pod => ({
  metadata: { name: 'gateway-1', ...more },
  spec: {},
  status: { conditions: [{ type: 'Ready', status: 'True' }], ...status },
});

describe('a pod', () => {
  test('[L3] is ready by its condition, and not while it ends', () => {
    expect(isReady(pod())).toBe(true);
    expect(isReady(pod({}, { conditions: [{ type: 'Ready', status: 'False' }] }))).toBe(false);
    expect(isReady(pod({}, { conditions: [] }))).toBe(false);
    expect(isReady(pod({ deletionTimestamp: '2026-01-01T00:00:00Z' }))).toBe(false);
  });

  test('[L3] was restarted as often as its containers together', () => {
    const statuses = [1, 2].map((restartCount) => ({ name: `c${restartCount}`, restartCount }));
    expect(restartsOf(pod({}, { containerStatuses: statuses }))).toBe(3);
    expect(restartsOf(pod())).toBe(0);
  });
});

describe('a rollout', () => {
  const deployment = (status: Deployment['status'], generation = 2): Deployment => ({
    metadata: { name: 'gateway', generation },
    spec: {
      replicas: 3,
      template: { metadata: {}, spec: { containers: [], terminationGracePeriodSeconds: 60 } },
    },
    status,
  });
  const over = { observedGeneration: 2, replicas: 3, updatedReplicas: 3, availableReplicas: 3 };

  test('[L3] is over when every pod is new and available, and no other is left', () => {
    expect(isRolledOut(deployment(over))).toBe(true);
  });

  test.each([
    ['was not looked at yet', { ...over, observedGeneration: 1 }],
    ['has an old pod left', { ...over, replicas: 4 }],
    ['has too few new ones', { ...over, updatedReplicas: 2 }],
    ['has one that does not serve', { ...over, availableReplicas: 2 }],
    ['has not begun', {}],
  ])('[L3] that %s is not over', (_, status) => {
    expect(isRolledOut(deployment(status))).toBe(false);
  });
});

describe('the processes of a pod', () => {
  const pause = { pid: 1, parent: 0, command: '/pause' };

  test('[L3] are the first of Node.js, and those that it started', () => {
    const found = [pause, ...[11, 12].map((pid) => ({ pid, parent: 10, command: '/usr/local/bin/node' }))];
    expect(gatewayProcesses([...found, { pid: 10, parent: 5, command: 'node' }])).toEqual({
      main: 10,
      workers: [11, 12],
    });
  });

  test('[L3] of a pod that has one process are that one', () => {
    expect(gatewayProcesses([pause, { pid: 10, parent: 5, command: 'node' }])).toEqual({ main: 10, workers: [] });
  });

  test('[L3] of a pod whose gateway does not run are none', () => {
    expect(() => gatewayProcesses([pause])).toThrow('the pod runs no gateway');
  });
});
