/** What the network's things have in common: tags, deletion protection and a resource group, each set by one action. */
import { DeletionProtectionRequest } from '@alicloud/vpc20160428/dist/models/DeletionProtectionRequest';
import { DeletionProtectionResponseBody } from '@alicloud/vpc20160428/dist/models/DeletionProtectionResponseBody';
import { ListTagResourcesRequest } from '@alicloud/vpc20160428/dist/models/ListTagResourcesRequest';
import { ListTagResourcesResponseBody } from '@alicloud/vpc20160428/dist/models/ListTagResourcesResponseBody';
import { MoveResourceGroupRequest } from '@alicloud/vpc20160428/dist/models/MoveResourceGroupRequest';
import { MoveResourceGroupResponseBody } from '@alicloud/vpc20160428/dist/models/MoveResourceGroupResponseBody';
import { TagResourcesRequest } from '@alicloud/vpc20160428/dist/models/TagResourcesRequest';
import { TagResourcesResponseBody } from '@alicloud/vpc20160428/dist/models/TagResourcesResponseBody';
import { UnTagResourcesRequest } from '@alicloud/vpc20160428/dist/models/UnTagResourcesRequest';
import { UnTagResourcesResponseBody } from '@alicloud/vpc20160428/dist/models/UnTagResourcesResponseBody';
import type { Cloud } from '../../cloud';
import { rpcAction } from '../../rpc';
import { addTags, removeTags } from '../../tags';
import type { Tags } from '../../tags';
import { eipOf, eips } from './eips';
import { flowLogOf, flowLogs } from './flow-logs';
import { natGatewayOf, natGateways } from './nat-gateways';
import { vpcOf, vpcs } from './vpcs';
import { vswitchOf, vswitches } from './vswitches';

interface Tagged {
  readonly id: string;
  readonly tags: Tags;
}

interface TaggedKind {
  readonly get: (cloud: Cloud, id: string) => Tagged;
  readonly all: (cloud: Cloud) => readonly Tagged[];
}

const TAGGED: Readonly<Record<string, TaggedKind>> = {
  VPC: { get: vpcOf, all: (cloud) => vpcs.in(cloud.store).all() },
  VSWITCH: { get: vswitchOf, all: (cloud) => vswitches.in(cloud.store).all() },
  NATGATEWAY: { get: natGatewayOf, all: (cloud) => natGateways.in(cloud.store).all() },
  EIP: { get: eipOf, all: (cloud) => eips.in(cloud.store).all() },
  FLOWLOG: { get: flowLogOf, all: (cloud) => flowLogs.in(cloud.store).all() },
};
const TAGGED_TYPES = Object.keys(TAGGED);

const taggedThings = (
  cloud: Cloud,
  type: string | undefined,
  ids: readonly string[] | undefined,
): readonly Tagged[] => {
  const kind = TAGGED[type ?? ''];
  return ids?.flatMap((id) => kind?.get(cloud, id) ?? []) ?? kind?.all(cloud) ?? [];
};

const tagResources = rpcAction({
  name: 'TagResources',
  request: TagResourcesRequest,
  response: TagResourcesResponseBody,
  required: ['regionId', 'resourceId', 'resourceType', 'tag'],
  oneOf: { resourceType: TAGGED_TYPES },
  handle: ({ request, cloud }) => {
    for (const thing of taggedThings(cloud, request.resourceType, request.resourceId)) addTags(thing.tags, request.tag);
    return {};
  },
});

const unTagResources = rpcAction({
  name: 'UnTagResources',
  request: UnTagResourcesRequest,
  response: UnTagResourcesResponseBody,
  required: ['regionId', 'resourceId', 'resourceType'],
  oneOf: { resourceType: TAGGED_TYPES },
  handle: ({ request, cloud }) => {
    for (const thing of taggedThings(cloud, request.resourceType, request.resourceId)) {
      removeTags(thing.tags, request.tagKey, request.all);
    }
    return {};
  },
});

const listTagResources = rpcAction({
  name: 'ListTagResources',
  request: ListTagResourcesRequest,
  response: ListTagResourcesResponseBody,
  required: ['regionId', 'resourceType'],
  oneOf: { resourceType: TAGGED_TYPES },
  handle: ({ request, cloud }) => ({
    tagResources: {
      tagResource: taggedThings(cloud, request.resourceType, request.resourceId).flatMap(({ id, tags }) =>
        [...tags].map(([tagKey, tagValue]) => ({
          resourceId: id,
          resourceType: request.resourceType,
          tagKey,
          tagValue,
        })),
      ),
    },
  }),
});

const deletionProtection = rpcAction({
  name: 'DeletionProtection',
  request: DeletionProtectionRequest,
  response: DeletionProtectionResponseBody,
  required: ['instanceId', 'protectionEnable', 'regionId', 'type'],
  oneOf: { type: ['EIP', 'NATGW'] },
  handle: ({ request, cloud }) => {
    const { instanceId, protectionEnable = false } = request;
    const thing = request.type === 'EIP' ? eipOf(cloud, instanceId) : natGatewayOf(cloud, instanceId);
    thing.deletionProtection = protectionEnable;
    return {};
  },
});

const moveResourceGroup = rpcAction({
  name: 'MoveResourceGroup',
  request: MoveResourceGroupRequest,
  response: MoveResourceGroupResponseBody,
  required: ['newResourceGroupId', 'regionId', 'resourceId', 'resourceType'],
  oneOf: { resourceType: ['VPC', 'EIP'] },
  handle: ({ request, cloud }) => {
    const { resourceId, newResourceGroupId = '' } = request;
    const thing = request.resourceType === 'EIP' ? eipOf(cloud, resourceId) : vpcOf(cloud, resourceId);
    thing.resourceGroupId = newResourceGroupId;
    return {};
  },
});

export const sharedAttributeActions = [
  tagResources,
  unTagResources,
  listTagResources,
  deletionProtection,
  moveResourceGroup,
];
