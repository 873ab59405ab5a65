/** What the cluster offers to everything that runs in it: monitoring, metrics to scale by, encrypted disks, the way in. */
import { RandomProvider } from '@cdktf/provider-random/lib/provider';
import type { Construct } from 'constructs';
import { ACK_INGRESS_CONTROLLER, KubernetesAccess } from '../constructs/cluster';
import type { IngressController } from '../constructs/cluster';
import { Password } from '../constructs/data';
import type { MonitoringTarget } from '../constructs/monitoring';
import {
  MANAGED_MONITORING,
  MetricsAdapter,
  MonitoringStack,
  nodesLabelled,
  requestRateRule,
  sized,
  StorageClass,
} from '../constructs/platform';
import type { Environment, ManagedMonitoring } from '../environments';
import type { ClusterStack } from './cluster';
import { EnvironmentStack } from './environment-stack';
import type { FoundationStack } from './foundation';
import { POOL_LABEL, secretName } from './names';

export interface PlatformStackProps {
  readonly foundation: FoundationStack;
  readonly cluster: ClusterStack;
}

/** The class of encrypted disks, in every environment. Changing it moves no disk: claims that exist keep theirs. */
const STORAGE_CLASS = 'bailian-gateway-essd';

export class PlatformStack extends EnvironmentStack {
  readonly access: KubernetesAccess;
  /** Encrypted disks, for whoever claims one. */
  readonly storageClass: StorageClass;
  /** Who watches, and how to be watched. */
  readonly monitoring: MonitoringTarget;
  /** The monitoring itself, where it is ours. */
  readonly monitoringStack: MonitoringStack | undefined;
  /** Metrics to scale by; absent where the cluster has such an API already. */
  readonly metricsAdapter: MetricsAdapter | undefined;
  /** Who lets requests in. */
  readonly ingress: IngressController;

  constructor(scope: Construct, environment: Environment, props: PlatformStackProps) {
    super(scope, 'platform', environment);
    const { foundation, cluster } = props;
    const { platform, protection } = environment;
    const { sources = {}, monitoring } = platform;
    // Its nodes, its components and the right to use it: all of it, and not only the cluster's id.
    this.addDependency(cluster);
    this.access = new KubernetesAccess(this, 'access', { clusterId: cluster.cluster.clusterId });
    this.ingress = platform.ingress ?? ACK_INGRESS_CONTROLLER;
    this.storageClass = new StorageClass(this, 'storage-class', {
      name: STORAGE_CLASS,
      kmsKeyId: foundation.encryptionKey.key.id,
      retain: protection.data,
    });

    this.monitoring = monitoring.kind === 'managed' ? MANAGED_MONITORING : monitoring.target;
    this.monitoringStack =
      monitoring.kind === 'managed' ? this.#monitoringStack(monitoring, foundation, cluster) : undefined;
    if (monitoring.kind === 'managed' || monitoring.metricsAdapter) {
      this.metricsAdapter = new MetricsAdapter(this, 'metrics-adapter', {
        monitoring: this.monitoring,
        rules: [requestRateRule(environment.monitoring.scrapeIntervalSeconds)],
        nodes: SYSTEM_NODES,
        sources,
        after: this.monitoringStack === undefined ? [] : [this.monitoringStack.stack.release],
      });
    }
  }

  /** What an Ingress names as its class. */
  get ingressClassName(): string {
    return this.ingress.className;
  }

  /** Where the ingress controller's pods run. */
  get ingressNamespace(): string {
    return this.ingress.namespace;
  }

  /** Labels of the ingress controller's pods. */
  get ingressPodLabels(): Readonly<Record<string, string>> {
    return this.ingress.podLabels;
  }

  #monitoringStack(plan: ManagedMonitoring, foundation: FoundationStack, cluster: ClusterStack): MonitoringStack {
    const { platform, profile, protection, kms } = this.environment;
    new RandomProvider(this, 'random');
    const grafanaPassword = new Password(this, 'grafana-password', {
      name: secretName(this.environment, 'grafana-password'),
      description: "Grafana's user admin",
      version: plan.grafanaPasswordVersion,
      encryptionKeyId: foundation.encryptionKey.key.id,
      ...(kms.instanceId !== undefined && { kmsInstanceId: kms.instanceId }),
      protect: protection.data,
      recoveryWindowDays: protection.data ? 30 : false,
    });
    return new MonitoringStack(this, 'monitoring', {
      clusterName: cluster.cluster.name,
      retentionDays: plan.retentionDays,
      storageGiB: plan.storageGiB,
      storageClass: this.storageClass,
      resources: sized(profile.prometheus),
      prometheusReplicas: plan.prometheusReplicas,
      alertmanagerReplicas: plan.alertmanagerReplicas,
      grafanaPassword,
      ingress: this.ingress,
      nodes: SYSTEM_NODES,
      ...(platform.sources !== undefined && { sources: platform.sources }),
      protect: protection.data,
    });
  }
}

/** Monitoring runs beside what it watches, not on the same nodes: a gateway that takes all of a node must not blind it. */
const SYSTEM_NODES = nodesLabelled(POOL_LABEL, 'system');
