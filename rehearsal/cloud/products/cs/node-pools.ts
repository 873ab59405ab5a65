/** Node pools: groups of like nodes over some vSwitches, of a fixed or a scaling number. */
/* eslint-disable @typescript-eslint/no-deprecated -- what the vendor deprecates, clients still send and read */
import type { CreateClusterNodePoolRequest } from '@alicloud/cs20151215/dist/models/CreateClusterNodePoolRequest';
import type { DescribeClusterNodePoolDetailResponseBody } from '@alicloud/cs20151215/dist/models/DescribeClusterNodePoolDetailResponseBody';
import type { ModifyClusterNodePoolRequest } from '@alicloud/cs20151215/dist/models/ModifyClusterNodePoolRequest';
import { ApiError, notFound } from '../../api-error';
import type { Cloud } from '../../cloud';
import type { Fields } from '../../model';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import { securityGroupOf } from '../ecs';
import { requireKey } from '../kms';
import { roleNamed } from '../ram';
import { vswitchOf } from '../vpc';
import type { Cluster } from './clusters';
import { belongsToCluster } from './members';

type Detail = Fields<DescribeClusterNodePoolDetailResponseBody>;
type ScalingGroup = NonNullable<Detail['scalingGroup']>;

interface NodePool extends Entity {
  readonly clusterId: string;
  readonly createdAt: number;
  uses: readonly string[];
  phase: 'initial' | 'updating' | 'deleting';
  updatedAt: number;
  /** What it is, in the words in which it is described. */
  settings: Detail & { scalingGroup: ScalingGroup };
  /** Nodes that it has. They themselves are not in the double. */
  nodes: number;
}

export const nodePools = belongsToCluster(
  new Kind<NodePool>({
    noun: 'node pool',
    terraform: {
      type: 'alicloud_cs_kubernetes_node_pool',
      importId: ({ clusterId, id }) => `${clusterId}:${id}`,
    },
    removal: ({ clusterId, id }) => `aliyun cs DELETE /clusters/${clusterId}/nodepools/${id} --force true`,
  }),
);

/** What the service takes when it is told nothing. */
const USUAL = {
  imageType: 'AliyunLinux3',
  runtime: 'containerd',
  runtimeVersion: '2.1.5',
  systemDiskCategory: 'cloud_essd',
  multiAzPolicy: 'BALANCE',
  scalingPolicy: 'release',
} as const;

const MOST_INSTANCE_TYPES = 10;
const MOST_NODES = 1000;

const invalid = (message: string): ApiError => new ApiError('InvalidParameter', message);

function checkNumbers({ autoScaling, scalingGroup }: Pick<Detail, 'autoScaling' | 'scalingGroup'>): void {
  const { minInstances = 0, maxInstances = 0, enable } = autoScaling ?? {};
  if (enable === true && (minInstances < 0 || minInstances > maxInstances || maxInstances > MOST_NODES)) {
    throw invalid(
      `auto_scaling from ${minInstances} to ${maxInstances} is not an ascending range of 0 to ${MOST_NODES}.`,
    );
  }
  const types = scalingGroup?.instanceTypes ?? [];
  if (types.length > MOST_INSTANCE_TYPES) {
    throw invalid(`instance_types has ${types.length} entries; a node pool takes ${MOST_INSTANCE_TYPES} at most.`);
  }
}

/** The ids of what its nodes stand on. @throws ApiError when one is not there, or in another VPC */
function foundationsOf(cloud: Cloud, cluster: Cluster, group: ScalingGroup): readonly string[] {
  const vswitches = (group.vswitchIds ?? []).map((id) => vswitchOf(cloud, id));
  const groups = (group.securityGroupIds ?? []).map((id) => securityGroupOf(cloud, id));
  const stranger = [...vswitches, ...groups].find(({ vpcId }) => vpcId !== cluster.vpcId);
  if (stranger !== undefined) {
    throw invalid(`${stranger.id} is in ${stranger.vpcId}, not in the cluster's VPC (${cluster.vpcId}).`);
  }
  return [cluster.id, ...[...vswitches, ...groups].map(({ id }) => id)];
}

