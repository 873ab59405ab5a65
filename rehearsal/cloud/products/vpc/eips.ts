/** Elastic addresses: public, and bound to one instance at a time. */
import { AllocateEipAddressRequest } from '@alicloud/vpc20160428/dist/models/AllocateEipAddressRequest';
import { AllocateEipAddressResponseBody } from '@alicloud/vpc20160428/dist/models/AllocateEipAddressResponseBody';
import { DescribeEipAddressesRequest } from '@alicloud/vpc20160428/dist/models/DescribeEipAddressesRequest';
import { DescribeEipAddressesResponseBody } from '@alicloud/vpc20160428/dist/models/DescribeEipAddressesResponseBody';
import { DescribeHighDefinitionMonitorLogAttributeRequest } from '@alicloud/vpc20160428/dist/models/DescribeHighDefinitionMonitorLogAttributeRequest';
import { DescribeHighDefinitionMonitorLogAttributeResponseBody } from '@alicloud/vpc20160428/dist/models/DescribeHighDefinitionMonitorLogAttributeResponseBody';
import { ModifyEipAddressAttributeRequest } from '@alicloud/vpc20160428/dist/models/ModifyEipAddressAttributeRequest';
import { ModifyEipAddressAttributeResponseBody } from '@alicloud/vpc20160428/dist/models/ModifyEipAddressAttributeResponseBody';
import { ReleaseEipAddressRequest } from '@alicloud/vpc20160428/dist/models/ReleaseEipAddressRequest';
import { ReleaseEipAddressResponseBody } from '@alicloud/vpc20160428/dist/models/ReleaseEipAddressResponseBody';
import { SetHighDefinitionMonitorLogStatusRequest } from '@alicloud/vpc20160428/dist/models/SetHighDefinitionMonitorLogStatusRequest';
import { SetHighDefinitionMonitorLogStatusResponseBody } from '@alicloud/vpc20160428/dist/models/SetHighDefinitionMonitorLogStatusResponseBody';
import { ApiError, notFound } from '../../api-error';
import { addressAt, parseCidr } from '../../cidr';
import type { Cloud } from '../../cloud';
import { page } from '../../paging';
import { DEFAULT_RESOURCE_GROUP } from '../../resource-group';
import { rpcAction } from '../../rpc';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import { readTags, writeTags } from '../../tags';
import type { Tags } from '../../tags';
import { associationOf } from './eip-associations';
import { checkName } from './vpcs';

export interface Eip extends Entity {
  readonly region: string;
  readonly address: string;
  readonly isp: string;
  readonly instanceChargeType: string;
  readonly internetChargeType: string;
  readonly tags: Tags;
  readonly createdAt: string;
  /** Mbit/s. */
  bandwidth: number;
  name: string;
  description: string;
  resourceGroupId: string;
  deletionProtection: boolean;
  /** Where second-by-second monitoring is written; absent when it is off. */
  monitorLog: { readonly project: string; readonly store: string } | undefined;
}

export const eips = new Kind<Eip>({
  noun: 'EIP',
  terraform: { type: 'alicloud_eip_address' },
  removal: (eip) => `aliyun vpc ReleaseEipAddress --RegionId ${eip.region} --AllocationId ${eip.id}`,
});

/** @throws ApiError `InvalidAllocationId.NotFound` */
export const eipOf = (cloud: Cloud, id: string | undefined): Eip =>
  eips.in(cloud.store).get(id, (missing) => notFound('InvalidAllocationId.NotFound', 'EIP', missing));

/** Addresses are given from a block that is reserved for documentation, so that none of them is anybody's. */
const ADDRESSES = parseCidr('198.51.100.0/24', 'InvalidCidrBlock');
/** Mbit/s, by how the traffic is paid. Source: AllocateEipAddress. */
const MOST_BANDWIDTH: Readonly<Record<string, number>> = { PayByTraffic: 200, PayByBandwidth: 500 };
const USUAL_BANDWIDTH = '5';

