/** How the gateway's pods run, beyond their size: which image, how it is set, how many must stay, how long things may take. */
import type { ScalingTargets } from '../../constructs/workload/autoscaler';
import type { JournalStorage } from '../../constructs/workload/journal';
import type { ChosenSettings } from '../../constructs/workload/settings';

/** How the gateway's pods run. Replicas and resources are the size profile's. */
export interface WorkloadPlan {
  /** Digest of the image, `sha256:` and 64 hex digits, as the registry shows it. Changing it is a rollout. */
  readonly imageDigest: string;
  /**
   * What the gateway is told, by its own variables; see docs/gateway/configuration.md. One that is left out has the
   * gateway's default; one that follows from the rest of the environment cannot be set here. Changing one is a rollout.
   */
  readonly settings: ChosenSettings;
  /** What a pod should carry on average, before there are more pods. */
  readonly scaling: ScalingTargets;
  /** Where usage is kept that the database does not have yet. Changing it loses what is there at that moment. */
  readonly journal: JournalStorage;
  /** Pods that stay while nodes are drained (PodDisruptionBudget); below the least number of replicas. */
  readonly minAvailable: number;
  /** Database connections that each pod holds open at most, over all of its processes. Times the most replicas, they fit the database. */
  readonly databasePoolSize: number;
  /** How long things may take, in seconds. */
  readonly timeouts: Timeouts;
}

/** Limits of time, in seconds, from the inside out. */
export interface Timeouts {
  /** The longest streamed answer that is let finish; the gateway cuts a stream here. */
  readonly longestStream: number;
  /** The gateway's total for one request: queueing, retries and the answer. At least `longestStream`. */
  readonly gatewayTotal: number;
  /** Read and send timeout of the ingress. At least `gatewayTotal`, or the ingress cuts answers that the gateway would have finished. */
  readonly ingress: number;
  /** How long a stopping pod still takes requests while the load balancer forgets it: the first second is preStop's, the rest the gateway's own. At least 2. */
  readonly drain: number;
  /** From SIGTERM's announcement to SIGKILL. At least `drain` + `gatewayTotal` + {@link SHUTDOWN_MARGIN_SECONDS}, or deployments cut answers. */
  readonly terminationGrace: number;
}

/**
 * Seconds between the gateway's own end and SIGKILL: it tells whoever is cut off, for a second, and writes down what is
 * left, for two. Source: `CUT_OFF_MS` and `MARGIN_MS` of the gateway.
 */
export const SHUTDOWN_MARGIN_SECONDS = 3;
