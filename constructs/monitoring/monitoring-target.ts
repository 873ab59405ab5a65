/**
 * The Prometheus that watches the cluster, as whoever wants to be watched sees it: where it is, and by which labels it
 * finds what it is to do. It is the platform stack's own, or one that was there before; the rest is the same.
 */

/** A label or an annotation, and its value. */
export interface Label {
  readonly key: string;
  readonly value: string;
}

/** Label `job` of each exporter's scrapes. */
export interface ExporterJobs {
  readonly kubeStateMetrics: string;
  readonly nodeExporter: string;
  readonly kubelet: string;
}

/** A service of the monitoring namespace. */
export interface ServicePort {
  readonly name: string;
  readonly port: number;
}

export interface MonitoringTarget {
  /** Where Prometheus, Alertmanager and Grafana run. */
  readonly namespace: string;
  /** Labels by which the operator selects ServiceMonitors, PodMonitors, PrometheusRules and AlertmanagerConfigs. */
  readonly releaseLabel: Readonly<Record<string, string>>;
  /** The label by which Grafana finds the ConfigMaps that hold dashboards. */
  readonly dashboardLabel: Label;
  /** Annotation of such a ConfigMap that names the dashboard's folder. */
  readonly grafanaFolderAnnotation: string;
  /** Answers queries. */
  readonly prometheusService: ServicePort;
  /** Takes alerts. */
  readonly alertmanagerService: ServicePort;
  /** Labels of Prometheus' own pods: what a NetworkPolicy lets in to scrape. */
  readonly prometheusPodLabels: Readonly<Record<string, string>>;
  /**
   * Label `job` of the exporters' scrapes, where it is another than kube-prometheus-stack gives: rules ask by it.
   * @default `kube-state-metrics`, `node-exporter`, `kubelet`
   */
  readonly exporterJobs?: Partial<ExporterJobs>;
}
