/** Findings of the scanner that stand, each with the reason. A row that matches nothing any more fails the check. */

export interface PolicyException {
  /** The scanner's check, such as `CKV_ALI_12`. */
  readonly check: string;
  /** The Terraform address that it is about, without stack or environment. */
  readonly resource: RegExp;
  /** Arguments that the resource must have for the exception to hold, in Terraform's spelling. @default any */
  readonly where?: Readonly<Record<string, unknown>>;
  /** Why it is right as it is. */
  readonly reason: string;
}

const STATE_BUCKET = /^alicloud_oss_bucket\.state-bucket_/;
const DATABASE = /^alicloud_db_instance\.mysql_/;
const POSTGRESQL_ONLY =
  'log_duration, log_connections and log_disconnections are parameters of PostgreSQL; this is MySQL';

export const EXCEPTIONS: readonly PolicyException[] = [
  {
    check: 'CKV_ALI_6',
    resource: STATE_BUCKET,
    reason:
      'The key of the environment is made by a stack whose state is in this bucket. The bucket is encrypted by AES-256 ' +
      'with keys of OSS; a key of a customer can be given to StateBucket as kmsKeyId where an account has one already.',
  },
  {
    check: 'CKV_ALI_11',
    resource: STATE_BUCKET,
    reason: 'Transfer acceleration is for large objects from far away, and is billed; states are kilobytes, from CI.',
  },
  { check: 'CKV_ALI_35', resource: DATABASE, reason: POSTGRESQL_ONLY },
  { check: 'CKV_ALI_36', resource: DATABASE, reason: POSTGRESQL_ONLY },
  { check: 'CKV_ALI_37', resource: DATABASE, reason: POSTGRESQL_ONLY },
  {
    check: 'CKV_ALI_22',
    resource: DATABASE,
    where: { category: 'Basic' },
    reason: 'The one-node edition has no TDE; its disk is encrypted with the key of the environment.',
  },
  {
    check: 'CKV_ALI_25',
    resource: DATABASE,
    where: { category: 'Basic' },
    reason: 'The one-node edition has no SQL audit.',
  },
  {
    check: 'CKV_K8S_15',
    resource: /^kubernetes_deployment_v1\.deployment_/,
    reason:
      'The image is named by its digest, under which there is never another one: to pull it again at each start would ' +
      'make every start depend on the registry.',
  },
];
