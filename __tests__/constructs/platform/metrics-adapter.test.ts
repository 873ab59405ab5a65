import { Release } from '@cdktf/provider-helm/lib/release';
import {
  MANAGED_MONITORING,
  MetricsAdapter,
  nodesLabelled,
  requestRateRule,
  type MetricsAdapterProps,
} from '../../../constructs/platform';
import { synthesizePlatform, valuesOf } from './building';

const build = (change: Partial<MetricsAdapterProps> = {}) =>
  synthesizePlatform((scope) => {
    new MetricsAdapter(scope, 'adapter', {
      monitoring: MANAGED_MONITORING,
      rules: [requestRateRule(30)],
      nodes: nodesLabelled('pool', 'system'),
      ...change,
    });
  }).only(Release);
const values = (change: Partial<MetricsAdapterProps> = {}): unknown => valuesOf(build(change));

describe('MetricsAdapter', () => {
  test('[K2] answers the metrics that it is given, and no others, out of the Prometheus of the cluster', () => {
    expect(values()).toMatchObject({
      prometheus: { url: 'http://kube-prometheus-stack-prometheus.monitoring.svc', port: 9090 },
      rules: { default: false, custom: [requestRateRule(30)] },
    });
    expect(build()).toHaveProperty('namespace', 'monitoring');
  });

  test('[K2] is there twice, and one of the two stays through a drain', () => {
    expect(values()).toMatchObject({ replicas: 2, podDisruptionBudget: { enabled: true, maxUnavailable: 1 } });
    expect(values({ replicas: 1 })).toMatchObject({ replicas: 1, podDisruptionBudget: { enabled: false } });
  });

  test('[M1] comes out of a mirror where one is named', () => {
    expect(values()).not.toHaveProperty('image');
    expect(values({ sources: { images: 'registry.example.com' } })).toHaveProperty(
      'image.repository',
      'registry.example.com/prometheus-adapter/prometheus-adapter',
    );
  });

  test('[M1] asks the Prometheus that is there already', () => {
    const monitoring = { ...MANAGED_MONITORING, namespace: 'watch', prometheusService: { name: 'eye', port: 9091 } };
    expect(values({ monitoring })).toMatchObject({ prometheus: { url: 'http://eye.watch.svc', port: 9091 } });
  });

  test('takes overrides', () => {
    expect(build({ overrides: { maxHistory: 3 } })).toHaveProperty('max_history', 3);
  });

  test.each<[Partial<MetricsAdapterProps>, string]>([
    [{ rules: [] }, 'metricsAdapter.rules is empty, and the adapter would answer nothing; name one'],
    [{ replicas: 0 }, 'metricsAdapter.replicas (0) must be a whole number from 1; leave it out for two'],
  ])('[K2] refuses %j', (fault, message) => {
    expect(() => build(fault)).toThrow(message);
  });
});
