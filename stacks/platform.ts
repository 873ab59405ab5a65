/** What the cluster offers to everything that runs in it: monitoring, metrics to scale by, the way in. */
import type { Construct } from 'constructs';
import { ACK_INGRESS_CONTROLLER, KubernetesAccess } from '../constructs/cluster';
import type { MonitoringTarget } from '../constructs/monitoring';
import { MANAGED_MONITORING } from '../constructs/platform';
import type { Environment } from '../environments';
import type { ClusterStack } from './cluster';
import { EnvironmentStack } from './environment-stack';

export interface PlatformStackProps {
  readonly cluster: ClusterStack;
}

export class PlatformStack extends EnvironmentStack {
  readonly access: KubernetesAccess;
  /** Who watches, and how to be watched. */
  readonly monitoring: MonitoringTarget;
  /** What an Ingress names as its class. */
  readonly ingressClassName: string;
  /** Where the ingress controller's pods run. */
  readonly ingressNamespace: string;
  /** Labels of the ingress controller's pods. */
  readonly ingressPodLabels: Readonly<Record<string, string>>;

  constructor(scope: Construct, environment: Environment, { cluster }: PlatformStackProps) {
    super(scope, 'platform', environment);
    this.access = new KubernetesAccess(this, 'access', { clusterId: cluster.cluster.clusterId });
    this.monitoring = MANAGED_MONITORING;
    const { className, namespace, podLabels } = ACK_INGRESS_CONTROLLER;
    this.ingressClassName = className;
    this.ingressNamespace = namespace;
    this.ingressPodLabels = podLabels;
  }
}
