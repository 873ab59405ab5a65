import { location } from '../../cloud/products/location';
import { sls } from '../../cloud/products/sls';
import { sts } from '../../cloud/products/sts';
import { vpc } from '../../cloud/products/vpc';
import { Caller, textAt } from './caller';
import type { Answer } from './caller';

type Parameters = Readonly<Record<string, string>>;

/** A network with a way out: a VPC, two vSwitches, a NAT gateway with an address, and an SNAT entry. */
class Network {
  readonly caller = new Caller([vpc, sls, location, sts], { quotas: { vpcs: 2, vswitchesPerVpc: 3, eips: 2 } });
  readonly ids: Record<string, string> = {};

  call(action: string, parameters: Parameters = {}): Promise<Answer> {
    const named = Object.entries(parameters).map(([name, value]) => [name, this.ids[value] ?? value]);
    return this.caller.rpc(`vpc.aliyuncs.com 2016-04-28 ${action}`, {
      RegionId: 'cn-hangzhou',
      ...(Object.fromEntries(named) as Parameters),
    });
  }

  async make(name: string, field: string, action: string, parameters: Parameters): Promise<void> {
    this.ids[name] = textAt(await this.call(action, parameters), field);
    this.caller.settle();
  }

  static async build(): Promise<Network> {
    const network = new Network();
    await network.make('vpc', 'VpcId', 'CreateVpc', { CidrBlock: '10.0.0.0/16', 'Tag.1.Key': 'owner' });
    await network.make('vsw', 'VSwitchId', 'CreateVSwitch', { ...VSWITCH, CidrBlock: '10.0.0.0/20' });
    await network.make('spare', 'VSwitchId', 'CreateVSwitch', { ...VSWITCH, CidrBlock: '10.0.16.0/20' });
    await network.make('nat', 'NatGatewayId', 'CreateNatGateway', NAT);
    await network.make('eip', 'AllocationId', 'AllocateEipAddress', EIP);
    await network.make('idle', 'AllocationId', 'AllocateEipAddress', EIP);
    await network.call('AssociateEipAddress', BINDING);
    network.caller.settle();
    const gateways = await network.call('DescribeNatGateways', { NatGatewayId: 'nat' });
    network.ids['table'] = textAt(gateways, 'NatGateways.NatGateway.0.SnatTableIds.SnatTableId.0');
    network.ids['ip'] = textAt(
      await network.call('DescribeEipAddresses', { AllocationId: 'eip' }),
      `${EIPS}.IpAddress`,
    );
    await network.make('entry', 'SnatEntryId', 'CreateSnatEntry', SNAT);
    return network;
  }
}

const VSWITCH = { VpcId: 'vpc', ZoneId: 'cn-hangzhou-h' };
const NAT = { VpcId: 'vpc', VSwitchId: 'vsw', NatType: 'Enhanced', InternetChargeType: 'PayByLcu' };
const EIP = { Bandwidth: '100', InternetChargeType: 'PayByTraffic', ISP: 'BGP' };
const BINDING = { AllocationId: 'eip', InstanceId: 'nat', InstanceType: 'Nat' };
const SNAT = { SnatTableId: 'table', SnatIp: 'ip', SourceVSwitchId: 'vsw' };
const EIPS = 'EipAddresses.EipAddress.0';
const FLOW_LOG = { ResourceType: 'VPC', ResourceId: 'vpc', TrafficType: 'All', ProjectName: 'p', LogStoreName: 's' };

