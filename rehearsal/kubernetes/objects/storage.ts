/**
 * The classes of storage that a claim may name. Their volumes are folders of this machine, made by the rehearsal: of the
 * size that is asked for in name only.
 */
import type { Manifest } from './apply';

/** A plug-in of ACK's for volumes, in whose place the rehearsal's own controller makes them. */
export interface VolumePlugin {
  readonly provisioner: string;
  /** Whether a volume is one node's, and made when a pod is placed; otherwise every node's, and made at once. */
  readonly isOfNode: boolean;
  /** ACK's own classes of it. Source: ACK documentation, "StorageClasses" of disk volumes and of CNFS. */
  readonly classes: readonly string[];
}

export const VOLUME_PLUGINS = [
  {
    provisioner: 'diskplugin.csi.alibabacloud.com',
    isOfNode: true,
    classes: ['alicloud-disk-topology-alltype', 'alicloud-disk-essd', 'alicloud-disk-efficiency', 'alicloud-disk-ssd'],
  },
  { provisioner: 'nasplugin.csi.alibabacloud.com', isOfNode: false, classes: ['alibabacloud-cnfs-nas'] },
] as const satisfies readonly VolumePlugin[];

const DEFAULT_CLASS = 'alicloud-disk-topology-alltype';

type StorageClass = Manifest & {
  readonly provisioner: string;
  readonly reclaimPolicy: string;
  readonly volumeBindingMode: string;
  readonly allowVolumeExpansion: boolean;
};

export function storageObjects(): readonly Manifest[] {
  return VOLUME_PLUGINS.flatMap(({ provisioner, isOfNode, classes }) =>
    classes.map((name): StorageClass => ({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: {
        name,
        annotations: { 'storageclass.kubernetes.io/is-default-class': String(name === DEFAULT_CLASS) },
      },
      provisioner,
      reclaimPolicy: 'Delete',
      volumeBindingMode: isOfNode ? 'WaitForFirstConsumer' : 'Immediate',
      allowVolumeExpansion: true,
    })),
  );
}
