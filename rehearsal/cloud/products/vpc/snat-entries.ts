/** SNAT entries: which vSwitch or block goes out through which of a NAT gateway's addresses. */
import { CreateSnatEntryRequest } from '@alicloud/vpc20160428/dist/models/CreateSnatEntryRequest';
import { CreateSnatEntryResponseBody } from '@alicloud/vpc20160428/dist/models/CreateSnatEntryResponseBody';
import { DeleteSnatEntryRequest } from '@alicloud/vpc20160428/dist/models/DeleteSnatEntryRequest';
import { DeleteSnatEntryResponseBody } from '@alicloud/vpc20160428/dist/models/DeleteSnatEntryResponseBody';
import { DescribeSnatTableEntriesRequest } from '@alicloud/vpc20160428/dist/models/DescribeSnatTableEntriesRequest';
import { DescribeSnatTableEntriesResponseBody } from '@alicloud/vpc20160428/dist/models/DescribeSnatTableEntriesResponseBody';
import { ModifySnatEntryRequest } from '@alicloud/vpc20160428/dist/models/ModifySnatEntryRequest';
import { ModifySnatEntryResponseBody } from '@alicloud/vpc20160428/dist/models/ModifySnatEntryResponseBody';
import { ApiError, notFound } from '../../api-error';
import { parseCidr } from '../../cidr';
import type { Cloud } from '../../cloud';
import { page } from '../../paging';
import { rpcAction } from '../../rpc';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import { associationsOf } from './eip-associations';
import { natGateways, requireGateway } from './nat-gateways';
import type { NatGateway } from './nat-gateways';
import { checkName } from './vpcs';
import { vswitchOf } from './vswitches';

export interface SnatEntry extends Entity {
  uses: readonly string[];
  readonly region: string;
  readonly tableId: string;
  readonly gatewayId: string;
  /** Absent when the entry is for a block. */
  readonly vswitchId: string | undefined;
  readonly cidr: string;
  /** One address, or several with commas between. */
  snatIp: string;
  name: string;
  /** 1 keeps a client on one address, 0 does not. */
  eipAffinity: number;
}

export const snatEntries = new Kind<SnatEntry>({
  noun: 'SNAT entry',
  terraform: { type: 'alicloud_snat_entry', importId: (entry) => `${entry.tableId}:${entry.id}` },
  removal: (entry) =>
    `aliyun vpc DeleteSnatEntry --RegionId ${entry.region} --SnatTableId ${entry.tableId} --SnatEntryId ${entry.id}`,
});

function gatewayOfTable(cloud: Cloud, tableId: string | undefined): NatGateway {
  const gateway = natGateways
    .in(cloud.store)
    .where((candidate) => candidate.snatTableId === tableId)
    .at(0);
  if (gateway === undefined) throw notFound('InvalidSnatTableId.NotFound', 'SNAT table', tableId ?? '');
  return gateway;
}

function entryOf(cloud: Cloud, tableId: string | undefined, entryId: string | undefined): SnatEntry {
  const gateway = gatewayOfTable(cloud, tableId);
  const entry = snatEntries.in(cloud.store).find(entryId);
  if (entry?.gatewayId !== gateway.id) throw notFound('InvalidSnatEntryId.NotFound', 'SNAT entry', entryId ?? '');
  return entry;
}

/** @returns the ids of the addresses, each of which must be bound to the gateway */
function addressesOf(cloud: Cloud, gateway: NatGateway, snatIp: string): string[] {
  const bound = associationsOf(cloud, gateway.id);
  return snatIp.split(',').map((address) => {
    const association = bound.find(({ eip }) => eip.address === address);
    if (association === undefined) {
      throw notFound('InvalidSnatIp.NotFound', `address of the NAT gateway ${gateway.id}`, address);
    }
    if (!cloud.isReady('EIP association', association)) {
      throw new ApiError('OperationUnsupported.EipInBinding', `The EIP (${association.eip.id}) is still being bound.`);
    }
    return association.eip.id;
  });
}

function sourceOf(
  cloud: Cloud,
  gateway: NatGateway,
  asked: { readonly sourceVSwitchId?: string | undefined; readonly sourceCIDR?: string | undefined },
): { vswitchId: string | undefined; cidr: string } {
  if (asked.sourceVSwitchId !== undefined) {
    const vswitch = vswitchOf(cloud, asked.sourceVSwitchId);
    if (vswitch.vpcId !== gateway.vpcId) {
      throw notFound('InvalidVSwitchId.NotFound', `vSwitch of ${gateway.vpcId}`, vswitch.id);
    }
    return { vswitchId: vswitch.id, cidr: vswitch.cidr.text };
  }
  if (asked.sourceCIDR === undefined) {
    throw new ApiError('MissingParameter', 'One of SourceVSwitchId and SourceCIDR is mandatory for this action.');
  }
  return { vswitchId: undefined, cidr: parseCidr(asked.sourceCIDR, 'InvalidSourceCIDR.Malformed').text };
}

