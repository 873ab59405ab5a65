/** What a drill reads of the gateway's objects in the cluster, as far as it reads it. */
import type { KubernetesObject } from '../../kubernetes/api';

export interface Condition {
  readonly type: string;
  readonly status: string;
}

export interface Pod extends KubernetesObject {
  readonly spec: { readonly nodeName?: string };
  readonly status: {
    readonly podIP?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly {
      readonly name: string;
      readonly restartCount: number;
      readonly started?: boolean;
      readonly lastState?: { readonly terminated?: { readonly reason?: string; readonly exitCode: number } };
    }[];
  };
}

export interface Deployment extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & { readonly generation: number };
  readonly spec: { readonly replicas: number; readonly template: PodTemplate };
  readonly status: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
  };
}

export interface PodTemplate {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: PodSpec;
}

export interface PodSpec {
  readonly containers: readonly {
    readonly name: string;
    readonly env?: readonly { readonly name: string; readonly value?: string }[];
    readonly startupProbe: { readonly periodSeconds: number; readonly failureThreshold: number };
    readonly livenessProbe: { readonly periodSeconds: number; readonly failureThreshold: number };
    readonly readinessProbe: { readonly periodSeconds: number; readonly failureThreshold: number };
  }[];
  readonly terminationGracePeriodSeconds: number;
}

/** A metric of an autoscaler: of a resource, or of pods. */
export interface ScalingMetric {
  readonly type: string;
  readonly resource?: { readonly name: string; readonly target: { readonly averageUtilization?: number } };
  readonly pods?: { readonly metric: { readonly name: string }; readonly target: { readonly averageValue?: string } };
}

export interface Autoscaler extends KubernetesObject {
  readonly spec: {
    readonly minReplicas: number;
    readonly maxReplicas: number;
    readonly metrics: readonly ScalingMetric[];
    readonly behavior: { readonly scaleDown: { readonly stabilizationWindowSeconds: number } };
  };
  readonly status: {
    readonly desiredReplicas: number;
    readonly currentMetrics?: readonly {
      readonly resource?: { readonly name: string; readonly current: { readonly averageUtilization?: number } };
      readonly pods?: { readonly current: { readonly averageValue?: string } };
    }[];
  };
}

export interface EndpointSlice extends KubernetesObject {
  readonly endpoints?:
    | readonly {
        readonly addresses: readonly string[];
        readonly conditions: { readonly ready?: boolean };
      }[]
    | null;
}

export interface ClusterEvent extends KubernetesObject {
  readonly reason: string;
  readonly message: string;
  readonly involvedObject: { readonly name: string; readonly uid?: string };
}

export interface ClusterNode extends KubernetesObject {
  readonly status: { readonly conditions: readonly Condition[] };
}

/** Whether it is ready, and is not about to end. */
export const isReady = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined &&
  (status.conditions ?? []).some(({ type, status: value }) => type === 'Ready' && value === 'True');

/** How often its containers were started again. */
export const restartsOf = ({ status }: Pod): number =>
  (status.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);

/** Whether a rollout is over: every pod is of the newest revision, available, and no old one is left. */
export function isRolledOut({ metadata, spec, status }: Deployment): boolean {
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  return (
    observedGeneration >= metadata.generation &&
    [replicas, updatedReplicas, availableReplicas].every((count) => count === spec.replicas)
  );
}
