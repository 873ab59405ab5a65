/** VPCs, each with the router and the system route table that the cloud makes with it. */
import { CreateVpcRequest } from '@alicloud/vpc20160428/dist/models/CreateVpcRequest';
import { CreateVpcResponseBody } from '@alicloud/vpc20160428/dist/models/CreateVpcResponseBody';
import { DeleteVpcRequest } from '@alicloud/vpc20160428/dist/models/DeleteVpcRequest';
import { DeleteVpcResponseBody } from '@alicloud/vpc20160428/dist/models/DeleteVpcResponseBody';
import { DescribeVpcAttributeRequest } from '@alicloud/vpc20160428/dist/models/DescribeVpcAttributeRequest';
import { DescribeVpcAttributeResponseBody } from '@alicloud/vpc20160428/dist/models/DescribeVpcAttributeResponseBody';
import { DescribeVpcsRequest } from '@alicloud/vpc20160428/dist/models/DescribeVpcsRequest';
import { DescribeVpcsResponseBody } from '@alicloud/vpc20160428/dist/models/DescribeVpcsResponseBody';
import { ModifyVpcAttributeRequest } from '@alicloud/vpc20160428/dist/models/ModifyVpcAttributeRequest';
import { ModifyVpcAttributeResponseBody } from '@alicloud/vpc20160428/dist/models/ModifyVpcAttributeResponseBody';
import { ApiError, inUse, notFound } from '../../api-error';
import { parseCidr } from '../../cidr';
import type { Cidr } from '../../cidr';
import type { Cloud } from '../../cloud';
import { page } from '../../paging';
import { DEFAULT_RESOURCE_GROUP } from '../../resource-group';
import { rpcAction } from '../../rpc';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import { readTags, writeTags } from '../../tags';
import type { Tags } from '../../tags';
import { vswitches } from './vswitches';

export interface Vpc extends Entity {
  readonly region: string;
  readonly cidr: Cidr;
  readonly tags: Tags;
  readonly createdAt: string;
  readonly routerId: string;
  readonly routeTable: { readonly id: string; name: string; description: string; routePropagation: boolean };
  readonly userCidrs: readonly string[];
  name: string;
  description: string;
  resourceGroupId: string;
  dnsHostname: boolean;
}

export const vpcs = new Kind<Vpc>({
  noun: 'VPC',
  terraform: { type: 'alicloud_vpc' },
  removal: (vpc) => `aliyun vpc DeleteVpc --RegionId ${vpc.region} --VpcId ${vpc.id}`,
});

/** @throws ApiError `InvalidVpcId.NotFound` */
export const vpcOf = (cloud: Cloud, id: string | undefined): Vpc =>
  vpcs.in(cloud.store).get(id, (missing) => notFound('InvalidVpcId.NotFound', 'VPC', missing));

/** @throws ApiError `IncorrectVpcStatus` while it is still being made */
export function requireAvailable(cloud: Cloud, vpc: Vpc): void {
  if (!cloud.isReady('VPC', vpc)) {
    throw new ApiError('IncorrectVpcStatus', `The VPC (${vpc.id}) is Pending, which does not support this operation.`);
  }
}

/** Blocks that no VPC may overlap: shared, loopback, link-local and multicast addresses. */
const FORBIDDEN = ['100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4'].map((text) =>
  parseCidr(text, 'InvalidCidrBlock'),
);
const PREFIX = { shortest: 8, longest: 28 } as const;
const DEFAULT_CIDR = '172.16.0.0/12';

function vpcCidr(text = DEFAULT_CIDR): Cidr {
  const cidr = parseCidr(text, 'InvalidCidrBlock.Malformed');
  const forbidden = FORBIDDEN.some((block) => block.first <= cidr.last && cidr.first <= block.last);
  if (cidr.prefix < PREFIX.shortest || cidr.prefix > PREFIX.longest || forbidden) {
    throw new ApiError('InvalidCidrBlock', `The specified CIDR block (${text}) cannot be that of a VPC.`);
  }
  return cidr;
}

