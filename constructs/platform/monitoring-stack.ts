/**
 * The monitoring of the cluster: operator, Prometheus, Alertmanager, Grafana and the exporters, by the community's chart.
 * What they watch and whom they tell is brought by whoever wants to be watched, in resources that bear the release's label.
 *
 * Not here, and why: the control plane's own parts (etcd, scheduler, controller manager) and kube-proxy. ACK runs them
 * where no pod reaches them, and rules over what is never scraped would ring for ever.
 */
import type { ReleaseConfig } from '@cdktf/provider-helm/lib/release';
import { SecretV1, type SecretV1Config } from '@cdktf/provider-kubernetes/lib/secret-v1';
import { Construct } from 'constructs';
import type { IngressController } from '../cluster/ingress-controller';
import type { Password } from '../data/password';
import { Chart, type ChartSources } from './chart';
import { DISK_GIB } from './disk';
import type { KubePrometheusStackValues } from './kube-prometheus-stack-values';
import { MANAGED_MONITORING, MONITORING_RELEASE } from './managed-monitoring';
import { Namespace } from './namespace';
import { COMPONENT_RESOURCES, type NodeChoice, type Resources } from './pod-settings';
import type { StorageClass } from './storage-class';

export interface MonitoringStackProps {
  /** The cluster, as an external label of everything that Prometheus sends on. */
  readonly clusterName: string;
  /** Days that metrics are kept, unless the disk is full before. */
  readonly retentionDays: number;
  /** Disk of each Prometheus, GiB, 20 to 32768. It can only grow. */
  readonly storageGiB: number;
  readonly storageClass: StorageClass;
  /** What Prometheus asks for. */
  readonly resources: Resources;
  /** Prometheus servers that scrape the same. @default 1 */
  readonly prometheusReplicas?: number;
  /** Alertmanagers that agree on what was sent. @default 1 */
  readonly alertmanagerReplicas?: number;
  /** Seconds from one scrape to the next, where a monitor says nothing else. @default 15 */
  readonly scrapeIntervalSeconds?: number;
  /** The password of Grafana's `admin`. */
  readonly grafanaPassword: Password;
  /** Watched from here, as it brings no monitor of its own. */
  readonly ingress: IngressController;
  /** Nodes that take all but the node exporter. */
  readonly nodes: NodeChoice;
  /** @default the public ones */
  readonly sources?: ChartSources;
  /** Refuses the destruction of the namespaces, and of the metrics with them. @default true */
  readonly protect?: boolean;
  /** The last word on the arguments of each child. @default none */
  readonly overrides?: {
    readonly definitions?: Partial<ReleaseConfig>;
    readonly stack?: Partial<ReleaseConfig>;
    readonly grafanaAdmin?: Partial<SecretV1Config>;
  };
}

/** Where the node exporter runs: it sees the whole node, which no other namespace may. */
export const NODE_EXPORTER_NAMESPACE = 'node-exporter';

/** Share of the disk that metrics may fill: the log of what is not yet written down takes some, and a full disk is an outage. */
const USABLE = 0.85;

/** The Secret of Grafana's administrator, and its keys. */
const GRAFANA_ADMIN = { existingSecret: 'grafana-admin', userKey: 'user', passwordKey: 'password' } as const;

/** Where ingress-nginx tells its metrics. */
const INGRESS_METRICS = { portNumber: 10254, path: '/metrics' } as const;

export class MonitoringStack extends Construct {
  readonly namespace: Namespace;
  readonly nodeExporterNamespace: Namespace;
  /** Grafana's administrator, as Grafana reads it. */
  readonly grafanaAdmin: SecretV1;
  /** The operator's resource definitions. */
  readonly definitions: Chart;
  readonly stack: Chart;

  constructor(scope: Construct, id: string, props: MonitoringStackProps) {
    super(scope, id);
    const { sources = {}, protect = true, overrides = {} } = props;
    const faults = faultsOf(props);
    if (faults.length > 0) throw new Error(faults.join('\n'));

    // The claims of Prometheus are in it: destroying it destroys the metrics.
    this.namespace = new Namespace(this, 'namespace', {
      name: MANAGED_MONITORING.namespace,
      enforce: 'baseline',
      protect,
    });
    this.nodeExporterNamespace = new Namespace(this, 'node-exporter-namespace', {
      name: NODE_EXPORTER_NAMESPACE,
      enforce: 'privileged',
    });
    this.grafanaAdmin = new SecretV1(this, 'grafana-admin', {
      metadata: { name: GRAFANA_ADMIN.existingSecret, namespace: this.namespace.name },
      data: { [GRAFANA_ADMIN.userKey]: 'admin', [GRAFANA_ADMIN.passwordKey]: props.grafanaPassword.value },
      dependsOn: [this.namespace.namespace],
      ...overrides.grafanaAdmin,
    });

    const release = { namespace: this.namespace.name, sources };
    this.definitions = new Chart(this, 'definitions', {
      ...release,
      chart: 'prometheus-operator-crds',
      values: {},
      after: [this.namespace.namespace],
      ...(overrides.definitions !== undefined && { overrides: overrides.definitions }),
    });
    this.stack = new Chart(this, 'stack', {
      ...release,
      chart: MONITORING_RELEASE,
      values: valuesOf(props),
      timeoutSeconds: 900,
      after: [
        this.definitions.release,
        this.nodeExporterNamespace.namespace,
        this.grafanaAdmin,
        props.storageClass.storageClass,
      ],
      ...(overrides.stack !== undefined && { overrides: overrides.stack }),
    });
  }
}

