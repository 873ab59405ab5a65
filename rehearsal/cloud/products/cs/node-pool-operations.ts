/** What the service answers about node pools. */
import { CreateClusterNodePoolRequest } from '@alicloud/cs20151215/dist/models/CreateClusterNodePoolRequest';
import { CreateClusterNodePoolResponseBody } from '@alicloud/cs20151215/dist/models/CreateClusterNodePoolResponseBody';
import { DeleteClusterNodepoolRequest } from '@alicloud/cs20151215/dist/models/DeleteClusterNodepoolRequest';
import { DeleteClusterNodepoolResponseBody } from '@alicloud/cs20151215/dist/models/DeleteClusterNodepoolResponseBody';
import { DescribeClusterNodePoolDetailResponseBody } from '@alicloud/cs20151215/dist/models/DescribeClusterNodePoolDetailResponseBody';
import { ModifyClusterNodePoolRequest } from '@alicloud/cs20151215/dist/models/ModifyClusterNodePoolRequest';
import { ModifyClusterNodePoolResponseBody } from '@alicloud/cs20151215/dist/models/ModifyClusterNodePoolResponseBody';
import { ApiError } from '../../api-error';
import { Empty, roaOperation } from '../../roa';
import { clusterOf, requireReady } from './clusters';
import { createNodePool, describeNodePool, modifyNodePool, nodePoolOf, requirePoolReady } from './node-pools';
import { startTask } from './tasks';

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const lowerCased = (tag: unknown): unknown =>
  isObject(tag) ? Object.fromEntries(Object.entries(tag).map(([name, value]) => [name.toLowerCase(), value])) : tag;

/** The service reads names in any case, and the provider sends a tag's `Key` and `Value` so. */
function withPlainTags(parameters: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { scaling_group: group } = parameters;
  if (!isObject(group) || !Array.isArray(group.tags)) return { ...parameters };
  return { ...parameters, scaling_group: { ...group, tags: group.tags.map(lowerCased) } };
}

const NODE_POOL_PATH = '/clusters/{cluster_id}/nodepools/{nodepool_id}';

export const nodePoolOperations = [
  roaOperation({
    name: 'CreateClusterNodePool',
    method: 'POST',
    path: '/clusters/{cluster_id}/nodepools',
    request: CreateClusterNodePoolRequest,
    normalize: withPlainTags,
    response: CreateClusterNodePoolResponseBody,
    handle: ({ request, cloud, path }) => {
      const cluster = clusterOf(cloud, path('cluster_id'));
      requireReady(cloud, cluster);
      const { id: nodepoolId } = createNodePool(cloud, cluster, request);
      const { requestId, taskId } = startTask(cloud, cluster.id, 'nodepool_create', 'node pool');
      return { nodepoolId, requestId, taskId };
    },
  }),
  roaOperation({
    name: 'DescribeClusterNodePoolDetail',
    method: 'GET',
    path: NODE_POOL_PATH,
    request: Empty,
    response: DescribeClusterNodePoolDetailResponseBody,
    handle: ({ cloud, path }) => {
      const cluster = clusterOf(cloud, path('cluster_id'));
      return describeNodePool(cloud, cluster, nodePoolOf(cloud, cluster, path('nodepool_id')));
    },
  }),
  roaOperation({
    name: 'ModifyClusterNodePool',
    method: 'PUT',
    path: NODE_POOL_PATH,
    request: ModifyClusterNodePoolRequest,
    normalize: withPlainTags,
    response: ModifyClusterNodePoolResponseBody,
    // Nodes to add at once, of older clients.
    extra: ['count'],
    handle: ({ request, cloud, path }) => {
      const cluster = clusterOf(cloud, path('cluster_id'));
      const pool = nodePoolOf(cloud, cluster, path('nodepool_id'));
      requirePoolReady(cloud, pool);
      modifyNodePool(cloud, cluster, pool, request);
      pool.phase = 'updating';
      pool.updatedAt = cloud.now();
      pool.readyAt = cloud.readyAt('node pool');
      const { taskId } = startTask(cloud, cluster.id, 'nodepool_update', 'node pool');
      return { nodepoolId: pool.id, taskId };
    },
  }),
  roaOperation({
    name: 'DeleteClusterNodepool',
    method: 'DELETE',
    path: NODE_POOL_PATH,
    request: DeleteClusterNodepoolRequest,
    response: DeleteClusterNodepoolResponseBody,
    handle: ({ request, cloud, path }) => {
      const cluster = clusterOf(cloud, path('cluster_id'));
      const pool = nodePoolOf(cloud, cluster, path('nodepool_id'));
      if (pool.nodes > 0 && request.force !== true) {
        throw new ApiError('ErrorNodePoolNotEmpty', `The node pool (${pool.id}) still has ${pool.nodes} nodes.`, 409);
      }
      pool.phase = 'deleting';
      pool.readyAt = cloud.readyAt('node pool');
      const { requestId, taskId } = startTask(cloud, cluster.id, 'nodepool_delete', 'node pool');
      return { requestId, taskId };
    },
  }),
];
