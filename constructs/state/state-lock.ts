/**
 * The table by which two runs of Terraform keep out of each other's way. Its form is the oss backend's: one string key
 * named LockID, one version, no end of life.
 *
 * Source: Terraform documentation, backend "oss"; provider documentation of `alicloud_ots_instance` and
 * `alicloud_ots_table` (1.285.0).
 */
import { Construct } from 'constructs';
import type { OtsInstanceConfig } from '@cdktf/provider-alicloud/lib/ots-instance';
import { OtsInstance } from '@cdktf/provider-alicloud/lib/ots-instance';
import { OtsTable } from '@cdktf/provider-alicloud/lib/ots-table';
import { preventDestroy } from '../policy/protection';

/** Where requests to the table may come from. */
export type LockNetwork = 'VPC' | 'INTERNET';

export interface StateLockProps {
  /** Name of the Tablestore instance, 3–16 letters, digits and hyphens, first a letter. ForceNew. */
  readonly instanceName: string;
  /** Name of the table: letters, digits and underscores, at most 255. ForceNew. */
  readonly tableName: string;
  /**
   * Networks that may reach it. A CI runner outside of the VPC needs the internet; each request is signed all the same.
   * @default both
   */
  readonly networks?: readonly LockNetwork[];
  /** Encrypts the table with a key of KMS's own. ForceNew in effect: Tablestore sets it at creation alone. @default true */
  readonly encrypt?: boolean;
  /** Refuses deletion in Terraform. @default true */
  readonly protect?: boolean;
  /** The last word on the instance's own arguments. @default none */
  readonly overrides?: Partial<OtsInstanceConfig>;
}

export class StateLock extends Construct {
  /** The resource, for what the props do not offer. */
  readonly instance: OtsInstance;
  readonly table: OtsTable;

  constructor(scope: Construct, id: string, props: StateLockProps) {
    super(scope, id);
    const { instanceName, tableName, networks = ['VPC', 'INTERNET'], encrypt = true, protect = true } = props;
    if (!/^[A-Za-z][A-Za-z0-9-]{1,14}[A-Za-z0-9]$/.test(instanceName)) {
      throw new Error(
        `stateLock.instanceName (${instanceName}) must be 3 to 16 letters, digits and hyphens, first a letter, last no hyphen`,
      );
    }
    if (!/^[A-Za-z_]\w{0,254}$/.test(tableName)) {
      throw new Error(
        `stateLock.tableName (${tableName}) must be 1 to 255 letters, digits and underscores, first no digit`,
      );
    }
    if (networks.length === 0) {
      throw new Error('stateLock.networks is empty, so nobody could take the lock; name VPC, INTERNET or both');
    }

    // A lock in use lives here: replacing the instance or the table while somebody applies lets a second one in.
    this.instance = new OtsInstance(this, 'instance', {
      name: instanceName,
      description: 'Locks of the Terraform states',
      instanceType: 'Capacity',
      networkTypeAcl: [...networks],
      networkSourceAcl: ['TRUST_PROXY'],
      lifecycle: preventDestroy(protect),
      ...props.overrides,
    });
    this.table = new OtsTable(this, 'table', {
      instanceName: this.instance.name,
      tableName,
      primaryKey: [{ name: 'LockID', type: 'String' }],
      maxVersion: 1,
      timeToLive: -1,
      ...(encrypt ? { enableSse: true, sseKeyType: 'SSE_KMS_SERVICE' } : {}),
      lifecycle: preventDestroy(protect),
    });
  }
}
