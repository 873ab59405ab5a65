import { ecs } from '../../cloud/products/ecs';
import { vpc } from '../../cloud/products/vpc';
import { Caller, textAt } from './caller';
import type { Answer } from './caller';

type Parameters = Readonly<Record<string, string>>;

const RULE = { IpProtocol: 'tcp', PortRange: '443/443', SourceCidrIp: '10.0.0.0/16', Policy: 'accept', Priority: '1' };

/** Permissions as the wire has them. */
const permission = (rule: Parameters): Parameters =>
  Object.fromEntries(Object.entries(rule).map(([name, value]) => [`Permissions.1.${name}`, value]));

/** Two normal groups and an enterprise group in one VPC, and a normal one in another. */
class Groups {
  readonly caller = new Caller([ecs, vpc], { quotas: { securityGroups: 5, securityGroupRules: 2 } });
  readonly ids: Record<string, string> = {};

  call(action: string, parameters: Parameters = {}): Promise<Answer> {
    const named = Object.entries(parameters).map(([name, value]) => [name, this.ids[value] ?? value]);
    return this.caller.rpc(`ecs.cn-hangzhou.aliyuncs.com 2014-05-26 ${action}`, {
      RegionId: 'cn-hangzhou',
      ...(Object.fromEntries(named) as Parameters),
    });
  }

  authorize(rule: Parameters, group = 'data'): Promise<Answer> {
    return this.call('AuthorizeSecurityGroup', {
      SecurityGroupId: group,
      ...Object.fromEntries(Object.entries(permission(rule)).map(([key, value]) => [key, this.ids[value] ?? value])),
    });
  }

  static async build(): Promise<Groups> {
    const groups = new Groups();
    for (const name of ['vpc', 'elsewhere']) {
      const made = await groups.caller.rpc('vpc.aliyuncs.com 2016-04-28 CreateVpc', {
        RegionId: 'cn-hangzhou',
        CidrBlock: '10.0.0.0/16',
      });
      groups.ids[name] = textAt(made, 'VpcId');
    }
    groups.caller.settle();
    for (const [name, VpcId, SecurityGroupType] of [
      ['data', 'vpc', 'normal'],
      ['client', 'vpc', 'normal'],
      ['nodes', 'vpc', 'enterprise'],
      ['stranger', 'elsewhere', 'normal'],
    ] as const) {
      const made = await groups.call('CreateSecurityGroup', { VpcId, SecurityGroupType, SecurityGroupName: name });
      groups.ids[name] = textAt(made, 'SecurityGroupId');
    }
    return groups;
  }
}

