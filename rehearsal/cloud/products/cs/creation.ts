/** How clusters are made, and what the service refuses to make. */
/* eslint-disable @typescript-eslint/no-deprecated -- what the vendor deprecates, clients still send and read */
import { CreateClusterRequest } from '@alicloud/cs20151215/dist/models/CreateClusterRequest';
import { CreateClusterResponseBody } from '@alicloud/cs20151215/dist/models/CreateClusterResponseBody';
import { randomBytes } from 'node:crypto';
import { ApiError } from '../../api-error';
import { overlaps, parseCidr } from '../../cidr';
import type { Cloud } from '../../cloud';
import type { Fields } from '../../model';
import { DEFAULT_RESOURCE_GROUP } from '../../resource-group';
import { roaOperation } from '../../roa';
import { readTags } from '../../tags';
import { securityGroupOf } from '../ecs';
import { requireKey } from '../kms';
import { vpcOf, vswitchOf } from '../vpc';
import type { VSwitch } from '../vpc';
import { checkWanted, installAtCreation } from './addons';
import { clusters, sweep } from './clusters';
import type { Cluster } from './clusters';
import { makeLoadBalancer, makeOidcProvider, makeSecurityGroup, makeWorkerRole } from './companions';
import { checkedLog, checkedProject, openStores } from './logs';
import { checkVersion } from './versions';
import { startTask } from './tasks';

type Request = Fields<CreateClusterRequest>;

/** Bounds from the reference of `CreateCluster`. */
const MOST_VSWITCHES = 5;
const SERVICE_PREFIX = { shortest: 16, longest: 24 } as const;

/** What the service takes when it is told nothing. */
const USUAL = {
  clusterSpec: 'ack.standard',
  version: '1.34.3-aliyun.1',
  serviceCidr: '172.21.0.0/20',
  timezone: 'Asia/Shanghai',
  nodeCidrMask: '24',
} as const;

const invalid = (message: string): ApiError => new ApiError('InvalidParameter', message);

function checkName(cloud: Cloud, name: string): void {
  if (!/^[A-Za-z0-9\u4e00-\u9fa5][\w\u4e00-\u9fa5-]{0,62}$/.test(name)) {
    throw invalid(`The name (${name}) is not 1 to 63 letters, digits, "-" and "_", begun by a letter or digit.`);
  }
  if (clusters.in(cloud.store).where((cluster) => cluster.name === name).length > 0) {
    throw new ApiError('ErrorClusterNameExists', `The cluster name (${name}) already exists.`, 409);
  }
}

function vswitchesOf(cloud: Cloud, vpcId: string | undefined, ids: readonly string[]): [VSwitch, ...VSwitch[]] {
  const [first, ...others] = ids.map((id) => vswitchOf(cloud, id));
  if (first === undefined || ids.length > MOST_VSWITCHES) {
    throw invalid(`vswitch_ids has ${ids.length} entries; a cluster takes 1 to ${MOST_VSWITCHES}.`);
  }
  const stranger = [first, ...others].find((vswitch) => vswitch.vpcId !== (vpcId ?? first.vpcId));
  if (stranger !== undefined) {
    throw invalid(`The vSwitch (${stranger.id}) is in ${stranger.vpcId}, not in the cluster's VPC (${vpcId ?? ''}).`);
  }
  return [first, ...others];
}

function checkedServiceCidr(cloud: Cloud, vpcId: string, text: string): string {
  const cidr = parseCidr(text, 'InvalidParameter');
  const { shortest, longest } = SERVICE_PREFIX;
  if (cidr.prefix < shortest || cidr.prefix > longest) {
    throw invalid(`service_cidr (${text}) is not a /${shortest} to /${longest}.`);
  }
  const vpc = vpcOf(cloud, vpcId);
  if (overlaps(vpc.cidr, cidr)) throw invalid(`service_cidr (${text}) overlaps that of the VPC (${vpc.cidr.text}).`);
  return text;
}

function securityGroupFor(cloud: Cloud, request: Request, cluster: Parameters<typeof makeSecurityGroup>[1]): string {
  const { securityGroupId, isEnterpriseSecurityGroup } = request;
  if (securityGroupId === undefined || securityGroupId === '') {
    return makeSecurityGroup(cloud, cluster, isEnterpriseSecurityGroup === true);
  }
  if (isEnterpriseSecurityGroup === true) {
    throw invalid('security_group_id and is_enterprise_security_group exclude each other.');
  }
  const group = securityGroupOf(cloud, securityGroupId);
  if (group.vpcId !== cluster.vpcId) {
    throw invalid(
      `The security group (${group.id}) is in ${group.vpcId}, not in the cluster's VPC (${cluster.vpcId}).`,
    );
  }
  return group.id;
}

/** The vSwitch's own first addresses belong to the cloud; this one is free in any that is large enough for nodes. */
const addressIn = (vswitch: VSwitch): string => vswitch.cidr.text.replace(/\d+\/\d+$/, '12');