function checkName(cloud: Cloud, clusterId: string, name: string, except?: string): void {
  if (name === '' || name.length > 63) throw invalid(`The node pool name (${name}) is not 1 to 63 characters.`);
  const twins = nodePools
    .in(cloud.store)
    .where((pool) => pool.clusterId === clusterId && pool.settings.nodepoolInfo?.name === name && pool.id !== except);
  if (twins.length > 0) {
    throw new ApiError('ErrorNodePoolNameExists', `The node pool name (${name}) already exists in ${clusterId}.`, 409);
  }
}

function sweep(cloud: Cloud): void {
  const all = nodePools.in(cloud.store);
  for (const pool of all.all()) if (pool.phase === 'deleting' && cloud.isReady('node pool', pool)) all.remove(pool.id);
}

/** @throws ApiError `ErrorNodePoolNotFound` */
export function nodePoolOf(cloud: Cloud, cluster: Cluster, id: string): NodePool {
  sweep(cloud);
  const pool = nodePools.in(cloud.store).find(id);
  if (pool?.clusterId !== cluster.id) throw notFound('ErrorNodePoolNotFound', 'node pool', id);
  return pool;
}

export function requirePoolReady(cloud: Cloud, pool: NodePool): void {
  if (cloud.isReady('node pool', pool)) return;
  throw new ApiError('ErrorNodePoolState', `The node pool (${pool.id}) is ${pool.phase}; this needs one at rest.`, 409);
}

const sizeOf = ({ autoScaling, scalingGroup }: Detail): number =>
  autoScaling?.enable === true ? (autoScaling.minInstances ?? 0) : (scalingGroup?.desiredSize ?? 0);

/** A password is kept nowhere, and never given back. */
function visibleOf(group: NonNullable<Fields<CreateClusterNodePoolRequest>['scalingGroup']>): ScalingGroup {
  const visible = { ...group };
  delete visible.loginPassword;
  return visible;
}

/** Of a policy for upgrades only this is ever given back. */
function managementOf(
  management: Fields<CreateClusterNodePoolRequest>['management'] | Fields<ModifyClusterNodePoolRequest>['management'],
): Detail['management'] {
  if (management === undefined) return undefined;
  const { autoUpgradePolicy, ...others } = management;
  return {
    ...others,
    ...(autoUpgradePolicy && { autoUpgradePolicy: { autoUpgradeKubelet: autoUpgradePolicy.autoUpgradeKubelet } }),
  };
}

