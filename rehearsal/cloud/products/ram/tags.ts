/** Tags of roles and policies: RAM tags both through the same three actions, by name instead of id. */
import { ListTagResourcesRequest } from '@alicloud/ram20150501/dist/models/ListTagResourcesRequest';
import { ListTagResourcesResponseBody } from '@alicloud/ram20150501/dist/models/ListTagResourcesResponseBody';
import { TagResourcesRequest } from '@alicloud/ram20150501/dist/models/TagResourcesRequest';
import { TagResourcesResponseBody } from '@alicloud/ram20150501/dist/models/TagResourcesResponseBody';
import { UntagResourcesRequest } from '@alicloud/ram20150501/dist/models/UntagResourcesRequest';
import { UntagResourcesResponseBody } from '@alicloud/ram20150501/dist/models/UntagResourcesResponseBody';
import { ApiError } from '../../api-error';
import type { Cloud } from '../../cloud';
import { rpcAction } from '../../rpc';
import { MOST_TAGS } from '../../tags';
import { policyNamed } from './policies';
import { roleNamed } from './roles';

const TYPES = ['role', 'policy'] as const;

/** @throws ApiError for a type that has no tags, or a name that does not exist */
function tagsOf(cloud: Cloud, type: string | undefined, name: string): Map<string, string> {
  switch (type) {
    case 'role':
      return roleNamed(cloud, name).tags;
    case 'policy':
      return policyNamed(cloud, name).tags;
    default:
      throw new ApiError('InvalidParameter.ResourceType', `The resource type (${type ?? ''}) is not supported.`);
  }
}

export const tagActions = [
  rpcAction({
    name: 'ListTagResources',
    request: ListTagResourcesRequest,
    response: ListTagResourcesResponseBody,
    oneOf: { resourceType: TYPES },
    handle: ({ request, cloud }) => ({
      tagResources: (request.resourceNames ?? []).flatMap((resourceName) =>
        [...tagsOf(cloud, request.resourceType, resourceName)].map(([tagKey, tagValue]) => ({
          resourceName,
          resourceType: request.resourceType,
          tagKey,
          tagValue,
        })),
      ),
    }),
  }),
  rpcAction({
    name: 'TagResources',
    request: TagResourcesRequest,
    response: TagResourcesResponseBody,
    oneOf: { resourceType: TYPES },
    handle: ({ request, cloud }) => {
      for (const name of request.resourceNames ?? []) {
        const tags = tagsOf(cloud, request.resourceType, name);
        for (const { key, value } of request.tag ?? []) if (key !== undefined) tags.set(key, value ?? '');
        if (tags.size > MOST_TAGS) {
          throw new ApiError(
            'LimitExceeded.Tag',
            `${name} would have ${tags.size} tags; the most is ${MOST_TAGS}.`,
            409,
          );
        }
      }
      return {};
    },
  }),
  rpcAction({
    name: 'UntagResources',
    request: UntagResourcesRequest,
    response: UntagResourcesResponseBody,
    // The provider sends each key a second time in the older, numbered form.
    extra: ['TagKey'],
    oneOf: { resourceType: TYPES },
    handle: ({ request, cloud }) => {
      for (const name of request.resourceNames ?? []) {
        const tags = tagsOf(cloud, request.resourceType, name);
        const keys = request.all === true ? [...tags.keys()] : (request.tagKeys ?? []);
        for (const key of keys) tags.delete(key);
      }
      return {};
    },
  }),
];
