/**
 * What the chart `kube-prometheus-stack` is told, as far as this project tells it anything. The chart refuses no key that
 * it does not know, so a key that is misspelt does nothing: this type is the only thing that says which there are.
 * Source: values.yaml of the chart, and of its dependencies grafana, kube-state-metrics and prometheus-node-exporter.
 */
import type { NodeChoice, Resources } from './pod-settings';

interface Switch {
  readonly enabled: boolean;
}

interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
}

interface DisruptionBudget extends Switch {
  readonly minAvailable?: number;
}

/** Whether several replicas may share a node: `hard` means never. */
interface Spread {
  readonly podAntiAffinity: 'soft' | 'hard';
  readonly podAntiAffinityTopologyKey: string;
}

interface ClaimTemplate {
  readonly volumeClaimTemplate: {
    readonly spec: {
      readonly storageClassName: string;
      readonly accessModes: readonly ['ReadWriteOnce'];
      readonly resources: { readonly requests: { readonly storage: string } };
    };
  };
}

interface PodMonitor {
  readonly name: string;
  readonly selector: LabelSelector;
  readonly namespaceSelector: { readonly matchNames: readonly string[] };
  readonly podMetricsEndpoints: readonly {
    readonly portNumber: number;
    readonly path: string;
    readonly relabelings?: readonly { readonly targetLabel: string; readonly replacement: string }[];
  }[];
}

/** Groups of the chart's own rules that watch what ACK runs out of our sight. */
export type ControlPlaneRules =
  'etcd' | 'kubeControllerManager' | 'kubeProxy' | 'kubeSchedulerAlerting' | 'kubeSchedulerRecording';

export interface KubePrometheusStackValues {
  /** First part of every object's name. */
  readonly fullnameOverride: string;
  readonly global: { readonly imageRegistry: string };
  /** The definitions have a chart of their own. */
  readonly crds: Switch;
  readonly defaultRules: {
    readonly rules: Readonly<Record<ControlPlaneRules, boolean>>;
    /** Alerts that are left out, by name. */
    readonly disabled: Readonly<Record<string, true>>;
  };
  readonly kubeControllerManager: Switch;
  readonly kubeScheduler: Switch;
  readonly kubeEtcd: Switch;
  readonly kubeProxy: Switch;
  readonly prometheusOperator: NodeChoice & {
    readonly resources: Resources;
    readonly prometheusConfigReloader: { readonly resources: Resources };
    readonly admissionWebhooks: {
      readonly patch: NodeChoice & { readonly resources: Resources };
    };
  };
  readonly prometheus: {
    readonly podDisruptionBudget: DisruptionBudget;
    readonly additionalPodMonitors: readonly PodMonitor[];
    readonly prometheusSpec: NodeChoice &
      Spread & {
        readonly replicas: number;
        readonly retention: string;
        readonly retentionSize: string;
        readonly scrapeInterval: string;
        readonly evaluationInterval: string;
        readonly externalLabels: Readonly<Record<string, string>>;
        readonly resources: Resources;
        readonly storageSpec: ClaimTemplate;
        readonly serviceMonitorSelector: LabelSelector;
        readonly podMonitorSelector: LabelSelector;
        readonly probeSelector: LabelSelector;
        readonly scrapeConfigSelector: LabelSelector;
        readonly ruleSelector: LabelSelector;
      };
  };
  readonly alertmanager: {
    readonly podDisruptionBudget: DisruptionBudget;
    readonly alertmanagerSpec: NodeChoice &
      Spread & {
        readonly replicas: number;
        readonly resources: Resources;
        readonly alertmanagerConfigSelector: LabelSelector;
        readonly alertmanagerConfigMatcherStrategy: { readonly type: 'None' | 'OnNamespace' };
      };
  };
  readonly grafana: NodeChoice & {
    readonly admin: { readonly existingSecret: string; readonly userKey: string; readonly passwordKey: string };
    readonly podAnnotations: Readonly<Record<string, string>>;
    readonly resources: Resources;
    readonly testFramework: Switch;
    readonly 'grafana.ini': {
      readonly analytics: { readonly reporting_enabled: boolean; readonly check_for_updates: boolean };
      readonly users: { readonly allow_sign_up: boolean };
    };
    readonly sidecar: {
      readonly resources: Resources;
      readonly dashboards: Switch & {
        readonly label: string;
        readonly labelValue: string;
        readonly folderAnnotation: string;
        readonly searchNamespace: 'ALL';
        readonly resource: 'configmap';
        readonly provider: { readonly foldersFromFilesStructure: boolean; readonly allowUiUpdates: boolean };
      };
    };
  };
  readonly 'kube-state-metrics': NodeChoice & { readonly resources: Resources };
  readonly 'prometheus-node-exporter': {
    readonly namespaceOverride: string;
    readonly resources: Resources;
    /** Wherever a node is, it is watched. */
    readonly tolerations: readonly { readonly operator: 'Exists' }[];
  };
}