/** @throws ApiError for a name or description that no network resource may have */
export function checkName(parameter: string, text: string | undefined, longest = 128): string {
  if (text !== undefined && (text.length > longest || /^https?:\/\//.test(text))) {
    throw new ApiError(`InvalidParameter.${parameter}.Malformed`, `The specified ${parameter} (${text}) is not valid.`);
  }
  return text ?? '';
}

const createVpc = rpcAction({
  name: 'CreateVpc',
  request: CreateVpcRequest,
  response: CreateVpcResponseBody,
  required: ['regionId'],
  handle: ({ request, cloud, region }) => {
    const all = vpcs.in(cloud.store);
    const cidr = vpcCidr(request.cidrBlock);
    if (all.all().length >= cloud.quotas.vpcs) {
      throw new ApiError('QuotaExceeded.Vpc', `VPC quota exceeded: the account may have ${String(cloud.quotas.vpcs)}.`);
    }
    const vpc = all.insert({
      id: cloud.newId('vpc-bp1'),
      uses: [],
      readyAt: cloud.readyAt('VPC'),
      region,
      cidr,
      tags: readTags(request.tag),
      createdAt: cloud.timestamp(),
      routerId: cloud.newId('vrt-bp1'),
      routeTable: { id: cloud.newId('vtb-bp1'), name: '', description: '', routePropagation: true },
      userCidrs: request.userCidr?.split(',') ?? [],
      name: checkName('VpcName', request.vpcName),
      description: checkName('Description', request.description, 256),
      resourceGroupId: request.resourceGroupId ?? DEFAULT_RESOURCE_GROUP,
      dnsHostname: request.enableDnsHostname ?? false,
    });
    return {
      vpcId: vpc.id,
      VRouterId: vpc.routerId,
      routeTableId: vpc.routeTable.id,
      resourceGroupId: vpc.resourceGroupId,
    };
  },
});

/** The fields that one VPC's answer and a list's entry share. */
function described(cloud: Cloud, vpc: Vpc) {
  const inside = vswitches.in(cloud.store).where((vswitch) => vswitch.vpcId === vpc.id);
  return {
    vpcId: vpc.id,
    vpcName: vpc.name,
    regionId: vpc.region,
    cidrBlock: vpc.cidr.text,
    description: vpc.description,
    creationTime: vpc.createdAt,
    status: cloud.isReady('VPC', vpc) ? 'Available' : 'Pending',
    isDefault: false,
    ownerId: Number(cloud.accountId),
    resourceGroupId: vpc.resourceGroupId,
    VRouterId: vpc.routerId,
    ipv6CidrBlock: '',
    dnsHostnameStatus: vpc.dnsHostname ? 'ENABLED' : 'DISABLED',
    tags: { tag: writeTags(vpc.tags) },
    userCidrs: { userCidr: [...vpc.userCidrs] },
    secondaryCidrBlocks: { secondaryCidrBlock: [] },
    vSwitchIds: { vSwitchId: inside.map((vswitch) => vswitch.id) },
  };
}

const describeVpcAttribute = rpcAction({
  name: 'DescribeVpcAttribute',
  request: DescribeVpcAttributeRequest,
  response: DescribeVpcAttributeResponseBody,
  required: ['regionId', 'vpcId'],
  handle: ({ request, cloud }) => ({
    ...described(cloud, vpcOf(cloud, request.vpcId)),
    enabledIpv6: false,
    ipv6CidrBlocks: { ipv6CidrBlock: [] },
  }),
});

const describeVpcs = rpcAction({
  name: 'DescribeVpcs',
  request: DescribeVpcsRequest,
  response: DescribeVpcsResponseBody,
  required: ['regionId'],
  handle: ({ request, cloud }) => {
    const wanted = request.vpcId?.split(',');
    const found = vpcs
      .in(cloud.store)
      .where((vpc) => (wanted?.includes(vpc.id) ?? true) && (request.vpcName ?? vpc.name) === vpc.name);
    const { items, ...counts } = page(found, request);
    return { ...counts, vpcs: { vpc: items.map((vpc) => described(cloud, vpc)) } };
  },
});

const modifyVpcAttribute = rpcAction({
  name: 'ModifyVpcAttribute',
  request: ModifyVpcAttributeRequest,
  response: ModifyVpcAttributeResponseBody,
  required: ['vpcId'],
  handle: ({ request, cloud }) => {
    const vpc = vpcOf(cloud, request.vpcId);
    requireAvailable(cloud, vpc);
    if (request.vpcName !== undefined) vpc.name = checkName('VpcName', request.vpcName);
    if (request.description !== undefined) vpc.description = checkName('Description', request.description, 256);
    vpc.dnsHostname = request.enableDnsHostname ?? vpc.dnsHostname;
    return {};
  },
});

/** What keeps a VPC from being deleted, by noun; anything else is some product's instance. */
const DEPENDENTS: Readonly<Record<string, string>> = {
  vSwitch: 'DependencyViolation.VSwitch',
  'security group': 'DependencyViolation.SecurityGroup',
  'NAT gateway': 'DependencyViolation.NatGateway',
};

const deleteVpc = rpcAction({
  name: 'DeleteVpc',
  request: DeleteVpcRequest,
  response: DeleteVpcResponseBody,
  required: ['vpcId'],
  handle: ({ request, cloud }) => {
    const vpc = vpcOf(cloud, request.vpcId);
    requireAvailable(cloud, vpc);
    const users = cloud.store.usersOf(vpc.id);
    if (users.length > 0) {
      const known = Object.entries(DEPENDENTS).find(([noun]) => users.some((user) => user.startsWith(`${noun} `)));
      throw inUse(known?.[1] ?? 'DependencyViolation.Instance', 'VPC', vpc.id, users);
    }
    vpcs.in(cloud.store).remove(vpc.id);
    return {};
  },
});

export const vpcActions = [createVpc, describeVpcAttribute, describeVpcs, modifyVpcAttribute, deleteVpc];