function freeAddress(cloud: Cloud): string {
  const taken = new Set(
    eips
      .in(cloud.store)
      .all()
      .map((eip) => eip.address),
  );
  for (let offset = 1; offset < ADDRESSES.last - ADDRESSES.first; offset += 1) {
    const address = addressAt(ADDRESSES, offset);
    if (!taken.has(address)) return address;
  }
  throw new ApiError('InsufficientEipAddress', 'No address is left.');
}

function checkedBandwidth(text: string, internetChargeType: string): number {
  const bandwidth = Number(text);
  const most = MOST_BANDWIDTH[internetChargeType] ?? 0;
  if (!Number.isInteger(bandwidth) || bandwidth < 1 || bandwidth > most) {
    throw new ApiError(
      'InvalidBandwidth.ValueNotSupported',
      `The specified bandwidth (${text}) is not from 1 to ${String(most)} Mbit/s.`,
    );
  }
  return bandwidth;
}

const allocateEipAddress = rpcAction({
  name: 'AllocateEipAddress',
  request: AllocateEipAddressRequest,
  response: AllocateEipAddressResponseBody,
  required: ['regionId'],
  oneOf: {
    instanceChargeType: ['PostPaid', 'PrePaid'],
    internetChargeType: ['PayByBandwidth', 'PayByTraffic'],
    ISP: ['BGP', 'BGP_PRO', 'BGP_International', 'ChinaTelecom', 'ChinaUnicom', 'ChinaMobile', 'BGP_FinanceCloud'],
    netmode: ['public'],
  },
  handle: ({ request, cloud, region }) => {
    const all = eips.in(cloud.store);
    const internetChargeType = request.internetChargeType ?? 'PayByBandwidth';
    const bandwidth = checkedBandwidth(request.bandwidth ?? USUAL_BANDWIDTH, internetChargeType);
    if (all.all().length >= cloud.quotas.eips) {
      throw new ApiError('QuotaExceeded.Eip', `EIP quota exceeded: the account may have ${String(cloud.quotas.eips)}.`);
    }
    const eip = all.insert({
      id: cloud.newId('eip-bp1'),
      uses: [],
      readyAt: cloud.now(),
      region,
      address: freeAddress(cloud),
      isp: request.ISP ?? 'BGP',
      instanceChargeType: request.instanceChargeType ?? 'PostPaid',
      internetChargeType,
      tags: readTags(request.tag),
      createdAt: cloud.timestamp(),
      bandwidth,
      name: checkName('Name', request.name),
      description: checkName('Description', request.description, 256),
      resourceGroupId: request.resourceGroupId ?? DEFAULT_RESOURCE_GROUP,
      deletionProtection: false,
      monitorLog: undefined,
    });
    return { allocationId: eip.id, eipAddress: eip.address, resourceGroupId: eip.resourceGroupId };
  },
});

function described(cloud: Cloud, eip: Eip) {
  const association = associationOf(cloud, eip.id);
  const bound = association !== undefined && cloud.isReady('EIP association', association);
  return {
    allocationId: eip.id,
    allocationTime: eip.createdAt,
    ipAddress: eip.address,
    regionId: eip.region,
    name: eip.name,
    description: eip.description,
    bandwidth: String(eip.bandwidth),
    eipBandwidth: String(eip.bandwidth),
    chargeType: eip.instanceChargeType,
    internetChargeType: eip.internetChargeType,
    ISP: eip.isp,
    netmode: 'public',
    businessStatus: 'Normal',
    deletionProtection: eip.deletionProtection,
    resourceGroupId: eip.resourceGroupId,
    HDMonitorStatus: eip.monitorLog === undefined ? 'OFF' : 'ON',
    expiredTime: '',
    status: association === undefined ? 'Available' : bound ? 'InUse' : 'Associating',
    instanceId: association?.instanceId ?? '',
    instanceType: association?.instanceType ?? '',
    instanceRegionId: association === undefined ? '' : eip.region,
    mode: association === undefined ? '' : 'NAT',
    privateIpAddress: '',
    zone: '',
    securityProtectionTypes: { securityProtectionType: [] },
    operationLocks: { lockReason: [] },
    tags: { tag: writeTags(eip.tags) },
  };
}

