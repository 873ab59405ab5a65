/** Tags of keys and secrets. */
import { ApiError } from '../../api-error';
import type { Cloud } from '../../cloud';
import { Empty } from '../../roa';
import { rpcAction } from '../../rpc';
import { MOST_TAGS } from '../../tags';
import { keyWithId } from './keys';
import {
  ListTagResourcesRequest,
  ListTagResourcesResponse,
  TagResourcesRequest,
  UntagResourcesRequest,
} from './models';
import { secretNamed } from './secrets';

const TYPES = ['key', 'secret'] as const;

function tagsOf(cloud: Cloud, type: string | undefined, id: string): Map<string, string> {
  return type === 'secret' ? secretNamed(cloud, id).tags : keyWithId(cloud, id).tags;
}

export const tagActions = [
  rpcAction({
    name: 'ListTagResources',
    request: ListTagResourcesRequest,
    response: ListTagResourcesResponse,
    required: ['resourceType'],
    oneOf: { resourceType: TYPES },
    handle: ({ request, cloud }) => ({
      tagResources: {
        tagResource: (request.resourceId ?? []).flatMap((resourceId) =>
          [...tagsOf(cloud, request.resourceType, resourceId)].map(([tagKey, tagValue]) => ({
            resourceId,
            resourceType: request.resourceType,
            tagKey,
            tagValue,
          })),
        ),
      },
    }),
  }),
  rpcAction({
    name: 'TagResources',
    request: TagResourcesRequest,
    response: Empty,
    required: ['resourceType', 'resourceId', 'tag'],
    oneOf: { resourceType: TYPES },
    handle: ({ request, cloud }) => {
      for (const id of request.resourceId ?? []) {
        const tags = tagsOf(cloud, request.resourceType, id);
        const added = (request.tag ?? []).map(({ key = '', value = '' }) => [key, value] as const);
        const size = new Set([...tags.keys(), ...added.map(([key]) => key)]).size;
        if (size > MOST_TAGS) {
          throw new ApiError('Rejected.LimitExceeded', `${id} would have ${size} tags; the most is ${MOST_TAGS}.`, 409);
        }
        for (const [key, value] of added) tags.set(key, value);
      }
      return {};
    },
  }),
  rpcAction({
    name: 'UntagResources',
    request: UntagResourcesRequest,
    response: Empty,
    required: ['resourceType', 'resourceId', 'tagKey'],
    oneOf: { resourceType: TYPES },
    handle: ({ request, cloud }) => {
      for (const id of request.resourceId ?? []) {
        const tags = tagsOf(cloud, request.resourceType, id);
        for (const key of request.tagKey ?? []) tags.delete(key);
      }
      return {};
    },
  }),
];
