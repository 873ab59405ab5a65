/**
 * The disk of the ledger's journal: usage that was answered for and is not in the database yet.
 * docs/decisions/0007-journal.md says what each kind outlives.
 */
import type {
  DeploymentV1SpecTemplateSpecContainerVolumeMount,
  DeploymentV1SpecTemplateSpecVolume,
} from '@cdktf/provider-kubernetes/lib/deployment-v1';
import {
  PersistentVolumeClaimV1,
  type PersistentVolumeClaimV1Config,
} from '@cdktf/provider-kubernetes/lib/persistent-volume-claim-v1';
import { Construct } from 'constructs';
import { COMMON_LABELS } from './names';
import { mebibytes } from './pod-size';

/** Where the journal is kept. */
export type JournalStorage =
  /** On the node, with the pod: outlives the process and its container, and ends with the pod. */
  | { readonly kind: 'pod'; readonly sizeMiB: number }
  /**
   * On one volume that all pods share: outlives pods and nodes, as any pod goes on with what another left. Its file
   * system must pass locks on between machines (NFS 4; not NFS 3 with `nolock`), or two pods may go on with the same.
   */
  | { readonly kind: 'claim'; readonly storageClass: string; readonly sizeGiB: number };

/** The journal's disk as a pod uses it. */
export interface JournalVolume {
  readonly volume: DeploymentV1SpecTemplateSpecVolume;
  readonly mount: DeploymentV1SpecTemplateSpecContainerVolumeMount;
  /** Most of the node's disk that a container may take because of it; absent where it takes none. */
  readonly diskLimit?: string;
}

/** Where the pods have it; the gateway's JOURNAL_DIRECTORY is below. */
export const JOURNAL_MOUNT = '/app/.data';

/** The volume, under the name that mount and pod use. */
const NAME = 'journal';

/** Disk that a container takes beside the journal, MiB. */
const BESIDE_MIB = 256;

export interface JournalProps {
  readonly namespace: string;
  readonly storage: JournalStorage;
  /** The last word on the claim's own arguments. @default none */
  readonly overrides?: Partial<PersistentVolumeClaimV1Config>;
}

export class Journal extends Construct implements JournalVolume {
  /** The claim, where there is one. */
  readonly claim?: PersistentVolumeClaimV1;
  readonly volume: DeploymentV1SpecTemplateSpecVolume;
  readonly mount: DeploymentV1SpecTemplateSpecContainerVolumeMount = { name: NAME, mountPath: JOURNAL_MOUNT };
  readonly diskLimit?: string;

  constructor(scope: Construct, id: string, props: JournalProps) {
    super(scope, id);
    const { namespace, storage } = props;
    if (storage.kind === 'pod') {
      this.volume = { name: NAME, emptyDir: { sizeLimit: mebibytes(storage.sizeMiB) } };
      this.diskLimit = mebibytes(storage.sizeMiB + BESIDE_MIB);
      return;
    }
    // What is in it is in no other place. Another id, name or class replaces the claim, and its content is gone.
    this.claim = new PersistentVolumeClaimV1(this, 'claim', {
      metadata: { name: 'gateway-journal', namespace, labels: { ...COMMON_LABELS } },
      spec: {
        accessModes: ['ReadWriteMany'],
        storageClassName: storage.storageClass,
        resources: { requests: { storage: `${storage.sizeGiB}Gi` } },
      },
      // A class that binds at the first pod would be waited for in vain.
      waitUntilBound: false,
      ...props.overrides,
    });
    this.volume = { name: NAME, persistentVolumeClaim: { claimName: this.claim.metadata.name } };
  }
}
