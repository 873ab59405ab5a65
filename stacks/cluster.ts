/** Where the gateway runs: the ACK cluster, its nodes and add-ons, and who may use it. */
import type { Construct } from 'constructs';
import {
  Access,
  ADD_ON_NAMES,
  AddOns,
  Autoscaling,
  INGRESS_ADD_ON,
  KubernetesCluster,
  NodeAlarms,
  NodePool,
} from '../constructs/cluster';
import type { NodeCount } from '../constructs/cluster';
import { ServiceAccountRole } from '../constructs/identity';
import { AlarmRoute } from '../constructs/monitoring';
import type { Environment, NodePoolPlan } from '../environments';
import { EnvironmentStack } from './environment-stack';
import type { FoundationStack } from './foundation';
import { gatewayRoleName, gatewaySecretNouns, GATEWAY_SERVICE_ACCOUNT, POOL_LABEL, secretName } from './names';
import type { NetworkStack } from './network';

export interface ClusterStackProps {
  readonly foundation: FoundationStack;
  readonly network: NetworkStack;
}

export class ClusterStack extends EnvironmentStack {
  readonly cluster: KubernetesCluster;
  readonly systemPool: NodePool;
  readonly workloadPool: NodePool;
  readonly addOns: AddOns;
  readonly access: Access;
  /** What the gateway's service account may do in the cloud: read its own secrets. */
  readonly gatewayRole: ServiceAccountRole;

  constructor(scope: Construct, environment: Environment, props: ClusterStackProps) {
    super(scope, 'cluster', environment);
    const { foundation, network } = props;
    const { name, cluster, profile, protection, logs } = environment;
    new AlarmRoute(this, foundation.alarmRoute);
    // The nodes fetch images by the way out, which the network stack makes whole before this one begins.
    this.addDependency(network);

    const { days, startHourUtc, hours } = cluster.maintenanceWindow;
    this.cluster = new KubernetesCluster(this, 'cluster', {
      name: `${name}-bailian-gateway`,
      version: cluster.version,
      placement: network.placement,
      serviceCidr: environment.network.serviceCidr,
      securityGroupId: network.clusterGroup.group.id,
      kmsKeyId: foundation.encryptionKey.key.id,
      logProject: foundation.logs.projectName,
      logDays: logs.retentionDays,
      publicApi: cluster.publicApiServer,
      maintenance: { days, start: `${String(startHourUtc).padStart(2, '0')}:00`, utcOffset: '+00:00', hours },
      protect: protection.cluster,
    });

    const autoscaling = cluster.autoscaling
      ? [new Autoscaling(this, 'autoscaling', { clusterId: this.cluster.clusterId }).config]
      : [];
    const pool = (noun: 'system' | 'workload', plan: NodePoolPlan, instanceTypes: readonly string[]): NodePool =>
      new NodePool(this, `${noun}-pool`, {
        clusterId: this.cluster.clusterId,
        name: noun,
        placement: network.placement,
        instanceTypes,
        nodes: nodeCount(plan, cluster.autoscaling),
        kmsKeyId: foundation.encryptionKey.key.id,
        diskGiB: profile.nodes.systemDiskGiB,
        labels: { [POOL_LABEL]: noun },
        taints: noun === 'system' ? [{ key: POOL_LABEL, value: noun, effect: 'PreferNoSchedule' }] : [],
        after: autoscaling,
      });
    this.systemPool = pool('system', cluster.systemPool, profile.nodes.systemInstanceTypes);
    this.workloadPool = pool('workload', cluster.workloadPool, profile.nodes.workloadInstanceTypes);

    this.addOns = new AddOns(this, 'add-ons', {
      clusterId: this.cluster.clusterId,
      after: [this.systemPool.nodePool, this.workloadPool.nodePool],
      changes: {
        'csi-secrets-store-provider-alibabacloud': {
          config: { rrsa: { enable: true, accountId: environment.account.id, clusterId: this.cluster.clusterId } },
        },
      },
      names: ADD_ON_NAMES.filter((addOn) => addOn !== INGRESS_ADD_ON || environment.platform.ingress === undefined),
    });
    this.access = new Access(this, 'access', {
      clusterId: this.cluster.clusterId,
      grants: cluster.access.map(({ kind, id, role, namespace }) => ({
        name: `${role}-${id}`,
        uid: id,
        isRamRole: kind === 'role',
        role,
        ...(namespace !== undefined && { namespaces: [namespace] }),
      })),
    });
    const { region, account } = environment;
    this.gatewayRole = new ServiceAccountRole(this, 'gateway-role', {
      name: gatewayRoleName(environment),
      description: `Pods of the gateway in ${name}: their secrets`,
      issuer: this.cluster.issuer,
      namespace: GATEWAY_SERVICE_ACCOUNT.namespace,
      serviceAccount: GATEWAY_SERVICE_ACCOUNT.name,
      statements: [
        {
          actions: ['kms:GetSecretValue', 'kms:DescribeSecret'],
          resources: gatewaySecretNouns(environment).map(
            (noun) => `acs:kms:${region}:${account.id}:secret/${secretName(environment, noun)}`,
          ),
        },
        {
          // KMS decrypts a secret in the name of whoever reads it.
          actions: ['kms:Decrypt'],
          resources: [`acs:kms:${region}:${account.id}:key/${foundation.encryptionKey.key.id}`],
        },
      ],
    });
    new NodeAlarms(this, 'node-alarms', { clusterId: this.cluster.clusterId });
  }
}

/** A pool whose bounds are one number does not scale. */
function nodeCount({ minNodes, maxNodes }: NodePoolPlan, autoscaling: boolean): NodeCount {
  return autoscaling && minNodes < maxNodes ? { min: minNodes, max: maxNodes } : { fixed: minNodes };
}
