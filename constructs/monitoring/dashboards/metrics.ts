/** Metrics that panels name and no rule does, each with the exporter that has it. */
import type { ExporterMetric } from '../alerts';

export const PANEL_METRICS = {
  // Prometheus makes it of its own alerting rules.
  alerts: {
    name: 'ALERTS',
    exporter: 'prometheus',
    type: 'gauge',
    labels: ['alertname', 'alertstate', 'severity', 'component'],
  },
  autoscalerDesired: {
    name: 'kube_horizontalpodautoscaler_status_desired_replicas',
    exporter: 'kube-state-metrics',
    type: 'gauge',
    labels: ['namespace', 'horizontalpodautoscaler'],
  },
  cpuPeriods: {
    name: 'container_cpu_cfs_periods_total',
    exporter: 'cadvisor',
    type: 'counter',
    labels: ['namespace', 'pod', 'container', 'image', 'id', 'name', 'node'],
  },
  cpuPeriodsThrottled: {
    name: 'container_cpu_cfs_throttled_periods_total',
    exporter: 'cadvisor',
    type: 'counter',
    labels: ['namespace', 'pod', 'container', 'image', 'id', 'name', 'node'],
  },
} as const satisfies Readonly<Record<string, ExporterMetric>>;
