/** What runs in the cluster for all of its workloads: monitoring, custom metrics, the way in. */
export { REQUEST_RATE_METRIC, requestRateRule, SCRAPES_IN_RATE } from './request-rate';
export type { AdapterRule } from './request-rate';
export { MANAGED_MONITORING, MONITORING_RELEASE } from './managed-monitoring';
