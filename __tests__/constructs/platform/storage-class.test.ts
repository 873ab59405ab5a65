import { StorageClassV1 } from '@cdktf/provider-kubernetes/lib/storage-class-v1';
import { StorageClass, type StorageClassProps } from '../../../constructs/platform';
import { synthesizePlatform } from './building';

const build = (change: Partial<StorageClassProps> = {}) =>
  synthesizePlatform((scope) => {
    new StorageClass(scope, 'class', { name: 'essd', kmsKeyId: 'key-1', ...change });
  }).only(StorageClassV1);

describe('StorageClass', () => {
  test('[K10] makes disks that our key encrypts, in the zone of the pod that asks first', () => {
    expect(build()).toEqual({
      metadata: { name: 'essd' },
      storage_provisioner: 'diskplugin.csi.alibabacloud.com',
      parameters: { type: 'cloud_essd', performanceLevel: 'PL0', encrypted: 'true', kmsKeyId: 'key-1' },
      reclaim_policy: 'Retain',
      volume_binding_mode: 'WaitForFirstConsumer',
      allow_volume_expansion: true,
    });
  });

  test('[N9] lets a disk go with its claim only where it is told so', () => {
    expect(build({ retain: false })).toHaveProperty('reclaim_policy', 'Delete');
  });

  test('takes another level and overrides', () => {
    expect(build({ performance: 'PL2', overrides: { mountOptions: ['noatime'] } })).toMatchObject({
      parameters: { performanceLevel: 'PL2' },
      mount_options: ['noatime'],
    });
  });
});
