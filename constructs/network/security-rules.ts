/** The table of the cluster's security group. MySQL and Redis have none: they let in by their own allow-lists. */
import type { Placement } from './placement';
import { clientCidrs } from './placement';
import type { Rule } from './security-group';

/**
 * Where Alibaba Cloud's own services live as seen from a VPC: internal endpoints of OSS, SLS, KMS and the registry,
 * DNS, time, and the metadata service. Source: VPC documentation, "Reserved CIDR blocks".
 */
export const CLOUD_SERVICES_CIDR = '100.64.0.0/10';

/**
 * Cluster nodes and their pods. An enterprise group denies both directions, so what the cluster needs of itself is here
 * too; who may talk to whom among pods is the NetworkPolicies' business, which know pods and not addresses.
 */
export function clusterRules(placement: Pick<Placement, 'zones'>): Readonly<Record<string, Rule>> {
  const cidrs = clientCidrs(placement);
  return {
    'from-cluster': {
      why: 'Nodes, pods, the managed control plane and load balancers, which all stand in the vSwitches',
      direction: 'ingress',
      protocol: 'all',
      cidrs,
    },
    'to-cluster': {
      why: 'Nodes, pods, the API server, MySQL and Redis, which all stand in the vSwitches',
      direction: 'egress',
      protocol: 'all',
      cidrs,
    },
    'to-cloud': {
      why: 'Internal endpoints of Alibaba Cloud: registry, OSS, SLS, KMS, DNS, time, metadata',
      direction: 'egress',
      protocol: 'all',
      cidrs: [CLOUD_SERVICES_CIDR],
    },
    'to-internet': {
      why: 'HTTPS through the NAT gateway: Model Studio and webhooks, whose addresses are not fixed',
      direction: 'egress',
      protocol: 'tcp',
      ports: '443/443',
      cidrs: ['0.0.0.0/0'],
    },
  };
}
