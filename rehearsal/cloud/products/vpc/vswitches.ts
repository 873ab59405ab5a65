/** vSwitches: a VPC's subnets, each in one zone. */
import { CreateVSwitchRequest } from '@alicloud/vpc20160428/dist/models/CreateVswitchRequest';
import { CreateVSwitchResponseBody } from '@alicloud/vpc20160428/dist/models/CreateVswitchResponseBody';
import { DeleteVSwitchRequest } from '@alicloud/vpc20160428/dist/models/DeleteVswitchRequest';
import { DeleteVSwitchResponseBody } from '@alicloud/vpc20160428/dist/models/DeleteVswitchResponseBody';
import { DescribeVSwitchAttributesRequest } from '@alicloud/vpc20160428/dist/models/DescribeVswitchAttributesRequest';
import { DescribeVSwitchAttributesResponseBody } from '@alicloud/vpc20160428/dist/models/DescribeVswitchAttributesResponseBody';
import { DescribeVSwitchesRequest } from '@alicloud/vpc20160428/dist/models/DescribeVswitchesRequest';
import { DescribeVSwitchesResponseBody } from '@alicloud/vpc20160428/dist/models/DescribeVswitchesResponseBody';
import { ModifyVSwitchAttributeRequest } from '@alicloud/vpc20160428/dist/models/ModifyVswitchAttributeRequest';
import { ModifyVSwitchAttributeResponseBody } from '@alicloud/vpc20160428/dist/models/ModifyVswitchAttributeResponseBody';
import { ApiError, inUse, notFound } from '../../api-error';
import { contains, overlaps, parseCidr } from '../../cidr';
import type { Cidr } from '../../cidr';
import type { Cloud } from '../../cloud';
import { page } from '../../paging';
import { rpcAction } from '../../rpc';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import { readTags, writeTags } from '../../tags';
import type { Tags } from '../../tags';
import { checkName, requireAvailable, vpcOf } from './vpcs';
import type { Vpc } from './vpcs';

export interface VSwitch extends Entity {
  readonly region: string;
  readonly vpcId: string;
  readonly zoneId: string;
  readonly cidr: Cidr;
  readonly tags: Tags;
  readonly createdAt: string;
  readonly resourceGroupId: string;
  readonly routeTableId: string;
  name: string;
  description: string;
}

export const vswitches = new Kind<VSwitch>({
  noun: 'vSwitch',
  terraform: { type: 'alicloud_vswitch' },
  removal: (vswitch) => `aliyun vpc DeleteVSwitch --RegionId ${vswitch.region} --VSwitchId ${vswitch.id}`,
});

/** @throws ApiError `InvalidVSwitchId.NotFound` */
export const vswitchOf = (cloud: Cloud, id: string | undefined): VSwitch =>
  vswitches.in(cloud.store).get(id, (missing) => notFound('InvalidVSwitchId.NotFound', 'vSwitch', missing));

const PREFIX = { shortest: 16, longest: 29 } as const;
/** The first address and the last three of each vSwitch are the cloud's own. */
const RESERVED_ADDRESSES = 4;

function vswitchCidr(text: string | undefined, vpc: Vpc, beside: readonly VSwitch[]): Cidr {
  const cidr = parseCidr(text ?? '', 'InvalidCidrBlock.Malformed');
  if (cidr.prefix < PREFIX.shortest || cidr.prefix > PREFIX.longest || !contains(vpc.cidr, cidr)) {
    throw new ApiError(
      'InvalidCidrBlock',
      `The specified CIDR block (${cidr.text}) is not a /${String(PREFIX.shortest)} to /${String(PREFIX.longest)} inside that of the VPC (${vpc.cidr.text}).`,
    );
  }
  const other = beside.find((vswitch) => overlaps(vswitch.cidr, cidr));
  if (other !== undefined) {
    throw new ApiError(
      'InvalidCidrBlock.Overlapped',
      `The specified CIDR block (${cidr.text}) overlaps that of ${other.id} (${other.cidr.text}).`,
    );
  }
  return cidr;
}

const createVSwitch = rpcAction({
  name: 'CreateVSwitch',
  request: CreateVSwitchRequest,
  response: CreateVSwitchResponseBody,
  required: ['vpcId', 'zoneId'],
  handle: ({ request, cloud, region }) => {
    const all = vswitches.in(cloud.store);
    const vpc = vpcOf(cloud, request.vpcId);
    requireAvailable(cloud, vpc);
    const { zoneId = '' } = request;
    if (!new RegExp(`^${region}-[a-z]$`).test(zoneId)) throw notFound('InvalidZoneId.NotFound', 'zone', zoneId);
    const beside = all.where((vswitch) => vswitch.vpcId === vpc.id);
    if (beside.length >= cloud.quotas.vswitchesPerVpc) {
      throw new ApiError(
        'QuotaExceeded.VSwitch',
        `VSwitch quota exceeded: a VPC may have ${String(cloud.quotas.vswitchesPerVpc)}.`,
      );
    }
    const vswitch = all.insert({
      id: cloud.newId('vsw-bp1'),
      uses: [vpc.id],
      readyAt: cloud.readyAt('vSwitch'),
      region,
      vpcId: vpc.id,
      zoneId,
      cidr: vswitchCidr(request.cidrBlock, vpc, beside),
      tags: readTags(request.tag),
      createdAt: cloud.timestamp(),
      resourceGroupId: vpc.resourceGroupId,
      routeTableId: vpc.routeTable.id,
      name: checkName('VSwitchName', request.vSwitchName),
      description: checkName('Description', request.description, 256),
    });
    return { vSwitchId: vswitch.id };
  },
});

