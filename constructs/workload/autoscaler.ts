/**
 * How many pods there are: as many as CPU, memory or requests ask for, whichever asks for most. Up at once, to double as
 * many; down only after five minutes in which fewer were enough, by half at most.
 */
import {
  HorizontalPodAutoscalerV2,
  type HorizontalPodAutoscalerV2Config,
} from '@cdktf/provider-kubernetes/lib/horizontal-pod-autoscaler-v2';
import { Construct } from 'constructs';
import { REQUEST_RATE_METRIC } from '../platform/request-rate';
import { GATEWAY, GATEWAY_LABELS } from './names';

/** What a pod should carry on average. */
export interface ScalingTargets {
  /** Percent of the CPU that a pod asks for. */
  readonly cpuPercent: number;
  /** Percent of the memory that a pod asks for. */
  readonly memoryPercent: number;
  /** Requests a second of one pod, without probes and scrapes. */
  readonly requestsPerSecond: number;
}

/** How fast the number may change. */
export const PACE = {
  up: { stabilizationSeconds: 0, percent: 100, periodSeconds: 15 },
  down: { stabilizationSeconds: 300, percent: 50, periodSeconds: 60 },
} as const;

export interface GatewayAutoscalerProps {
  readonly namespace: string;
  /** Fewest and most pods. */
  readonly replicas: { readonly min: number; readonly max: number };
  readonly targets: ScalingTargets;
  /** The last word on the resource's own arguments. @default none */
  readonly overrides?: Partial<HorizontalPodAutoscalerV2Config>;
}

export class GatewayAutoscaler extends Construct {
  /** The resource, for what the props do not offer. */
  readonly autoscaler: HorizontalPodAutoscalerV2;

  constructor(scope: Construct, id: string, props: GatewayAutoscalerProps) {
    super(scope, id);
    const { namespace, replicas, targets } = props;
    if (replicas.min < 1 || replicas.max < replicas.min) {
      throw new Error(
        `autoscaler.replicas (${replicas.min} to ${replicas.max}) must go from 1 or more upwards; correct them`,
      );
    }

    const utilization = (name: 'cpu' | 'memory', percent: number) => ({
      type: 'Resource',
      resource: { name, target: { type: 'Utilization', averageUtilization: percent } },
    });
    const pace = ({ stabilizationSeconds, percent, periodSeconds }: (typeof PACE)['up' | 'down']) => [
      {
        stabilizationWindowSeconds: stabilizationSeconds,
        selectPolicy: 'Max',
        policy: [{ type: 'Percent', value: percent, periodSeconds }],
      },
    ];
    this.autoscaler = new HorizontalPodAutoscalerV2(this, 'autoscaler', {
      metadata: { name: GATEWAY, namespace, labels: { ...GATEWAY_LABELS } },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: GATEWAY },
        minReplicas: replicas.min,
        maxReplicas: replicas.max,
        metric: [
          utilization('cpu', targets.cpuPercent),
          utilization('memory', targets.memoryPercent),
          {
            type: 'Pods',
            pods: {
              metric: { name: REQUEST_RATE_METRIC },
              target: { type: 'AverageValue', averageValue: targets.requestsPerSecond.toString() },
            },
          },
        ],
        behavior: { scaleUp: pace(PACE.up), scaleDown: pace(PACE.down) },
      },
      ...props.overrides,
    });
  }
}
