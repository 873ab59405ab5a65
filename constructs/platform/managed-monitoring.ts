/** The monitoring that the platform stack installs, as its names make it: one spelling for the chart and for its users. */
import type { MonitoringTarget } from '../monitoring/monitoring-target';

/** The release, and first part of the names of all that it makes. Changing it makes everything anew, claims included. */
export const MONITORING_RELEASE = 'kube-prometheus-stack';

/** The one monitoring of the cluster. */
export const MANAGED_MONITORING = {
  namespace: 'monitoring',
  releaseLabel: { release: MONITORING_RELEASE },
  dashboardLabel: { key: 'grafana_dashboard', value: '1' },
  grafanaFolderAnnotation: 'grafana_folder',
  prometheusService: { name: `${MONITORING_RELEASE}-prometheus`, port: 9090 },
  alertmanagerService: { name: `${MONITORING_RELEASE}-alertmanager`, port: 9093 },
  // The operator puts it on the pods of the Prometheus object of that name.
  prometheusPodLabels: { 'operator.prometheus.io/name': `${MONITORING_RELEASE}-prometheus` },
} as const satisfies MonitoringTarget;
