/** The tags of Redis instances. */
import { ListTagResourcesRequest } from '@alicloud/r-kvstore20150101/dist/models/ListTagResourcesRequest';
import { ListTagResourcesResponseBody } from '@alicloud/r-kvstore20150101/dist/models/ListTagResourcesResponseBody';
import { TagResourcesRequest } from '@alicloud/r-kvstore20150101/dist/models/TagResourcesRequest';
import { TagResourcesResponseBody } from '@alicloud/r-kvstore20150101/dist/models/TagResourcesResponseBody';
import { UntagResourcesRequest } from '@alicloud/r-kvstore20150101/dist/models/UntagResourcesRequest';
import { UntagResourcesResponseBody } from '@alicloud/r-kvstore20150101/dist/models/UntagResourcesResponseBody';
import { rpcAction } from '../../rpc';
import { addTags, removeTags } from '../../tags';
import { instanceOf, instances } from './instances';

const RESOURCE_TYPES = ['INSTANCE'] as const;

export const tagActions = [
  rpcAction({
    name: 'TagResources',
    request: TagResourcesRequest,
    response: TagResourcesResponseBody,
    required: ['regionId', 'resourceId', 'resourceType', 'tag'],
    oneOf: { resourceType: RESOURCE_TYPES },
    handle: ({ request, cloud }) => {
      for (const id of request.resourceId ?? []) addTags(instanceOf(cloud, id).tags, request.tag);
      return {};
    },
  }),
  rpcAction({
    name: 'UntagResources',
    request: UntagResourcesRequest,
    response: UntagResourcesResponseBody,
    required: ['regionId', 'resourceId', 'resourceType'],
    oneOf: { resourceType: RESOURCE_TYPES },
    handle: ({ request, cloud }) => {
      for (const id of request.resourceId ?? []) removeTags(instanceOf(cloud, id).tags, request.tagKey, request.all);
      return {};
    },
  }),
  rpcAction({
    name: 'ListTagResources',
    request: ListTagResourcesRequest,
    response: ListTagResourcesResponseBody,
    required: ['regionId', 'resourceType'],
    oneOf: { resourceType: RESOURCE_TYPES },
    handle: ({ request, cloud }) => ({
      tagResources: {
        tagResource: instances
          .in(cloud.store)
          .where((instance) => request.resourceId?.includes(instance.id) ?? true)
          .flatMap((instance) =>
            [...instance.tags].map(([tagKey, tagValue]) => ({
              resourceId: instance.id,
              resourceType: 'INSTANCE',
              tagKey,
              tagValue,
            })),
          ),
      },
    }),
  }),
];
