import fc from 'fast-check';
import { CsAutoscalingConfig } from '@cdktf/provider-alicloud/lib/cs-autoscaling-config';
import { Autoscaling, type AutoscalingProps } from '../../../constructs/cluster/autoscaling';
import { synthesize } from '../../synthesize';

const build = (change: Partial<AutoscalingProps> = {}) =>
  synthesize((scope) => new Autoscaling(scope, 'scaling', { clusterId: 'c1', ...change }));

describe('Autoscaling', () => {
  test('[C2] scales at once and by least waste, with time for a drain', () => {
    const stack = build();
    expect(stack.count()).toEqual({ alicloud_cs_autoscaling_config: 1 });
    expect(stack.only(CsAutoscalingConfig)).toMatchObject({
      cluster_id: 'c1',
      scaler_type: 'goatscaler',
      expander: 'least-waste',
      scan_interval: '15s',
      utilization_threshold: '0.5',
      max_graceful_termination_sec: 660,
      skip_nodes_with_local_storage: false,
    });
  });

  test('[C2] keeps the two durations equal, which the provider reads back in each other’s place', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), (scaleDownAfterMinutes) => {
        const config = build({ scaleDownAfterMinutes }).only(CsAutoscalingConfig);
        expect(config['cool_down_duration']).toBe(`${scaleDownAfterMinutes}m`);
        expect(config['unneeded_duration']).toBe(config['cool_down_duration']);
      }),
      { numRuns: 10 },
    );
  });

  test('takes overrides', () => {
    expect(build({ overrides: { expander: 'priority' } }).only(CsAutoscalingConfig)).toMatchObject({
      expander: 'priority',
    });
  });

  test.each<[Partial<AutoscalingProps>, RegExp]>([
    [{ idleBelow: 0 }, /idleBelow \(0\) must be between 0 and 1/],
    [{ idleBelow: 50 }, /idleBelow \(50\) must be between 0 and 1, as a share of requests; 0\.5 is usual/],
    [{ idleBelow: NaN }, /idleBelow \(NaN\)/],
    [{ scanSeconds: 0 }, /scanSeconds \(0\) must be a whole number from 1; leave it out for the default/],
    [{ scaleDownAfterMinutes: 1.5 }, /scaleDownAfterMinutes \(1\.5\)/],
    [{ gracefulTerminationSeconds: -1 }, /gracefulTerminationSeconds \(-1\)/],
  ])('refuses %j and says the way out', (fault, message) => {
    expect(() => build(fault)).toThrow(message);
  });
});