/** @throws ApiError before anything is made */
function checked(cloud: Cloud, request: Request) {
  checkName(cloud, request.name ?? '');
  checkWanted(request.addons ?? []);
  checkedProject(cloud, request.auditLogConfig?.slsProjectName ?? '');
  if (clusters.in(cloud.store).all().length >= cloud.quotas.clusters) {
    throw new ApiError('QuotaExceeded.Cluster', `The number of clusters is beyond ${cloud.quotas.clusters}.`, 409);
  }
  const vswitches = vswitchesOf(cloud, request.vpcid, request.vswitchIds ?? []);
  const podVswitches =
    request.podVswitchIds === undefined
      ? []
      : request.podVswitchIds.map((id) => vswitchesOf(cloud, vswitches[0].vpcId, [id])[0]);
  const { vpcId } = vswitches[0];
  if (request.encryptionProviderKey !== undefined) requireKey(cloud, request.encryptionProviderKey);
  if (request.securityGroupId !== undefined) securityGroupFor(cloud, request, { id: '', region: '', vpcId });
  return {
    vswitches,
    podVswitches,
    version: checkVersion(request.kubernetesVersion ?? USUAL.version),
    serviceCidr: checkedServiceCidr(cloud, vpcId, request.serviceCidr ?? USUAL.serviceCidr),
    controlPlaneLog: checkedLog(cloud, request.controlplaneLogProject, {
      components: request.controlplaneLogComponents ?? [],
      ttl: request.controlplaneLogTtl,
    }),
  };
}

function createCluster(cloud: Cloud, region: string, request: Request): Cluster {
  const { vswitches, podVswitches, version, serviceCidr, controlPlaneLog } = checked(cloud, request);
  const [first] = vswitches;
  const id = `c${randomBytes(16).toString('hex')}`;
  const { vpcId } = first;
  const publicApi = request.endpointPublicAccess ?? false;
  const rrsa = request.enableRrsa ?? request.rrsaConfig?.enabled ?? false;
  const securityGroupId = securityGroupFor(cloud, request, { id, region, vpcId });
  const vswitchIds = vswitches.map((vswitch) => vswitch.id);
  const podVswitchIds = podVswitches.map((vswitch) => vswitch.id);
  if (rrsa) makeOidcProvider(cloud, id, region);
  const { encryptionProviderKey: kmsKeyId = '', auditLogConfig } = request;
  return clusters.in(cloud.store).insert({
    id,
    uses: [...vswitchIds, ...podVswitchIds, securityGroupId],
    readyAt: cloud.readyAt('cluster'),
    phase: 'initial',
    region,
    vpcId,
    zoneId: first.zoneId,
    createdAt: cloud.now(),
    updatedAt: cloud.now(),
    name: request.name ?? '',
    profile: request.profile ?? 'Default',
    clusterSpec: request.clusterSpec ?? USUAL.clusterSpec,
    initVersion: version,
    version,
    serviceCidr,
    containerCidr: request.containerCidr ?? '',
    nodeCidrMask: request.nodeCidrMask ?? USUAL.nodeCidrMask,
    proxyMode: request.proxyMode ?? 'ipvs',
    ipStack: request.ipStack ?? 'ipv4',
    clusterDomain: request.clusterDomain ?? 'cluster.local',
    timezone: request.timezone ?? USUAL.timezone,
    vswitchIds,
    podVswitchIds,
    securityGroupId,
    resourceGroupId: request.resourceGroupId ?? DEFAULT_RESOURCE_GROUP,
    tags: readTags(request.tags),
    intranetAddress: addressIn(first),
    publicApi,
    loadBalancerId: makeLoadBalancer(cloud, id, publicApi),
    workerRoleName: makeWorkerRole(cloud, id),
    deletionProtection: request.deletionProtection ?? false,
    rrsa,
    kmsKeyId,
    encryptionDisabled: kmsKeyId === '',
    customSans: (request.customSan ?? '').split(',').filter((name) => name !== ''),
    maintenanceWindow: request.maintenanceWindow,
    operationPolicy: request.operationPolicy,
    controlPlaneLog,
    auditLog: { enabled: auditLogConfig?.enabled ?? false, project: auditLogConfig?.slsProjectName ?? '' },
    retained: [],
  });
}

export const creationOperations = [
  roaOperation({
    name: 'CreateCluster',
    method: 'POST',
    path: '/clusters',
    request: CreateClusterRequest,
    response: CreateClusterResponseBody,
    // The published model also marks what only clusters with nodes or master nodes of one's own need.
    required: ['name', 'regionId'],
    oneOf: {
      clusterType: ['ManagedKubernetes'],
      clusterSpec: ['ack.standard', 'ack.pro.small', 'ack.pro.xlarge', 'ack.pro.2xlarge', 'ack.pro.4xlarge'],
      profile: ['Default', 'Edge', 'Serverless', 'Lingjun', 'Acs'],
      proxyMode: ['iptables', 'ipvs', 'nftables'],
      ipStack: ['ipv4', 'ipv6', 'dual'],
      nodeCidrMask: ['24', '25', '26', '27', '28'],
    },
    handle: ({ request, cloud, region }) => {
      sweep(cloud);
      const cluster = createCluster(cloud, region, request);
      openStores(cloud, cluster);
      installAtCreation(cloud, cluster, request.addons ?? []);
      return startTask(cloud, cluster.id, 'cluster_create', 'cluster');
    },
  }),
];
