/** How nodes are added and removed: the settings of the cluster's scaler, which is an add-on. */
import { CreateAutoscalingConfigRequest } from '@alicloud/cs20151215/dist/models/CreateAutoscalingConfigRequest';
import { CreateAutoscalingConfigResponseBody } from '@alicloud/cs20151215/dist/models/CreateAutoscalingConfigResponseBody';
import type { Fields } from '../../model';
import { roaOperation } from '../../roa';
import { provide } from './addons';
import { clusterOf, requireReady } from './clusters';
import { startTask } from './tasks';

const SCALERS = ['cluster-autoscaler', 'goatscaler'] as const;

/** The scaler's own names for its settings, in which the service gives them back. */
function settingsOf(request: Fields<CreateAutoscalingConfigRequest>): Record<string, unknown> {
  return {
    ScaleDownDelayAfterAdd: request.coolDownDuration,
    ScaleDownUnneededTime: request.unneededDuration,
    ScaleDownUtilizationThreshold: request.utilizationThreshold,
    ScaleDownGpuUtilizationThreshold: request.gpuUtilizationThreshold,
    ScanInterval: request.scanInterval,
    ScaleDownEnabled: request.scaleDownEnabled,
    Expander: request.expander,
    SkipNodesWithSystemPods: request.skipNodesWithSystemPods,
    SkipNodesWithLocalStorage: request.skipNodesWithLocalStorage,
    DaemonsetEvictionForEmptyNodes: request.daemonsetEvictionForNodes,
    MaxGracefulTerminationSec: request.maxGracefulTerminationSec,
    MinReplicaCount: request.minReplicaCount,
    RecycleNodeDeletionEnabled: request.recycleNodeDeletionEnabled,
    ScaleUpFromZero: request.scaleUpFromZero,
    Priorities: request.priorities,
  };
}

export const autoscalingOperations = [
  roaOperation({
    name: 'CreateAutoscalingConfig',
    method: 'POST',
    path: '/cluster/{cluster_id}/autoscale/config',
    request: CreateAutoscalingConfigRequest,
    response: CreateAutoscalingConfigResponseBody,
    oneOf: { scalerType: SCALERS, expander: ['least-waste', 'random', 'priority'] },
    handle: ({ request, cloud, path }) => {
      const cluster = clusterOf(cloud, path('cluster_id'));
      requireReady(cloud, cluster);
      provide(cloud, cluster, request.scalerType ?? 'cluster-autoscaler', JSON.stringify(settingsOf(request)));
      return startTask(cloud, cluster.id, 'autoscaling_config', 'add-on');
    },
  }),
];
