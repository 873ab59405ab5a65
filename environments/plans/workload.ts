/** How the gateway's pods run, beyond their size: how many must stay, how long things may take. */

/** How the gateway's pods run. Replicas and resources are the size profile's. */
export interface WorkloadPlan {
  /** Pods that stay while nodes are drained (PodDisruptionBudget); below the least number of replicas. */
  readonly minAvailable: number;
  /** Database connections that each pod holds open at most. Times the most replicas, they fit the database. */
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
  /** preStop: how long a stopping pod still takes requests while the load balancer forgets it. */
  readonly drain: number;
  /** From SIGTERM's announcement to SIGKILL. At least `drain` + `longestStream`, or deployments cut streams. */
  readonly terminationGrace: number;
}
