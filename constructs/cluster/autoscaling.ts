/**
 * How the cluster adds and removes nodes of the pools that scale.
 * Source: provider documentation and source of `alicloud_cs_autoscaling_config` (1.285.0).
 */
import { Construct } from 'constructs';
import {
  CsAutoscalingConfig,
  type CsAutoscalingConfigConfig,
} from '@cdktf/provider-alicloud/lib/cs-autoscaling-config';

export interface AutoscalingProps {
  readonly clusterId: string;
  /** Minutes that a node must be idle, and that must pass after a node was added, before one is removed. @default 10 */
  readonly scaleDownAfterMinutes?: number;
  /** Share of a node's requests below which it is idle, 0 to 1. @default 0.5 */
  readonly idleBelow?: number;
  /** Seconds between looks at pods that do not fit. @default 15 */
  readonly scanSeconds?: number;
  /** Seconds that a pod gets to end before its node goes: at least the gateway's longest drain. @default 660 */
  readonly gracefulTerminationSeconds?: number;
  /** The last word on the resource's own arguments. @default none */
  readonly overrides?: Partial<CsAutoscalingConfigConfig>;
}

export class Autoscaling extends Construct {
  /** The resource, for what the props do not offer. Deleting it leaves the scaler as it is. */
  readonly config: CsAutoscalingConfig;

  constructor(scope: Construct, id: string, props: AutoscalingProps) {
    super(scope, id);
    const { scaleDownAfterMinutes = 10, idleBelow = 0.5, scanSeconds = 15, gracefulTerminationSeconds = 660 } = props;
    if (!(idleBelow > 0 && idleBelow < 1)) {
      throw new Error(
        `autoscaling.idleBelow (${idleBelow}) must be between 0 and 1, as a share of requests; 0.5 is usual`,
      );
    }
    for (const [name, value] of Object.entries({ scaleDownAfterMinutes, scanSeconds, gracefulTerminationSeconds })) {
      if (!Number.isInteger(value) || value < 1) {
        throw new Error(`autoscaling.${name} (${value}) must be a whole number from 1; leave it out for the default`);
      }
    }

    const scaleDownAfter = `${scaleDownAfterMinutes}m`;
    this.config = new CsAutoscalingConfig(this, 'config', {
      clusterId: props.clusterId,
      scalerType: 'goatscaler',
      expander: 'least-waste',
      scaleDownEnabled: true,
      // The provider reads these two back in each other's place: were they to differ, every plan would show a change.
      coolDownDuration: scaleDownAfter,
      unneededDuration: scaleDownAfter,
      utilizationThreshold: idleBelow.toString(),
      scanInterval: `${scanSeconds}s`,
      maxGracefulTerminationSec: gracefulTerminationSeconds,
      skipNodesWithSystemPods: true,
      skipNodesWithLocalStorage: false,
      scaleUpFromZero: true,
      ...props.overrides,
    });
  }
}
