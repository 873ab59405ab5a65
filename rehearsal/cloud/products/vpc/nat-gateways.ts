/** Enhanced NAT gateways: a VPC's way out to the internet. */
import { CreateNatGatewayRequest } from '@alicloud/vpc20160428/dist/models/CreateNatGatewayRequest';
import { CreateNatGatewayResponseBody } from '@alicloud/vpc20160428/dist/models/CreateNatGatewayResponseBody';
import { DeleteNatGatewayRequest } from '@alicloud/vpc20160428/dist/models/DeleteNatGatewayRequest';
import { DeleteNatGatewayResponseBody } from '@alicloud/vpc20160428/dist/models/DeleteNatGatewayResponseBody';
import { DescribeNatGatewaysRequest } from '@alicloud/vpc20160428/dist/models/DescribeNatGatewaysRequest';
import { DescribeNatGatewaysResponseBody } from '@alicloud/vpc20160428/dist/models/DescribeNatGatewaysResponseBody';
import { ModifyNatGatewayAttributeRequest } from '@alicloud/vpc20160428/dist/models/ModifyNatGatewayAttributeRequest';
import { ModifyNatGatewayAttributeResponseBody } from '@alicloud/vpc20160428/dist/models/ModifyNatGatewayAttributeResponseBody';
import { UpdateNatGatewayNatTypeRequest } from '@alicloud/vpc20160428/dist/models/UpdateNatGatewayNatTypeRequest';
import { UpdateNatGatewayNatTypeResponseBody } from '@alicloud/vpc20160428/dist/models/UpdateNatGatewayNatTypeResponseBody';
import { ApiError, inUse, notFound } from '../../api-error';
import { addressAt } from '../../cidr';
import type { Cloud } from '../../cloud';
import { page } from '../../paging';
import { DEFAULT_RESOURCE_GROUP } from '../../resource-group';
import { rpcAction } from '../../rpc';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import { readTags } from '../../tags';
import type { Tags } from '../../tags';
import { associationsOf } from './eip-associations';
import { snatEntries } from './snat-entries';
import { checkName, requireAvailable, vpcOf } from './vpcs';
import { requireReady, vswitchOf } from './vswitches';
import type { VSwitch } from './vswitches';

export interface NatGateway extends Entity {
  uses: readonly string[];
  readonly region: string;
  readonly vpcId: string;
  readonly snatTableId: string;
  readonly forwardTableId: string;
  readonly networkType: string;
  readonly instanceChargeType: string;
  readonly privateLinkEnabled: boolean;
  readonly tags: Tags;
  readonly createdAt: string;
  readonly networkInterfaceId: string;
  vswitch: VSwitch;
  name: string;
  description: string;
  eipBindMode: string;
  icmpReplyEnabled: boolean;
  deletionProtection: boolean;
}

export const natGateways = new Kind<NatGateway>({
  noun: 'NAT gateway',
  terraform: { type: 'alicloud_nat_gateway' },
  removal: (gateway) => `aliyun vpc DeleteNatGateway --RegionId ${gateway.region} --NatGatewayId ${gateway.id}`,
});

/** @throws ApiError `InvalidNatGatewayId.NotFound` */
export const natGatewayOf = (cloud: Cloud, id: string | undefined): NatGateway =>
  natGateways.in(cloud.store).get(id, (missing) => notFound('InvalidNatGatewayId.NotFound', 'NAT gateway', missing));

/** @throws ApiError with the code that the calling action has for a gateway in a transitional state */
export function requireGateway(cloud: Cloud, gateway: NatGateway, code = 'IncorrectStatus.NATGW'): void {
  if (!cloud.isReady('NAT gateway', gateway)) {
    throw new ApiError(code, `The status of the NAT gateway (${gateway.id}) does not support this operation.`);
  }
}

/** A gateway's own private address: the first of its vSwitch that is free for use. */
const GATEWAY_ADDRESS = 1;
/** Source: "Limits" of NAT Gateway. */
const PERFORMANCE = { maxBandwidth: 5120, maxSessionEstablishRate: 100_000, maxSessionQuota: 2_000_000 } as const;

