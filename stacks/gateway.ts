/** The gateway on Kubernetes: its namespace, settings and secrets, its pods and how many they are, and who reaches them. */
import type { Construct } from 'constructs';
import { KubernetesAccess } from '../constructs/cluster';
import { GatewayMonitoring } from '../constructs/monitoring/gateway-monitoring';
import {
  GATEWAY,
  GatewayAutoscaler,
  GatewayDeployment,
  GatewayDisruptionBudget,
  gatewayFlows,
  GatewayIngress,
  GatewayLoadBalancer,
  GatewayNamespace,
  GatewayNetworkPolicies,
  GatewayPriority,
  GatewaySecrets,
  GatewayService,
  GatewayServiceAccount,
  Journal,
  SettingsMap,
  type SecretReference,
} from '../constructs/workload';
import { gatewaySecretNames, gatewaySettings, PRE_STOP_SECONDS, type Environment } from '../environments';
import type { ClusterStack } from './cluster';
import type { DataStack } from './data';
import { EnvironmentStack } from './environment-stack';
import {
  gatewayRoleName,
  GATEWAY_SERVICE_ACCOUNT,
  IMAGE_REPOSITORY,
  POOL_LABEL,
  PROVIDED_SECRETS,
  registryHost,
  secretName,
} from './names';
import type { PlatformStack } from './platform';

export interface GatewayStackProps {
  readonly cluster: ClusterStack;
  readonly data: DataStack;
  readonly platform: PlatformStack;
}

/** Pods that a rolling update adds on top. The capacity of nodes and database counts on it. */
const SURGE = 1;

export class GatewayStack extends EnvironmentStack {
  readonly access: KubernetesAccess;
  readonly namespace: GatewayNamespace;
  readonly serviceAccount: GatewayServiceAccount;
  readonly settings: SettingsMap;
  readonly secrets: GatewaySecrets;
  readonly journal: Journal;
  readonly deployment: GatewayDeployment;
  readonly autoscaler: GatewayAutoscaler;
  readonly disruptionBudget: GatewayDisruptionBudget;
  readonly service: GatewayService;
  /** Only where the environment asks for one. */
  readonly loadBalancer?: GatewayLoadBalancer;
  readonly ingress: GatewayIngress;
  readonly networkPolicies: GatewayNetworkPolicies;
  readonly monitoring: GatewayMonitoring;

