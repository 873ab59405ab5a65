/** One component that can be asked how it is. */

export const HEALTH_STATUSES = ['healthy', 'degraded', 'unhealthy'] as const;

/**
 * - `healthy`: as it should be
 * - `degraded`: the service answers, with less than it should have
 * - `unhealthy`: this component does nothing
 */
export type HealthStatus = (typeof HEALTH_STATUSES)[number];

export interface HealthFinding {
  readonly status: HealthStatus;
  /** Numbers and states, for an operator; never a secret, an address or a client's words. */
  readonly detail?: string;
}

export interface HealthCheck {
  /** A label of few values. */
  readonly name: string;
  /** Whether the process is useless without it: readiness fails, and no request comes here any more. */
  readonly essential: boolean;
  /** Rejecting counts as unhealthy, and so does no answer in time. */
  check(): Promise<HealthFinding>;
}
