/** What runs in the cluster for all of its workloads: monitoring, metrics to scale by, encrypted disks. */
export { Chart, CHARTS, CHART_REPOSITORY, chartValues } from './chart';
export type { ChartName, ChartProps, ChartSources } from './chart';
export { MANAGED_MONITORING, MONITORING_RELEASE } from './managed-monitoring';
export { MonitoringStack, NODE_EXPORTER_NAMESPACE } from './monitoring-stack';
export type { MonitoringStackProps } from './monitoring-stack';
export type { KubePrometheusStackValues } from './kube-prometheus-stack-values';
export { MetricsAdapter } from './metrics-adapter';
export type { MetricsAdapterProps } from './metrics-adapter';
export { REQUEST_RATE_METRIC, requestRateRule, SCRAPES_IN_RATE } from './request-rate';
export type { AdapterRule } from './request-rate';
export { Namespace } from './namespace';
export type { NamespaceProps, PodSecurityLevel } from './namespace';
export { DISK_GIB } from './disk';
export { StorageClass } from './storage-class';
export type { StorageClassProps } from './storage-class';
export { COMPONENT_RESOURCES, nodesLabelled, sized } from './pod-settings';
export type { NodeChoice, Quantities, Resources } from './pod-settings';