  constructor(scope: Construct, environment: Environment, props: GatewayStackProps) {
    super(scope, 'gateway', environment);
    const { cluster, data, platform } = props;
    const { profile, workload, network, ingress, region, protection } = environment;
    // Roles, secrets and the kinds of custom resources are there by name alone, which no reference says.
    for (const stack of [cluster, data, platform]) this.addDependency(stack);
    this.access = new KubernetesAccess(this, 'access', { clusterId: cluster.cluster.clusterId });

    this.namespace = new GatewayNamespace(this, 'namespace', {
      name: GATEWAY_SERVICE_ACCOUNT.namespace,
      clusterVersion: environment.cluster.version,
      podSize: profile,
      maxReplicas: profile.replicas.max,
      surge: SURGE,
      loadBalancers: ingress.loadBalancer === undefined ? 0 : 1,
      volumeClaims: workload.journal.kind === 'claim' ? 1 : 0,
    });
    const namespace = this.namespace.namespace.metadata.name;
    const { store } = environment.secrets;
    this.serviceAccount = new GatewayServiceAccount(this, 'service-account', {
      namespace,
      name: GATEWAY_SERVICE_ACCOUNT.name,
      ...(store.kind === 'csi' && { roleArn: gatewayRoleArn(environment) }),
    });
    this.settings = new SettingsMap(this, 'settings', {
      namespace,
      name: GATEWAY,
      settings: gatewaySettings(environment),
      secrets: gatewaySecretNames(environment),
    });
    this.secrets = new GatewaySecrets(this, 'secrets', {
      namespace,
      store: store.kind === 'csi' ? { kind: 'csi', region } : store,
      groups: secretGroups(environment, data),
    });
    this.journal = new Journal(this, 'journal', { namespace, storage: workload.journal });
    // A class belongs to no namespace; by this name it is one for each, as the rest of the stack is.
    const priority = new GatewayPriority(this, 'priority', { name: GATEWAY_SERVICE_ACCOUNT.namespace });

    this.networkPolicies = new GatewayNetworkPolicies(this, 'network-policies', {
      namespace,
      flows: gatewayFlows({
        ingress: { namespace: platform.ingressNamespace, podLabels: platform.ingressPodLabels },
        prometheus: {
          namespace: platform.monitoring.namespace,
          podLabels: platform.monitoring.prometheusPodLabels,
        },
        ...(ingress.loadBalancer !== undefined && {
          loadBalancerClients: [ingress.loadBalancer.kind === 'internet' ? '0.0.0.0/0' : network.cidr],
        }),
        dataCidrs: network.zones.map(({ nodeCidr }) => nodeCidr),
        upstreams: upstreamsOf(this.settings),
      }),
    });
    this.deployment = new GatewayDeployment(this, 'deployment', {
      namespace,
      image: `${registryHost(environment)}/${environment.registry.namespace}/${IMAGE_REPOSITORY}@${workload.imageDigest}`,
      serviceAccount: this.serviceAccount.name,
      settings: this.settings,
      secrets: this.secrets.group('gateway'),
      migrationSecrets: this.secrets.group('migration'),
      secretRevisions: this.secrets.revisions,
      size: profile,
      replicas: profile.replicas.min,
      surge: SURGE,
      preStopSeconds: PRE_STOP_SECONDS,
      terminationGraceSeconds: workload.timeouts.terminationGrace,
      journal: this.journal,
      nodeSelector: { [POOL_LABEL]: 'workload' },
      priorityClassName: priority.name,
      after: [
        this.serviceAccount.serviceAccount,
        this.secrets.release,
        this.namespace.quota,
        this.namespace.limits,
        // Otherwise pods could speak with everybody until the policies are there.
        this.networkPolicies.denyAll,
        ...Object.values(this.networkPolicies.policies),
      ],
    });
    this.autoscaler = new GatewayAutoscaler(this, 'autoscaler', {
      namespace,
      replicas: profile.replicas,
      targets: workload.scaling,
    });
    this.disruptionBudget = new GatewayDisruptionBudget(this, 'disruption-budget', {
      namespace,
      minAvailable: workload.minAvailable,
      minReplicas: profile.replicas.min,
    });

    this.service = new GatewayService(this, 'service', { namespace });
    if (ingress.loadBalancer !== undefined) {
      this.loadBalancer = new GatewayLoadBalancer(this, 'load-balancer', {
        namespace,
        reach: ingress.loadBalancer,
        answerSeconds: workload.timeouts.gatewayTotal,
        protect: protection.cluster,
      });
    }
    this.ingress = new GatewayIngress(this, 'ingress', {
      ...ingress,
      namespace,
      className: platform.ingressClassName,
      serviceName: this.service.name,
      bodyBytes: this.settings.config.bodyLimitBytes,
      timeoutSeconds: workload.timeouts.ingress,
    });

    const { monitoring, alerts = {} } = environment;
    this.monitoring = new GatewayMonitoring(this, 'monitoring', {
      environment: environment.name,
      // Its name, as queries name it, and not a reference.
      namespace: GATEWAY_SERVICE_ACCOUNT.namespace,
      target: platform.monitoring,
      channels: monitoring.channels,
      scrapeIntervalSeconds: monitoring.scrapeIntervalSeconds,
      rules: {
        ...alerts,
        targets: {
          job: this.service.name,
          deployment: GATEWAY,
          container: GATEWAY,
          autoscaler: GATEWAY,
          disruptionBudget: GATEWAY,
          ingress: { namespace: platform.ingressNamespace, deployment: platform.ingress.deployment },
          settings: {
            CACHE_L1_BYTES: this.settings.config.cache.l1Bytes,
            QUEUE_PLACES: this.settings.config.quota.queuePlaces,
          },
        },
      },
      after: [this.namespace.namespace],
    });
  }
}

/** ARN of the role that the cluster stack makes. RAM writes names in lower case there, and ours are. */
function gatewayRoleArn(environment: Environment): string {
  return `acs:ram::${environment.account.id}:role/${gatewayRoleName(environment)}`;
}

/** What each container is given. A value of the data stack is known by its version, one of a person's by its number. */
function secretGroups(
  environment: Environment,
  { databaseUrl, migrationUrl, redisUrl }: DataStack,
): Readonly<Record<'gateway' | 'migration', readonly SecretReference[]>> {
  const { adminKey, upstreamKeys, fallbackUpstreamKeys } = environment.secrets.revisions;
  const provided = (noun: keyof typeof PROVIDED_SECRETS, revision: number) => ({
    secret: secretName(environment, PROVIDED_SECRETS[noun]),
    revision: revision.toString(),
  });
  const made = ({ name, secret }: DataStack['databaseUrl']) => ({ secret: name, revision: secret.version });
  return {
    gateway: [
      { variable: 'ADMIN_API_KEY', ...provided('admin', adminKey) },
      { variable: 'DASHSCOPE_API_KEY', ...provided('upstream', upstreamKeys) },
      ...(fallbackUpstreamKeys === undefined
        ? []
        : [{ variable: 'DASHSCOPE_FALLBACK_API_KEY', ...provided('fallbackUpstream', fallbackUpstreamKeys) } as const]),
      { variable: 'DATABASE_URL', ...made(databaseUrl) },
      { variable: 'REDIS_URL', ...made(redisUrl) },
    ],
    migration: [{ variable: 'DATABASE_URL', ...made(migrationUrl) }],
  };
}

/** Where Model Studio is asked. */
function upstreamsOf({ config: { upstream } }: SettingsMap): readonly URL[] {
  return [upstream.region.baseUrl, ...(upstream.secondRegion === undefined ? [] : [upstream.secondRegion.baseUrl])];
}