const createNatGateway = rpcAction({
  name: 'CreateNatGateway',
  request: CreateNatGatewayRequest,
  response: CreateNatGatewayResponseBody,
  required: ['regionId', 'vpcId'],
  oneOf: {
    natType: ['Enhanced'],
    internetChargeType: ['PayByLcu', 'PayBySpec'],
    instanceChargeType: ['PostPaid', 'PrePaid'],
    networkType: ['internet', 'intranet'],
    eipBindMode: ['MULTI_BINDED', 'NAT'],
  },
  handle: ({ request, cloud, region }) => {
    const all = natGateways.in(cloud.store);
    const vpc = vpcOf(cloud, request.vpcId);
    requireAvailable(cloud, vpc);
    if (request.internetChargeType === 'PayBySpec') {
      throw new ApiError('InvalidParameter.InternetChargeType', 'NAT gateways that pay by specification are not sold.');
    }
    if (request.vSwitchId === undefined) {
      throw new ApiError('MissingParam.VSwitchId', 'An enhanced NAT gateway needs the parameter VSwitchId.');
    }
    const vswitch = vswitchOf(cloud, request.vSwitchId);
    if (vswitch.vpcId !== vpc.id) throw notFound('InvalidVSwitchId.NotFound', `vSwitch of ${vpc.id}`, vswitch.id);
    requireReady(cloud, vswitch);
    if (all.where((gateway) => gateway.vpcId === vpc.id).length >= cloud.quotas.natGatewaysPerVpc) {
      throw new ApiError(
        'QuotaExceeded.NatGateway',
        `The VPC (${vpc.id}) has as many NAT gateways as it may: ${String(cloud.quotas.natGatewaysPerVpc)}.`,
      );
    }
    const gateway = all.insert({
      id: cloud.newId('ngw-bp1'),
      uses: [vpc.id, vswitch.id],
      readyAt: cloud.readyAt('NAT gateway'),
      region,
      vpcId: vpc.id,
      snatTableId: cloud.newId('stb-bp1'),
      forwardTableId: cloud.newId('ftb-bp1'),
      networkType: request.networkType ?? 'internet',
      instanceChargeType: request.instanceChargeType ?? 'PostPaid',
      privateLinkEnabled: request.privateLinkEnabled ?? false,
      tags: readTags(request.tag),
      createdAt: cloud.timestamp(),
      networkInterfaceId: cloud.newId('eni-bp1'),
      vswitch,
      name: checkName('Name', request.name),
      description: checkName('Description', request.description, 256),
      eipBindMode: request.eipBindMode ?? 'MULTI_BINDED',
      icmpReplyEnabled: request.icmpReplyEnabled ?? true,
      deletionProtection: false,
    });
    return {
      natGatewayId: gateway.id,
      snatTableIds: { snatTableId: [gateway.snatTableId] },
      forwardTableIds: { forwardTableId: [gateway.forwardTableId] },
    };
  },
});

const described = (cloud: Cloud, gateway: NatGateway) => ({
  natGatewayId: gateway.id,
  name: gateway.name,
  description: gateway.description,
  natType: 'Enhanced',
  regionId: gateway.region,
  vpcId: gateway.vpcId,
  networkType: gateway.networkType,
  internetChargeType: 'PayByLcu',
  instanceChargeType: gateway.instanceChargeType,
  eipBindMode: gateway.eipBindMode,
  icmpReplyEnabled: gateway.icmpReplyEnabled,
  privateLinkEnabled: gateway.privateLinkEnabled,
  deletionProtection: gateway.deletionProtection,
  creationTime: gateway.createdAt,
  expiredTime: '',
  businessStatus: 'Normal',
  resourceGroupId: DEFAULT_RESOURCE_GROUP,
  spec: '',
  status: cloud.isReady('NAT gateway', gateway) ? 'Available' : 'Creating',
  snatTableIds: { snatTableId: [gateway.snatTableId] },
  forwardTableIds: { forwardTableId: [gateway.forwardTableId] },
  natGatewayPrivateInfo: {
    ...PERFORMANCE,
    vswitchId: gateway.vswitch.id,
    izNo: gateway.vswitch.zoneId,
    eniInstanceId: gateway.networkInterfaceId,
    privateIpAddress: addressAt(gateway.vswitch.cidr, GATEWAY_ADDRESS),
  },
  ipLists: {
    ipList: associationsOf(cloud, gateway.id).map(({ eip }) => ({
      allocationId: eip.id,
      ipAddress: eip.address,
      usingStatus:
        snatEntries.in(cloud.store).where((entry) => entry.uses.includes(eip.id)).length > 0
          ? 'UsedBySnatTable'
          : 'Idle',
    })),
  },
  tags: { tag: [...gateway.tags].map(([tagKey, tagValue]) => ({ tagKey, tagValue })) },
});

