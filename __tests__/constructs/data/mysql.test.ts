import { CmsAlarm } from '@cdktf/provider-alicloud/lib/cms-alarm';
import { DbAccountPrivilege } from '@cdktf/provider-alicloud/lib/db-account-privilege';
import { DbBackupPolicy } from '@cdktf/provider-alicloud/lib/db-backup-policy';
import { DbDatabase } from '@cdktf/provider-alicloud/lib/db-database';
import { DbInstance } from '@cdktf/provider-alicloud/lib/db-instance';
import { RdsAccount } from '@cdktf/provider-alicloud/lib/rds-account';
import { Mysql, rdsEncryptionRoleArn, type MysqlProps } from '../../../constructs/data/mysql';
import { oneZone, threeZones } from '../../fixtures/placement';
import { synthesize } from '../../synthesize';

const account = { name: 'gateway', privilege: 'DMLOnly', password: '${p.one}', description: 'The gateway.' } as const;
const migrator = {
  name: 'migrator',
  privilege: 'ReadWrite',
  password: '${p.two}',
  description: 'Migrations.',
} as const;
const props: MysqlProps = {
  name: 'test-mysql',
  placement: threeZones,
  instanceClass: 'mysql.n2.medium.2c',
  storageGiB: 50,
  encryption: { keyId: 'key-1', roleArn: rdsEncryptionRoleArn('1234567890123456') },
  database: 'gateway',
  accounts: [account, migrator],
};
const single: Partial<MysqlProps> = { placement: oneZone, instanceClass: 'mysql.n2.small.1', highAvailability: false };
const build = (change: Partial<MysqlProps> = {}) =>
  synthesize((scope) => new Mysql(scope, 'mysql', { ...props, ...change }));