describe('Vpc', () => {
  test('[N1] [N2] answers a network as it was made, tagged and renamed', async () => {
    const network = await Network.build();
    await network.call('TagResources', {
      ResourceType: 'VPC',
      'ResourceId.1': 'vpc',
      'Tag.1.Key': 'service',
      'Tag.1.Value': 'gateway',
    });
    await network.call('UnTagResources', { ResourceType: 'VPC', 'ResourceId.1': 'vpc', 'TagKey.1': 'owner' });
    await network.call('ModifyVpcAttribute', { VpcId: 'vpc', VpcName: 'renamed' });
    expect((await network.call('DescribeVpcAttribute', { VpcId: 'vpc' })).body).toMatchObject({
      Status: 'Available',
      VpcName: 'renamed',
      CidrBlock: '10.0.0.0/16',
      VSwitchIds: { VSwitchId: [network.ids['vsw'], network.ids['spare']] },
      Tags: { Tag: [{ Key: 'service', Value: 'gateway' }] },
    });
    expect((await network.call('DescribeEipAddresses', { AllocationId: 'eip' })).body).toMatchObject({
      EipAddresses: { EipAddress: [{ Status: 'InUse', InstanceId: network.ids['nat'], Bandwidth: '100' }] },
    });
    expect((await network.call('DescribeSnatTableEntries', { SnatTableId: 'table' })).body).toMatchObject({
      TotalCount: 1,
      SnatTableEntries: { SnatTableEntry: [{ Status: 'Available', SourceCIDR: '10.0.0.0/20' }] },
    });
    expect((await network.call('DescribeRouteTableList', { VpcId: 'vpc' })).body).toMatchObject({
      RouterTableList: { RouterTableListType: [{ RouteTableType: 'System', VpcId: network.ids['vpc'] }] },
    });
  });

  test('[L3] names everything by what imports and what removes it, and is empty once it is taken down in order', async () => {
    const network = await Network.build();
    const { nat, eip, table, entry } = network.ids;
    const inventory = network.caller.cloud.store.inventory();
    expect(inventory.find(({ noun }) => noun === 'SNAT entry')).toMatchObject({
      terraform: { type: 'alicloud_snat_entry', importId: `${String(table)}:${String(entry)}` },
      removal: `aliyun vpc DeleteSnatEntry --RegionId cn-hangzhou --SnatTableId ${String(table)} --SnatEntryId ${String(entry)}`,
    });
    expect(inventory.find(({ noun }) => noun === 'EIP association')).toMatchObject({
      terraform: { type: 'alicloud_eip_association', importId: `${String(eip)}:${String(nat)}` },
    });
    for (const [action, parameters] of [
      ['DeleteSnatEntry', { SnatTableId: 'table', SnatEntryId: 'entry' }],
      ['UnassociateEipAddress', BINDING],
      ['ReleaseEipAddress', { AllocationId: 'eip' }],
      ['ReleaseEipAddress', { AllocationId: 'idle' }],
      ['DeleteNatGateway', { NatGatewayId: 'nat' }],
      ['DeleteVSwitch', { VSwitchId: 'vsw' }],
      ['DeleteVSwitch', { VSwitchId: 'spare' }],
      ['DeleteVpc', { VpcId: 'vpc' }],
    ] as const) {
      expect([action, (await network.call(action, parameters)).status]).toEqual([action, 200]);
    }
    expect(network.caller.cloud.store.inventory()).toEqual([]);
  });

  test.each<[string, Parameters, string]>([
    ['CreateVpc', { CidrBlock: '10.0.0.1/16' }, 'InvalidCidrBlock.Malformed'],
    ['CreateVpc', { CidrBlock: '100.64.0.0/16' }, 'InvalidCidrBlock'],
    ['CreateVpc', { CidrBlock: '10.0.0.0/29' }, 'InvalidCidrBlock'],
    ['CreateVpc', { CidrBlock: '10.0.0.0/16', 'Tag.1.Key': 'aliyun:x' }, 'InvalidTagKey.Malformed'],
    ['CreateVpc', { CidrBlock: '10.0.0.0/16', VpcName: 'http://x' }, 'InvalidParameter.VpcName.Malformed'],
    ['DescribeVpcAttribute', { VpcId: 'vpc-none' }, 'InvalidVpcId.NotFound'],
    ['CreateVSwitch', { ...VSWITCH, VpcId: 'vpc-none', CidrBlock: '10.0.32.0/20' }, 'InvalidVpcId.NotFound'],
    ['CreateVSwitch', { ...VSWITCH, CidrBlock: '10.1.0.0/20' }, 'InvalidCidrBlock'],
    ['CreateVSwitch', { ...VSWITCH, CidrBlock: '10.0.8.0/21' }, 'InvalidCidrBlock.Overlapped'],
    ['CreateVSwitch', { ...VSWITCH, ZoneId: 'cn-beijing-a', CidrBlock: '10.0.32.0/20' }, 'InvalidZoneId.NotFound'],
    ['CreateNatGateway', { ...NAT, NatType: 'Normal' }, 'InvalidNatType'],
    ['CreateNatGateway', { ...NAT, InternetChargeType: 'PayBySpec' }, 'InvalidParameter.InternetChargeType'],
    ['CreateNatGateway', { ...NAT, VSwitchId: '' }, 'InvalidVSwitchId.NotFound'],
    ['ModifyNatGatewayAttribute', { NatGatewayId: 'ngw-none' }, 'InvalidNatGatewayId.NotFound'],
    ['AllocateEipAddress', { ...EIP, Bandwidth: '201' }, 'InvalidBandwidth.ValueNotSupported'],
    ['AllocateEipAddress', { ...EIP, ISP: 'Carrier' }, 'InvalidISP'],
    ['AllocateEipAddress', EIP, 'QuotaExceeded.Eip'],
    ['AssociateEipAddress', BINDING, 'IncorrectEipStatus'],
    ['AssociateEipAddress', { ...BINDING, AllocationId: 'eip-none' }, 'InvalidAllocationId.NotFound'],
    ['AssociateEipAddress', { ...BINDING, InstanceId: 'ngw-none' }, 'InvalidInstanceId.NotFound'],
    ['UnassociateEipAddress', BINDING, 'InvalidIpStatus.HasBeenUsedBySnatTable'],
    ['ReleaseEipAddress', { AllocationId: 'eip' }, 'IncorrectEipStatus'],
    ['CreateSnatEntry', SNAT, 'Forbidden.SourceVSwitchId.Duplicated'],
    ['CreateSnatEntry', { ...SNAT, SourceVSwitchId: 'vsw-none' }, 'InvalidVSwitchId.NotFound'],
    ['CreateSnatEntry', { ...SNAT, SnatTableId: 'stb-none' }, 'InvalidSnatTableId.NotFound'],
    ['CreateSnatEntry', { ...SNAT, SourceVSwitchId: 'spare', SnatIp: '198.51.100.99' }, 'InvalidSnatIp.NotFound'],
    ['DeleteSnatEntry', { SnatTableId: 'table', SnatEntryId: 'snat-none' }, 'InvalidSnatEntryId.NotFound'],
    ['DeleteNatGateway', { NatGatewayId: 'nat' }, 'DependencyViolation.EIPS'],
    ['DeleteVSwitch', { VSwitchId: 'vsw' }, 'DependencyViolation.SNAT'],
    ['DeleteVpc', { VpcId: 'vpc' }, 'DependencyViolation.VSwitch'],
    ['CreateFlowLog', { ...FLOW_LOG, ResourceId: 'vpc-none' }, 'InvalidResourceId.NotFound'],
    ['CreateFlowLog', { ...FLOW_LOG, AggregationInterval: '7' }, 'InvalidAggregationInterval'],
    ['CreateFlowLog', FLOW_LOG, 'ProjectNotExist'],
  ])('[L3] refuses %s %j with %s', async (action, parameters, code) => {
    const network = await Network.build();
    expect((await network.call(action, parameters)).body).toMatchObject({ Code: code });
  });

  test('[N9] refuses to delete what is protected, until it is not', async () => {
    const network = await Network.build();
    for (const [type, id, action, parameter] of [
      ['NATGW', 'nat', 'DeleteNatGateway', 'NatGatewayId'],
      ['EIP', 'eip', 'ReleaseEipAddress', 'AllocationId'],
    ] as const) {
      await network.call('DeletionProtection', { Type: type, InstanceId: id, ProtectionEnable: 'true' });
      expect((await network.call(action, { [parameter]: id })).body).toMatchObject({
        Code: 'OperationDenied.DeletionProtection',
      });
      await network.call('DeletionProtection', { Type: type, InstanceId: id, ProtectionEnable: 'false' });
      // What is left in the way is that each is in use.
      expect((await network.call(action, { [parameter]: id })).body['Code']).not.toBe(
        'OperationDenied.DeletionProtection',
      );
    }
  });

  test('[L3] is Pending before it is Available, and refuses what needs it to be', async () => {
    const network = new Network();
    network.ids['vpc'] = textAt(await network.call('CreateVpc', { CidrBlock: '10.0.0.0/16' }), 'VpcId');
    expect((await network.call('DescribeVpcAttribute', { VpcId: 'vpc' })).body).toMatchObject({ Status: 'Pending' });
    const vswitch = { ...VSWITCH, CidrBlock: '10.0.0.0/20' };
    expect((await network.call('CreateVSwitch', vswitch)).body).toMatchObject({ Code: 'IncorrectVpcStatus' });
    network.caller.settle();
    expect((await network.call('CreateVSwitch', vswitch)).status).toBe(200);
  });

  test('[L3] a binding that is under way refuses an SNAT entry with the code that clients retry', async () => {
    const network = await Network.build();
    await network.call('DeleteSnatEntry', { SnatTableId: 'table', SnatEntryId: 'entry' });
    await network.call('UnassociateEipAddress', BINDING);
    await network.call('AssociateEipAddress', BINDING);
    expect((await network.call('CreateSnatEntry', SNAT)).body).toMatchObject({
      Code: 'OperationUnsupported.EipInBinding',
    });
  });

  test('[L3] holds the account to its quotas', async () => {
    const network = await Network.build();
    await network.call('CreateVSwitch', { ...VSWITCH, CidrBlock: '10.0.32.0/20' });
    expect((await network.call('CreateVSwitch', { ...VSWITCH, CidrBlock: '10.0.48.0/20' })).body).toMatchObject({
      Code: 'QuotaExceeded.VSwitch',
    });
    await network.call('CreateVpc', { CidrBlock: '10.1.0.0/16' });
    expect((await network.call('CreateVpc', { CidrBlock: '10.2.0.0/16' })).body).toMatchObject({
      Code: 'QuotaExceeded.Vpc',
    });
  });

  test('[L3] answers an unknown vSwitch with empty fields, as the API does', async () => {
    const { status, body } = await new Network().call('DescribeVSwitchAttributes', { VSwitchId: 'vsw-none' });
    expect([status, body['VSwitchId']]).toEqual([200, '']);
  });
});

describe('Location and Sts', () => {
  test.each([
    ['rds', 'rds.cn-hangzhou.aliyuncs.com'],
    ['redisa', 'r-kvstore.cn-hangzhou.aliyuncs.com'],
  ])('[L3] sends clients of %s to %s', async (ServiceCode, endpoint) => {
    const answer = await new Network().caller.rpc('location.aliyuncs.com 2015-06-12 DescribeEndpoints', {
      Id: 'cn-hangzhou',
      ServiceCode,
    });
    expect(textAt(answer, 'Endpoints.Endpoint.0.Endpoint')).toBe(endpoint);
  });

  test('[L3] knows whose account it is', async () => {
    const { body } = await new Network().caller.rpc('sts.aliyuncs.com 2015-04-01 GetCallerIdentity');
    expect(body).toMatchObject({ AccountId: '1234567890123456', IdentityType: 'Account' });
  });
});
