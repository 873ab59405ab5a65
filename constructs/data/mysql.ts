/**
 * RDS for MySQL 8: private, in two zones, encrypted on the wire and twice at rest, restorable to any second, with the
 * database, its accounts and its alarms.
 *
 * A first apply takes at least 7 minutes of fixed waits in the provider: 3 for the instance, 3 for the parameters and 1
 * for TDE.
 * Source: provider documentation and source of `alicloud_db_instance` and `alicloud_db_backup_policy` (1.285.0).
 */
import { Construct } from 'constructs';
import { DbBackupPolicy, type DbBackupPolicyConfig } from '@cdktf/provider-alicloud/lib/db-backup-policy';
import { DbInstance, type DbInstanceConfig } from '@cdktf/provider-alicloud/lib/db-instance';
import { Alarm, type Thresholds } from '../monitoring/alarm';
import type { MetricOf } from '../monitoring/metrics';
import { clientCidrs, type Placement } from '../network/placement';
import { checkAllowList } from './allow-list';
import { checkMysql } from './mysql-checks';
import { MysqlDatabase, type MysqlAccount, type MysqlDatabaseProps } from './mysql-database';
import { mysqlParameters, type MysqlParameters } from './mysql-parameters';
import { WEEK, type UtcWindow, type Weekday } from './schedule';

export interface MysqlProps {
  /** Name shown in the console. */
  readonly name: string;
  /** Where it lives: the primary in the first zone, the standby in the second. */
  readonly placement: Placement;
  /** Class, e.g. `mysql.n2.medium.2c`: `.2c` is for high availability, `.1` and `.1c` are for a single node. */
  readonly instanceClass: string;
  /** Disk at creation, in GiB: a multiple of 5 from 20. While the disk grows by itself, later changes are ignored. */
  readonly storageGiB: number;
  /** What the disk may grow to by itself, in GiB. @default four times `storageGiB` */
  readonly storageLimitGiB?: number;
  /** A standby, and failover to it; a single node is for throw-away environments. Changing it replaces the instance. @default true */
  readonly highAvailability?: boolean;
  /** Ranges that may connect. `0.0.0.0/0` and public ranges are refused. @default nodes and pods of the placement */
  readonly allowedCidrs?: readonly string[];
  /** Security groups whose members may connect, too. @default none */
  readonly securityGroupIds?: readonly string[];
  /** KMS key of the disk and of TDE, and the RAM role by which RDS uses it; see {@link rdsEncryptionRoleArn}. */
  readonly encryption: { readonly keyId: string; readonly roleArn: string };
  /** Encrypts inside the engine as well, so that backups are unreadable elsewhere. Can never be undone. @default `highAvailability`; a single node has none */
  readonly transparentDataEncryption?: boolean;
  /** Name of the database. Changing it drops the old one with its data. */
  readonly database: string;
  /** Who may do what. */
  readonly accounts: readonly MysqlAccount[];
  /** Engine parameters, laid over {@link MYSQL_PARAMETERS}. @default none */
  readonly parameters?: Partial<MysqlParameters>;
  /** @default {@link MYSQL_BACKUP} */
  readonly backup?: Partial<MysqlBackup>;
  /** When the provider of the service may restart it. @default 18:00Z-19:00Z, 2 o'clock in Shanghai */
  readonly maintenanceWindow?: UtcWindow;
  /** Seconds between monitoring points; 5 and 10 cost extra. @default 60 */
  readonly monitoringSeconds?: 5 | 10 | 60 | 300;
  /** Days that every statement is kept for audit; `false` keeps none. @default 180; a single node: false */
  readonly auditDays?: 30 | 180 | 365 | 1095 | 1825 | false;
  /** Refuses deletion, in Terraform and in the cloud, and keeps the backups after one. @default true */
  readonly protect?: boolean;
  /** When the alarms ring; `false` makes none. @default {@link MYSQL_THRESHOLDS} */
  readonly alarms?: Partial<Thresholds<MysqlMetric>> | false;
  /** The last word on each child's own arguments. @default none */
  readonly overrides?: {
    readonly instance?: Partial<DbInstanceConfig>;
    readonly backup?: Partial<DbBackupPolicyConfig>;
  } & MysqlDatabaseProps['overrides'];
}

/** When backups are taken and how far back one can go. */
export interface MysqlBackup {
  /** At least two days a week. */
  readonly days: readonly Weekday[];
  /** One hour, from a full one. */
  readonly window: UtcWindow;
  /** Days that a full backup is kept, 7 to 730. */
  readonly retentionDays: number;
  /** Days back to which any second can be restored: 7 up to `retentionDays`. */
  readonly pointInTimeDays: number;
}

export const MYSQL_BACKUP: MysqlBackup = {
  days: WEEK,
  window: '19:00Z-20:00Z',
  retentionDays: 30,
  pointInTimeDays: 14,
};

export type MysqlMetric = MetricOf<'acs_rds_dashboard'>;

/** In the metric's unit. The disk's warning is above where it starts to grow (80 %), so it rings when that fails. */
export const MYSQL_THRESHOLDS = {
  CpuUsage: { warning: 70, critical: 85 },
  MemoryUsage: { warning: 85, critical: 95 },
  DiskUsage: { warning: 85, critical: 92 },
  IOPSUsage: { warning: 70, critical: 90 },
  ConnectionUsage: { warning: 70, critical: 85 },
  DataDelay: { warning: 10, critical: 60 },
  MySQL_SlowQueries: { warning: 1 },
  MySQL_IbufReadHit: { info: 95 },
} as const satisfies Partial<Thresholds<MysqlMetric>>;

