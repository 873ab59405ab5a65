/** Tablestore instances: the account's side of the product, and what the data API looks an instance up by. */
import { ChangeResourceGroupRequest } from '@alicloud/tablestore20201209/dist/models/ChangeResourceGroupRequest';
import { ChangeResourceGroupResponseBody } from '@alicloud/tablestore20201209/dist/models/ChangeResourceGroupResponseBody';
import { CreateInstanceRequest } from '@alicloud/tablestore20201209/dist/models/CreateInstanceRequest';
import { CreateInstanceResponseBody } from '@alicloud/tablestore20201209/dist/models/CreateInstanceResponseBody';
import { DeleteInstanceRequest } from '@alicloud/tablestore20201209/dist/models/DeleteInstanceRequest';
import { DeleteInstanceResponseBody } from '@alicloud/tablestore20201209/dist/models/DeleteInstanceResponseBody';
import { GetInstanceRequest } from '@alicloud/tablestore20201209/dist/models/GetInstanceRequest';
import { GetInstanceResponseBody } from '@alicloud/tablestore20201209/dist/models/GetInstanceResponseBody';
import { ListClusterTypeResponseBody } from '@alicloud/tablestore20201209/dist/models/ListClusterTypeResponseBody';
import { TagResourcesRequest } from '@alicloud/tablestore20201209/dist/models/TagResourcesRequest';
import { TagResourcesResponseBody } from '@alicloud/tablestore20201209/dist/models/TagResourcesResponseBody';
import { UntagResourcesRequest } from '@alicloud/tablestore20201209/dist/models/UntagResourcesRequest';
import { UntagResourcesResponseBody } from '@alicloud/tablestore20201209/dist/models/UntagResourcesResponseBody';
import { UpdateInstanceRequest } from '@alicloud/tablestore20201209/dist/models/UpdateInstanceRequest';
import { UpdateInstanceResponseBody } from '@alicloud/tablestore20201209/dist/models/UpdateInstanceResponseBody';
import { ApiError, inUse, notFound } from '../../api-error';
import type { Cloud } from '../../cloud';
import { DEFAULT_RESOURCE_GROUP } from '../../resource-group';
import { Empty, roaOperation } from '../../roa';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import { addTags, readTags, removeTags, writeTags } from '../../tags';
import type { Tags } from '../../tags';

export interface Instance extends Entity {
  readonly region: string;
  readonly clusterType: string;
  readonly description: string;
  readonly createdAt: string;
  resourceGroupId: string;
  network: string;
  networkTypes: readonly string[];
  networkSources: readonly string[];
  readonly tags: Tags;
}

export const instances = new Kind<Instance>({
  noun: 'Tablestore instance',
  terraform: { type: 'alicloud_ots_instance' },
  removal: ({ id }) => `aliyun tablestore POST /v2/openapi/deleteinstance --body '{"InstanceName":"${id}"}'`,
});

/** Sources of the three: the documented values of `CreateInstance`. */
const CLUSTER_TYPES = ['SSD', 'HYBRID'];
const NETWORK_TYPES = ['VPC', 'CLASSIC', 'INTERNET'];
const NETWORK_SOURCES = ['TRUST_PROXY'];
const NETWORKS = ['VPC', 'VPC_CONSOLE', 'NORMAL'];
const NAME = /^[A-Za-z][A-Za-z0-9-]{1,14}[A-Za-z0-9]$/;
const TABLE_QUOTA = 64;

const instanceOf = (cloud: Cloud, name: string | undefined): Instance =>
  instances.in(cloud.store).get(name, (missing) => notFound('NotFound', 'instance', missing));

function checkList(what: string, values: readonly string[] | undefined, allowed: readonly string[]): void {
  for (const value of values ?? []) {
    if (!allowed.includes(value)) {
      throw new ApiError('InvalidParameter', `${what} (${value}) is none of ${allowed.join(', ')}.`);
    }
  }
}

