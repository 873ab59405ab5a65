/** What differs in one environment from the alerts' own numbers: docs/alerts.md lists those. */
import type { ObjectiveChanges, ThresholdChanges } from '../../constructs/monitoring/alerts';

/** Numbers of the alerts on the gateway. */
export interface AlertPlan {
  /** Values at which alerts ring, in the alert's own unit (a share is 0.05, not 5), by alert. @default those of `ALERT_THRESHOLDS` */
  readonly thresholds?: ThresholdChanges;
  /** Shares of good requests that are promised, below 1, by objective. @default those of `SLOS` */
  readonly objectives?: ObjectiveChanges;
  /** Address of the folder of the runbooks, as whoever is on call reads it, without a slash at its end. @default `RUNBOOKS` */
  readonly runbooks?: string;
}
