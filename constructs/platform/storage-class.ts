/**
 * Disks for claims: ESSD, encrypted by our key, made in the zone of the pod that asks first.
 * Source: ACK documentation, "StorageClasses" of disk volumes (CSI).
 */
import { StorageClassV1, type StorageClassV1Config } from '@cdktf/provider-kubernetes/lib/storage-class-v1';
import { Construct } from 'constructs';

export interface StorageClassProps {
  /** Claims ask for it by this name. Changing it, or anything but the growth, replaces the class; disks that exist stay as they are. */
  readonly name: string;
  /** Key that encrypts the disks. */
  readonly kmsKeyId: string;
  /** ESSD level: `PL0` suffices for metrics. @default PL0 */
  readonly performance?: 'PL0' | 'PL1' | 'PL2' | 'PL3';
  /** Keeps a disk when its claim is deleted; it is then somebody's to delete by hand. @default true */
  readonly retain?: boolean;
  /** The last word on the resource's own arguments. @default none */
  readonly overrides?: Partial<StorageClassV1Config>;
}

export class StorageClass extends Construct {
  /** The resource, for what the props do not offer. */
  readonly storageClass: StorageClassV1;
  readonly name: string;

  constructor(scope: Construct, id: string, props: StorageClassProps) {
    super(scope, id);
    const { name, kmsKeyId, performance = 'PL0', retain = true } = props;
    this.name = name;
    this.storageClass = new StorageClassV1(this, 'class', {
      metadata: { name },
      storageProvisioner: 'diskplugin.csi.alibabacloud.com',
      parameters: { type: 'cloud_essd', performanceLevel: performance, encrypted: 'true', kmsKeyId },
      reclaimPolicy: retain ? 'Retain' : 'Delete',
      // Before a pod is placed nobody knows the zone, and a disk cannot leave its own.
      volumeBindingMode: 'WaitForFirstConsumer',
      allowVolumeExpansion: true,
      ...props.overrides,
    });
  }
}
