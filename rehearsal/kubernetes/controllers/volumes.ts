/** Makes a volume for each claim: a folder of the node that the scheduler chose for the pod. Removes it with the claim. */
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesApi, KubernetesObject } from '../api';
import type { ClusterFolder } from '../layout';
import { PROVISIONER } from '../objects/storage';
import type { Controller } from './main';

/** Set by the controller manager: who is to make the volume. */
const WANTED_OF = 'volume.kubernetes.io/storage-provisioner';
/** Set by the scheduler: where. */
const NODE = 'volume.kubernetes.io/selected-node';
/** Says to the controller manager that somebody else removes the volume. */
const MADE_BY = 'pv.kubernetes.io/provisioned-by';

interface Claim extends KubernetesObject {
  readonly spec: {
    readonly accessModes: readonly string[];
    readonly storageClassName?: string;
    readonly volumeMode?: string;
    readonly resources: { readonly requests: { readonly storage: string } };
  };
  readonly status: { readonly phase: string };
}

interface StorageClass extends KubernetesObject {
  readonly reclaimPolicy?: 'Delete' | 'Retain';
}

interface Volume extends KubernetesObject {
  readonly spec: { readonly local?: { readonly path: string }; readonly persistentVolumeReclaimPolicy: string };
  readonly status: { readonly phase: string };
}

const COLLECTION = '/api/v1/persistentvolumes';

export class Volumes implements Controller {
  readonly name = 'volumes';

  constructor(
    private readonly api: KubernetesApi,
    private readonly folder: ClusterFolder,
  ) {}

  async reconcile(): Promise<void> {
    const claims = await this.api.list<Claim>('/api/v1/persistentvolumeclaims');
    const volumes = await this.api.list<Volume>(COLLECTION);
    const made = new Set(volumes.map(({ metadata }) => metadata.name));
    for (const claim of claims) {
      const { annotations = {} } = claim.metadata;
      const node = annotations[NODE];
      if (claim.status.phase !== 'Pending' || annotations[WANTED_OF] !== PROVISIONER || node === undefined) continue;
      if (!made.has(nameOf(claim))) await this.#make(claim, node);
    }
    for (const volume of volumes) {
      const isOurs = volume.metadata.annotations?.[MADE_BY] === PROVISIONER;
      const isUnwanted = volume.spec.persistentVolumeReclaimPolicy === 'Delete' && volume.status.phase === 'Released';
      if (isOurs && isUnwanted) await this.#remove(volume);
    }
  }

  async #make(claim: Claim, node: string): Promise<void> {
    const path = join(this.folder.node({ name: node }), 'volumes', nameOf(claim));
    mkdirSync(path, { recursive: true });
    // Whoever the pod runs as may write to it, as to a disk that was given its group.
    chmodSync(path, 0o777);
    const name = claim.spec.storageClassName ?? '';
    const storage = await this.api.get<StorageClass>(`/apis/storage.k8s.io/v1/storageclasses/${name}`);
    await this.api.must(
      'POST',
      COLLECTION,
      volumeFor(claim, { node, path, reclaim: storage?.reclaimPolicy ?? 'Delete' }),
    );
    console.log(`${nameOf(claim)} is a folder of ${node}`);
  }

  async #remove({ metadata, spec }: Volume): Promise<void> {
    if (spec.local !== undefined) rmSync(spec.local.path, { recursive: true, force: true });
    await this.api.must('DELETE', `${COLLECTION}/${metadata.name}`);
    console.log(`${metadata.name} is gone`);
  }
}

const nameOf = ({ metadata }: Claim): string => `pvc-${metadata.uid ?? metadata.name}`;

/** Source: PersistentVolume, v1; of the local kind, since only that knows its node and the pod's group. */
export function volumeFor(
  claim: Claim,
  { node, path, reclaim }: { readonly node: string; readonly path: string; readonly reclaim: 'Delete' | 'Retain' },
): object {
  const { name, namespace, uid, resourceVersion } = claim.metadata;
  const { accessModes, storageClassName, volumeMode = 'Filesystem', resources } = claim.spec;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: nameOf(claim), annotations: { [MADE_BY]: PROVISIONER } },
    spec: {
      capacity: { storage: resources.requests.storage },
      accessModes,
      volumeMode,
      storageClassName,
      persistentVolumeReclaimPolicy: reclaim,
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid, resourceVersion },
      local: { path },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] },
          ],
        },
      },
    },
  };
}
