import { KmsAlias } from '@cdktf/provider-alicloud/lib/kms-alias';
import { KmsKey } from '@cdktf/provider-alicloud/lib/kms-key';
import type { EncryptionKeyProps } from '../../../constructs/encryption/encryption-key';
import { EncryptionKey } from '../../../constructs/encryption/encryption-key';
import { synthesize } from '../../synthesize';

const props: EncryptionKeyProps = { name: 'prod/data', description: 'Data of prod', instanceId: 'kst-1' };

describe('EncryptionKey', () => {
  test('[N7] is a key that rotates each year, and its alias', () => {
    const stack = synthesize((scope) => new EncryptionKey(scope, 'key', props));
    expect(stack.count()).toEqual({ alicloud_kms_key: 1, alicloud_kms_alias: 1 });
    expect(stack.only(KmsKey)).toEqual({
      description: 'Data of prod',
      dkms_instance_id: 'kst-1',
      key_spec: 'Aliyun_AES_256',
      key_usage: 'ENCRYPT/DECRYPT',
      origin: 'Aliyun_KMS',
      protection_level: 'SOFTWARE',
      status: 'Enabled',
      automatic_rotation: 'Enabled',
      rotation_interval: '31536000s',
      pending_window_in_days: 30,
      deletion_protection: 'Enabled',
      deletion_protection_description: 'prod/data encrypts data that lives on',
      lifecycle: { prevent_destroy: true },
    });
    expect(stack.only(KmsAlias)).toEqual({
      alias_name: 'alias/prod/data',
      key_id: `\${alicloud_kms_key.${Object.keys(stack.byId(KmsKey))[0] ?? ''}.id}`,
    });
  });

  test('[N9] may be destroyed where nothing is protected', () => {
    const key = synthesize((scope) => new EncryptionKey(scope, 'key', { ...props, protect: false })).only(KmsKey);
    expect(key).toMatchObject({ deletion_protection: 'Disabled', lifecycle: { prevent_destroy: false } });
    expect(key).not.toHaveProperty('deletion_protection_description');
  });

  test('[N7] is the region’s default key without an instance, and rotates only when told', () => {
    const key = synthesize(
      (scope) =>
        new EncryptionKey(scope, 'key', {
          name: 'dev',
          description: 'Dev',
          rotationDays: false,
          overrides: { policy: '{}' },
        }),
    ).only(KmsKey);
    expect(key).toMatchObject({ automatic_rotation: 'Disabled', policy: '{}' });
    expect(key).not.toHaveProperty('dkms_instance_id');
    expect(key).not.toHaveProperty('rotation_interval');
  });

  test.each<[Partial<EncryptionKeyProps>, RegExp]>([
    [{ deletionWindowDays: 6 }, /deletionWindowDays \(6\) must be a whole number of days from 7 to 366/],
    [{ deletionWindowDays: 367 }, /deletionWindowDays \(367\)/],
    [{ rotationDays: 1 }, /rotationDays \(1\) must be a whole number of days from 7 to 730/],
    [{ rotationDays: 30.5 }, /rotationDays \(30.5\)/],
    [{ name: 'alias/prod' }, /name \(alias\/prod\) must be .* without alias\//],
    [{ name: '' }, /name \(\) must be 1 to 255/],
  ])('[N7] refuses %j and says the way out', (fault, message) => {
    expect(() => synthesize((scope) => new EncryptionKey(scope, 'key', { ...props, ...fault }))).toThrow(message);
  });
});