const createSnatEntry = rpcAction({
  name: 'CreateSnatEntry',
  request: CreateSnatEntryRequest,
  response: CreateSnatEntryResponseBody,
  required: ['regionId', 'snatTableId'],
  handle: ({ request, cloud, region }) => {
    const all = snatEntries.in(cloud.store);
    const gateway = gatewayOfTable(cloud, request.snatTableId);
    requireGateway(cloud, gateway);
    const source = sourceOf(cloud, gateway, request);
    const { snatIp = '' } = request;
    const eipIds = addressesOf(cloud, gateway, snatIp);
    const same = all.where((entry) => entry.gatewayId === gateway.id && entry.cidr === source.cidr);
    if (same.length > 0) {
      throw new ApiError(
        source.vswitchId === undefined ? 'Forbidden.SourceCIDR.Duplicated' : 'Forbidden.SourceVSwitchId.Duplicated',
        `The specified source (${source.vswitchId ?? source.cidr}) has an SNAT entry already.`,
      );
    }
    const entry = all.insert({
      id: cloud.newId('snat-bp1'),
      uses: [gateway.id, ...eipIds, ...(source.vswitchId === undefined ? [] : [source.vswitchId])],
      readyAt: cloud.readyAt('SNAT entry'),
      region,
      tableId: gateway.snatTableId,
      gatewayId: gateway.id,
      ...source,
      snatIp,
      name: checkName('SnatEntryName', request.snatEntryName),
      eipAffinity: request.eipAffinity ?? 0,
    });
    return { snatEntryId: entry.id };
  },
});

const describeSnatTableEntries = rpcAction({
  name: 'DescribeSnatTableEntries',
  request: DescribeSnatTableEntriesRequest,
  response: DescribeSnatTableEntriesResponseBody,
  required: ['regionId'],
  handle: ({ request, cloud }) => {
    if (request.snatTableId !== undefined) gatewayOfTable(cloud, request.snatTableId);
    const found = snatEntries
      .in(cloud.store)
      .where(
        (entry) =>
          (request.snatTableId ?? entry.tableId) === entry.tableId &&
          (request.snatEntryId ?? entry.id) === entry.id &&
          (request.natGatewayId ?? entry.gatewayId) === entry.gatewayId,
      );
    const { items, ...counts } = page(found, request);
    return {
      ...counts,
      snatTableEntries: {
        snatTableEntry: items.map((entry) => ({
          snatEntryId: entry.id,
          snatTableId: entry.tableId,
          natGatewayId: entry.gatewayId,
          snatEntryName: entry.name,
          snatIp: entry.snatIp,
          sourceCIDR: entry.cidr,
          sourceVSwitchId: entry.vswitchId ?? '',
          eipAffinity: String(entry.eipAffinity),
          status: cloud.isReady('SNAT entry', entry) ? 'Available' : 'Pending',
        })),
      },
    };
  },
});

const modifySnatEntry = rpcAction({
  name: 'ModifySnatEntry',
  request: ModifySnatEntryRequest,
  response: ModifySnatEntryResponseBody,
  required: ['regionId', 'snatEntryId', 'snatTableId'],
  handle: ({ request, cloud }) => {
    const entry = entryOf(cloud, request.snatTableId, request.snatEntryId);
    if (request.snatIp !== undefined) {
      const gateway = gatewayOfTable(cloud, entry.tableId);
      const eipIds = addressesOf(cloud, gateway, request.snatIp);
      entry.uses = [gateway.id, ...eipIds, ...(entry.vswitchId === undefined ? [] : [entry.vswitchId])];
      entry.snatIp = request.snatIp;
    }
    if (request.snatEntryName !== undefined) entry.name = checkName('SnatEntryName', request.snatEntryName);
    entry.eipAffinity = request.eipAffinity ?? entry.eipAffinity;
    return {};
  },
});

const deleteSnatEntry = rpcAction({
  name: 'DeleteSnatEntry',
  request: DeleteSnatEntryRequest,
  response: DeleteSnatEntryResponseBody,
  required: ['regionId', 'snatEntryId', 'snatTableId'],
  handle: ({ request, cloud }) => {
    const entry = entryOf(cloud, request.snatTableId, request.snatEntryId);
    if (!cloud.isReady('SNAT entry', entry)) {
      // The misspelling is the API's own.
      throw new ApiError('IncorretSnatEntryStatus', `The SNAT entry (${entry.id}) is Pending, not Available.`);
    }
    snatEntries.in(cloud.store).remove(entry.id);
    return {};
  },
});

export const snatEntryActions = [createSnatEntry, describeSnatTableEntries, modifySnatEntry, deleteSnatEntry];
