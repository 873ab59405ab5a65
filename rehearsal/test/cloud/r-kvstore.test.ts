import { ecs } from '../../cloud/products/ecs';
import { rKvstore } from '../../cloud/products/r-kvstore';
import { vpc } from '../../cloud/products/vpc';
import { Caller, textAt } from './caller';
import type { Answer } from './caller';

type Parameters = Readonly<Record<string, string>>;

const ADDRESSES = { SecurityIps: '10.0.1.0/24,10.0.64.0/19' };

/** An account with a network of one vSwitch, and one in another zone. */
async function account(quotas = {}) {
  const caller = new Caller([vpc, ecs, rKvstore], { quotas });
  const network = (action: string, parameters: Parameters): Promise<Answer> =>
    caller.rpc(`vpc.cn-hangzhou.aliyuncs.com 2016-04-28 ${action}`, { RegionId: 'cn-hangzhou', ...parameters });
  const group = (action: string, parameters: Parameters): Promise<Answer> =>
    caller.rpc(`ecs.cn-hangzhou.aliyuncs.com 2014-05-26 ${action}`, { RegionId: 'cn-hangzhou', ...parameters });
  const call = (action: string, parameters: Parameters = {}): Promise<Answer> =>
    caller.rpc(`r-kvstore.cn-hangzhou.aliyuncs.com 2015-01-01 ${action}`, { RegionId: 'cn-hangzhou', ...parameters });

  const vpcId = textAt(await network('CreateVpc', { CidrBlock: '10.0.0.0/16' }), 'VpcId');
  caller.settle();
  const vswitchIn = async (zone: string, cidr: string): Promise<string> =>
    textAt(await network('CreateVSwitch', { VpcId: vpcId, ZoneId: zone, CidrBlock: cidr }), 'VSwitchId');
  const vswitchId = await vswitchIn('cn-hangzhou-h', '10.0.1.0/24');
  const otherVswitchId = await vswitchIn('cn-hangzhou-i', '10.0.2.0/24');
  const groupId = textAt(await group('CreateSecurityGroup', { VpcId: vpcId }), 'SecurityGroupId');
  caller.settle();

  const order: Parameters = {
    ChargeType: 'PostPaid',
    EngineVersion: '7.0',
    InstanceClass: 'redis.shard.with.proxy.mid.ce',
    InstanceName: 'prod-redis',
    InstanceType: 'Redis',
    NetworkType: 'VPC',
    Password: 'Secret-Word-1',
    SecondaryZoneId: 'cn-hangzhou-i',
    ShardCount: '4',
    Token: 'first',
    VpcId: vpcId,
    VSwitchId: vswitchId,
    ZoneId: 'cn-hangzhou-h',
  };
  const created = async (parameters: Parameters = {}): Promise<string> => {
    const id = textAt(await call('CreateInstance', { ...order, ...parameters }), 'InstanceId');
    caller.settle();
    return id;
  };
  const attribute = async (id: string): Promise<unknown> => {
    const { body } = await call('DescribeInstanceAttribute', { InstanceId: id });
    return body.Instances;
  };
  return { caller, call, network, group, order, created, attribute, vpcId, vswitchId, otherVswitchId, groupId };
}

const attributes = (fields: object) => ({ DBInstanceAttribute: [expect.objectContaining(fields)] });