/** Share of the disk, in percent, that is free when it grows. */
const GROW_WHEN_FREE = 20;

export class Mysql extends Construct {
  /** The resource, for what the props do not offer. */
  readonly instance: DbInstance;
  readonly backupPolicy: DbBackupPolicy;
  readonly database: MysqlDatabase;
  readonly alarms: readonly Alarm[];
  /** Host name, inside the VPC only. */
  readonly host: string;
  readonly port: string;
  readonly highAvailability: boolean;
  readonly allowedCidrs: readonly string[];
  readonly backup: MysqlBackup;

  constructor(scope: Construct, id: string, props: MysqlProps) {
    super(scope, id);
    const { placement, protect = true, overrides = {}, maintenanceWindow = '18:00Z-19:00Z' } = props;
    const { highAvailability = true, transparentDataEncryption = highAvailability } = props;
    const { storageLimitGiB = 4 * props.storageGiB, auditDays = highAvailability ? 180 : false } = props;
    this.highAvailability = highAvailability;
    this.allowedCidrs = props.allowedCidrs ?? clientCidrs(placement);
    this.backup = { ...MYSQL_BACKUP, ...props.backup };

    checkAllowList('mysql.allowedCidrs', this.allowedCidrs);
    checkMysql({
      ...props,
      highAvailability,
      transparentDataEncryption,
      storageLimitGiB,
      maintenanceWindow,
      backup: this.backup,
    });
    const [primary, standby = primary] = placement.zones;

    // Data lives here: another id, VPC, zone of creation or edition replaces the instance and loses what it holds.
    this.instance = new DbInstance(this, 'instance', {
      instanceName: props.name,
      engine: 'MySQL',
      engineVersion: '8.0',
      instanceType: props.instanceClass,
      instanceChargeType: 'Postpaid', // RDS has its own spelling; Redis says PostPaid
      category: highAvailability ? 'HighAvailability' : 'Basic',
      vpcId: placement.vpcId,
      vswitchId: highAvailability ? `${primary.vswitchId},${standby.vswitchId}` : primary.vswitchId,
      zoneId: primary.id,
      ...(highAvailability ? { zoneIdSlaveA: standby.id, haConfig: 'Auto' } : {}),
      instanceStorage: props.storageGiB,
      dbInstanceStorageType: 'cloud_essd',
      storageAutoScale: 'Enable',
      storageThreshold: GROW_WHEN_FREE,
      storageUpperBound: storageLimitGiB,
      encryptionKey: props.encryption.keyId,
      roleArn: props.encryption.roleArn,
      // Can never be undone, and the key can never be taken away: without it the data and its backups are lost.
      ...(transparentDataEncryption ? { tdeStatus: 'Enabled', tdeEncryptionKey: props.encryption.keyId } : {}),
      sslAction: 'Open',
      forceEncryption: 1,
      securityIps: [...this.allowedCidrs],
      ...(props.securityGroupIds === undefined ? {} : { securityGroupIds: [...props.securityGroupIds] }),
      parameters: mysqlParameters(props.parameters),
      ...(auditDays === false ? {} : { sqlCollectorStatus: 'Enabled', sqlCollectorConfigValue: auditDays }),
      monitoringPeriod: props.monitoringSeconds ?? 60,
      maintainTime: maintenanceWindow,
      autoUpgradeMinorVersion: 'Auto',
      deletionProtection: protect,
      releasedKeepPolicy: protect ? 'All' : 'None',
      lifecycle: {
        preventDestroy: protect,
        // A failover swaps the two zones, and both are ForceNew: the next plan would replace the database.
        ignoreChanges: ['zone_id', 'zone_id_slave_a'],
      },
      ...overrides.instance,
    });
    this.host = this.instance.connectionString;
    this.port = this.instance.port;

    this.backupPolicy = new DbBackupPolicy(this, 'backup', {
      instanceId: this.instance.id,
      preferredBackupPeriod: [...this.backup.days],
      preferredBackupTime: this.backup.window,
      backupRetentionPeriod: this.backup.retentionDays,
      // Log backups are what a restore to any second is made from. A single node has none.
      ...(highAvailability ? { enableBackupLog: true, logBackupRetentionPeriod: this.backup.pointInTimeDays } : {}),
      releasedKeepPolicy: protect ? 'All' : 'None',
      ...overrides.backup,
    });
    this.database = new MysqlDatabase(this, 'database', {
      instanceId: this.instance.id,
      name: props.database,
      accounts: props.accounts,
      protect,
      overrides,
    });
    this.alarms = props.alarms === false ? [] : this.ring({ ...MYSQL_THRESHOLDS, ...props.alarms });
  }

  private ring(thresholds: Partial<Thresholds<MysqlMetric>>): readonly Alarm[] {
    const { DataDelay, ...ofSingleNode } = thresholds;
    return Alarm.forEach(
      this,
      'acs_rds_dashboard',
      { instanceId: this.instance.id },
      this.highAvailability && DataDelay !== undefined ? { ...ofSingleNode, DataDelay } : ofSingleNode,
    );
  }
}

/**
 * ARN of the role by which RDS uses a KMS key. RDS makes the role when a person of the account allows it, once, in the
 * console or by `aliyun rds CreateServiceLinkedRole`.
 * Source: `findKmsRoleArn` of the provider, which looks up the same for TDE.
 */
export function rdsEncryptionRoleArn(accountId: string): string {
  return `acs:ram::${accountId}:role/aliyunrdsinstanceencryptiondefaultrole`;
}
