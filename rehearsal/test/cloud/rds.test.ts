import { ecs } from '../../cloud/products/ecs';
import { kms } from '../../cloud/products/kms';
import { rds } from '../../cloud/products/rds';
import { vpc } from '../../cloud/products/vpc';
import { Caller, textAt } from './caller';
import type { Answer } from './caller';

type Parameters = Readonly<Record<string, string>>;

const INSTANCE = {
  Engine: 'MySQL',
  EngineVersion: '8.0',
  DBInstanceClass: 'mysql.n2.medium.2c',
  DBInstanceStorage: '50',
  DBInstanceStorageType: 'cloud_essd',
  DBInstanceNetType: 'Intranet',
  InstanceNetworkType: 'VPC',
  Category: 'HighAvailability',
  PayType: 'Postpaid',
  SecurityIPList: '10.0.0.0/20,10.0.16.0/20',
  VPCId: 'vpc',
  ZoneId: 'cn-hangzhou-h',
  ZoneIdSlave1: 'cn-hangzhou-i',
};
const ACCOUNT = { AccountName: 'gateway', AccountPassword: 'Rehearsal-1', AccountType: 'Normal' };
const DATABASE = { DBName: 'gateway', CharacterSetName: 'utf8mb4' };
const GRANT = { AccountName: 'gateway', DBName: 'gateway', AccountPrivilege: 'ReadWrite' };

/** An instance in two zones, with a key, a security group, a database and an account beside it. */
class Data {
  readonly caller = new Caller([rds, ecs, kms, vpc], { quotas: { databaseInstances: 2 } });
  readonly ids: Record<string, string> = {};

