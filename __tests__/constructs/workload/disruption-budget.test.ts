import { PodDisruptionBudgetV1 } from '@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1';
import { GatewayDisruptionBudget } from '../../../constructs/workload/disruption-budget';
import { GATEWAY_SELECTOR } from '../../../constructs/workload/names';
import { synthesizeWorkload } from './building';

describe('GatewayDisruptionBudget', () => {
  const budget = (minAvailable: number, minReplicas: number) =>
    synthesizeWorkload(
      (scope) => new GatewayDisruptionBudget(scope, 'budget', { namespace: 'ns', minAvailable, minReplicas }),
    ).only(PodDisruptionBudgetV1);

  test('[K4] keeps two pods of the gateway through a drain', () => {
    expect(budget(2, 3)).toMatchObject({ spec: { min_available: '2', selector: { match_labels: GATEWAY_SELECTOR } } });
  });

  test('[K4] refuses to keep all of them', () => {
    expect(() => budget(3, 3)).toThrow(/minAvailable \(3\) must be below the fewest replicas \(3\).*lower it to 2/);
  });
});
