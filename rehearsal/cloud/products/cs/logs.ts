/** Where a cluster's control plane and its audit write: a project of the Log Service. */
import { CheckControlPlaneLogEnableResponseBody } from '@alicloud/cs20151215/dist/models/CheckControlPlaneLogEnableResponseBody';
import { GetClusterAuditProjectResponseBody } from '@alicloud/cs20151215/dist/models/GetClusterAuditProjectResponseBody';
import { UpdateClusterAuditLogConfigRequest } from '@alicloud/cs20151215/dist/models/UpdateClusterAuditLogConfigRequest';
import { UpdateClusterAuditLogConfigResponseBody } from '@alicloud/cs20151215/dist/models/UpdateClusterAuditLogConfigResponseBody';
import { UpdateControlPlaneLogRequest } from '@alicloud/cs20151215/dist/models/UpdateControlPlaneLogRequest';
import { UpdateControlPlaneLogResponseBody } from '@alicloud/cs20151215/dist/models/UpdateControlPlaneLogResponseBody';
import { ApiError } from '../../api-error';
import type { Cloud } from '../../cloud';
import { Empty, roaOperation } from '../../roa';
import { addLogStore, logProjectNamed, logStores, storeId } from '../sls';
import { beginWork, clusterOf, requireReady } from './clusters';
import type { Cluster, ControlPlaneLog } from './clusters';
import { startTask } from './tasks';

/** Parts that log, in the order in which the API answers them. */
const COMPONENTS = ['apiserver', 'kcm', 'scheduler', 'ccm', 'controlplane-events', 'alb', 'kube-proxy'] as const;
const TTL_DAYS = { least: 1, most: 3650, usual: '30' } as const;

/** The stores that a cluster writes to, by the option that says what becomes of them when it is deleted. */
export function storesOf({
  id,
  controlPlaneLog,
  auditLog,
}: Cluster): Readonly<Record<'data' | 'controlPlane', Store[]>> {
  const { project, components } = controlPlaneLog;
  return {
    data: auditLog.enabled ? [{ project: auditLog.project, name: `audit-${id}` }] : [],
    controlPlane: components.map((component) => ({ project, name: `${component}-${id}` })),
  };
}

interface Store {
  readonly project: string;
  readonly name: string;
}

/** Makes the stores that are not there yet, in the projects that were named. */
export function openStores(cloud: Cloud, cluster: Cluster): void {
  const { data, controlPlane } = storesOf(cluster);
  for (const { project, name } of [...data, ...controlPlane]) {
    if (project === '' || logStores.in(cloud.store).find(storeId(project, name)) !== undefined) continue;
    addLogStore(cloud, project, name, { ownedBy: cluster.id });
  }
}

/** @throws ApiError `ProjectNotExist` for a project that was named and is not there */
export function checkedProject(cloud: Cloud, project: string): string {
  return project === '' ? project : logProjectNamed(cloud, project).id;
}

/** @throws ApiError for a component that does not log, days out of bounds, or a project that is not there */
export function checkedLog(
  cloud: Cloud,
  project: string | undefined,
  { components, ttl = TTL_DAYS.usual }: { readonly components: readonly string[]; readonly ttl?: string | undefined },
): ControlPlaneLog {
  const unknown = components.filter((component) => !COMPONENTS.some((known) => known === component));
  if (unknown.length > 0) {
    throw new ApiError(
      'InvalidParameter',
      `The components (${unknown.join(', ')}) are none of ${COMPONENTS.join(', ')}.`,
    );
  }
  const days = Number(ttl);
  if (!Number.isInteger(days) || days < TTL_DAYS.least || days > TTL_DAYS.most) {
    throw new ApiError('InvalidParameter', `log_ttl (${ttl}) is not from ${TTL_DAYS.least} to ${TTL_DAYS.most} days.`);
  }
  return {
    components: COMPONENTS.filter((component) => components.includes(component)),
    project: checkedProject(cloud, project ?? ''),
    ttl,
  };
}

export const logOperations = [
  roaOperation({
    name: 'CheckControlPlaneLogEnable',
    method: 'GET',
    path: '/clusters/{cluster_id}/controlplanelog',
    request: Empty,
    response: CheckControlPlaneLogEnableResponseBody,
    handle: ({ cloud, path }) => {
      const { components, project, ttl } = clusterOf(cloud, path('cluster_id')).controlPlaneLog;
      return { aliuid: cloud.accountId, components: [...components], logProject: project, logTtl: ttl };
    },
  }),
  roaOperation({
    name: 'UpdateControlPlaneLog',
    method: 'PUT',
    path: '/clusters/{cluster_id}/controlplanelog',
    request: UpdateControlPlaneLogRequest,
    response: UpdateControlPlaneLogResponseBody,
    handle: ({ request, cloud, path }) => {
      const cluster = clusterOf(cloud, path('cluster_id'));
      requireReady(cloud, cluster);
      const before = cluster.controlPlaneLog;
      cluster.controlPlaneLog = checkedLog(cloud, request.logProject ?? before.project, {
        components: request.components ?? before.components,
        ttl: request.logTtl ?? before.ttl,
      });
      openStores(cloud, cluster);
      beginWork(cloud, cluster, 'updating');
      return startTask(cloud, cluster.id, 'cluster_update_controlplanelog', 'cluster');
    },
  }),
  roaOperation({
    name: 'GetClusterAuditProject',
    method: 'GET',
    path: '/clusters/{cluster_id}/audit',
    request: Empty,
    response: GetClusterAuditProjectResponseBody,
    handle: ({ cloud, path }) => {
      const { enabled, project } = clusterOf(cloud, path('cluster_id')).auditLog;
      return { auditEnabled: enabled, slsProjectName: project };
    },
  }),
  roaOperation({
    name: 'UpdateClusterAuditLogConfig',
    method: 'PUT',
    path: '/clusters/{cluster_id}/audit_log',
    request: UpdateClusterAuditLogConfigRequest,
    response: UpdateClusterAuditLogConfigResponseBody,
    handle: ({ request, cloud, path }) => {
      const cluster = clusterOf(cloud, path('cluster_id'));
      requireReady(cloud, cluster);
      cluster.auditLog = {
        enabled: request.disable === undefined ? cluster.auditLog.enabled : !request.disable,
        project: checkedProject(cloud, request.slsProjectName ?? cluster.auditLog.project),
      };
      openStores(cloud, cluster);
      beginWork(cloud, cluster, 'updating');
      return startTask(cloud, cluster.id, 'cluster_update_audit', 'cluster');
    },
  }),
];
