import { HorizontalPodAutoscalerV2 } from '@cdktf/provider-kubernetes/lib/horizontal-pod-autoscaler-v2';
import { REQUEST_RATE_METRIC, requestRateRule } from '../../../constructs/platform/request-rate';
import { GatewayAutoscaler } from '../../../constructs/workload/autoscaler';
import { synthesizeWorkload } from './building';

const autoscaler = (replicas = { min: 3, max: 10 }) =>
  synthesizeWorkload(
    (scope) =>
      new GatewayAutoscaler(scope, 'autoscaler', {
        namespace: 'ns',
        replicas,
        targets: { cpuPercent: 70, memoryPercent: 80, requestsPerSecond: 200 },
      }),
  ).only(HorizontalPodAutoscalerV2);

describe('GatewayAutoscaler', () => {
  test('[K2] keeps three to ten pods of the Deployment', () => {
    expect(autoscaler()).toMatchObject({
      spec: {
        min_replicas: 3,
        max_replicas: 10,
        scale_target_ref: { api_version: 'apps/v1', kind: 'Deployment', name: 'gateway' },
      },
    });
  });

  test('[K2] follows CPU, memory and requests per second, the last by the name that the adapter gives it', () => {
    expect(autoscaler()).toMatchObject({
      spec: {
        metric: [
          { resource: { name: 'cpu', target: { type: 'Utilization', average_utilization: 70 } } },
          { resource: { name: 'memory', target: { type: 'Utilization', average_utilization: 80 } } },
          { pods: { metric: { name: REQUEST_RATE_METRIC }, target: { type: 'AverageValue', average_value: '200' } } },
        ],
      },
    });
    expect(requestRateRule(30).name.as).toBe(REQUEST_RATE_METRIC);
  });

  test('[K2] doubles at once, and halves after five minutes', () => {
    expect(autoscaler()).toMatchObject({
      spec: {
        behavior: {
          scale_up: [{ stabilization_window_seconds: 0, policy: [{ type: 'Percent', value: 100 }] }],
          scale_down: [{ stabilization_window_seconds: 300, policy: [{ type: 'Percent', value: 50 }] }],
        },
      },
    });
  });

  test('[K2] refuses bounds that are none', () => {
    expect(() => autoscaler({ min: 0, max: 3 })).toThrow(/replicas \(0 to 3\) must go from 1 or more upwards/);
    expect(() => autoscaler({ min: 4, max: 3 })).toThrow(/replicas \(4 to 3\)/);
  });
});
