/** What Prometheus watches, and where its alerts go. The managed resources have alarms of their own: `alarms.ts`. */
import type { AlertChannels } from '../../constructs/monitoring/routing';

/** What Prometheus watches, and who is told. */
export interface MonitoringPlan {
  /** Seconds from one scrape of the gateway to the next, 10–60. The alerts' shortest window, five minutes, holds some of them. */
  readonly scrapeIntervalSeconds: number;
  /** Where alerts go. Tokens are keys of a Secret, never here: docs/monitoring.md says how it is made. */
  readonly channels: AlertChannels;
}

export type { AlertChannels, EmailChannel, SlackChannels } from '../../constructs/monitoring/routing';
