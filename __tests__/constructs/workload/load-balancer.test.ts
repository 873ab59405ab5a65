import { ServiceV1 } from '@cdktf/provider-kubernetes/lib/service-v1';
import { GatewayLoadBalancer, type LoadBalancerReach } from '../../../constructs/workload/load-balancer';
import { GATEWAY_SELECTOR } from '../../../constructs/workload/names';
import { synthesizeWorkload } from './building';

describe('GatewayLoadBalancer', () => {
  const build = (reach: LoadBalancerReach, answerSeconds = 50, protect = true) =>
    synthesizeWorkload(
      (scope) => new GatewayLoadBalancer(scope, 'load-balancer', { namespace: 'ns', reach, answerSeconds, protect }),
    ).only(ServiceV1);
  const prefix = 'service.beta.kubernetes.io/alibaba-cloud-loadbalancer-';

  test('[K3] in the VPC hands connections on as they come, without a node in between', () => {
    expect(build({ kind: 'intranet' })).toMatchObject({
      metadata: {
        annotations: {
          [`${prefix}address-type`]: 'intranet',
          [`${prefix}delete-protection`]: 'on',
          'service.beta.kubernetes.io/backend-type': 'eni',
        },
      },
      spec: {
        type: 'LoadBalancer',
        external_traffic_policy: 'Local',
        allocate_load_balancer_node_ports: false,
        selector: GATEWAY_SELECTOR,
        port: [{ port: 8080, target_port: 'http' }],
      },
      wait_for_load_balancer: false,
    });
  });

  test('[K3] on the internet speaks HTTPS and nothing else', () => {
    expect(build({ kind: 'internet', certificateId: '1-cn' })).toMatchObject({
      metadata: {
        annotations: {
          [`${prefix}address-type`]: 'internet',
          [`${prefix}protocol-port`]: 'https:443',
          [`${prefix}cert-id`]: '1-cn',
          [`${prefix}request-timeout`]: '50',
        },
      },
      spec: { port: [{ port: 443, target_port: 'http' }] },
    });
  });

  test('[K3] is not what is scraped, or each pod would be twice', () => {
    const { labels } = build({ kind: 'intranet' }).metadata as { labels: Record<string, string> };
    expect(Object.entries(GATEWAY_SELECTOR).every(([key, value]) => labels[key] === value)).toBe(false);
  });

  test('[K3] may be taken down where the environment may, and refuses answers that it would cut', () => {
    expect(build({ kind: 'intranet' }, 50, false)).toMatchObject({
      metadata: { annotations: { [`${prefix}delete-protection`]: 'off' } },
    });
    expect(() => build({ kind: 'internet', certificateId: '1-cn' }, 181)).toThrow(
      /answerSeconds \(181\) must be at most 180/,
    );
  });
});
