/**
 * The classes of storage that a claim may name. Their volumes are folders of the node that the pod is placed on, made by
 * the rehearsal: of the size that is asked for in name only.
 */
import type { Manifest } from './apply';

/** Who makes the volumes: by the name of ACK's plug-in for disks, in whose place the rehearsal's own controller does. */
export const PROVISIONER = 'diskplugin.csi.alibabacloud.com';

/** Names of ACK's own classes for encrypted and for plain disks, and the default. Source: ACK's documentation of the disk CSI plug-in. */
export const STORAGE_CLASSES = [
  'alicloud-disk-topology-alltype',
  'alicloud-disk-essd',
  'alicloud-disk-efficiency',
  'alicloud-disk-ssd',
] as const;

type StorageClass = Manifest & {
  readonly provisioner: string;
  readonly reclaimPolicy: string;
  readonly volumeBindingMode: string;
  readonly allowVolumeExpansion: boolean;
};

export function storageObjects(): readonly Manifest[] {
  return STORAGE_CLASSES.map((name, at): StorageClass => ({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: {
      name,
      annotations: { 'storageclass.kubernetes.io/is-default-class': String(at === 0) },
    },
    provisioner: PROVISIONER,
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'WaitForFirstConsumer',
    allowVolumeExpansion: true,
  }));
}
