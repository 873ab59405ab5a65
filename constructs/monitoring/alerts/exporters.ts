/**
 * Metrics that rules name and that the gateway does not expose, each with the exporter that has it and the labels that
 * the exporter itself gives it. Labels of the scraped target (`job`, `instance`, …) come on top.
 * Sources: documentation of kube-state-metrics 2.x, metrics of cAdvisor and of the kubelet, collectors of node_exporter
 * 1.x, ingress-nginx’s `internal/ingress/metric/collectors`, cert-manager’s metrics.
 */

/** Who exposes a metric. `prometheus` makes it itself for each target. */
export const EXPORTERS = [
  'prometheus',
  'kube-state-metrics',
  'node-exporter',
  'cadvisor',
  'kubelet',
  'ingress-nginx',
  'cert-manager',
] as const;

export type Exporter = (typeof EXPORTERS)[number];

export interface ExporterMetric {
  readonly name: string;
  readonly exporter: Exporter;
  readonly type: 'counter' | 'gauge';
  readonly labels: readonly string[];
}

const POD_LABELS = ['namespace', 'pod', 'container', 'uid'] as const;
const DEPLOYMENT_LABELS = ['namespace', 'deployment'] as const;
const AUTOSCALER_LABELS = ['namespace', 'horizontalpodautoscaler'] as const;
const DISRUPTION_LABELS = ['namespace', 'poddisruptionbudget'] as const;
const CADVISOR_LABELS = ['namespace', 'pod', 'container', 'image', 'id', 'name', 'node'] as const;
const FILE_SYSTEM_LABELS = ['device', 'fstype', 'mountpoint', 'device_error'] as const;
const VOLUME_LABELS = ['namespace', 'persistentvolumeclaim'] as const;

export const EXPORTER_METRICS = {
  up: { name: 'up', exporter: 'prometheus', type: 'gauge', labels: [] },
  deploymentReplicas: {
    name: 'kube_deployment_spec_replicas',
    exporter: 'kube-state-metrics',
    type: 'gauge',
    labels: DEPLOYMENT_LABELS,
  },
  deploymentAvailable: {
    name: 'kube_deployment_status_replicas_available',
    exporter: 'kube-state-metrics',
    type: 'gauge',
    labels: DEPLOYMENT_LABELS,
  },
  deploymentReady: {
    name: 'kube_deployment_status_replicas_ready',
    exporter: 'kube-state-metrics',
    type: 'gauge',
    labels: DEPLOYMENT_LABELS,
  },
  autoscalerReplicas: {
    name: 'kube_horizontalpodautoscaler_status_current_replicas',
    exporter: 'kube-state-metrics',
    type: 'gauge',
    labels: AUTOSCALER_LABELS,
  },
  autoscalerMost: {
    name: 'kube_horizontalpodautoscaler_spec_max_replicas',
    exporter: 'kube-state-metrics',
    type: 'gauge',
    labels: AUTOSCALER_LABELS,
  },
  autoscalerLeast: {
    name: 'kube_horizontalpodautoscaler_spec_min_replicas',
    exporter: 'kube-state-metrics',
    type: 'gauge',
    labels: AUTOSCALER_LABELS,
  },
  disruptionHealthy: {
    name: 'kube_poddisruptionbudget_status_current_healthy',
    exporter: 'kube-state-metrics',
    type: 'gauge',
    labels: DISRUPTION_LABELS,
  },
  disruptionWanted: {
    name: 'kube_poddisruptionbudget_status_desired_healthy',
    exporter: 'kube-state-metrics',
    type: 'gauge',
    labels: DISRUPTION_LABELS,
  },
  containerLimit: {
    name: 'kube_pod_container_resource_limits',
    exporter: 'kube-state-metrics',
    type: 'gauge',
    labels: [...POD_LABELS, 'node', 'resource', 'unit'],
  },
  containerRestarts: {
    name: 'kube_pod_container_status_restarts_total',
    exporter: 'kube-state-metrics',
    type: 'counter',
    labels: POD_LABELS,
  },
  containerWaiting: {
    name: 'kube_pod_container_status_waiting_reason',
    exporter: 'kube-state-metrics',
    type: 'gauge',
    labels: [...POD_LABELS, 'reason'],
  },
  initContainerWaiting: {
    name: 'kube_pod_init_container_status_waiting_reason',
    exporter: 'kube-state-metrics',
    type: 'gauge',
    labels: [...POD_LABELS, 'reason'],
  },
  containerCpu: {
    name: 'container_cpu_usage_seconds_total',
    exporter: 'cadvisor',
    type: 'counter',
    labels: [...CADVISOR_LABELS, 'cpu'],
  },
  containerMemory: {
    name: 'container_memory_working_set_bytes',
    exporter: 'cadvisor',
    type: 'gauge',
    labels: CADVISOR_LABELS,
  },
  volumeAvailable: {
    name: 'kubelet_volume_stats_available_bytes',
    exporter: 'kubelet',
    type: 'gauge',
    labels: VOLUME_LABELS,
  },
  volumeCapacity: {
    name: 'kubelet_volume_stats_capacity_bytes',
    exporter: 'kubelet',
    type: 'gauge',
    labels: VOLUME_LABELS,
  },
  nodeCpu: { name: 'node_cpu_seconds_total', exporter: 'node-exporter', type: 'counter', labels: ['cpu', 'mode'] },
  nodeMemoryAvailable: {
    name: 'node_memory_MemAvailable_bytes',
    exporter: 'node-exporter',
    type: 'gauge',
    labels: [],
  },
  nodeMemory: { name: 'node_memory_MemTotal_bytes', exporter: 'node-exporter', type: 'gauge', labels: [] },
  nodeDiskAvailable: {
    name: 'node_filesystem_avail_bytes',
    exporter: 'node-exporter',
    type: 'gauge',
    labels: FILE_SYSTEM_LABELS,
  },
  nodeDisk: {
    name: 'node_filesystem_size_bytes',
    exporter: 'node-exporter',
    type: 'gauge',
    labels: FILE_SYSTEM_LABELS,
  },
  nodeDiskReadOnly: {
    name: 'node_filesystem_readonly',
    exporter: 'node-exporter',
    type: 'gauge',
    labels: FILE_SYSTEM_LABELS,
  },
  nodeName: {
    name: 'node_uname_info',
    exporter: 'node-exporter',
    type: 'gauge',
    labels: ['domainname', 'machine', 'nodename', 'release', 'sysname', 'version'],
  },
  ingressCertificateEnd: {
    name: 'nginx_ingress_controller_ssl_expire_time_seconds',
    exporter: 'ingress-nginx',
    type: 'gauge',
    labels: ['class', 'host', 'namespace', 'secret_name'],
  },
  certificateEnd: {
    name: 'certmanager_certificate_expiration_timestamp_seconds',
    exporter: 'cert-manager',
    type: 'gauge',
    labels: ['issuer_group', 'issuer_kind', 'issuer_name', 'name', 'namespace'],
  },
} as const satisfies Readonly<Record<string, ExporterMetric>>;