export function createNodePool(
  cloud: Cloud,
  cluster: Cluster,
  request: Fields<CreateClusterNodePoolRequest>,
): NodePool {
  const { scalingGroup = {}, nodepoolInfo = {}, kubernetesConfig = {}, autoScaling } = request;
  sweep(cloud);
  checkName(cloud, cluster.id, nodepoolInfo.name ?? '');
  const siblings = nodePools.in(cloud.store).where(({ clusterId }) => clusterId === cluster.id);
  if (siblings.length >= cloud.quotas.nodePoolsPerCluster) {
    throw new ApiError(
      'QuotaExceeded.NodePool',
      `${cluster.id} has ${siblings.length} node pools, which is the most.`,
      409,
    );
  }
  // What the published model marks as required stands inside, where the general check does not look.
  for (const wanted of ['instanceTypes', 'vswitchIds'] as const) {
    if ((scalingGroup[wanted] ?? []).length === 0)
      throw new ApiError('MissingParameter', `scaling_group.${wanted} is empty.`);
  }
  if (scalingGroup.systemDiskKmsKeyId !== undefined) requireKey(cloud, scalingGroup.systemDiskKmsKeyId);
  if (scalingGroup.ramRoleName !== undefined) roleNamed(cloud, scalingGroup.ramRoleName);
  checkNumbers({ autoScaling, scalingGroup });

  const settings: NodePool['settings'] = {
    autoScaling: { enable: false, ...autoScaling },
    kubernetesConfig: { runtime: USUAL.runtime, runtimeVersion: USUAL.runtimeVersion, ...kubernetesConfig },
    management: managementOf(request.management) ?? { enable: false },
    nodepoolInfo: { type: 'ess', resourceGroupId: cluster.resourceGroupId, ...nodepoolInfo },
    ...(request.nodeConfig && { nodeConfig: request.nodeConfig }),
    ...(request.teeConfig && { teeConfig: request.teeConfig }),
    scalingGroup: {
      imageType: USUAL.imageType,
      imageId: 'aliyun_3_x64_20G_container_optimized_alibase.vhd',
      instanceChargeType: 'PostPaid',
      multiAzPolicy: USUAL.multiAzPolicy,
      scalingPolicy: USUAL.scalingPolicy,
      systemDiskCategory: USUAL.systemDiskCategory,
      securityGroupIds: [cluster.securityGroupId],
      ramRoleName: cluster.workerRoleName,
      ...visibleOf(scalingGroup),
      scalingGroupId: cloud.newId('asg-bp1'),
      securityGroupId: scalingGroup.securityGroupIds?.[0] ?? cluster.securityGroupId,
    },
  };
  return nodePools.in(cloud.store).insert({
    id: `np${cloud.newId('')}${cloud.newId('')}`,
    uses: foundationsOf(cloud, cluster, settings.scalingGroup),
    readyAt: cloud.readyAt('node pool'),
    phase: 'initial',
    clusterId: cluster.id,
    createdAt: cloud.now(),
    updatedAt: cloud.now(),
    settings,
    nodes: request.count ?? sizeOf(settings),
  });
}

export function modifyNodePool(
  cloud: Cloud,
  cluster: Cluster,
  pool: NodePool,
  request: Fields<ModifyClusterNodePoolRequest>,
) {
  const { scalingGroup = {}, autoScaling, kubernetesConfig, nodepoolInfo } = request;
  const before = pool.settings;
  const settings: NodePool['settings'] = {
    ...before,
    autoScaling: { ...before.autoScaling, ...autoScaling },
    kubernetesConfig: { ...before.kubernetesConfig, ...kubernetesConfig },
    management: { ...before.management, ...managementOf(request.management) },
    nodepoolInfo: { ...before.nodepoolInfo, ...nodepoolInfo },
    scalingGroup: { ...before.scalingGroup, ...visibleOf(scalingGroup) },
  };
  checkName(cloud, cluster.id, settings.nodepoolInfo?.name ?? '', pool.id);
  checkNumbers(settings);
  pool.uses = foundationsOf(cloud, cluster, settings.scalingGroup);
  pool.settings = settings;
  pool.nodes = settings.autoScaling?.enable === true ? Math.max(pool.nodes, sizeOf(settings)) : sizeOf(settings);
}

export function describeNodePool(cloud: Cloud, cluster: Cluster, pool: NodePool): Detail {
  const { settings, nodes, id } = pool;
  const ready = cloud.isReady('node pool', pool);
  const serving = ready ? nodes : 0;
  return {
    ...settings,
    scalingGroup: { desiredSize: nodes, ...settings.scalingGroup },
    nodepoolInfo: {
      ...settings.nodepoolInfo,
      nodepoolId: id,
      regionId: cluster.region,
      isDefault: false,
      created: cloud.timestamp(pool.createdAt),
      updated: cloud.timestamp(pool.updatedAt),
    },
    status: {
      state: ready ? 'active' : pool.phase,
      totalNodes: nodes,
      healthyNodes: serving,
      servingNodes: serving,
      initialNodes: nodes - serving,
      failedNodes: 0,
      offlineNodes: 0,
      removingNodes: 0,
    },
  };
}
