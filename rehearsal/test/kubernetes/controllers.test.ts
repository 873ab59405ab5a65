import { EXPORTER_METRICS } from '../../../constructs/monitoring/alerts';
import { firstFree } from '../../kubernetes/controllers/load-balancers';
import {
  autoscalerSamples,
  deploymentSamples,
  disruptionSamples,
  podSamples,
  quantityOf,
  render,
} from '../../kubernetes/controllers/state-metrics';
import { volumeFor } from '../../kubernetes/controllers/volumes';
import { filesOf } from '../../kubernetes/secret-store';

describe('addresses of load balancers', () => {
  test('[L3] are given out in turn, without the ends of the range', () => {
    expect(firstFree('10.250.0.0/30', new Set())).toBe('10.250.0.1');
    expect(firstFree('10.250.0.0/30', new Set(['10.250.0.1']))).toBe('10.250.0.2');
    expect(() => firstFree('10.250.0.0/30', new Set(['10.250.0.1', '10.250.0.2']))).toThrow(
      'every address of 10.250.0.0/30 is taken',
    );
  });
});

describe('volumes', () => {
  const claim = {
    metadata: { name: 'data', namespace: 'a', uid: 'u', resourceVersion: '7' },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'disk', resources: { requests: { storage: '20Gi' } } },
    status: { phase: 'Pending' },
  };
  const place = { provisioner: 'disks', path: '/folder', reclaim: 'Retain' } as const;

  test('[L3] are bound to their claim, and to the node that the scheduler chose', () => {
    expect(volumeFor(claim, { ...place, node: 'node2' })).toMatchObject({
      metadata: { name: 'pvc-u', annotations: { 'pv.kubernetes.io/provisioned-by': 'disks' } },
      spec: {
        capacity: { storage: '20Gi' },
        storageClassName: 'disk',
        persistentVolumeReclaimPolicy: 'Retain',
        claimRef: { name: 'data', namespace: 'a', uid: 'u' },
        local: { path: '/folder' },
        nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ values: ['node2'] }] }] } },
      },
    });
  });

  test('[L3] that are every node’s are bound to none', () => {
    const volume = volumeFor(claim, { ...place, node: undefined });
    expect(volume).toMatchObject({ spec: { hostPath: { path: '/folder' } } });
    expect(volume).not.toHaveProperty('spec.nodeAffinity');
  });
});

describe('metrics of objects', () => {
  const metadata = { name: 'gateway', namespace: 'a', uid: 'u' };
  const waiting = { name: 'app', restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } } };
  const samples = [
    ...deploymentSamples({ metadata, spec: { replicas: 3 }, status: { availableReplicas: 2, readyReplicas: 2 } }),
    ...autoscalerSamples({ metadata, spec: { maxReplicas: 9 }, status: { currentReplicas: 3 } }),
    ...disruptionSamples({ metadata, status: { currentHealthy: 3, desiredHealthy: 2 } }),
    ...podSamples({
      metadata,
      spec: { nodeName: 'node1', containers: [{ name: 'app', resources: { limits: { cpu: '500m', memory: '1Gi' } } }] },
      status: { containerStatuses: [waiting], initContainerStatuses: [{ ...waiting, restartCount: 0 }] },
    }),
  ];

  test('[L3] hold every metric of kube-state-metrics that a rule reads, with its labels', () => {
    const read = Object.values(EXPORTER_METRICS).filter(({ exporter }) => exporter === 'kube-state-metrics');
    expect(read.length).toBeGreaterThan(0);
    for (const { name, labels } of read) {
      const sample = samples.find(({ metric }) => metric === name);
      expect([name, Object.keys(sample?.labels ?? {}).sort()]).toEqual([name, [...labels].sort()]);
    }
  });

  test('[L3] are written as Prometheus reads them, each metric in one place', () => {
    const text = render([
      { metric: 'b_total', labels: { a: 'x"\\\n' }, value: 1 },
      { metric: 'a', labels: {}, value: 0.5 },
      { metric: 'b_total', labels: { a: 'y' }, value: 2 },
    ]);
    expect(text).toBe(
      '# TYPE a gauge\na{} 0.5\n# TYPE b_total counter\nb_total{a="x\\"\\\\\\n"} 1\nb_total{a="y"} 2\n',
    );
  });

  test.each([
    ['500m', 0.5],
    ['2', 2],
    ['1Gi', 2 ** 30],
    ['1.5M', 1.5e6],
  ])('[L3] read %s as %s', (text, value) => {
    expect(quantityOf(text)).toBe(value);
  });

  test('[L3] refuse what is no quantity', () => {
    expect(() => quantityOf('1 cup')).toThrow('1 cup is no quantity');
  });
});

describe('secrets of a pod', () => {
  const objects = '- objectName: "prod-db"\n  objectType: kms\n  objectAlias: "database-url"\n- objectName: "other"\n';

  test('[L3] are files under the names that the class gives them', async () => {
    const files = await filesOf(objects, (name) => Promise.resolve(`value of ${name}`));
    const text = Object.entries(files).map(([file, base64]) => [file, Buffer.from(base64, 'base64').toString()]);
    expect(Object.fromEntries(text)).toEqual({ 'database-url': 'value of prod-db', other: 'value of other' });
  });

  test('[L3] that there are not are all named, and none is given', async () => {
    const files = filesOf(objects, () => Promise.resolve(undefined));
    await expect(files).rejects.toThrow('the store has no secret prod-db, other');
  });

  test('[L3] may be empty without being missing', async () => {
    expect(await filesOf(objects, () => Promise.resolve(''))).toEqual({ 'database-url': '', other: '' });
  });
});
