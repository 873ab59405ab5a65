/** What a drill of the autoscaler changes of it, and how its answer is judged. */
import { REQUEST_RATE_METRIC } from '../../../constructs/platform/request-rate';
import type { ScalingMetric } from './gateway-objects';

/** Seconds from the crossing until there must be more pods. */
export const RAISED_WITHIN = 45;

/**
 * Seconds by which pods may go before the stabilisation is over, counted from the end of the load: the last wish for more
 * pods is as old as the autoscaler's own step.
 */
const STEP = 15;

/** The metric with another target, where it is that of requests. */
export const requestsTarget =
  (perSecond: number) =>
  (metric: ScalingMetric): ScalingMetric =>
    metric.pods?.metric.name === REQUEST_RATE_METRIC
      ? { ...metric, pods: { ...metric.pods, target: { ...metric.pods.target, averageValue: String(perSecond) } } }
      : metric;

/** The metric with another target, where it is that of the CPU. */
export const cpuTarget =
  (percent: number) =>
  (metric: ScalingMetric): ScalingMetric =>
    metric.resource?.name === 'cpu'
      ? {
          ...metric,
          resource: { ...metric.resource, target: { ...metric.resource.target, averageUtilization: percent } },
        }
      : metric;

/** Seconds that were measured. */
export interface ScalingTimes {
  /** From the load's crossing of the target until there were more pods. */
  readonly raised: number;
  /** From the end of the need until there were fewer. */
  readonly lowered: number;
  /** For which the autoscaler goes by the highest wish. */
  readonly stabilization: number;
}

export function scalingFaults({ raised, lowered, stabilization }: ScalingTimes): readonly string[] {
  return [
    ...(raised > RAISED_WITHIN ? [`more pods after ${raised.toFixed(0)} s, and it must be ${RAISED_WITHIN} s`] : []),
    ...(lowered < stabilization - STEP
      ? [`fewer pods after ${lowered.toFixed(0)} s, before the ${stabilization} s were over`]
      : []),
  ];
}
