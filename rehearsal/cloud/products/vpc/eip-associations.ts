/** What binds an elastic address to a NAT gateway. */
import { AssociateEipAddressRequest } from '@alicloud/vpc20160428/dist/models/AssociateEipAddressRequest';
import { AssociateEipAddressResponseBody } from '@alicloud/vpc20160428/dist/models/AssociateEipAddressResponseBody';
import { UnassociateEipAddressRequest } from '@alicloud/vpc20160428/dist/models/UnassociateEipAddressRequest';
import { UnassociateEipAddressResponseBody } from '@alicloud/vpc20160428/dist/models/UnassociateEipAddressResponseBody';
import { ApiError, inUse, notFound } from '../../api-error';
import type { Cloud } from '../../cloud';
import { rpcAction } from '../../rpc';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import { eipOf } from './eips';
import type { Eip } from './eips';
import { natGateways, requireGateway } from './nat-gateways';
import { snatEntries } from './snat-entries';

export interface EipAssociation extends Entity {
  /** `<allocation id>:<instance id>`. */
  readonly id: string;
  readonly eip: Eip;
  readonly instanceId: string;
  readonly instanceType: string;
}

const eipAssociations = new Kind<EipAssociation>({
  noun: 'EIP association',
  terraform: { type: 'alicloud_eip_association' },
  removal: ({ eip, instanceId, instanceType }) =>
    `aliyun vpc UnassociateEipAddress --RegionId ${eip.region} --AllocationId ${eip.id} --InstanceId ${instanceId} --InstanceType ${instanceType}`,
});

/** The one that an address has, if any. */
export const associationOf = (cloud: Cloud, eipId: string): EipAssociation | undefined =>
  eipAssociations
    .in(cloud.store)
    .where(({ eip }) => eip.id === eipId)
    .at(0);

/** Those that an instance has. */
export const associationsOf = (cloud: Cloud, instanceId: string): EipAssociation[] =>
  eipAssociations.in(cloud.store).where((association) => association.instanceId === instanceId);

const INSTANCE_TYPES = ['EcsInstance', 'SlbInstance', 'Nat', 'HaVip', 'NetworkInterface', 'IpAddress'] as const;

const associateEipAddress = rpcAction({
  name: 'AssociateEipAddress',
  request: AssociateEipAddressRequest,
  response: AssociateEipAddressResponseBody,
  required: ['allocationId', 'instanceId'],
  oneOf: { instanceType: INSTANCE_TYPES },
  handle: ({ request, cloud }) => {
    const eip = eipOf(cloud, request.allocationId);
    // NAT gateways are the only instances in the double that take a public address.
    const gateway = natGateways
      .in(cloud.store)
      .get(request.instanceId, (id) => notFound('InvalidInstanceId.NotFound', 'instance', id));
    if (request.instanceType !== 'Nat') {
      throw new ApiError(
        'InvalidInstanceType.ValueNotSupported',
        `The instance (${gateway.id}) is of type Nat, not ${request.instanceType ?? 'EcsInstance'}.`,
      );
    }
    requireGateway(cloud, gateway, 'IncorrectStatus.NatGateway');
    if (associationOf(cloud, eip.id) !== undefined) {
      throw new ApiError('IncorrectEipStatus', `The EIP (${eip.id}) is bound to an instance already.`);
    }
    eipAssociations.in(cloud.store).insert({
      id: `${eip.id}:${gateway.id}`,
      uses: [eip.id, gateway.id],
      readyAt: cloud.readyAt('EIP association'),
      eip,
      instanceId: gateway.id,
      instanceType: 'Nat',
    });
    return {};
  },
});

const unassociateEipAddress = rpcAction({
  name: 'UnassociateEipAddress',
  request: UnassociateEipAddressRequest,
  response: UnassociateEipAddressResponseBody,
  required: ['allocationId'],
  oneOf: { instanceType: INSTANCE_TYPES },
  handle: ({ request, cloud }) => {
    const eip = eipOf(cloud, request.allocationId);
    const association = associationOf(cloud, eip.id);
    if (association === undefined || (request.instanceId ?? association.instanceId) !== association.instanceId) {
      throw new ApiError('InvalidAssociation.Duplicated', `The EIP (${eip.id}) is not bound to that instance.`);
    }
    if (!cloud.isReady('EIP association', association)) {
      throw new ApiError('IncorrectEipStatus', `The EIP (${eip.id}) is Associating.`);
    }
    const entries = snatEntries.in(cloud.store).where((entry) => entry.uses.includes(eip.id));
    if (entries.length > 0) {
      throw inUse(
        'InvalidIpStatus.HasBeenUsedBySnatTable',
        'EIP association',
        association.id,
        entries.map((entry) => entry.id),
      );
    }
    eipAssociations.in(cloud.store).remove(association.id);
    return {};
  },
});

export const eipAssociationActions = [associateEipAddress, unassociateEipAddress];
