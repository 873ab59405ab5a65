/** Kubernetes clusters with a managed control plane: what one is, and how it is described. */
/* eslint-disable @typescript-eslint/no-deprecated -- what the vendor deprecates, clients still send and read */
import { DescribeClusterDetailResponseBody } from '@alicloud/cs20151215/dist/models/DescribeClusterDetailResponseBody';
import { DescribeClusterResourcesRequest } from '@alicloud/cs20151215/dist/models/DescribeClusterResourcesRequest';
import { DescribeClusterResourcesResponseBody } from '@alicloud/cs20151215/dist/models/DescribeClusterResourcesResponse';
import { ApiError, notFound } from '../../api-error';
import type { Cloud } from '../../cloud';
import type { Fields } from '../../model';
import { Empty, roaOperation } from '../../roa';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import { writeTags } from '../../tags';
import type { Tags } from '../../tags';
import { podIdentityOf, removeCompanions } from './companions';
import { removeMembers } from './members';

type Detail = Fields<DescribeClusterDetailResponseBody>;

/** What it is doing while it is not `running`. */
export type Phase = 'initial' | 'updating' | 'upgrading' | 'deleting';

export interface Cluster extends Entity {
  readonly region: string;
  readonly vpcId: string;
  readonly zoneId: string;
  readonly createdAt: number;
  readonly initVersion: string;
  readonly profile: string;
  readonly serviceCidr: string;
  /** Empty where pods have addresses of the VPC (Terway). */
  readonly containerCidr: string;
  readonly nodeCidrMask: string;
  readonly proxyMode: string;
  readonly ipStack: string;
  readonly clusterDomain: string;
  readonly podVswitchIds: readonly string[];
  readonly loadBalancerId: string;
  readonly workerRoleName: string;
  readonly tags: Tags;
  /** Of the API server, inside the VPC. */
  readonly intranetAddress: string;
  readonly publicApi: boolean;
  uses: readonly string[];
  phase: Phase;
  updatedAt: number;
  name: string;
  clusterSpec: string;
  version: string;
  vswitchIds: readonly string[];
  securityGroupId: string;
  resourceGroupId: string;
  timezone: string;
  deletionProtection: boolean;
  /** Pods take on RAM roles. Once on, it stays on. */
  rrsa: boolean;
  kmsKeyId: string;
  encryptionDisabled: boolean;
  /** Further names in the API server's certificate. */
  customSans: readonly string[];
  maintenanceWindow: Detail['maintenanceWindow'];
  operationPolicy: Detail['operationPolicy'];
  controlPlaneLog: ControlPlaneLog;
  auditLog: AuditLog;
  /** What a deletion was asked to leave. */
  retained: readonly string[];
}

export interface ControlPlaneLog {
  readonly components: readonly string[];
  readonly project: string;
  /** Days, as text. */
  readonly ttl: string;
}

export interface AuditLog {
  readonly enabled: boolean;
  readonly project: string;
}

export const clusters = new Kind<Cluster>({
  noun: 'cluster',
  terraform: { type: 'alicloud_cs_managed_kubernetes' },
  removal: (cluster) => `aliyun cs DELETE /clusters/${cluster.id}`,
});

/** Where nobody asked for an address on the internet there is none; that of the double is one for documentation. */
const PUBLIC_ADDRESS = '203.0.113.10';
const API_PORT = 6443;

export function endpointsOf(cluster: Cluster): { readonly intranet: string; readonly internet: string | undefined } {
  return {
    intranet: `https://${cluster.intranetAddress}:${API_PORT}`,
    internet: cluster.publicApi ? `https://${PUBLIC_ADDRESS}:${API_PORT}` : undefined,
  };
}

/** Forgets the clusters whose deletion is over, and what went with them. */
export function sweep(cloud: Cloud): void {
  for (const cluster of clusters.in(cloud.store).all()) {
    if (cluster.phase !== 'deleting' || !cloud.isReady('cluster', cluster)) continue;
    removeMembers(cloud, cluster.id);
    removeCompanions(cloud, cluster.id, cluster.retained);
    clusters.in(cloud.store).remove(cluster.id);
  }
}

/** @throws ApiError `ErrorClusterNotFound` */
export function clusterOf(cloud: Cloud, id: string | undefined): Cluster {
  sweep(cloud);
  return clusters.in(cloud.store).get(id, (unknown) => notFound('ErrorClusterNotFound', 'cluster', unknown));
}

/** @throws ApiError while it is being made or deleted, or otherwise busy */
export function requireReady(cloud: Cloud, cluster: Cluster): void {
  if (cloud.isReady('cluster', cluster)) return;
  throw new ApiError(
    'ErrorClusterState',
    `The cluster (${cluster.id}) is ${cluster.phase}; this needs one that is running.`,
    409,
  );
}

