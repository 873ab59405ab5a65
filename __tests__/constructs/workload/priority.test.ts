import { PriorityClassV1 } from '@cdktf/provider-kubernetes/lib/priority-class-v1';
import { GATEWAY_PRIORITY, GatewayPriority } from '../../../constructs/workload/priority';
import { synthesizeWorkload } from './building';

test('[K1] the gateway goes before what says nothing, and after the cluster itself', () => {
  const stack = synthesizeWorkload((scope) => new GatewayPriority(scope, 'priority', { name: 'bailian-gateway' }));
  expect(stack.only(PriorityClassV1)).toMatchObject({ value: GATEWAY_PRIORITY });
  expect(GATEWAY_PRIORITY).toBeGreaterThan(0);
  expect(GATEWAY_PRIORITY).toBeLessThanOrEqual(1_000_000_000);
});
