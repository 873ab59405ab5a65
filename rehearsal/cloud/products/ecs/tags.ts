/** The tags of security groups, the one taggable kind of this product here. */
import { ListTagResourcesRequest } from '@alicloud/ecs20140526/dist/models/ListTagResourcesRequest';
import { ListTagResourcesResponseBody } from '@alicloud/ecs20140526/dist/models/ListTagResourcesResponseBody';
import { TagResourcesRequest } from '@alicloud/ecs20140526/dist/models/TagResourcesRequest';
import { TagResourcesResponseBody } from '@alicloud/ecs20140526/dist/models/TagResourcesResponseBody';
import { UntagResourcesRequest } from '@alicloud/ecs20140526/dist/models/UntagResourcesRequest';
import { UntagResourcesResponseBody } from '@alicloud/ecs20140526/dist/models/UntagResourcesResponseBody';
import { rpcAction } from '../../rpc';
import { addTags, removeTags } from '../../tags';
import { securityGroupOf, securityGroups } from './security-groups';

const RESOURCE_TYPES = ['securitygroup'] as const;

const tagResources = rpcAction({
  name: 'TagResources',
  request: TagResourcesRequest,
  response: TagResourcesResponseBody,
  required: ['regionId', 'resourceId', 'resourceType', 'tag'],
  oneOf: { resourceType: RESOURCE_TYPES },
  handle: ({ request, cloud }) => {
    for (const id of request.resourceId ?? []) addTags(securityGroupOf(cloud, id).tags, request.tag);
    return {};
  },
});

const untagResources = rpcAction({
  name: 'UntagResources',
  request: UntagResourcesRequest,
  response: UntagResourcesResponseBody,
  required: ['regionId', 'resourceId', 'resourceType'],
  oneOf: { resourceType: RESOURCE_TYPES },
  handle: ({ request, cloud }) => {
    for (const id of request.resourceId ?? []) removeTags(securityGroupOf(cloud, id).tags, request.tagKey, request.all);
    return {};
  },
});

const listTagResources = rpcAction({
  name: 'ListTagResources',
  request: ListTagResourcesRequest,
  response: ListTagResourcesResponseBody,
  required: ['regionId', 'resourceType'],
  oneOf: { resourceType: RESOURCE_TYPES },
  handle: ({ request, cloud }) => ({
    tagResources: {
      tagResource: securityGroups
        .in(cloud.store)
        .where((group) => request.resourceId?.includes(group.id) ?? true)
        .flatMap((group) =>
          [...group.tags].map(([tagKey, tagValue]) => ({
            resourceId: group.id,
            resourceType: 'securitygroup',
            tagKey,
            tagValue,
          })),
        ),
    },
  }),
});

export const tagActions = [tagResources, untagResources, listTagResources];