  #named(parameters: Parameters): Parameters {
    const named = Object.entries(parameters).map(([name, value]) => [name, this.ids[value] ?? value]);
    return { RegionId: 'cn-hangzhou', ...(Object.fromEntries(named) as Parameters) };
  }

  call(action: string, parameters: Parameters = {}): Promise<Answer> {
    return this.caller.rpc(`rds.aliyuncs.com 2014-08-15 ${action}`, this.#named(parameters));
  }

  /** An action on the instance. */
  on(action: string, parameters: Parameters = {}): Promise<Answer> {
    return this.call(action, { DBInstanceId: 'rm', ...parameters });
  }

  async create(parameters: Parameters = {}): Promise<Answer> {
    const answer = await this.call('CreateDBInstance', {
      ...INSTANCE,
      VSwitchId: `${String(this.ids['a'])},${String(this.ids['b'])}`,
      ...parameters,
    });
    this.caller.settle();
    return answer;
  }

  static async build(): Promise<Data> {
    const data = new Data();
    const make = async (name: string, field: string, action: string, parameters: Parameters): Promise<void> => {
      data.ids[name] = textAt(await data.caller.rpc(action, data.#named(parameters)), field);
      data.caller.settle();
    };
    const network = 'vpc.aliyuncs.com 2016-04-28';
    await make('vpc', 'VpcId', `${network} CreateVpc`, { CidrBlock: '10.0.0.0/16' });
    for (const [name, ZoneId, CidrBlock] of [
      ['a', 'cn-hangzhou-h', '10.0.0.0/20'],
      ['b', 'cn-hangzhou-i', '10.0.16.0/20'],
    ] as const) {
      await make(name, 'VSwitchId', `${network} CreateVSwitch`, { VpcId: 'vpc', ZoneId, CidrBlock });
    }
    await make('sg', 'SecurityGroupId', 'ecs.aliyuncs.com 2014-05-26 CreateSecurityGroup', { VpcId: 'vpc' });
    await make('key', 'KeyMetadata.KeyId', 'kms.cn-hangzhou.aliyuncs.com 2016-01-20 CreateKey', {});
    data.ids['rm'] = textAt(
      await data.create({ EncryptionKey: 'key', RoleARN: 'acs:ram::1:role/rds' }),
      'DBInstanceId',
    );
    await data.on('CreateDatabase', DATABASE);
    await data.on('CreateAccount', ACCOUNT);
    await data.on('GrantAccountPrivilege', GRANT);
    data.caller.settle();
    return data;
  }
}

describe('Rds', () => {
  test('[D1] answers an instance as it was made and set', async () => {
    const data = await Data.build();
    const settings: [string, Parameters][] = [
      [
        'ModifyDBInstanceSSL',
        { ConnectionString: `${String(data.ids['rm'])}.mysql.rds.aliyuncs.com`, SSLEnabled: '1', ForceEncryption: '1' },
      ],
      ['ModifyDBInstanceTDE', { TDEStatus: 'Enabled', EncryptionKey: 'key' }],
      ['ModifySQLCollectorPolicy', { SQLCollectorStatus: 'Enable' }],
      ['ModifySQLCollectorRetention', { ConfigValue: '180' }],
      ['ModifyDBInstanceMonitor', { Period: '60' }],
      ['ModifyDBInstanceMaintainTime', { MaintainTime: '18:00Z-19:00Z' }],
      ['ModifyHASwitchConfig', { HAConfig: 'Auto' }],
      ['ModifyParameter', { Parameters: '{"long_query_time":"2"}' }],
      ['ModifySecurityGroupConfiguration', { SecurityGroupId: 'sg' }],
      ['ModifySecurityIps', { SecurityIps: '10.0.0.0/20' }],
      ['ModifyDasInstanceConfig', { StorageAutoScale: 'Enable', StorageThreshold: '20', StorageUpperBound: '200' }],
      ['ModifyDBInstanceSpec', { DBInstanceClass: 'mysql.n2.large.2c', DBInstanceStorage: '100' }],
    ];
    for (const [action, parameters] of settings) {
      expect([action, (await data.on(action, parameters)).status]).toEqual([action, 200]);
      data.caller.settle();
    }
    expect((await data.on('DescribeDBInstanceAttribute')).body).toMatchObject({
      Items: {
        DBInstanceAttribute: [
          {
            DBInstanceStatus: 'Running',
            DBInstanceClass: 'mysql.n2.large.2c',
            DBInstanceStorage: 100,
            VSwitchId: `${String(data.ids['a'])},${String(data.ids['b'])}`,
            SlaveZones: { SlaveZone: [{ ZoneId: 'cn-hangzhou-i' }] },
            MaintainTime: '18:00Z-19:00Z',
          },
        ],
      },
    });
    const reads: [string, unknown][] = [
      ['DescribeDBInstanceSSL', { SSLEnabled: 'Yes', ForceEncryption: '1' }],
      ['DescribeDBInstanceTDE', { TDEStatus: 'Enabled', EncryptionKey: data.ids['key'] }],
      ['DescribeSQLCollectorPolicy', { SQLCollectorStatus: 'Enable' }],
      ['DescribeSQLCollectorRetention', { ConfigValue: '180' }],
      ['DescribeDBInstanceMonitor', { Period: '60' }],
      ['DescribeDBInstanceIPArrayList', { Items: { DBInstanceIPArray: [{ SecurityIPList: '10.0.0.0/20' }] } }],
      [
        'DescribeSecurityGroupConfiguration',
        { Items: { EcsSecurityGroupRelation: [{ SecurityGroupId: data.ids['sg'] }] } },
      ],
      [
        'DescribeDBInstanceHAConfig',
        { HostInstanceInfos: { NodeInfo: [{ NodeType: 'Master' }, { NodeType: 'Slave' }] } },
      ],
      [
        'DescribeAccounts',
        {
          Accounts: {
            DBInstanceAccount: [
              {
                AccountStatus: 'Available',
                DatabasePrivileges: { DatabasePrivilege: [{ DBName: 'gateway', AccountPrivilege: 'ReadWrite' }] },
              },
            ],
          },
        },
      ],
      [
        'DescribeDatabases',
        {
          Databases: {
            Database: [{ DBStatus: 'Running', Accounts: { AccountPrivilegeInfo: [{ Account: 'gateway' }] } }],
          },
        },
      ],
    ];
    for (const [action, expected] of reads) expect((await data.on(action)).body).toMatchObject(expected as object);
    const { RunningParameters: running } = (await data.on('DescribeParameters')).body;
    expect(JSON.stringify(running)).toContain('"ParameterName":"long_query_time","ParameterValue":"2"');
  });

  test('[D1] keeps a backup policy, and its logs no longer than the full backups', async () => {
    const data = await Data.build();
    await data.on('ModifyBackupPolicy', {
      BackupPolicyMode: 'DataBackupPolicy',
      PreferredBackupPeriod: 'Monday,Friday',
      PreferredBackupTime: '19:00Z-20:00Z',
      BackupRetentionPeriod: '30',
      CompressType: '',
    });
    await data.on('ModifyBackupPolicy', {
      BackupPolicyMode: 'LogBackupPolicy',
      EnableBackupLog: '1',
      LogBackupRetentionPeriod: '14',
      LocalLogRetentionHours: '',
    });
    expect((await data.on('DescribeBackupPolicy')).body).toMatchObject({
      PreferredBackupPeriod: 'Monday,Friday',
      BackupRetentionPeriod: 30,
      LogBackupRetentionPeriod: 14,
      EnableBackupLog: '1',
      CompressType: '1',
      LocalLogRetentionHours: 18,
    });
    await data.on('ModifyBackupPolicy', { BackupPolicyMode: 'DataBackupPolicy', BackupRetentionPeriod: '10' });
    expect((await data.on('DescribeBackupPolicy')).body).toMatchObject({ LogBackupRetentionPeriod: 10 });
  });

  test.each<[Parameters, string]>([
    [{ Engine: 'Oracle' }, 'InvalidEngine.Malformed'],
    [{ EngineVersion: '9.9' }, 'InvalidEngineVersion.Malformed'],
    [{ DBInstanceClass: 'mysql.huge' }, 'InvalidDBInstanceClass.NotFound'],
    [{ DBInstanceClass: 'mysql.n2.medium.1' }, 'InvalidInstanceLevel.Malformed'],
    [{ DBInstanceStorage: '51' }, 'InvalidStorage.Format'],
    [{ PayType: 'PostPaid' }, 'InvalidPayType'],
    [{ SecurityIPList: '10.0.0.1/16' }, 'InvalidSecurityIPList.Format'],
    [{ SecurityIPList: '10.0.0.1,10.0.0.1' }, 'InvalidSecurityIPList.Duplicate'],
    [{ VPCId: 'vpc-none' }, 'InvalidVpcId.NotFound'],
    [{ VSwitchId: 'vsw-none' }, 'InvalidVSwitchId.NotFound'],
    [{ ZoneIdSlave1: 'cn-hangzhou-j' }, 'InvalidVswitchId'],
    [{ EncryptionKey: 'key-none', RoleARN: 'acs:ram::1:role/rds' }, 'InvalidKmsKey'],
    [{ EncryptionKey: 'key' }, 'MissingRoleARN'],
  ])('[D1] refuses an instance with %j with %s', async (parameters, code) => {
    const data = await Data.build();
    expect((await data.create(parameters)).body).toMatchObject({ Code: code });
  });

  test.each<[string, Parameters, string]>([
    ['DescribeDBInstanceAttribute', { DBInstanceId: 'rm-none' }, 'InvalidDBInstanceId.NotFound'],
    ['ModifyDBInstanceSSL', { ConnectionString: 'other', SSLEnabled: '1' }, 'InvalidCurrentConnectionString.NotFound'],
    ['ModifyDBInstanceTDE', { TDEStatus: 'Disabled' }, 'InvalidTDEStatus'],
    ['ModifyDBInstanceTDE', { TDEStatus: 'Enabled', EncryptionKey: 'key-none' }, 'InvalidKmsKey'],
    ['ModifySQLCollectorRetention', { ConfigValue: '180' }, 'OperationDenied.SQLCollectorStatus'],
    ['ModifySQLCollectorRetention', { ConfigValue: '31' }, 'InvalidConfigValue'],
    ['ModifyDBInstanceMonitor', { Period: '61' }, 'InvalidPeriod'],
    ['ModifyDBInstanceMaintainTime', { MaintainTime: '25:00Z-26:00Z' }, 'InvalidMaintainTime.Format'],
    ['ModifyHASwitchConfig', { HAConfig: 'Manual' }, 'MissingManualHATime'],
    ['ModifyParameter', { Parameters: '{"no_such":"1"}' }, 'ParameterNotFound'],
    ['ModifyParameter', { Parameters: '{"local_infile":"1"}' }, 'InvalidParameters.Format'],
    ['ModifyParameter', { Parameters: '{"performance_schema":"ON"}' }, 'InvalidParameters.ForceRestart'],
    ['ModifySecurityGroupConfiguration', { SecurityGroupId: 'sg-none' }, 'InvalidSecurityGroupId.NotFound'],
    ['ModifySecurityIps', { SecurityIps: 'anywhere' }, 'InvalidSecurityIPList.Format'],
    ['ModifyDasInstanceConfig', { StorageAutoScale: 'Enable', StorageThreshold: '25' }, 'InvalidStorageThreshold'],
    [
      'ModifyDasInstanceConfig',
      { StorageAutoScale: 'Enable', StorageThreshold: '20', StorageUpperBound: '20' },
      'InvalidStorageUpperBound',
    ],
    ['ModifyDBInstanceSpec', { DBInstanceStorage: '20' }, 'InvalidReduceDiskSize'],
    ['ModifyDBInstanceSpec', { DBInstanceClass: 'mysql.n2.medium.1' }, 'InvalidInstanceLevel.Malformed'],
    ['ModifyBackupPolicy', { PreferredBackupPeriod: 'Monday' }, 'InvalidPreferredBackupPeriod.Malformed'],
    ['ModifyBackupPolicy', { PreferredBackupTime: '19:00Z-21:00Z' }, 'InvalidPreferredBackupTime.Format'],
    ['ModifyBackupPolicy', { BackupRetentionPeriod: '6' }, 'InvalidBackupRetentionPeriod.Malformed'],
    ['ModifyBackupPolicy', { LogBackupRetentionPeriod: '8' }, 'InvalidLogBackupRetentionPeriod.Malformed'],
    ['CreateDatabase', DATABASE, 'InvalidDBName.Duplicate'],
    ['CreateDatabase', { ...DATABASE, DBName: 'Upper' }, 'InvalidDBName.Malformed'],
    ['CreateDatabase', { DBName: 'other', CharacterSetName: 'ebcdic' }, 'InvalidCharacterSetName.Format'],
    ['DeleteDatabase', { DBName: 'none' }, 'InvalidDBName.NotFound'],
    ['CreateAccount', ACCOUNT, 'InvalidAccountName.Duplicate'],
    ['CreateAccount', { ...ACCOUNT, AccountName: 'root' }, 'InvalidAccountName.Forbid'],
    ['CreateAccount', { ...ACCOUNT, AccountName: 'Upper' }, 'InvalidAccountName.Malformed'],
    ['CreateAccount', { ...ACCOUNT, AccountName: 'other', AccountPassword: 'Short-1' }, 'InvalidPassword.Format'],
    ['CreateAccount', { ...ACCOUNT, AccountName: 'other', AccountPassword: 'twokinds1' }, 'InvalidPassword.Format'],
    ['ResetAccountPassword', { AccountName: 'none', AccountPassword: 'Rehearsal-2' }, 'InvalidAccountName.NotFound'],
    ['GrantAccountPrivilege', { ...GRANT, DBName: 'none' }, 'InvalidDBName.NotFound'],
    ['GrantAccountPrivilege', { ...GRANT, AccountPrivilege: 'All' }, 'InvalidAccountPrivilege'],
  ])('[D1] refuses %s %j with %s', async (action, parameters, code) => {
    const data = await Data.build();
    expect((await data.on(action, parameters)).body).toMatchObject({ Code: code });
  });

  test('[D1] offers neither TDE nor audit nor failover on a single node', async () => {
    const data = await Data.build();
    const basic = { Category: 'Basic', DBInstanceClass: 'mysql.n2.medium.1', VSwitchId: 'a' };
    data.ids['rm'] = textAt(await data.create(basic), 'DBInstanceId');
    for (const [action, parameters] of [
      ['ModifyDBInstanceTDE', { TDEStatus: 'Enabled' }],
      ['ModifySQLCollectorPolicy', { SQLCollectorStatus: 'Enable' }],
      ['ModifyHASwitchConfig', { HAConfig: 'Auto' }],
    ] as const) {
      expect((await data.on(action, parameters)).body).toMatchObject({ Code: 'IncorrectDBInstanceType' });
    }
    expect((await data.create(basic)).body).toMatchObject({ Code: 'InstanceQuotaExceeded' });
  });

  test('[D1] refuses what needs it Running while it is made or changed', async () => {
    const data = await Data.build();
    await data.on('ModifyDBInstanceSpec', { DBInstanceStorage: '100' });
    expect((await data.on('DescribeDBInstanceAttribute')).body).toMatchObject({
      Items: { DBInstanceAttribute: [{ DBInstanceStatus: 'DBInstanceClassChanging' }] },
    });
    for (const action of ['DeleteDBInstance', 'ModifyBackupPolicy']) {
      expect((await data.on(action)).body).toMatchObject({ Code: 'OperationDenied.DBInstanceStatus' });
    }
  });

  test('[N9] refuses to be released while it is protected, and takes what is in it along when it is not', async () => {
    const data = await Data.build();
    await data.on('ModifySecurityGroupConfiguration', { SecurityGroupId: 'sg' });
    await data.on('ModifyDBInstanceDeletionProtection', { DeletionProtection: 'true' });
    expect((await data.on('DeleteDBInstance')).body).toMatchObject({ Code: 'OperationDenied.DeletionProtection' });
    const holds = async (): Promise<unknown[]> => [
      (await data.caller.rpc('vpc.aliyuncs.com 2016-04-28 DeleteVSwitch', { VSwitchId: String(data.ids['b']) })).body[
        'Code'
      ],
      (
        await data.caller.rpc('ecs.aliyuncs.com 2014-05-26 DeleteSecurityGroup', {
          RegionId: 'cn-hangzhou',
          SecurityGroupId: String(data.ids['sg']),
        })
      ).body['Code'],
    ];
    expect(await holds()).toEqual(['DependencyViolation', 'DependencyViolation']);
    await data.on('ModifyDBInstanceDeletionProtection', { DeletionProtection: 'false' });
    expect((await data.on('DeleteDBInstance')).status).toBe(200);
    expect(data.caller.cloud.store.inventory().filter(({ noun }) => noun.startsWith('RDS'))).toEqual([]);
    expect(await holds()).toEqual([undefined, undefined]);
  });

  test('[D3] records no password', async () => {
    const data = await Data.build();
    await data.on('ResetAccountPassword', { AccountName: 'gateway', AccountPassword: 'Rehearsal-2' });
    expect(JSON.stringify(data.caller.router.recorder.calls)).not.toMatch(/Rehearsal-\d/);
    expect(JSON.stringify(data.caller.cloud.store.snapshot())).not.toMatch(/Rehearsal-\d/);
  });
});
