/**
 * What a cluster makes in the user's account and takes away with itself: the load balancer of its API server, the role
 * of its nodes, a security group when it was given none, the identity provider by which its pods take on roles, and the
 * stores of its logs.
 */
import type { Cloud } from '../../cloud';
import { DEFAULT_RESOURCE_GROUP } from '../../resource-group';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import { securityGroups } from '../ecs';
import { addOidcProvider, oidcProviderArn, oidcProviders } from '../ims';
import { addRole, roleId, roles } from '../ram';
import { logStores } from '../sls';

interface LoadBalancer extends Entity {
  readonly ownedBy: string;
  readonly publicAddress: boolean;
}

const loadBalancers = new Kind<LoadBalancer>({ noun: 'load balancer of a cluster' });

/** @returns its id */
export function makeLoadBalancer(cloud: Cloud, clusterId: string, publicAddress: boolean): string {
  return loadBalancers.in(cloud.store).insert({
    id: cloud.newId('lb-bp1'),
    uses: [],
    readyAt: cloud.now(),
    ownedBy: clusterId,
    publicAddress,
  }).id;
}

/** What an ECS instance takes on by itself. */
const NODE_TRUST = JSON.stringify({
  Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: ['ecs.aliyuncs.com'] } }],
  Version: '1',
});

/** @returns its name */
export function makeWorkerRole(cloud: Cloud, clusterId: string): string {
  const roleName = `KubernetesWorkerRole-${cloud.newId('')}`;
  const description = `Role of the nodes of ${clusterId}`;
  return addRole(cloud, { roleName, trust: NODE_TRUST, description, ownedBy: clusterId }).roleName;
}

/** @returns its id */
export function makeSecurityGroup(
  cloud: Cloud,
  cluster: { readonly id: string; readonly region: string; readonly vpcId: string },
  enterprise: boolean,
): string {
  return securityGroups.in(cloud.store).insert({
    id: cloud.newId('sg-bp1'),
    uses: [cluster.vpcId],
    readyAt: cloud.now(),
    ownedBy: cluster.id,
    region: cluster.region,
    vpcId: cluster.vpcId,
    type: enterprise ? 'enterprise' : 'normal',
    tags: new Map(),
    createdAt: cloud.timestamp(),
    name: `alicloud-cs-auto-created-security-group-${cluster.id}`,
    description: 'security group of a Kubernetes cluster',
    resourceGroupId: DEFAULT_RESOURCE_GROUP,
    innerAccessPolicy: 'Accept',
  }).id;
}

export interface PodIdentity {
  readonly enabled: true;
  readonly issuer: string;
  readonly oidcName: string;
  readonly oidcArn: string;
  readonly audience: string;
}

/** The names by which pods of this cluster prove who they are (RRSA). */
export function podIdentityOf(cloud: Cloud, clusterId: string, region: string): PodIdentity {
  const oidcName = `ack-rrsa-${clusterId}`;
  return {
    enabled: true,
    issuer: `https://oidc-ack-${region}.oss-${region}.aliyuncs.com/${clusterId}`,
    oidcName,
    oidcArn: oidcProviderArn(cloud, oidcName),
    audience: 'sts.aliyuncs.com',
  };
}

export function makeOidcProvider(cloud: Cloud, clusterId: string, region: string): void {
  const { issuer, oidcName, audience } = podIdentityOf(cloud, clusterId, region);
  addOidcProvider(cloud, {
    name: oidcName,
    issuerUrl: issuer,
    description: `Pods of ${clusterId}`,
    clientIds: [audience],
    ownedBy: clusterId,
  });
}

/** Takes away what was made for the cluster, except what the caller asked to keep. */
export function removeCompanions(cloud: Cloud, clusterId: string, retained: readonly string[]): void {
  for (const kind of [loadBalancers, securityGroups, roles, oidcProviders, logStores]) {
    const all = kind.in(cloud.store);
    for (const { id, ownedBy } of all.all()) {
      if (ownedBy === clusterId && !retained.some((kept) => kept === id || roleId(kept) === id)) all.remove(id);
    }
  }
}
