/** The tags of instances. */
import { DescribeTagsRequest } from '@alicloud/rds20140815/dist/models/DescribeTagsRequest';
import { DescribeTagsResponseBody } from '@alicloud/rds20140815/dist/models/DescribeTagsResponseBody';
import { TagResourcesRequest } from '@alicloud/rds20140815/dist/models/TagResourcesRequest';
import { TagResourcesResponseBody } from '@alicloud/rds20140815/dist/models/TagResourcesResponseBody';
import { UntagResourcesRequest } from '@alicloud/rds20140815/dist/models/UntagResourcesRequest';
import { UntagResourcesResponseBody } from '@alicloud/rds20140815/dist/models/UntagResourcesResponseBody';
import { rpcAction } from '../../rpc';
import { addTags, removeTags } from '../../tags';
import { dbInstanceOf } from './db-instances';

const RESOURCE_TYPES = ['INSTANCE'] as const;

const tagResources = rpcAction({
  name: 'TagResources',
  request: TagResourcesRequest,
  response: TagResourcesResponseBody,
  required: ['regionId', 'resourceId', 'resourceType'],
  oneOf: { resourceType: RESOURCE_TYPES },
  handle: ({ request, cloud }) => {
    for (const id of request.resourceId ?? []) addTags(dbInstanceOf(cloud, id).tags, request.tag);
    return {};
  },
});

/** Clients spell the action in two ways, and the API answers to both. */
const untagResources = ['UntagResources', 'UnTagResources'].map((name) =>
  rpcAction({
    name,
    request: UntagResourcesRequest,
    response: UntagResourcesResponseBody,
    required: ['regionId', 'resourceId', 'resourceType'],
    oneOf: { resourceType: RESOURCE_TYPES },
    handle: ({ request, cloud }) => {
      for (const id of request.resourceId ?? []) removeTags(dbInstanceOf(cloud, id).tags, request.tagKey, request.all);
      return {};
    },
  }),
);

const describeTags = rpcAction({
  name: 'DescribeTags',
  request: DescribeTagsRequest,
  response: DescribeTagsResponseBody,
  required: ['regionId'],
  handle: ({ request, cloud }) => {
    const instance = dbInstanceOf(cloud, request.DBInstanceId);
    return {
      items: {
        tagInfos: [...instance.tags].map(([tagKey, tagValue]) => ({
          tagKey,
          tagValue,
          DBInstanceIds: { DBInstanceIds: [instance.id] },
        })),
      },
    };
  },
});

export const tagActions = [tagResources, ...untagResources, describeTags];
