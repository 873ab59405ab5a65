/** Makes a volume for each claim: a folder, of the node that the scheduler chose for the pod or of all. Removes it with the claim. */
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesApi, KubernetesObject } from '../api';
import type { ClusterFolder } from '../layout';
import { VOLUME_PLUGINS, type VolumePlugin } from '../objects/storage';
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
  readonly spec: {
    readonly local?: { readonly path: string };
    readonly hostPath?: { readonly path: string };
    readonly persistentVolumeReclaimPolicy: string;
  };
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
      const plugin = VOLUME_PLUGINS.find(({ provisioner }) => provisioner === annotations[WANTED_OF]);
      if (plugin === undefined || claim.status.phase !== 'Pending' || made.has(nameOf(claim))) continue;
      const node = annotations[NODE];
      if (!plugin.isOfNode) await this.#make(claim, plugin);
      else if (node !== undefined) await this.#make(claim, plugin, node);
    }
    for (const volume of volumes) {
      const isOurs = VOLUME_PLUGINS.some(({ provisioner }) => provisioner === volume.metadata.annotations?.[MADE_BY]);
      const isUnwanted = volume.spec.persistentVolumeReclaimPolicy === 'Delete' && volume.status.phase === 'Released';
      if (isOurs && isUnwanted) await this.#remove(volume);
    }
  }

  async #make(claim: Claim, { provisioner }: VolumePlugin, node?: string): Promise<void> {
    const home = node === undefined ? this.folder.root : this.folder.node({ name: node });
    const path = join(home, 'volumes', nameOf(claim));
    mkdirSync(path, { recursive: true });
    // Whoever the pod runs as may write to it, as to a disk that was given its group.
    chmodSync(path, 0o777);
    const name = claim.spec.storageClassName ?? '';
    const storage = await this.api.get<StorageClass>(`/apis/storage.k8s.io/v1/storageclasses/${name}`);
    const reclaim = storage?.reclaimPolicy ?? 'Delete';
    await this.api.must('POST', COLLECTION, volumeFor(claim, { provisioner, node, path, reclaim }));
    console.log(`${nameOf(claim)} is ${path}`);
  }

  async #remove({ metadata, spec }: Volume): Promise<void> {
    const folder = spec.local ?? spec.hostPath;
    if (folder !== undefined) rmSync(folder.path, { recursive: true, force: true });
    await this.api.must('DELETE', `${COLLECTION}/${metadata.name}`);
    console.log(`${metadata.name} is gone`);
  }
}

const nameOf = ({ metadata }: Claim): string => `pvc-${metadata.uid ?? metadata.name}`;

export interface VolumePlace {
  readonly provisioner: string;
  /** Undefined for all of them. */
  readonly node: string | undefined;
  readonly path: string;
  readonly reclaim: 'Delete' | 'Retain';
}

/** Source: PersistentVolume, v1; of the local kind where it is one node's, since only that gives it the pod's group. */
export function volumeFor(claim: Claim, { provisioner, node, path, reclaim }: VolumePlace): object {
  const { name, namespace, uid, resourceVersion } = claim.metadata;
  const { accessModes, storageClassName, volumeMode = 'Filesystem', resources } = claim.spec;
  const hostname = { key: 'kubernetes.io/hostname', operator: 'In', values: [node] };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: nameOf(claim), annotations: { [MADE_BY]: provisioner } },
    spec: {
      capacity: { storage: resources.requests.storage },
      accessModes,
      volumeMode,
      storageClassName,
      persistentVolumeReclaimPolicy: reclaim,
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid, resourceVersion },
      ...(node === undefined
        ? { hostPath: { path, type: 'Directory' } }
        : {
            local: { path },
            nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [hostname] }] } },
          }),
    },
  };
}
