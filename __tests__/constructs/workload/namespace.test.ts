import { LimitRangeV1 } from '@cdktf/provider-kubernetes/lib/limit-range-v1';
import { NamespaceV1 } from '@cdktf/provider-kubernetes/lib/namespace-v1';
import { ResourceQuotaV1 } from '@cdktf/provider-kubernetes/lib/resource-quota-v1';
import { GatewayNamespace, type GatewayNamespaceProps } from '../../../constructs/workload/namespace';
import { synthesizeWorkload } from './building';

const props: GatewayNamespaceProps = {
  name: 'bailian-gateway',
  clusterVersion: '1.34.1-aliyun.1',
  podSize: { requests: { cpuMillis: 500, memoryMiB: 512 }, limits: { cpuMillis: 2_000, memoryMiB: 2_048 } },
  maxReplicas: 10,
  surge: 1,
};
const build = (change: Partial<GatewayNamespaceProps> = {}) =>
  synthesizeWorkload((scope) => new GatewayNamespace(scope, 'namespace', { ...props, ...change }));

describe('GatewayNamespace', () => {
  test('[K6] refuses pods that are not restricted, by the meaning of its own version', () => {
    expect(build().only(NamespaceV1)).toMatchObject({
      metadata: {
        name: 'bailian-gateway',
        labels: {
          'pod-security.kubernetes.io/enforce': 'restricted',
          'pod-security.kubernetes.io/enforce-version': 'v1.34',
          'pod-security.kubernetes.io/audit': 'restricted',
          'pod-security.kubernetes.io/warn': 'restricted',
        },
      },
    });
  });

  test('[K6] has room for the most pods, the one of a rollout, and all that are still ending', () => {
    expect(build().only(ResourceQuotaV1)).toMatchObject({
      spec: {
        hard: {
          pods: '21',
          'requests.cpu': '10500m',
          'requests.memory': '10752Mi',
          'limits.cpu': '42',
          'limits.memory': '42Gi',
          'services.loadbalancers': '0',
          'services.nodeports': '0',
          persistentvolumeclaims: '0',
        },
      },
    });
    expect(build({ loadBalancers: 1, volumeClaims: 1 }).only(ResourceQuotaV1)).toMatchObject({
      spec: { hard: { 'services.loadbalancers': '1', persistentvolumeclaims: '1' } },
    });
  });

  test('[K6] gives a container that says nothing a small size, and none more than a pod of the gateway', () => {
    expect(build().only(LimitRangeV1)).toMatchObject({
      spec: {
        limit: [
          {
            type: 'Container',
            default_request: { cpu: '50m', memory: '64Mi' },
            default: { cpu: '250m', memory: '256Mi' },
            max: { cpu: '2', memory: '2Gi' },
          },
        ],
      },
    });
  });

  test('refuses a version that is none, and takes overrides', () => {
    expect(() => build({ clusterVersion: 'latest' })).toThrow(/clusterVersion \(latest\) is no version of Kubernetes/);
    const stack = build({ overrides: { quota: { spec: { hard: { pods: '1' } } } } });
    expect(stack.only(ResourceQuotaV1)).toMatchObject({ spec: { hard: { pods: '1' } } });
  });
});