describe('Ecs', () => {
  test('[N3] answers a group and its rules as they were made, changed and taken back', async () => {
    const groups = await Groups.build();
    await groups.call('ModifySecurityGroupPolicy', { SecurityGroupId: 'data', InnerAccessPolicy: 'Drop' });
    await groups.authorize({ ...RULE, Description: 'one' });
    await groups.call('ModifySecurityGroupRule', { SecurityGroupId: 'data', ...RULE, Description: 'two' });
    await groups.call('AuthorizeSecurityGroupEgress', {
      SecurityGroupId: 'data',
      ...permission({ IpProtocol: 'all', PortRange: '-1/-1', DestCidrIp: '0.0.0.0/0', Policy: 'drop' }),
    });
    const described = (direction: string): Promise<Answer> =>
      groups.call('DescribeSecurityGroupAttribute', { SecurityGroupId: 'data', Direction: direction });
    expect((await described('ingress')).body).toMatchObject({
      InnerAccessPolicy: 'Drop',
      Permissions: {
        Permission: [{ IpProtocol: 'TCP', SourceCidrIp: '10.0.0.0/16', Policy: 'Accept', Description: 'two' }],
      },
    });
    expect((await described('egress')).body).toMatchObject({
      Permissions: { Permission: [{ DestCidrIp: '0.0.0.0/0', Policy: 'Drop', NicType: 'intranet' }] },
    });
    expect(groups.caller.cloud.store.inventory().map(({ terraform }) => terraform?.importId)).toContain(
      `${String(groups.ids['data'])}:ingress:tcp:443/443:<nil>:10.0.0.0/16:accept:1`,
    );
    await groups.call('RevokeSecurityGroup', { SecurityGroupId: 'data', ...RULE });
    expect((await described('ingress')).body).toMatchObject({ Permissions: { Permission: [] } });
  });

  test('[N3] allowing the same twice leaves one rule, and taking back what never was succeeds', async () => {
    const groups = await Groups.build();
    await groups.authorize(RULE);
    expect((await groups.authorize(RULE)).status).toBe(200);
    expect((await groups.call('RevokeSecurityGroup', { SecurityGroupId: 'client', ...RULE })).status).toBe(200);
    expect((await groups.call('DescribeSecurityGroups', { SecurityGroupId: 'data' })).body).toMatchObject({
      SecurityGroups: { SecurityGroup: [{ RuleCount: 1 }] },
    });
  });

  test.each<[Parameters, string]>([
    [{ ...RULE, PortRange: '-1/-1' }, 'OperationDenied'],
    [{ ...RULE, PortRange: '443/80' }, 'OperationDenied'],
    [{ ...RULE, PortRange: '1/70000' }, 'OperationDenied'],
    [{ ...RULE, IpProtocol: 'all' }, 'OperationDenied'],
    [{ ...RULE, IpProtocol: 'sctp' }, 'OperationDenied'],
    [{ ...RULE, Policy: 'ask' }, 'InvalidPolicy.Malformed'],
    [{ ...RULE, Priority: '0' }, 'InvalidPriority.ValueNotSupported'],
    [{ ...RULE, Priority: '101' }, 'InvalidPriority.ValueNotSupported'],
    [{ ...RULE, SourceCidrIp: '10.0.0.1/16' }, 'InvalidSourceCidrIp.Malformed'],
    [{ IpProtocol: 'tcp', PortRange: '1/1' }, 'MissingParameter'],
    [{ IpProtocol: 'tcp', PortRange: '1/1', SourceGroupId: 'sg-none' }, 'InvalidSourceGroupId.NotFound'],
    [{ IpProtocol: 'tcp', PortRange: '1/1', SourceGroupId: 'data' }, 'InvalidParamter.Conflict'],
    [{ IpProtocol: 'tcp', PortRange: '1/1', SourceGroupId: 'stranger' }, 'InvalidSourceGroupId.Mismatch'],
    [{ IpProtocol: 'tcp', PortRange: '1/1', SourceGroupId: 'nodes' }, 'InvalidOperation.EnterpriseSecurityGroup'],
  ])('[N3] refuses the rule %j with %s', async (rule, code) => {
    const groups = await Groups.build();
    expect((await groups.authorize(rule)).body).toMatchObject({ Code: code });
  });

  test.each<[string, Parameters, string]>([
    ['CreateSecurityGroup', { VpcId: 'vpc-none' }, 'InvalidVpcId.NotFound'],
    ['CreateSecurityGroup', { VpcId: 'vpc', SecurityGroupType: 'huge' }, 'InvalidSecurityGroupType'],
    ['CreateSecurityGroup', { VpcId: 'vpc', SecurityGroupName: '1x' }, 'InvalidSecurityGroupName.Malformed'],
    ['CreateSecurityGroup', { VpcId: 'vpc', Description: 'http://x' }, 'InvalidSecurityGroupDiscription.Malformed'],
    ['DescribeSecurityGroupAttribute', { SecurityGroupId: 'sg-none' }, 'InvalidSecurityGroupId.NotFound'],
    ['DeleteSecurityGroup', { SecurityGroupId: 'sg-none' }, 'InvalidSecurityGroupId.NotFound'],
    ['ModifySecurityGroupPolicy', { SecurityGroupId: 'data', InnerAccessPolicy: 'Ask' }, 'InvalidInnerAccessPolicy'],
    [
      'ModifySecurityGroupPolicy',
      { SecurityGroupId: 'nodes', InnerAccessPolicy: 'Accept' },
      'InvalidOperation.EnterpriseSecurityGroup',
    ],
    ['ModifySecurityGroupRule', { SecurityGroupId: 'data', ...RULE }, 'InvalidSecurityGroupRule.NotFound'],
  ])('[L3] refuses %s %j with %s', async (action, parameters, code) => {
    const groups = await Groups.build();
    expect((await groups.call(action, parameters)).body).toMatchObject({ Code: code });
  });

  test('[N3] keeps a group that another group names in a rule, and a VPC that has a group', async () => {
    const groups = await Groups.build();
    await groups.authorize({ IpProtocol: 'tcp', PortRange: '3306/3306', SourceGroupId: 'client' });
    expect((await groups.call('DeleteSecurityGroup', { SecurityGroupId: 'client' })).body).toMatchObject({
      Code: 'DependencyViolation',
    });
    const vpcId = String(groups.ids['vpc']);
    const refusal = await groups.caller.rpc('vpc.aliyuncs.com 2016-04-28 DeleteVpc', { VpcId: vpcId });
    expect(refusal.body).toMatchObject({ Code: 'DependencyViolation.SecurityGroup' });
    // A group takes its own rules with it, and with them its hold on the other group.
    await groups.call('DeleteSecurityGroup', { SecurityGroupId: 'data' });
    expect((await groups.call('DeleteSecurityGroup', { SecurityGroupId: 'client' })).status).toBe(200);
    expect(groups.caller.cloud.store.inventory().map(({ noun }) => noun)).not.toContain('security group rule');
  });

  test('[L3] holds the account to its quotas', async () => {
    const groups = await Groups.build();
    for (const port of ['1/1', '2/2']) await groups.authorize({ ...RULE, PortRange: port });
    expect((await groups.authorize({ ...RULE, PortRange: '3/3' })).body).toMatchObject({
      Code: 'AuthorizationLimitExceed',
    });
    await groups.call('CreateSecurityGroup', { VpcId: 'vpc' });
    expect((await groups.call('CreateSecurityGroup', { VpcId: 'vpc' })).body).toMatchObject({
      Code: 'QuotaExceed.SecurityGroup',
    });
  });
});
