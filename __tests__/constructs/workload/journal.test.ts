import { PersistentVolumeClaimV1 } from '@cdktf/provider-kubernetes/lib/persistent-volume-claim-v1';
import { ConfigMapV1 } from '@cdktf/provider-kubernetes/lib/config-map-v1';
import { Journal, type JournalStorage } from '../../../constructs/workload/journal';
import { synthesizeWorkload } from './building';

const build = (storage: JournalStorage) => {
  const made: Journal[] = [];
  const stack = synthesizeWorkload((scope) => {
    // Something to synthesize where there is no claim.
    new ConfigMapV1(scope, 'other', { metadata: { name: 'other' } });
    made.push(new Journal(scope, 'journal', { namespace: 'ns', storage }));
  });
  const [journal] = made;
  if (journal === undefined) throw new Error('nothing was built');
  return { journal, claims: stack.every(PersistentVolumeClaimV1) };
};

describe('Journal', () => {
  test('[K10] with the pod: a bounded part of the node, which the container may take', () => {
    const { journal, claims } = build({ kind: 'pod', sizeMiB: 2_048 });
    expect(claims).toEqual([]);
    expect(journal.volume).toEqual({ name: 'journal', emptyDir: { sizeLimit: '2Gi' } });
    expect(journal.mount).toEqual({ name: 'journal', mountPath: '/app/.data' });
    expect(journal.diskLimit).toBe('2304Mi');
  });

  test('[K10] on a claim: one for all pods, of a class that several machines may mount', () => {
    const { journal, claims } = build({ kind: 'claim', storageClass: 'nas', sizeGiB: 20 });
    expect(claims).toMatchObject([
      {
        metadata: { name: 'gateway-journal', namespace: 'ns' },
        spec: {
          access_modes: ['ReadWriteMany'],
          storage_class_name: 'nas',
          resources: { requests: { storage: '20Gi' } },
        },
        wait_until_bound: false,
      },
    ]);
    expect(journal.volume).toMatchObject({ name: 'journal', persistentVolumeClaim: {} });
    expect(journal.diskLimit).toBeUndefined();
  });
});
