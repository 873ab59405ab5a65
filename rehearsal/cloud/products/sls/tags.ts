/** Tags of log projects. They are set on the region's own host, so that no project is named in it. */
import { ListTagResourcesRequest } from '@alicloud/sls20201230/dist/models/ListTagResourcesRequest';
import { ListTagResourcesResponseBody } from '@alicloud/sls20201230/dist/models/ListTagResourcesResponseBody';
import { TagResourcesRequest } from '@alicloud/sls20201230/dist/models/TagResourcesRequest';
import { UntagResourcesRequest } from '@alicloud/sls20201230/dist/models/UntagResourcesRequest';
import { ApiError } from '../../api-error';
import { roaOperation } from '../../roa';
import { MOST_TAGS } from '../../tags';
import { logProjectNamed } from './projects';

const TYPES = ['PROJECT', 'project'] as const;

export const tagOperations = [
  roaOperation({
    name: 'ListTagResources',
    method: 'GET',
    path: '/tags',
    request: ListTagResourcesRequest,
    response: ListTagResourcesResponseBody,
    required: ['resourceType'],
    oneOf: { resourceType: TYPES },
    handle: ({ request, cloud }) => ({
      tagResources: (request.resourceId ?? []).flatMap((resourceId) =>
        [...logProjectNamed(cloud, resourceId).tags].map(([tagKey, tagValue]) => ({
          resourceId,
          resourceType: request.resourceType,
          tagKey,
          tagValue,
        })),
      ),
      nextToken: '',
    }),
  }),
  roaOperation({
    name: 'TagResources',
    method: 'POST',
    path: '/tag',
    request: TagResourcesRequest,
    required: ['resourceId', 'resourceType', 'tags'],
    oneOf: { resourceType: TYPES },
    handle: ({ request, cloud }) => {
      for (const id of request.resourceId ?? []) {
        const { tags } = logProjectNamed(cloud, id);
        const added = (request.tags ?? []).map(({ key = '', value = '' }) => [key, value] as const);
        const size = new Set([...tags.keys(), ...added.map(([key]) => key)]).size;
        if (size > MOST_TAGS) {
          throw new ApiError('ParameterInvalid', `${id} would have ${size} tags; the most is ${MOST_TAGS}.`);
        }
        for (const [key, value] of added) tags.set(key, value);
      }
      return {};
    },
  }),
  roaOperation({
    name: 'UntagResources',
    method: 'POST',
    path: '/untag',
    request: UntagResourcesRequest,
    required: ['resourceId'],
    oneOf: { resourceType: TYPES },
    handle: ({ request, cloud }) => {
      for (const id of request.resourceId ?? []) {
        const { tags } = logProjectNamed(cloud, id);
        const keys = request.all === true ? [...tags.keys()] : (request.tags ?? []);
        for (const key of keys) tags.delete(key);
      }
      return {};
    },
  }),
];