describe('R-kvstore', () => {
  test('[L3] answers a sharded instance over two zones as it was ordered, once it is Normal', async () => {
    const { caller, call, order, attribute, vswitchId } = await account();
    const id = textAt(await call('CreateInstance', order), 'InstanceId');
    expect(await attribute(id)).toEqual(attributes({ InstanceStatus: 'Creating', IsOrderCompleted: false }));
    caller.settle();
    expect(await attribute(id)).toEqual(
      attributes({
        ArchitectureType: 'cluster',
        Capacity: 8192,
        ChargeType: 'PostPaid',
        ConnectionDomain: `${id}.redis.rds.aliyuncs.com`,
        EngineVersion: '7.0',
        InstanceStatus: 'Normal',
        IsOrderCompleted: true,
        IsSupportTDE: false,
        PrivateIp: '10.0.1.100',
        RealInstanceClass: 'redis.shard.with.proxy.mid.ce',
        SecondaryZoneId: 'cn-hangzhou-i',
        ShardCount: 4,
        VSwitchId: vswitchId,
        ZoneId: 'cn-hangzhou-h',
      }),
    );
    const net = await call('DescribeDBInstanceNetInfo', { InstanceId: id });
    expect(net.body.NetInfoItems).toMatchObject({ InstanceNetInfo: [{ DBInstanceNetType: '2', Port: '6379' }] });
  });

  test('[L3] answers what was changed on it, each after its own transition', async () => {
    const { caller, call, created, attribute, groupId } = await account();
    const InstanceId = await created();
    const change = async (action: string, parameters: Parameters): Promise<void> => {
      expect(await call(action, parameters)).toMatchObject({ status: 200 });
      caller.settle();
    };
    await change('ModifyInstanceConfig', { InstanceId, Config: '{"appendonly":"no","timeout":30}' });
    await change('ModifySecurityIps', { InstanceId, ...ADDRESSES, ModifyMode: 'Cover' });
    await change('ModifySecurityGroupConfiguration', { DBInstanceId: InstanceId, SecurityGroupId: groupId });
    await change('ModifyInstanceSSL', { InstanceId, SSLEnabled: 'Enable' });
    await change('ModifyBackupPolicy', {
      InstanceId,
      PreferredBackupPeriod: 'Monday,Sunday',
      PreferredBackupTime: '23:00Z-00:00Z',
    });
    await change('ModifyInstanceMaintainTime', { InstanceId, MaintainStartTime: '20:00Z', MaintainEndTime: '21:00Z' });
    await change('ModifyInstanceAttribute', { InstanceId, InstanceName: 'renamed', InstanceReleaseProtection: 'true' });
    await change('AddShardingNode', { InstanceId, ShardCount: '2' });
    await change('ModifyInstanceSpec', { InstanceId, InstanceClass: 'redis.shard.with.proxy.large.ce' });
    const tags = { ResourceType: 'INSTANCE', 'ResourceId.1': InstanceId };
    await change('TagResources', { ...tags, 'Tag.1.Key': 'owner', 'Tag.1.Value': 'a', 'Tag.2.Key': 'b' });
    await change('UntagResources', { ...tags, 'TagKey.1': 'b' });

    expect(await attribute(InstanceId)).toEqual(
      attributes({
        Capacity: 24_576,
        Config: expect.stringMatching(/"appendonly":"no".*"timeout":"30"/) as unknown,
        InstanceName: 'renamed',
        InstanceReleaseProtection: true,
        MaintainEndTime: '21:00Z',
        MaintainStartTime: '20:00Z',
        ShardCount: 6,
        Tags: { Tag: [{ Key: 'owner', Value: 'a' }] },
      }),
    );
    const told = async (action: string): Promise<unknown> => (await call(action, { InstanceId })).body;
    expect(await told('DescribeSecurityIps')).toMatchObject({
      SecurityIpGroups: {
        SecurityIpGroup: [{ SecurityIpGroupName: 'default', SecurityIpList: ADDRESSES.SecurityIps }],
      },
    });
    expect(await told('DescribeSecurityGroupConfiguration')).toMatchObject({
      Items: { EcsSecurityGroupRelation: [{ SecurityGroupId: groupId }] },
    });
    expect(await told('DescribeInstanceSSL')).toMatchObject({ SSLEnabled: 'Enable' });
    expect(await told('DescribeBackupPolicy')).toMatchObject({
      PreferredBackupPeriod: 'Monday,Sunday',
      PreferredBackupTime: '23:00Z-00:00Z',
    });
    expect(await told('DescribeEngineVersion')).toMatchObject({ MajorVersion: '7.0', IsAutoUpgradeOpen: '1' });
  });

  test('[L3] makes one instance of an order that is repeated with its token', async () => {
    const { call, order, created } = await account();
    const id = await created();
    expect(await call('CreateInstance', order)).toMatchObject({ status: 200, body: { InstanceId: id } });
    expect(await call('CreateInstance', { ...order, ShardCount: '2' })).toMatchObject({
      body: { Code: 'IdempotentParameterMismatch' },
    });
    expect((await call('DescribeInstances')).body.TotalCount).toBe(1);
  });

  test.each<[string, Parameters, string]>([
    ['a class that is not sold', { InstanceClass: 'redis.master.small.default' }, 'InvalidInstanceClass.NotFound'],
    ['one shard of a class with a proxy', { ShardCount: '1' }, 'InvalidShardCount'],
    ['shards of a class for one', { InstanceClass: 'redis.shard.small.2.ce' }, 'InvalidShardCount'],
    ['the spelling of RDS', { ChargeType: 'Postpaid' }, 'InvalidChargeType'],
    ['a version that is not sold', { EngineVersion: '8.0' }, 'InvalidEngineVersion'],
    ['a vSwitch that there is not', { VSwitchId: 'vsw-none' }, 'InvalidVSwitchId.NotFound'],
    ['a vSwitch of another zone', { ZoneId: 'cn-hangzhou-j' }, 'InvalidVSwitchId'],
    ['a zone of another region', { SecondaryZoneId: 'cn-beijing-h' }, 'InvalidZoneId.NotFound'],
    ['a replica beside its master', { SecondaryZoneId: 'cn-hangzhou-h' }, 'InvalidSecondaryZoneId'],
    ['a VPC that the vSwitch is not in', { VpcId: 'vpc-other' }, 'InvalidVpcId'],
    ['a password of two kinds', { Password: 'secretword1' }, 'InvalidPassword.Format'],
    ['a password with a blank', { Password: 'Secret Word 1' }, 'InvalidPassword.Format'],
    ['a name that begins with a digit', { InstanceName: '1st' }, 'InvalidInstanceName.Malformed'],
    ['a dry run', { DryRun: 'true' }, 'DryRunOperation'],
  ])('[L3] refuses to make an instance for %s', async (_, parameters, code) => {
    const { caller, call, order } = await account();
    expect((await call('CreateInstance', { ...order, ...parameters })).body.Code).toBe(code);
    expect(caller.cloud.store.inventory().filter(({ noun }) => noun === 'Redis instance')).toEqual([]);
  });

  test('[L3] refuses an instance beyond the quota', async () => {
    const { call, order, created } = await account({ redisInstances: 1 });
    await created();
    expect((await call('CreateInstance', { ...order, Token: 'second' })).body.Code).toBe('QuotaExceed.Instance');
  });

  test.each<[string, string, Parameters, string]>([
    [
      'an unknown instance',
      'ModifyInstanceConfig',
      { InstanceId: 'r-none', Config: '{}' },
      'InvalidInstanceId.NotFound',
    ],
    ['a setting that there is not', 'ModifyInstanceConfig', { Config: '{"append":"yes"}' }, 'InvalidConfigParameter'],
    ['a value beyond its range', 'ModifyInstanceConfig', { Config: '{"appendonly":"on"}' }, 'InvalidConfigParameter'],
    ['settings that are not JSON', 'ModifyInstanceConfig', { Config: 'appendonly' }, 'InvalidConfig.Format'],
    ['what is no address', 'ModifySecurityIps', { SecurityIps: '10.0.1.0/33' }, 'InvalidSecurityIPs.Format'],
    ['an address twice', 'ModifySecurityIps', { SecurityIps: '10.0.1.1,10.0.1.1' }, 'InvalidSecurityIPs.Duplicate'],
    ['TLS off that is off', 'ModifyInstanceSSL', { SSLEnabled: 'Disable' }, 'SSLDisableStateExistsFault'],
    ['an auth mode of its own', 'ModifyInstanceVpcAuthMode', { VpcAuthMode: 'On' }, 'InvalidVpcAuthMode'],
    [
      'a backup of two hours',
      'ModifyBackupPolicy',
      { PreferredBackupPeriod: 'Monday', PreferredBackupTime: '18:00Z-20:00Z' },
      'InvalidPreferredBackupTime.Malformed',
    ],
    [
      'a backup on no weekday',
      'ModifyBackupPolicy',
      { PreferredBackupPeriod: 'monday', PreferredBackupTime: '18:00Z-19:00Z' },
      'InvalidPreferredBackupPeriod.Malformed',
    ],
    [
      'a window of no length',
      'ModifyInstanceMaintainTime',
      { MaintainStartTime: '18:00Z', MaintainEndTime: '18:00Z' },
      'InvalidMaintainTime.Malformed',
    ],
    ['a weak password', 'ModifyInstanceAttribute', { NewPassword: 'secret' }, 'InvalidPassword.Format'],
    ['the class that it has', 'ModifyInstanceSpec', {}, 'InvalidInstanceClass.Same'],
    ['fewer shards than its class takes', 'DeleteShardingNode', { ShardCount: '3' }, 'InvalidShardCount'],
    ['an older version', 'ModifyInstanceMajorVersion', { MajorVersion: '6.0' }, 'InvalidMajorVersion'],
    ['encryption at rest', 'ModifyInstanceTDE', { TDEStatus: 'Enabled' }, 'IncorrectDBInstanceType'],
  ])('[L3] refuses %s, and changes nothing', async (_, action, parameters, code) => {
    const { call, created, attribute } = await account();
    const InstanceId = await created();
    const before = await attribute(InstanceId);
    expect((await call(action, { InstanceId, ...parameters })).body.Code).toBe(code);
    expect(await attribute(InstanceId)).toEqual(before);
  });

  test('[L3] refuses a second change until the first is done', async () => {
    const { caller, call, created } = await account();
    const InstanceId = await created();
    await call('ModifyInstanceSSL', { InstanceId, SSLEnabled: 'Enable' });
    const change = (): Promise<Answer> => call('ModifySecurityIps', { InstanceId, ...ADDRESSES });
    expect(await change()).toMatchObject({ status: 403, body: { Code: 'IncorrectDBInstanceState' } });
    caller.settle();
    expect((await change()).status).toBe(200);
  });

  test('[L3] moves to another zone, unless TLS is on', async () => {
    const { caller, call, created, attribute, otherVswitchId } = await account();
    const id = await created();
    const move = { DBInstanceId: id, ZoneId: 'cn-hangzhou-i', VSwitchId: otherVswitchId };
    expect((await call('MigrateToOtherZone', move)).status).toBe(200);
    caller.settle();
    expect(await attribute(id)).toEqual(attributes({ ZoneId: 'cn-hangzhou-i', PrivateIp: '10.0.2.100' }));
    await call('ModifyInstanceSSL', { InstanceId: id, SSLEnabled: 'Enable' });
    caller.settle();
    expect((await call('MigrateToOtherZone', move)).body.Code).toBe('IncorrectDBInstanceSSLState');
  });

  test('[L3] is released only without protection, and is then gone with what it held', async () => {
    const { caller, call, network, group, created, vswitchId, groupId } = await account();
    const InstanceId = await created();
    await call('ModifySecurityGroupConfiguration', { DBInstanceId: InstanceId, SecurityGroupId: groupId });
    await call('ModifyInstanceAttribute', { InstanceId, InstanceReleaseProtection: 'true' });
    const release = (): Promise<Answer> => call('DeleteInstance', { InstanceId });
    expect((await release()).body.Code).toBe('OperationDenied.ReleaseProtection');
    expect((await network('DeleteVSwitch', { VSwitchId: vswitchId })).body.Code).toBe('DependencyViolation.Kvstore');
    expect((await group('DeleteSecurityGroup', { SecurityGroupId: groupId })).body.Code).toBe('DependencyViolation');

    await call('ModifyInstanceAttribute', { InstanceId, InstanceReleaseProtection: 'false' });
    expect((await release()).status).toBe(200);
    caller.settle();
    expect(await call('DescribeInstanceAttribute', { InstanceId })).toMatchObject({
      status: 404,
      body: { Code: 'InvalidInstanceId.NotFound' },
    });
    expect((await network('DeleteVSwitch', { VSwitchId: vswitchId })).status).toBe(200);
    expect((await group('DeleteSecurityGroup', { SecurityGroupId: groupId })).status).toBe(200);
  });
});
