/** How a cluster is changed, upgraded and deleted. */
/* eslint-disable @typescript-eslint/no-deprecated -- what the vendor deprecates, clients still send and read */
import { DeleteClusterRequest } from '@alicloud/cs20151215/dist/models/DeleteClusterRequest';
import { DeleteClusterResponseBody } from '@alicloud/cs20151215/dist/models/DeleteClusterResponseBody';
import { MigrateClusterResponseBody } from '@alicloud/cs20151215/dist/models/MigrateClusterResponseBody';
import { ModifyClusterRequest } from '@alicloud/cs20151215/dist/models/ModifyClusterRequest';
import { ModifyClusterResponseBody } from '@alicloud/cs20151215/dist/models/ModifyClusterResponseBody';
import { ModifyClusterTagsRequest } from '@alicloud/cs20151215/dist/models/ModifyClusterTagsRequest';
import { UpdateKMSEncryptionRequest } from '@alicloud/cs20151215/dist/models/UpdateKmsencryptionRequest';
import { UpgradeClusterRequest } from '@alicloud/cs20151215/dist/models/UpgradeClusterRequest';
import { UpgradeClusterResponseBody } from '@alicloud/cs20151215/dist/models/UpgradeClusterResponseBody';
import { ApiError } from '../../api-error';
import type { Cloud } from '../../cloud';
import { defineModel } from '../../define-model';
import type { Fields } from '../../model';
import { Empty, roaOperation } from '../../roa';
import { readTags } from '../../tags';
import { securityGroupOf } from '../ecs';
import { requireKey } from '../kms';
import { storeId } from '../sls';
import { vswitchOf } from '../vpc';
import { beginWork, clusterOf, clusters, requireReady } from './clusters';
import type { Cluster } from './clusters';
import { makeOidcProvider } from './companions';
import { storesOf } from './logs';
import { startTask } from './tasks';
import { checkUpgrade } from './versions';

const invalid = (message: string): ApiError => new ApiError('InvalidParameter', message);

/** What a deletion can be told to leave, or not to leave. */
const DELETE_TYPES = ['SLB', 'ALB', 'SLS_Data', 'SLS_ControlPlane', 'PrivateZone'] as const;
const DELETE_MODES = ['delete', 'retain'] as const;

/** A migration to a managed Pro cluster, which the published model, made for other migrations, does not know. */
const MigrateToProRequest = defineModel({ type: 'string', spec: 'string' });

function modify(cloud: Cloud, cluster: Cluster, request: Fields<ModifyClusterRequest>): void {
  const { clusterName, enableRrsa, vswitchIds, securityGroupId, apiServerCustomCertSans: sans } = request;
  const taken = clusters.in(cloud.store).where(({ id, name }) => id !== cluster.id && name === clusterName);
  if (taken.length > 0) {
    throw new ApiError('ErrorClusterNameExists', `The cluster name (${clusterName ?? ''}) already exists.`, 409);
  }
  if (enableRrsa === false && cluster.rrsa) throw invalid('RRSA cannot be disabled once it is enabled.');
  for (const id of vswitchIds ?? []) {
    if (vswitchOf(cloud, id).vpcId !== cluster.vpcId) throw invalid(`The vSwitch (${id}) is not in ${cluster.vpcId}.`);
  }
  if (securityGroupId !== undefined && securityGroupOf(cloud, securityGroupId).vpcId !== cluster.vpcId) {
    throw invalid(`The security group (${securityGroupId}) is not in ${cluster.vpcId}.`);
  }

  if (enableRrsa === true && !cluster.rrsa) makeOidcProvider(cloud, cluster.id, cluster.region);
  cluster.rrsa = enableRrsa ?? cluster.rrsa;
  cluster.name = clusterName ?? cluster.name;
  cluster.vswitchIds = vswitchIds ?? cluster.vswitchIds;
  cluster.securityGroupId = securityGroupId ?? cluster.securityGroupId;
  cluster.uses = [...cluster.vswitchIds, ...cluster.podVswitchIds, cluster.securityGroupId];
  cluster.deletionProtection = request.deletionProtection ?? cluster.deletionProtection;
  cluster.resourceGroupId = request.resourceGroupId ?? cluster.resourceGroupId;
  cluster.timezone = request.timezone ?? cluster.timezone;
  cluster.maintenanceWindow = request.maintenanceWindow ?? cluster.maintenanceWindow;
  cluster.operationPolicy = request.operationPolicy ?? cluster.operationPolicy;
  const names = sans?.subjectAlternativeNames;
  if (names !== undefined) {
    cluster.customSans = sans?.action === 'append' ? [...cluster.customSans, ...names] : names;
  }
}