describe('Mysql', () => {
  test('[D1] is an instance, its backups, a database, and an account and a privilege for each login', () => {
    expect(build({ alarms: false }).count()).toEqual({
      alicloud_db_account_privilege: 2,
      alicloud_db_backup_policy: 1,
      alicloud_db_database: 1,
      alicloud_db_instance: 1,
      alicloud_rds_account: 2,
    });
  });

  test('[D1] is private, highly available in two zones, and open to nodes and pods only', () => {
    expect(build().only(DbInstance)).toMatchObject({
      engine: 'MySQL',
      engine_version: '8.0',
      category: 'HighAvailability',
      vpc_id: 'vpc-fixture',
      vswitch_id: 'vsw-node-h,vsw-node-i',
      zone_id: 'cn-hangzhou-h',
      zone_id_slave_a: 'cn-hangzhou-i',
      ha_config: 'Auto',
      instance_charge_type: 'Postpaid',
      security_ips: ['10.0.0.0/20', '10.0.128.0/19', '10.0.16.0/20', '10.0.160.0/19', '10.0.32.0/20', '10.0.192.0/19'],
    });
  });

  test('[D1] is encrypted on the wire, on the disk and in the engine, by our key', () => {
    expect(build().only(DbInstance)).toMatchObject({
      ssl_action: 'Open',
      force_encryption: 1,
      encryption_key: 'key-1',
      role_arn: 'acs:ram::1234567890123456:role/aliyunrdsinstanceencryptiondefaultrole',
      tde_status: 'Enabled',
      tde_encryption_key: 'key-1',
    });
  });

  test('[D1] audits, patches itself in its window, grows, and has its parameters', () => {
    expect(build().only(DbInstance)).toMatchObject({
      sql_collector_status: 'Enabled',
      sql_collector_config_value: 180,
      auto_upgrade_minor_version: 'Auto',
      maintain_time: '18:00Z-19:00Z',
      monitoring_period: 60,
      instance_storage: 50,
      storage_auto_scale: 'Enable',
      storage_threshold: 20,
      storage_upper_bound: 200,
      parameters: expect.arrayContaining([{ name: 'sync_binlog', value: '1' }]) as unknown,
    });
  });

  test('[D1] can be restored to any second of two weeks', () => {
    expect(build().only(DbBackupPolicy)).toMatchObject({
      preferred_backup_period: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
      preferred_backup_time: '19:00Z-20:00Z',
      backup_retention_period: 30,
      enable_backup_log: true,
      log_backup_retention_period: 14,
      released_keep_policy: 'All',
    });
  });

  test('[D1] has accounts that can do one thing each, with passwords by reference', () => {
    const stack = build();
    expect(stack.every(RdsAccount)).toMatchObject([
      { account_name: 'gateway', account_type: 'Normal', account_password: '${p.one}' },
      { account_name: 'migrator', account_type: 'Normal', account_password: '${p.two}' },
    ]);
    expect(stack.every(DbAccountPrivilege).map(({ privilege }) => privilege)).toEqual(['DMLOnly', 'ReadWrite']);
    // By reference, so that the account and the database are there first.
    for (const { account_name, db_names } of stack.every(DbAccountPrivilege)) {
      expect(account_name).toMatch(/^\$\{alicloud_rds_account\./);
      expect(db_names).toEqual([expect.stringMatching(/^\$\{alicloud_db_database\./)]);
    }
    expect(stack.only(DbDatabase)).toMatchObject({ data_base_name: 'gateway', character_set: 'utf8mb4' });
  });

  test('[N9] protects what holds data, and survives a failover without a replacement', () => {
    const stack = build();
    expect(stack.only(DbInstance)).toMatchObject({
      deletion_protection: true,
      lifecycle: { prevent_destroy: true, ignore_changes: ['zone_id', 'zone_id_slave_a'] },
    });
    expect(stack.only(DbDatabase)).toMatchObject({ lifecycle: { prevent_destroy: true } });
  });

  test('[N9] lets itself be destroyed without a trace where that is asked for', () => {
    const stack = build({ protect: false });
    expect(stack.only(DbInstance)).toMatchObject({
      deletion_protection: false,
      released_keep_policy: 'None',
      lifecycle: { prevent_destroy: false },
    });
    expect(stack.only(DbDatabase)).toMatchObject({ lifecycle: { prevent_destroy: false } });
    expect(stack.only(DbBackupPolicy)).toMatchObject({ released_keep_policy: 'None' });
  });

  test('[D1] as a single node asks for nothing that a single node does not have', () => {
    const stack = build(single);
    const instance = stack.only(DbInstance);
    expect(instance).toMatchObject({ category: 'Basic', vswitch_id: 'vsw-node-h', encryption_key: 'key-1' });
    for (const absent of ['zone_id_slave_a', 'ha_config', 'tde_status', 'tde_encryption_key', 'sql_collector_status']) {
      expect(instance).not.toHaveProperty(absent);
    }
    expect(stack.only(DbBackupPolicy)).not.toHaveProperty('enable_backup_log');
    expect(stack.every(CmsAlarm).map(({ metric }) => metric)).not.toContain('DataDelay');
  });

  test('[D4] rings for CPU, memory, disk, IOPS, connections, replication, slow queries and buffer: fourteen alarms', () => {
    const alarms = build().every(CmsAlarm);
    expect(alarms).toHaveLength(14);
    expect(new Set(alarms.map(({ metric }) => metric))).toEqual(
      new Set([
        'CpuUsage',
        'MemoryUsage',
        'DiskUsage',
        'IOPSUsage',
        'ConnectionUsage',
        'DataDelay',
        'MySQL_SlowQueries',
        'MySQL_IbufReadHit',
      ]),
    );
    for (const { project, metric_dimensions } of alarms) {
      expect(project).toBe('acs_rds_dashboard');
      expect(metric_dimensions).toMatch(/instanceId.*alicloud_db_instance\./);
    }
  });

  test('[D4] makes no alarm when told so, and one more where a threshold is added', () => {
    expect(build({ alarms: false }).every(CmsAlarm)).toHaveLength(0);
    expect(build({ alarms: { MySQL_ThreadsRunning: { warning: 64 } } }).every(CmsAlarm)).toHaveLength(15);
    expect(build({ alarms: { CpuUsage: {} } }).every(CmsAlarm)).toHaveLength(12);
  });

  test('takes security groups and overrides', () => {
    const stack = build({
      securityGroupIds: ['sg-1'],
      overrides: { instance: { forceRestart: true }, backup: { compressType: '4' }, database: { description: 'd' } },
    });
    expect(stack.only(DbInstance)).toMatchObject({ security_group_ids: ['sg-1'], force_restart: true });
    expect(stack.only(DbBackupPolicy)).toMatchObject({ compress_type: '4' });
    expect(stack.only(DbDatabase)).toMatchObject({ description: 'd' });
  });

  test.each<[Partial<MysqlProps>, RegExp]>([
    [{ allowedCidrs: ['0.0.0.0/0'] }, /mysql\.allowedCidrs: 0\.0\.0\.0\/0 opens it to every address/],
    [{ placement: oneZone }, /highAvailability needs 2 zones and placement has 1; add one or set it to false/],
    [
      { instanceClass: 'mysql.n2.small.1' },
      /is of a single node; take its \.2c class or set highAvailability to false/,
    ],
    [{ instanceClass: 'rds.mysql' }, /is no class of RDS for MySQL; take one such as mysql\.n2\.medium\.2c/],
    [{ ...single, instanceClass: 'mysql.n2.medium.2c' }, /is for high availability; take its \.1 class/],
    [{ ...single, transparentDataEncryption: true }, /is not offered on a single node/],
    [{ storageGiB: 15 }, /storageGiB \(15\) must be 20 to 64000 in steps of 5; round it up/],
    [{ storageGiB: 52 }, /storageGiB \(52\) must be 20 to 64000 in steps of 5/],
    [
      { storageLimitGiB: 50 },
      /storageLimitGiB \(50\) must be above storageGiB \(50\), or the disk cannot grow; raise it/,
    ],
    [{ maintenanceWindow: '18:00Z-18:00Z' }, /maintenanceWindow \(18:00Z-18:00Z\) has no length/],
    [{ backup: { days: ['Monday'] } }, /backup\.days \(Monday\) has 1 and 2 is the least; add a day/],
    [{ backup: { window: '19:00Z-21:00Z' } }, /backup\.window .* must be one hour from a full hour/],
    [{ backup: { retentionDays: 6 } }, /retentionDays \(6\) must be 7 to 730/],
    [{ backup: { retentionDays: 7, pointInTimeDays: 8 } }, /pointInTimeDays \(8\) must be 7 up to retentionDays \(7\)/],
    [{ parameters: { local_infile: 'maybe' } }, /local_infile \(maybe\) must be ON or OFF/],
    [{ database: 'Gateway' }, /mysql\.database \(Gateway\) must be 2 to 64 of a-z/],
    [{ accounts: [] }, /mysql\.accounts is empty and nobody could use the database; name one/],
    [{ accounts: [account, account] }, /names gateway twice; an account has one privilege/],
    [{ accounts: [{ ...account, name: 'root' }] }, /\(root\) is a name that RDS keeps; take another/],
    [{ accounts: [{ ...account, name: 'a' }] }, /\(a\) must be 2 to 32 of a-z/],
    [{ accounts: [{ ...account, password: 'hunter2' }] }, /mysql\.accounts\.gateway\.password is a literal/],
    [{ alarms: { CpuUsage: { warning: 90, critical: 85 } } }, /must be below critical/],
  ])('[D1] refuses %j and says the way out', (fault, message) => {
    expect(() => build(fault)).toThrow(message);
  });

  test('reports the faults of several settings at once', () => {
    expect(() => build({ storageGiB: 15, instanceClass: 'x', backup: { retentionDays: 1 } })).toThrow(
      /instanceClass \(x\)[\s\S]*storageGiB \(15\)[\s\S]*retentionDays \(1\)/,
    );
  });
});
