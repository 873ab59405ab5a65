import { KmsSecret } from '@cdktf/provider-alicloud/lib/kms-secret';
import { Secret, type SecretProps } from '../../../constructs/data/secret';
import { synthesize } from '../../synthesize';

const props: SecretProps = {
  name: 'bailian-gateway/test/key',
  value: '${random_password.key.result}',
  version: 'v1',
  encryptionKeyId: 'key-1',
};

describe('Secret', () => {
  test('[N7] is one KMS secret, encrypted by our key, recoverable, and not destroyed by Terraform', () => {
    const stack = synthesize((scope) => new Secret(scope, 'secret', props));
    expect(stack.count()).toEqual({ alicloud_kms_secret: 1 });
    expect(stack.only(KmsSecret)).toMatchObject({
      secret_name: 'bailian-gateway/test/key',
      secret_data: '${random_password.key.result}',
      version_id: 'v1',
      encryption_key_id: 'key-1',
      recovery_window_in_days: 30,
      lifecycle: { prevent_destroy: true },
    });
  });

  test('[N9] goes at once, and lets itself be destroyed, where that is asked for', () => {
    const stack = synthesize(
      (scope) =>
        new Secret(scope, 'secret', { ...props, protect: false, recoveryWindowDays: false, kmsInstanceId: 'kst-1' }),
    );
    const secret = stack.only(KmsSecret);
    expect(secret).toMatchObject({
      force_delete_without_recovery: true,
      dkms_instance_id: 'kst-1',
      lifecycle: { prevent_destroy: false },
    });
    expect(secret).not.toHaveProperty('recovery_window_in_days');
  });

  test('the overrides have the last word', () => {
    const stack = synthesize((scope) => new Secret(scope, 'secret', { ...props, overrides: { description: 'other' } }));
    expect(stack.only(KmsSecret)).toMatchObject({ description: 'other' });
  });

  test.each<[Partial<SecretProps>, RegExp]>([
    [{ value: 'hunter2' }, /is a literal and would be in the synthesized file; pass the value of a Password/],
    [{ name: 'no spaces' }, /must be 1 to 64 letters/],
    [{ recoveryWindowDays: 6 }, /recoveryWindowDays \(6\) must be 7 to 30; use false to delete at once/],
    [{ recoveryWindowDays: 31 }, /recoveryWindowDays \(31\) must be 7 to 30/],
    [{ recoveryWindowDays: 7.5 }, /recoveryWindowDays \(7\.5\) must be 7 to 30/],
  ])('[D3] refuses %j and says the way out', (fault, message) => {
    expect(() => synthesize((scope) => new Secret(scope, 'secret', { ...props, ...fault }))).toThrow(message);
  });

  test('[D3] does not repeat a refused literal in its message', () => {
    let message = '';
    try {
      synthesize((scope) => new Secret(scope, 'secret', { ...props, value: 'hunter2' }));
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(/is a literal/);
    expect(message).not.toContain('hunter2');
  });
});