export const changeOperations = [
  roaOperation({
    name: 'ModifyCluster',
    method: 'PUT',
    path: '/api/v2/clusters/{cluster_id}',
    request: ModifyClusterRequest,
    response: ModifyClusterResponseBody,
    handle: ({ request, cloud, path }) => {
      const cluster = clusterOf(cloud, path('cluster_id'));
      requireReady(cloud, cluster);
      modify(cloud, cluster, request);
      beginWork(cloud, cluster, 'updating');
      return startTask(cloud, cluster.id, 'cluster_modify', 'cluster');
    },
  }),
  roaOperation({
    name: 'ModifyClusterTags',
    method: 'POST',
    path: '/clusters/{cluster_id}/tags',
    request: ModifyClusterTagsRequest,
    response: Empty,
    handle: ({ request, cloud, path }) => {
      const cluster = clusterOf(cloud, path('cluster_id'));
      requireReady(cloud, cluster);
      // The whole set is given, not a change of it.
      const tags = readTags(request.body);
      cluster.tags.clear();
      for (const [key, value] of tags) cluster.tags.set(key, value);
      return {};
    },
  }),
  roaOperation({
    name: 'UpdateKMSEncryption',
    method: 'PUT',
    path: '/clusters/{cluster_id}/kms',
    request: UpdateKMSEncryptionRequest,
    response: Empty,
    handle: ({ request, cloud, path }) => {
      const cluster = clusterOf(cloud, path('cluster_id'));
      requireReady(cloud, cluster);
      const { kmsKeyId = cluster.kmsKeyId, disableEncryption = false } = request;
      if (!disableEncryption && kmsKeyId === '') throw invalid('kms_key_id is needed to encrypt Secrets.');
      if (!disableEncryption) requireKey(cloud, kmsKeyId);
      cluster.kmsKeyId = kmsKeyId;
      cluster.encryptionDisabled = disableEncryption;
      beginWork(cloud, cluster, 'updating');
      return {};
    },
  }),
  roaOperation({
    name: 'MigrateCluster',
    method: 'POST',
    path: '/clusters/{cluster_id}/migrate',
    request: MigrateToProRequest,
    response: MigrateClusterResponseBody,
    handle: ({ request, cloud, path }) => {
      const cluster = clusterOf(cloud, path('cluster_id'));
      requireReady(cloud, cluster);
      const { spec = '' } = request;
      if (!spec.startsWith('ack.pro.')) throw invalid(`The spec (${spec}) is none of a Pro cluster.`);
      cluster.clusterSpec = spec;
      beginWork(cloud, cluster, 'updating');
      return startTask(cloud, cluster.id, 'cluster_migrate', 'cluster');
    },
  }),
  roaOperation({
    name: 'UpgradeCluster',
    method: 'POST',
    path: '/api/v2/clusters/{cluster_id}/upgrade',
    request: UpgradeClusterRequest,
    response: UpgradeClusterResponseBody,
    handle: ({ request, cloud, path }) => {
      const cluster = clusterOf(cloud, path('cluster_id'));
      requireReady(cloud, cluster);
      cluster.version = checkUpgrade(cluster.version, request.nextVersion ?? '');
      beginWork(cloud, cluster, 'upgrading');
      return startTask(cloud, cluster.id, 'cluster_upgrade', 'cluster');
    },
  }),
  roaOperation({
    name: 'DeleteCluster',
    method: 'DELETE',
    path: '/clusters/{cluster_id}',
    request: DeleteClusterRequest,
    response: DeleteClusterResponseBody,
    handle: ({ request, cloud, path }) => {
      const cluster = clusterOf(cloud, path('cluster_id'));
      if (cluster.deletionProtection) {
        throw new ApiError(
          'ErrorClusterDeletionProtected',
          `The cluster (${cluster.id}) is protected against deletion; switch deletion_protection off first.`,
        );
      }
      for (const { resourceType = '', deleteMode = '' } of request.deleteOptions ?? []) {
        if (!DELETE_TYPES.some((type) => type === resourceType) || !DELETE_MODES.some((mode) => mode === deleteMode)) {
          throw invalid(`The delete option ${resourceType}=${deleteMode} is not supported.`);
        }
      }
      const keeps = (type: (typeof DELETE_TYPES)[number]): boolean =>
        request.deleteOptions?.some((option) => option.resourceType === type && option.deleteMode === 'retain') ??
        false;
      const { data, controlPlane } = storesOf(cluster);
      const stores = [...(keeps('SLS_Data') ? data : []), ...(keeps('SLS_ControlPlane') ? controlPlane : [])];
      cluster.retained = [
        ...(request.retainResources ?? []),
        ...(request.keepSlb === true || keeps('SLB') ? [cluster.loadBalancerId] : []),
        ...stores.map(({ project, name }) => storeId(project, name)),
      ];
      beginWork(cloud, cluster, 'deleting');
      return startTask(cloud, cluster.id, 'cluster_delete', 'cluster');
    },
  }),
];