const describeNatGateways = rpcAction({
  name: 'DescribeNatGateways',
  request: DescribeNatGatewaysRequest,
  response: DescribeNatGatewaysResponseBody,
  required: ['regionId'],
  handle: ({ request, cloud }) => {
    const found = natGateways
      .in(cloud.store)
      .where(
        (gateway) =>
          (request.natGatewayId ?? gateway.id) === gateway.id &&
          (request.vpcId ?? gateway.vpcId) === gateway.vpcId &&
          (request.name ?? gateway.name) === gateway.name,
      );
    const { items, ...counts } = page(found, request);
    return { ...counts, natGateways: { natGateway: items.map((gateway) => described(cloud, gateway)) } };
  },
});

const modifyNatGatewayAttribute = rpcAction({
  name: 'ModifyNatGatewayAttribute',
  request: ModifyNatGatewayAttributeRequest,
  response: ModifyNatGatewayAttributeResponseBody,
  required: ['natGatewayId', 'regionId'],
  oneOf: { eipBindMode: ['MULTI_BINDED', 'NAT'] },
  handle: ({ request, cloud }) => {
    const gateway = natGatewayOf(cloud, request.natGatewayId);
    requireGateway(cloud, gateway);
    if (request.name !== undefined) gateway.name = checkName('Name', request.name);
    if (request.description !== undefined) gateway.description = checkName('Description', request.description, 256);
    gateway.eipBindMode = request.eipBindMode ?? gateway.eipBindMode;
    gateway.icmpReplyEnabled = request.icmpReplyEnabled ?? gateway.icmpReplyEnabled;
    return {};
  },
});

const updateNatGatewayNatType = rpcAction({
  name: 'UpdateNatGatewayNatType',
  request: UpdateNatGatewayNatTypeRequest,
  response: UpdateNatGatewayNatTypeResponseBody,
  required: ['natGatewayId', 'natType', 'regionId', 'vSwitchId'],
  oneOf: { natType: ['Enhanced'] },
  handle: ({ request }) => {
    // Every gateway that the double makes is enhanced already.
    throw new ApiError('OperationDenied.EnhancedNatgw', `The NAT gateway (${request.natGatewayId ?? ''}) is enhanced.`);
  },
});

const deleteNatGateway = rpcAction({
  name: 'DeleteNatGateway',
  request: DeleteNatGatewayRequest,
  response: DeleteNatGatewayResponseBody,
  required: ['natGatewayId', 'regionId'],
  handle: ({ request, cloud }) => {
    const gateway = natGatewayOf(cloud, request.natGatewayId);
    requireGateway(cloud, gateway, 'IncorrectStatus.NATGW');
    if (gateway.deletionProtection) {
      throw new ApiError(
        'OperationDenied.DeletionProtection',
        `The operation is not allowed because deletion protection of the NAT gateway (${gateway.id}) is on.`,
      );
    }
    const users = cloud.store.usersOf(gateway.id);
    if (users.length > 0) {
      const bound = users.some((user) => user.startsWith('EIP association'));
      throw inUse(
        bound ? 'DependencyViolation.EIPS' : 'DependencyViolation.SnatEntries',
        'NAT gateway',
        gateway.id,
        users,
      );
    }
    natGateways.in(cloud.store).remove(gateway.id);
    return {};
  },
});

export const natGatewayActions = [
  createNatGateway,
  describeNatGateways,
  modifyNatGatewayAttribute,
  updateNatGatewayNatType,
  deleteNatGateway,
];
