/**
 * The bucket that keeps Terraform's state: whoever loses it can no longer change what it describes, and whoever reads it
 * reads every secret in it. So: versioned, encrypted, private, over TLS only, in three zones, with a log of who asked.
 *
 * Source: provider documentation of `alicloud_oss_bucket` and its companions (1.285.0). Versioning, encryption, logging
 * and lifecycle are inline: the resources of their own fight the bucket over them (provider issue 10351), and scanners
 * read only these.
 */
import { Construct } from 'constructs';
import type { OssBucketConfig } from '@cdktf/provider-alicloud/lib/oss-bucket';
import { OssBucket } from '@cdktf/provider-alicloud/lib/oss-bucket';
import { OssBucketAcl } from '@cdktf/provider-alicloud/lib/oss-bucket-acl';
import { OssBucketHttpsConfig } from '@cdktf/provider-alicloud/lib/oss-bucket-https-config';
import { OssBucketPublicAccessBlock } from '@cdktf/provider-alicloud/lib/oss-bucket-public-access-block';
import { preventDestroy } from '../policy/protection';

/** Folder of the bucket's own access log. */
const ACCESS_LOG = 'access-log/';

export interface StateBucketProps {
  /** Name, 3–63 lower-case letters, digits and hyphens, unique in all of OSS. ForceNew: every state goes with it. */
  readonly name: string;
  /** KMS key that encrypts it. @default none: AES-256 with OSS's own keys */
  readonly kmsKeyId?: string;
  /** Days that a state outlives its replacement: how far back one can go. @default 365 */
  readonly oldVersionDays?: number;
  /** Days that the access log is kept. @default 180 */
  readonly accessLogDays?: number;
  /** Refuses deletion in Terraform; in the cloud, a bucket that holds anything cannot be deleted. @default true */
  readonly protect?: boolean;
  /** The last word on the bucket's own arguments. @default none */
  readonly overrides?: Partial<OssBucketConfig>;
}

export class StateBucket extends Construct {
  /** The resource, for what the props do not offer. */
  readonly bucket: OssBucket;
  readonly acl: OssBucketAcl;
  readonly publicAccessBlock: OssBucketPublicAccessBlock;
  readonly https: OssBucketHttpsConfig;

  constructor(scope: Construct, id: string, props: StateBucketProps) {
    super(scope, id);
    const { name, oldVersionDays = 365, accessLogDays = 180, protect = true } = props;
    if (!/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name)) {
      throw new Error(
        `stateBucket.name (${name}) must be 3 to 63 lower-case letters, digits and hyphens, with no hyphen at either end`,
      );
    }
    checkDays('oldVersionDays', oldVersionDays, 30, 'or a fault found late finds no state to go back to');
    checkDays('accessLogDays', accessLogDays, 90, 'or an incident cannot be looked into');

    // Every state lives here: changing bucket, storageClass or redundancyType, or the id of this construct, makes
    // another bucket, and Terraform then knows of nothing.
    this.bucket = new OssBucket(this, 'bucket', {
      bucket: name,
      storageClass: 'Standard',
      redundancyType: 'ZRS',
      versioning: { status: 'Enabled' },
      serverSideEncryptionRule:
        props.kmsKeyId === undefined
          ? { sseAlgorithm: 'AES256' }
          : { sseAlgorithm: 'KMS', kmsMasterKeyId: props.kmsKeyId },
      // Into itself: a second bucket for the log would want a log of its own.
      logging: { targetBucket: name, targetPrefix: ACCESS_LOG },
      lifecycleRule: [
        {
          id: 'old-versions',
          prefix: '',
          enabled: true,
          noncurrentVersionExpiration: [{ days: oldVersionDays }],
          abortMultipartUpload: [{ days: 7 }],
        },
        { id: 'access-log', prefix: ACCESS_LOG, enabled: true, expiration: [{ days: accessLogDays }] },
      ],
      // The two rules meet under the log's folder, where each has a work of its own.
      lifecycleRuleAllowSameActionOverlap: true,
      forceDestroy: false,
      lifecycle: preventDestroy(protect),
      ...props.overrides,
    });
    this.acl = new OssBucketAcl(this, 'acl', { bucket: this.bucket.id, acl: 'private' });
    this.publicAccessBlock = new OssBucketPublicAccessBlock(this, 'public-access-block', {
      bucket: this.bucket.id,
      blockPublicAccess: true,
      // One change of a bucket's access at a time, or OSS answers that another is under way.
      dependsOn: [this.acl],
    });
    this.https = new OssBucketHttpsConfig(this, 'https', {
      bucket: this.bucket.id,
      enable: true,
      tlsVersions: ['TLSv1.2', 'TLSv1.3'],
    });
  }
}

function checkDays(what: string, days: number, min: number, why: string): void {
  if (!Number.isInteger(days) || days < min) {
    throw new Error(`stateBucket.${what} (${days}) must be a whole number of days from ${min}, ${why}; raise it`);
  }
}