export const instanceOperations = [
  roaOperation({
    name: 'ListClusterType',
    method: 'GET',
    path: '/v2/openapi/listclustertype',
    request: Empty,
    response: ListClusterTypeResponseBody,
    extra: ['RegionId'],
    handle: () => ({ clusterTypes: [...CLUSTER_TYPES] }),
  }),
  roaOperation({
    name: 'CreateInstance',
    method: 'POST',
    path: '/v2/openapi/createinstance',
    request: CreateInstanceRequest,
    response: CreateInstanceResponseBody,
    // The gateway takes it for every operation.
    extra: ['RegionId'],
    required: ['clusterType', 'instanceName'],
    oneOf: { clusterType: CLUSTER_TYPES, network: NETWORKS },
    handle: ({ request, cloud, region }) => {
      const { instanceName = '', clusterType = '', networkTypeACL, networkSourceACL } = request;
      if (!NAME.test(instanceName)) {
        throw new ApiError(
          'InvalidParameter',
          `InstanceName (${instanceName}) must be 3 to 16 letters, digits and hyphens, first a letter, last no hyphen.`,
        );
      }
      checkList('NetworkTypeACL', networkTypeACL, NETWORK_TYPES);
      checkList('NetworkSourceACL', networkSourceACL, NETWORK_SOURCES);
      const all = instances.in(cloud.store);
      if (all.find(instanceName)) {
        throw new ApiError('InstanceAlreadyExist', `The instance (${instanceName}) exists already.`, 409);
      }
      if (all.all().length >= cloud.quotas.tablestoreInstances) {
        const most = String(cloud.quotas.tablestoreInstances);
        throw new ApiError('QuotaExceeded', `The account may have ${most} instances in a region.`, 403);
      }
      all.insert({
        id: instanceName,
        uses: [],
        readyAt: cloud.readyAt(instances.names.noun),
        region,
        clusterType,
        description: request.instanceDescription ?? '',
        createdAt: cloud.timestamp(),
        resourceGroupId: request.resourceGroupId || DEFAULT_RESOURCE_GROUP,
        network: request.network ?? 'NORMAL',
        networkTypes: networkTypeACL ?? NETWORK_TYPES,
        networkSources: networkSourceACL ?? NETWORK_SOURCES,
        tags: readTags(request.tags),
      });
      return {};
    },
  }),
  roaOperation({
    name: 'GetInstance',
    method: 'GET',
    path: '/v2/openapi/getinstance',
    request: GetInstanceRequest,
    response: GetInstanceResponseBody,
    extra: ['RegionId'],
    required: ['instanceName'],
    handle: ({ request, cloud }) => {
      const instance = instanceOf(cloud, request.instanceName);
      return {
        instanceName: instance.id,
        instanceStatus: cloud.isReady(instances.names.noun, instance) ? 'normal' : 'creating',
        instanceSpecification: instance.clusterType,
        instanceDescription: instance.description,
        createTime: instance.createdAt,
        network: instance.network,
        networkTypeACL: [...instance.networkTypes],
        networkSourceACL: [...instance.networkSources],
        regionId: instance.region,
        resourceGroupId: instance.resourceGroupId,
        tableQuota: TABLE_QUOTA,
        tags: writeTags(instance.tags),
        userId: cloud.accountId,
      };
    },
  }),
  roaOperation({
    name: 'UpdateInstance',
    method: 'POST',
    path: '/v2/openapi/updateinstance',
    request: UpdateInstanceRequest,
    response: UpdateInstanceResponseBody,
    extra: ['RegionId'],
    required: ['instanceName'],
    oneOf: { network: NETWORKS },
    handle: ({ request, cloud }) => {
      const instance = instanceOf(cloud, request.instanceName);
      checkList('NetworkTypeACL', request.networkTypeACL, NETWORK_TYPES);
      checkList('NetworkSourceACL', request.networkSourceACL, NETWORK_SOURCES);
      instance.network = request.network ?? instance.network;
      instance.networkTypes = request.networkTypeACL ?? instance.networkTypes;
      instance.networkSources = request.networkSourceACL ?? instance.networkSources;
      return {};
    },
  }),
  roaOperation({
    name: 'DeleteInstance',
    method: 'POST',
    path: '/v2/openapi/deleteinstance',
    request: DeleteInstanceRequest,
    response: DeleteInstanceResponseBody,
    extra: ['RegionId'],
    required: ['instanceName'],
    handle: ({ request, cloud }) => {
      const { id } = instanceOf(cloud, request.instanceName);
      const users = cloud.store.usersOf(id);
      if (users.length > 0) throw inUse('InstanceNotEmpty', 'instance', id, users);
      instances.in(cloud.store).remove(id);
      return {};
    },
  }),
  roaOperation({
    name: 'ChangeResourceGroup',
    method: 'POST',
    path: '/v2/openapi/changeresourcegroup',
    request: ChangeResourceGroupRequest,
    response: ChangeResourceGroupResponseBody,
    extra: ['RegionId'],
    required: ['newResourceGroupId', 'resourceId'],
    handle: ({ request, cloud }) => {
      instanceOf(cloud, request.resourceId).resourceGroupId = request.newResourceGroupId ?? '';
      return {};
    },
  }),
  roaOperation({
    name: 'TagResources',
    method: 'POST',
    path: '/v2/openapi/tagresources',
    request: TagResourcesRequest,
    response: TagResourcesResponseBody,
    extra: ['RegionId'],
    required: ['resourceIds', 'resourceType', 'tags'],
    handle: ({ request, cloud }) => {
      for (const name of request.resourceIds ?? []) addTags(instanceOf(cloud, name).tags, request.tags);
      return {};
    },
  }),
  roaOperation({
    name: 'UntagResources',
    method: 'POST',
    path: '/v2/openapi/untagresources',
    request: UntagResourcesRequest,
    response: UntagResourcesResponseBody,
    extra: ['RegionId'],
    required: ['resourceIds', 'resourceType'],
    handle: ({ request, cloud }) => {
      for (const name of request.resourceIds ?? []) {
        removeTags(instanceOf(cloud, name).tags, request.tagKeys, request.all);
      }
      return {};
    },
  }),
];