const describeEipAddresses = rpcAction({
  name: 'DescribeEipAddresses',
  request: DescribeEipAddressesRequest,
  response: DescribeEipAddressesResponseBody,
  required: ['regionId'],
  handle: ({ request, cloud }) => {
    const ids = request.allocationId?.split(',');
    const found = eips.in(cloud.store).where((eip) => {
      const instance = associationOf(cloud, eip.id)?.instanceId;
      return (
        (ids?.includes(eip.id) ?? true) &&
        (request.eipAddress ?? eip.address) === eip.address &&
        (request.associatedInstanceId ?? instance) === instance
      );
    });
    const { items, ...counts } = page(found, request);
    return { ...counts, eipAddresses: { eipAddress: items.map((eip) => described(cloud, eip)) } };
  },
});

const modifyEipAddressAttribute = rpcAction({
  name: 'ModifyEipAddressAttribute',
  request: ModifyEipAddressAttributeRequest,
  response: ModifyEipAddressAttributeResponseBody,
  required: ['allocationId'],
  handle: ({ request, cloud }) => {
    const eip = eipOf(cloud, request.allocationId);
    if (request.bandwidth !== undefined) {
      eip.bandwidth = checkedBandwidth(request.bandwidth, eip.internetChargeType);
    }
    if (request.name !== undefined) eip.name = checkName('Name', request.name);
    if (request.description !== undefined) eip.description = checkName('Description', request.description, 256);
    return {};
  },
});

const releaseEipAddress = rpcAction({
  name: 'ReleaseEipAddress',
  request: ReleaseEipAddressRequest,
  response: ReleaseEipAddressResponseBody,
  required: ['allocationId'],
  handle: ({ request, cloud }) => {
    const eip = eipOf(cloud, request.allocationId);
    if (eip.deletionProtection) {
      throw new ApiError(
        'OperationDenied.DeletionProtection',
        `The operation is not allowed because deletion protection of the EIP (${eip.id}) is on.`,
      );
    }
    if (associationOf(cloud, eip.id) !== undefined) {
      throw new ApiError('IncorrectEipStatus', `The EIP (${eip.id}) is bound to an instance; unbind it first.`);
    }
    eips.in(cloud.store).remove(eip.id);
    return {};
  },
});

const setMonitorLogStatus = rpcAction({
  name: 'SetHighDefinitionMonitorLogStatus',
  request: SetHighDefinitionMonitorLogStatusRequest,
  response: SetHighDefinitionMonitorLogStatusResponseBody,
  required: ['instanceId', 'logProject', 'logStore', 'regionId', 'status'],
  oneOf: { instanceType: ['EIP'], status: ['ON', 'OFF'] },
  handle: ({ request, cloud }) => {
    const eip = eipOf(cloud, request.instanceId);
    const { logProject = '', logStore = '' } = request;
    eip.monitorLog = request.status === 'ON' ? { project: logProject, store: logStore } : undefined;
    return { success: 'true' };
  },
});

const describeMonitorLogAttribute = rpcAction({
  name: 'DescribeHighDefinitionMonitorLogAttribute',
  request: DescribeHighDefinitionMonitorLogAttributeRequest,
  response: DescribeHighDefinitionMonitorLogAttributeResponseBody,
  required: ['instanceId', 'regionId'],
  handle: ({ request, cloud }) => {
    const eip = eipOf(cloud, request.instanceId);
    return {
      instanceId: eip.id,
      instanceType: 'EIP',
      logProject: eip.monitorLog?.project ?? '',
      logStore: eip.monitorLog?.store ?? '',
      success: 'true',
    };
  },
});

export const eipActions = [
  allocateEipAddress,
  describeEipAddresses,
  modifyEipAddressAttribute,
  releaseEipAddress,
  setMonitorLogStatus,
  describeMonitorLogAttribute,
];