const described = (cloud: Cloud, vswitch: VSwitch) => ({
  vSwitchId: vswitch.id,
  vSwitchName: vswitch.name,
  vpcId: vswitch.vpcId,
  zoneId: vswitch.zoneId,
  cidrBlock: vswitch.cidr.text,
  ipv6CidrBlock: '',
  description: vswitch.description,
  creationTime: vswitch.createdAt,
  status: cloud.isReady('vSwitch', vswitch) ? 'Available' : 'Pending',
  isDefault: false,
  ownerId: Number(cloud.accountId),
  resourceGroupId: vswitch.resourceGroupId,
  availableIpAddressCount: vswitch.cidr.last - vswitch.cidr.first + 1 - RESERVED_ADDRESSES,
  routeTable: { routeTableId: vswitch.routeTableId, routeTableType: 'System' },
  tags: { tag: writeTags(vswitch.tags) },
});

const describeVSwitchAttributes = rpcAction({
  name: 'DescribeVSwitchAttributes',
  request: DescribeVSwitchAttributesRequest,
  response: DescribeVSwitchAttributesResponseBody,
  required: ['vSwitchId'],
  handle: ({ request, cloud }) => {
    const vswitch = vswitches.in(cloud.store).find(request.vSwitchId);
    // Unlike every other reading action, this one answers an unknown id with empty fields.
    return vswitch === undefined ? { vSwitchId: '', vpcId: '', status: '' } : described(cloud, vswitch);
  },
});

const describeVSwitches = rpcAction({
  name: 'DescribeVSwitches',
  request: DescribeVSwitchesRequest,
  response: DescribeVSwitchesResponseBody,
  handle: ({ request, cloud }) => {
    const found = vswitches
      .in(cloud.store)
      .where(
        (vswitch) =>
          (request.vSwitchId ?? vswitch.id) === vswitch.id &&
          (request.vpcId ?? vswitch.vpcId) === vswitch.vpcId &&
          (request.zoneId ?? vswitch.zoneId) === vswitch.zoneId,
      );
    const { items, ...counts } = page(found, request);
    return { ...counts, vSwitches: { vSwitch: items.map((vswitch) => described(cloud, vswitch)) } };
  },
});

const modifyVSwitchAttribute = rpcAction({
  name: 'ModifyVSwitchAttribute',
  request: ModifyVSwitchAttributeRequest,
  response: ModifyVSwitchAttributeResponseBody,
  required: ['vSwitchId'],
  handle: ({ request, cloud }) => {
    const vswitch = vswitchOf(cloud, request.vSwitchId);
    requireReady(cloud, vswitch);
    if (request.vSwitchName !== undefined) vswitch.name = checkName('VSwitchName', request.vSwitchName);
    if (request.description !== undefined) vswitch.description = checkName('Description', request.description, 256);
    return {};
  },
});

/** @throws ApiError `IncorrectVSwitchStatus` while it is still being made */
export function requireReady(cloud: Cloud, vswitch: VSwitch): void {
  if (!cloud.isReady('vSwitch', vswitch)) {
    throw new ApiError('IncorrectVSwitchStatus', `The vSwitch (${vswitch.id}) is Pending, not Available.`);
  }
}

/** What keeps a vSwitch from being deleted, by noun. */
const DEPENDENTS: Readonly<Record<string, string>> = {
  'SNAT entry': 'DependencyViolation.SNAT',
  'NAT gateway': 'DependencyViolation.EnhancedNatgw',
  'Redis instance': 'DependencyViolation.Kvstore',
};

const deleteVSwitch = rpcAction({
  name: 'DeleteVSwitch',
  request: DeleteVSwitchRequest,
  response: DeleteVSwitchResponseBody,
  required: ['vSwitchId'],
  handle: ({ request, cloud }) => {
    const vswitch = vswitchOf(cloud, request.vSwitchId);
    requireReady(cloud, vswitch);
    const users = cloud.store.usersOf(vswitch.id);
    if (users.length > 0) {
      const known = Object.entries(DEPENDENTS).find(([noun]) => users.some((user) => user.startsWith(`${noun} `)));
      throw inUse(known?.[1] ?? 'DependencyViolation', 'vSwitch', vswitch.id, users);
    }
    vswitches.in(cloud.store).remove(vswitch.id);
    return {};
  },
});

export const vswitchActions = [
  createVSwitch,
  describeVSwitchAttributes,
  describeVSwitches,
  modifyVSwitchAttribute,
  deleteVSwitch,
];