/** Marks it as changed; it is busy for a while. */
export function beginWork(cloud: Cloud, cluster: Cluster, phase: Phase): void {
  cluster.phase = phase;
  cluster.updatedAt = cloud.now();
  cluster.readyAt = cloud.readyAt('cluster');
}

const metadataOf = (cloud: Cloud, cluster: Cluster): string =>
  JSON.stringify({
    Capabilities: {
      AnonymousAuth: false,
      DisableEncryption: cluster.encryptionDisabled,
      EncryptionKMSKeyId: cluster.kmsKeyId,
      NodeCIDRMask: cluster.nodeCidrMask,
      ProxyMode: cluster.proxyMode,
      PublicSLB: cluster.publicApi,
    },
    ...(cluster.customSans.length > 0 && { ExtraCertSAN: cluster.customSans }),
    RRSAConfig: rrsaOf(cloud, cluster, ({ issuer, oidcName, oidcArn, audience }) => ({
      enabled: true,
      issuer,
      oidc_name: oidcName,
      oidc_arn: oidcArn,
      audience,
    })),
  });

const rrsaOf = <T>(cloud: Cloud, cluster: Cluster, write: (identity: ReturnType<typeof podIdentityOf>) => T) =>
  cluster.rrsa ? write(podIdentityOf(cloud, cluster.id, cluster.region)) : { enabled: false };

function describeCluster(cloud: Cloud, cluster: Cluster): Detail {
  const { intranet, internet } = endpointsOf(cluster);
  return {
    clusterId: cluster.id,
    clusterType: 'ManagedKubernetes',
    clusterSpec: cluster.clusterSpec,
    profile: cluster.profile,
    name: cluster.name,
    state: cloud.isReady('cluster', cluster) ? 'running' : cluster.phase,
    regionId: cluster.region,
    zoneId: cluster.zoneId,
    vpcId: cluster.vpcId,
    vswitchId: cluster.vswitchIds.join(','),
    vswitchIds: [...cluster.vswitchIds],
    securityGroupId: cluster.securityGroupId,
    resourceGroupId: cluster.resourceGroupId,
    initVersion: cluster.initVersion,
    currentVersion: cluster.version,
    created: cloud.timestamp(cluster.createdAt),
    updated: cloud.timestamp(cluster.updatedAt),
    deletionProtection: cluster.deletionProtection,
    externalLoadbalancerId: cluster.loadBalancerId,
    serviceCidr: cluster.serviceCidr,
    containerCidr: cluster.containerCidr,
    subnetCidr: cluster.containerCidr,
    nodeCidrMask: cluster.nodeCidrMask,
    proxyMode: cluster.proxyMode,
    ipStack: cluster.ipStack,
    clusterDomain: cluster.clusterDomain,
    timezone: cluster.timezone,
    networkMode: 'vpc',
    privateZone: false,
    workerRamRoleName: cluster.workerRoleName,
    maintenanceWindow: cluster.maintenanceWindow ?? { enable: false },
    operationPolicy: cluster.operationPolicy ?? {},
    tags: writeTags(cluster.tags),
    extraSans: [...cluster.customSans],
    masterUrl: JSON.stringify({
      ...(internet !== undefined && { api_server_endpoint: internet }),
      intranet_api_server_endpoint: intranet,
    }),
    metaData: metadataOf(cloud, cluster),
    parameters: {
      ServiceCIDR: cluster.serviceCidr,
      ContainerCIDR: cluster.containerCidr,
      ProxyMode: cluster.proxyMode,
    },
    rrsaConfig: rrsaOf(cloud, cluster, (identity) => ({ ...identity })),
  };
}

export const clusterOperations = [
  roaOperation({
    name: 'DescribeClusterDetail',
    method: 'GET',
    path: '/clusters/{cluster_id}',
    request: Empty,
    response: DescribeClusterDetailResponseBody,
    handle: ({ cloud, path }) => describeCluster(cloud, clusterOf(cloud, path('cluster_id'))),
  }),
  roaOperation({
    name: 'DescribeClusterResources',
    method: 'GET',
    path: '/clusters/{cluster_id}/resources',
    request: DescribeClusterResourcesRequest,
    response: DescribeClusterResourcesResponseBody,
    handle: ({ cloud, path }) => {
      const cluster = clusterOf(cloud, path('cluster_id'));
      const created = cloud.timestamp(cluster.createdAt);
      return [
        ['SLB', cluster.loadBalancerId, 'k8s-api'],
        ['ALIYUN::ECS::SecurityGroup', cluster.securityGroupId, 'k8s-sg'],
        ['ALIYUN::RAM::Role', cluster.workerRoleName, 'k8s-worker-role'],
      ].map(([resourceType, instanceId, resourceInfo]) => ({
        clusterId: cluster.id,
        created,
        instanceId,
        resourceType,
        resourceInfo,
        state: 'CREATE_COMPLETE',
        autoCreate: 1,
      }));
    },
  }),
];
