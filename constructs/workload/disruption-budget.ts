/** How many pods stay while nodes are drained, upgraded or taken away by the scaler. */
import {
  PodDisruptionBudgetV1,
  type PodDisruptionBudgetV1Config,
} from '@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1';
import { Construct } from 'constructs';
import { GATEWAY, GATEWAY_LABELS, GATEWAY_SELECTOR } from './names';

export interface GatewayDisruptionBudgetProps {
  readonly namespace: string;
  /** Pods that stay, at least. */
  readonly minAvailable: number;
  /** Fewest pods that the autoscaler keeps. */
  readonly minReplicas: number;
  /** The last word on the resource's own arguments. @default none */
  readonly overrides?: Partial<PodDisruptionBudgetV1Config>;
}

export class GatewayDisruptionBudget extends Construct {
  /** The resource, for what the props do not offer. */
  readonly budget: PodDisruptionBudgetV1;

  constructor(scope: Construct, id: string, props: GatewayDisruptionBudgetProps) {
    super(scope, id);
    const { namespace, minAvailable, minReplicas } = props;
    if (minAvailable >= minReplicas) {
      throw new Error(
        `disruptionBudget.minAvailable (${minAvailable}) must be below the fewest replicas (${minReplicas}), or no node ` +
          `can ever be drained; lower it to ${minReplicas - 1}`,
      );
    }
    this.budget = new PodDisruptionBudgetV1(this, 'budget', {
      metadata: { name: GATEWAY, namespace, labels: { ...GATEWAY_LABELS } },
      spec: { minAvailable: minAvailable.toString(), selector: { matchLabels: { ...GATEWAY_SELECTOR } } },
      ...props.overrides,
    });
  }
}
