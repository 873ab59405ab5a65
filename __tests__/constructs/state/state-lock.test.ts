import { OtsInstance } from '@cdktf/provider-alicloud/lib/ots-instance';
import { OtsTable } from '@cdktf/provider-alicloud/lib/ots-table';
import type { StateLockProps } from '../../../constructs/state/state-lock';
import { StateLock } from '../../../constructs/state/state-lock';
import { synthesize } from '../../synthesize';

const props: StateLockProps = { instanceName: 'acme-locks', tableName: 'terraform_locks' };

describe('StateLock', () => {
  test('[N4] is the table that the oss backend asks for: LockID, one version, for ever', () => {
    const stack = synthesize((scope) => new StateLock(scope, 'lock', props));
    expect(stack.count()).toEqual({ alicloud_ots_instance: 1, alicloud_ots_table: 1 });
    expect(stack.only(OtsInstance)).toEqual({
      name: 'acme-locks',
      description: 'Locks of the Terraform states',
      instance_type: 'Capacity',
      network_type_acl: ['VPC', 'INTERNET'],
      network_source_acl: ['TRUST_PROXY'],
      lifecycle: { prevent_destroy: true },
    });
    expect(stack.only(OtsTable)).toEqual({
      instance_name: `\${alicloud_ots_instance.${Object.keys(stack.byId(OtsInstance))[0] ?? ''}.name}`,
      table_name: 'terraform_locks',
      primary_key: [{ name: 'LockID', type: 'String' }],
      max_version: 1,
      time_to_live: -1,
      enable_sse: true,
      sse_key_type: 'SSE_KMS_SERVICE',
      lifecycle: { prevent_destroy: true },
    });
  });

  test('[N9] may be destroyed, unencrypted and kept in the VPC where told', () => {
    const stack = synthesize(
      (scope) =>
        new StateLock(scope, 'lock', {
          ...props,
          protect: false,
          encrypt: false,
          networks: ['VPC'],
          overrides: { instanceType: 'HighPerformance' },
        }),
    );
    expect(stack.only(OtsInstance)).toMatchObject({
      network_type_acl: ['VPC'],
      instance_type: 'HighPerformance',
      lifecycle: { prevent_destroy: false },
    });
    expect(stack.only(OtsTable)).toMatchObject({ lifecycle: { prevent_destroy: false } });
    expect(stack.only(OtsTable)).not.toHaveProperty('enable_sse');
  });

  test.each<[Partial<StateLockProps>, RegExp]>([
    [{ instanceName: 'a-much-too-long-name' }, /instanceName \(a-much-too-long-name\) must be 3 to 16 letters/],
    [{ instanceName: '1ab' }, /instanceName \(1ab\)/],
    [
      { tableName: 'terraform-locks' },
      /tableName \(terraform-locks\) must be 1 to 255 letters, digits and underscores/,
    ],
    [{ networks: [] }, /networks is empty, so nobody could take the lock/],
  ])('[N4] refuses %j and says the way out', (fault, message) => {
    expect(() => synthesize((scope) => new StateLock(scope, 'lock', { ...props, ...fault }))).toThrow(message);
  });
});