function valuesOf(props: MonitoringStackProps): KubePrometheusStackValues {
  const { nodes, sources = {}, ingress } = props;
  const { prometheusReplicas = 1, alertmanagerReplicas = 1, scrapeIntervalSeconds = 15 } = props;
  const off = { enabled: false };
  const released = { matchLabels: MANAGED_MONITORING.releaseLabel };
  const apart = { podAntiAffinity: 'hard', podAntiAffinityTopologyKey: 'kubernetes.io/hostname' } as const;
  const budget = (replicas: number) => (replicas > 1 ? { enabled: true, minAvailable: replicas - 1 } : off);
  return {
    fullnameOverride: MONITORING_RELEASE,
    global: { imageRegistry: sources.images ?? '' },
    crds: off,
    defaultRules: {
      // The gateway's rules have one of their own, by which a heartbeat is sent.
      disabled: { Watchdog: true },
      rules: {
        etcd: false,
        kubeControllerManager: false,
        kubeProxy: false,
        kubeSchedulerAlerting: false,
        kubeSchedulerRecording: false,
      },
    },
    kubeControllerManager: off,
    kubeScheduler: off,
    kubeEtcd: off,
    kubeProxy: off,
    prometheusOperator: {
      ...nodes,
      resources: COMPONENT_RESOURCES.operator,
      prometheusConfigReloader: { resources: COMPONENT_RESOURCES.configReloader },
      admissionWebhooks: { patch: { ...nodes, resources: COMPONENT_RESOURCES.webhookJob } },
    },
    prometheus: {
      podDisruptionBudget: budget(prometheusReplicas),
      additionalPodMonitors: [
        {
          name: `${MONITORING_RELEASE}-ingress`,
          selector: { matchLabels: ingress.podLabels },
          namespaceSelector: { matchNames: [ingress.namespace] },
          podMetricsEndpoints: [
            { ...INGRESS_METRICS, relabelings: [{ targetLabel: 'job', replacement: 'ingress-nginx' }] },
          ],
        },
      ],
      prometheusSpec: {
        ...nodes,
        ...apart,
        replicas: prometheusReplicas,
        retention: `${props.retentionDays}d`,
        retentionSize: `${Math.floor(props.storageGiB * USABLE)}GB`,
        scrapeInterval: `${scrapeIntervalSeconds}s`,
        evaluationInterval: `${scrapeIntervalSeconds}s`,
        externalLabels: { cluster: props.clusterName },
        resources: props.resources,
        storageSpec: {
          volumeClaimTemplate: {
            spec: {
              storageClassName: props.storageClass.name,
              accessModes: ['ReadWriteOnce'],
              resources: { requests: { storage: `${props.storageGiB}Gi` } },
            },
          },
        },
        serviceMonitorSelector: released,
        podMonitorSelector: released,
        probeSelector: released,
        scrapeConfigSelector: released,
        ruleSelector: released,
      },
    },
    alertmanager: {
      podDisruptionBudget: budget(alertmanagerReplicas),
      alertmanagerSpec: {
        ...nodes,
        ...apart,
        replicas: alertmanagerReplicas,
        resources: COMPONENT_RESOURCES.alertmanager,
        alertmanagerConfigSelector: released,
        // Otherwise a routing would see the alerts of its own namespace alone: none of nodes, pods or ingress.
        alertmanagerConfigMatcherStrategy: { type: 'None' },
      },
    },
    grafana: {
      ...nodes,
      admin: GRAFANA_ADMIN,
      // Grafana reads the password when it starts, and keeps nothing over a restart.
      podAnnotations: { 'bailian-gateway/admin-password-version': props.grafanaPassword.version.toString() },
      resources: COMPONENT_RESOURCES.grafana,
      testFramework: off,
      'grafana.ini': {
        analytics: { reporting_enabled: false, check_for_updates: false },
        users: { allow_sign_up: false },
      },
      sidecar: {
        resources: COMPONENT_RESOURCES.grafanaSidecar,
        dashboards: {
          enabled: true,
          label: MANAGED_MONITORING.dashboardLabel.key,
          labelValue: MANAGED_MONITORING.dashboardLabel.value,
          folderAnnotation: MANAGED_MONITORING.grafanaFolderAnnotation,
          searchNamespace: 'ALL',
          resource: 'configmap',
          provider: { foldersFromFilesStructure: true, allowUiUpdates: false },
        },
      },
    },
    'kube-state-metrics': { ...nodes, resources: COMPONENT_RESOURCES.kubeStateMetrics },
    'prometheus-node-exporter': {
      namespaceOverride: NODE_EXPORTER_NAMESPACE,
      resources: COMPONENT_RESOURCES.nodeExporter,
      tolerations: [{ operator: 'Exists' }],
    },
  };
}

function faultsOf({ retentionDays, storageGiB, ...replicas }: MonitoringStackProps): string[] {
  const { prometheusReplicas = 1, alertmanagerReplicas = 1 } = replicas;
  const faults: string[] = [];
  if (!Number.isInteger(retentionDays) || retentionDays < 1) {
    faults.push(`monitoring.retentionDays (${retentionDays}) must be a whole number from 1; 15 is usual`);
  }
  if (!Number.isInteger(storageGiB) || storageGiB < DISK_GIB.min || storageGiB > DISK_GIB.max) {
    faults.push(
      `monitoring.storageGiB (${storageGiB}) must be ${DISK_GIB.min} to ${DISK_GIB.max}, as disks are; correct it`,
    );
  }
  for (const [name, count] of Object.entries({ prometheusReplicas, alertmanagerReplicas })) {
    if (!Number.isInteger(count) || count < 1) {
      faults.push(`monitoring.${name} (${count}) must be a whole number from 1; leave it out for one`);
    }
  }
  return faults;
}
