import { OssBucket } from '@cdktf/provider-alicloud/lib/oss-bucket';
import { OssBucketAcl } from '@cdktf/provider-alicloud/lib/oss-bucket-acl';
import { OssBucketHttpsConfig } from '@cdktf/provider-alicloud/lib/oss-bucket-https-config';
import { OssBucketPublicAccessBlock } from '@cdktf/provider-alicloud/lib/oss-bucket-public-access-block';
import type { StateBucketProps } from '../../../constructs/state/state-bucket';
import { StateBucket } from '../../../constructs/state/state-bucket';
import { synthesize } from '../../synthesize';

const props: StateBucketProps = { name: 'acme-gateway-state', kmsKeyId: 'key-1' };

describe('StateBucket', () => {
  test('[N4] is versioned, encrypted by the key, in three zones, logged and never emptied by Terraform', () => {
    const stack = synthesize((scope) => new StateBucket(scope, 'state', props));
    expect(stack.count()).toEqual({
      alicloud_oss_bucket: 1,
      alicloud_oss_bucket_acl: 1,
      alicloud_oss_bucket_public_access_block: 1,
      alicloud_oss_bucket_https_config: 1,
    });
    expect(stack.only(OssBucket)).toEqual({
      bucket: 'acme-gateway-state',
      storage_class: 'Standard',
      redundancy_type: 'ZRS',
      versioning: { status: 'Enabled' },
      server_side_encryption_rule: { sse_algorithm: 'KMS', kms_master_key_id: 'key-1' },
      logging: { target_bucket: 'acme-gateway-state', target_prefix: 'access-log/' },
      lifecycle_rule: [
        {
          id: 'old-versions',
          prefix: '',
          enabled: true,
          noncurrent_version_expiration: [{ days: 365 }],
          abort_multipart_upload: [{ days: 7 }],
        },
        { id: 'access-log', prefix: 'access-log/', enabled: true, expiration: [{ days: 180 }] },
      ],
      lifecycle_rule_allow_same_action_overlap: true,
      force_destroy: false,
      lifecycle: { prevent_destroy: true },
    });
  });

  test('[N4] is private, cannot be made public, and speaks TLS 1.2 or later', () => {
    const stack = synthesize((scope) => new StateBucket(scope, 'state', props));
    const bucket = `\${alicloud_oss_bucket.${Object.keys(stack.byId(OssBucket))[0] ?? ''}.id}`;
    expect(stack.only(OssBucketAcl)).toEqual({ bucket, acl: 'private' });
    expect(stack.only(OssBucketPublicAccessBlock)).toMatchObject({ bucket, block_public_access: true });
    expect(stack.only(OssBucketHttpsConfig)).toEqual({ bucket, enable: true, tls_versions: ['TLSv1.2', 'TLSv1.3'] });
  });

  test('[N4] is encrypted without a key of one’s own, too; [N9] and may be destroyed where told', () => {
    const bucket = synthesize(
      (scope) =>
        new StateBucket(scope, 'state', { name: 'acme-state', protect: false, overrides: { resourceGroupId: 'rg-1' } }),
    ).only(OssBucket);
    expect(bucket).toMatchObject({
      server_side_encryption_rule: { sse_algorithm: 'AES256' },
      lifecycle: { prevent_destroy: false },
      resource_group_id: 'rg-1',
    });
  });

  test.each<[Partial<StateBucketProps>, RegExp]>([
    [{ name: 'ab' }, /name \(ab\) must be 3 to 63 lower-case/],
    [{ name: 'Acme' }, /name \(Acme\)/],
    [{ oldVersionDays: 29 }, /oldVersionDays \(29\) must be a whole number of days from 30, or a fault found late/],
    [{ accessLogDays: 30 }, /accessLogDays \(30\) must be a whole number of days from 90/],
  ])('[N4] refuses %j and says the way out', (fault, message) => {
    expect(() => synthesize((scope) => new StateBucket(scope, 'state', { ...props, ...fault }))).toThrow(message);
  });
});
