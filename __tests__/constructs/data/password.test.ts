import fc from 'fast-check';
import { KmsSecret } from '@cdktf/provider-alicloud/lib/kms-secret';
import { Password as RandomPassword } from '@cdktf/provider-random/lib/password';
import { Password, PASSWORD_SPECIALS, type PasswordProps } from '../../../constructs/data/password';
import { synthesize } from '../../synthesize';

const props: PasswordProps = { name: 'bailian-gateway/test/mysql', version: 1, encryptionKeyId: 'key-1' };
const build = (fault: Partial<PasswordProps> = {}) =>
  synthesize((scope) => new Password(scope, 'password', { ...props, ...fault }));

describe('Password', () => {
  test('[D3] is generated as RDS and Redis take it, and kept as a KMS secret', () => {
    const stack = build();
    expect(stack.count()).toEqual({ alicloud_kms_secret: 1, random_password: 1 });
    expect(stack.only(RandomPassword)).toMatchObject({
      length: 32,
      min_lower: 1,
      min_upper: 1,
      min_numeric: 1,
      min_special: 1,
      override_special: '_-',
      keepers: { version: '1' },
    });
    expect(stack.only(KmsSecret)).toMatchObject({
      secret_name: 'bailian-gateway/test/mysql',
      secret_data: expect.stringMatching(/^\$\{random_password\.\w+\.result\}$/) as unknown,
      version_id: 'v1',
      encryption_key_id: 'key-1',
    });
  });

  test('[D3] rotates by its number: another value under another label, in the same two resources', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (version) => {
        const [before, after] = [build({ version }), build({ version: version + 1 })];
        expect(Object.keys(after.byId(RandomPassword))).toEqual(Object.keys(before.byId(RandomPassword)));
        expect(after.only(RandomPassword)['keepers']).not.toEqual(before.only(RandomPassword)['keepers']);
        expect(after.only(KmsSecret)['version_id']).not.toEqual(before.only(KmsSecret)['version_id']);
        expect(after.only(KmsSecret)['secret_name']).toEqual(before.only(KmsSecret)['secret_name']);
      }),
      { numRuns: 10 },
    );
  });

  test('[D3] uses only what a URL carries unescaped', () => {
    expect(encodeURIComponent(PASSWORD_SPECIALS)).toBe(PASSWORD_SPECIALS);
  });

  test('[D3] is no output of its stack', () => {
    expect(build().json).not.toHaveProperty('output');
  });

  test.each<[Partial<PasswordProps>, RegExp]>([
    [{ version: 0 }, /password\.version \(0\) must be a whole number from 1; raise the last one by 1 to rotate/],
    [{ version: 1.5 }, /password\.version \(1\.5\)/],
    [{ length: 33 }, /password\.length \(33\) must be 16 to 32, which RDS and Redis take/],
    [{ length: 15 }, /password\.length \(15\) must be 16 to 32/],
  ])('refuses %j and says the way out', (fault, message) => {
    expect(() => build(fault)).toThrow(message);
  });

  test('the overrides have the last word on each child', () => {
    const stack = build({ overrides: { password: { length: 20 }, secret: { description: 'other' } } });
    expect(stack.only(RandomPassword)).toMatchObject({ length: 20 });
    expect(stack.only(KmsSecret)).toMatchObject({ description: 'other' });
  });
});
