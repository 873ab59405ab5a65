/** What the cluster offers to everything that runs in it: where it is fetched from, and which of it is there already. */
import type { IngressController } from '../../constructs/cluster/ingress-controller';
import type { MonitoringTarget } from '../../constructs/monitoring/monitoring-target';

/** Where charts and images are fetched from. */
export interface PlatformSources {
  /**
   * The Helm repository that has the charts, an `https://` or `oci://` address: a mirror where the public one is out of reach.
   * @default https://prometheus-community.github.io/helm-charts
   */
  readonly charts?: string;
  /**
   * Host of the registry that has the charts' images under their own paths, such as `quay.io/…` without its host. Networks in
   * mainland China reach the public registries badly or not at all: copy the images, as docs/platform.md says.
   * @default each image's own registry
   */
  readonly images?: string;
}

/** Monitoring that the platform stack installs. */
export interface ManagedMonitoring {
  readonly kind: 'managed';
  /** Days that metrics are kept, 8–366, unless the disk is full before. Lowering it deletes what is older. */
  readonly retentionDays: number;
  /** Disk of each Prometheus, GiB, 20–32768. It can only grow. */
  readonly storageGiB: number;
  /** Prometheus servers that scrape the same: 1, or 2 so that one can be lost. Lowering it leaves the other's disk behind. */
  readonly prometheusReplicas: number;
  /** Alertmanagers that agree on what was sent: 1, or 3 so that one can be lost. */
  readonly alertmanagerReplicas: number;
  /** Number of Grafana's admin password, from 1. Raising it makes a new one and restarts Grafana with it: that is the rotation. */
  readonly grafanaPasswordVersion: number;
}

/** Monitoring that the cluster had before: an operator, a Prometheus and a Grafana that somebody else answers for. */
export interface ExistingMonitoring {
  readonly kind: 'existing';
  /** Where it is, and by which labels it finds what it is to watch. */
  readonly target: MonitoringTarget;
  /**
   * Installs prometheus-adapter over it. A cluster has one custom metrics API at most: false where one is there, which then
   * needs the rule that docs/platform.md shows.
   */
  readonly metricsAdapter: boolean;
}

/** What the cluster offers to everything that runs in it. */
export interface PlatformPlan {
  /** Where charts and images are fetched from. @default the public ones */
  readonly sources?: PlatformSources;
  /** Who watches: our own monitoring, or one that is there. */
  readonly monitoring: ManagedMonitoring | ExistingMonitoring;
  /**
   * An ingress controller that is there already; ACK's own is then left out of the cluster.
   * @default the component of ACK
   */
  readonly ingress?: IngressController;
}
