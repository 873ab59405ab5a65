/** How much the gateway matters when nodes are full: its pods push out those that say nothing, and no part of the cluster. */
import { PriorityClassV1, type PriorityClassV1Config } from '@cdktf/provider-kubernetes/lib/priority-class-v1';
import { Construct } from 'constructs';
import { COMMON_LABELS } from './names';

/** Pods that say nothing have 0; the cluster's own have two thousand million. Source: Kubernetes, "Pod Priority and Preemption". */
export const GATEWAY_PRIORITY = 100_000;

export interface GatewayPriorityProps {
  /** Its name, one in the cluster. */
  readonly name: string;
  /** The last word on the resource's own arguments. @default none */
  readonly overrides?: Partial<PriorityClassV1Config>;
}

export class GatewayPriority extends Construct {
  /** The resource, for what the props do not offer. */
  readonly priorityClass: PriorityClassV1;
  readonly name: string;

  constructor(scope: Construct, id: string, props: GatewayPriorityProps) {
    super(scope, id);
    this.priorityClass = new PriorityClassV1(this, 'priority-class', {
      metadata: { name: props.name, labels: { ...COMMON_LABELS } },
      value: GATEWAY_PRIORITY,
      description: 'Answers people: goes before batch work, and after what the cluster itself needs',
      ...props.overrides,
    });
    this.name = this.priorityClass.metadata.name;
  }
}
