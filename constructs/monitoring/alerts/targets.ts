/** Whom the rules watch: names that the deployment decides and that queries select by. */
import { VARIABLES } from '../../../app/src/config';
import { GATEWAY } from '../../workload/names';
import type { ExporterJobs } from '../monitoring-target';

/** The names by which queries find the gateway and what surrounds it. */
export interface RuleTargets {
  /** Namespace of the gateway. */
  readonly namespace: string;
  /** Label `job` of the gateway’s scrapes: the name of the Service that its ServiceMonitor selects. */
  readonly job: string;
  /** The gateway’s Deployment. */
  readonly deployment: string;
  /** Its container. */
  readonly container: string;
  /** Its HorizontalPodAutoscaler. */
  readonly autoscaler: string;
  /** Its PodDisruptionBudget. */
  readonly disruptionBudget: string;
  /** The ingress controller’s Deployment. */
  readonly ingress: { readonly namespace: string; readonly deployment: string };
  /** Label `job` of each exporter’s scrapes. */
  readonly jobs: ExporterJobs;
  /** Settings of the gateway that its metrics are compared with, as its ConfigMap has them. */
  readonly settings: { readonly CACHE_L1_BYTES: number; readonly QUEUE_PLACES: number };
}

/**
 * The names as the gateway stack and kube-prometheus-stack give them, and the settings as the gateway has them by
 * itself. ACK’s own ingress controller is an add-on in `kube-system`.
 */
export const DEFAULT_TARGETS: RuleTargets = {
  namespace: 'bailian-gateway',
  job: GATEWAY,
  deployment: GATEWAY,
  container: GATEWAY,
  autoscaler: GATEWAY,
  disruptionBudget: GATEWAY,
  ingress: { namespace: 'kube-system', deployment: 'nginx-ingress-controller' },
  jobs: { kubeStateMetrics: 'kube-state-metrics', nodeExporter: 'node-exporter', kubelet: 'kubelet' },
  settings: {
    CACHE_L1_BYTES: VARIABLES.CACHE_L1_BYTES.default,
    QUEUE_PLACES: VARIABLES.QUEUE_PLACES.default,
  },
};
