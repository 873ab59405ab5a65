/**
 * NetworkPolicies of the namespace: nothing in, nothing out, and then one policy for each flow of the table.
 *
 * Not flows of a policy's: the kubelet's probes, which come from the pod's own node and which every network plug-in lets
 * through. Terway enforces policies, since `NetworkPolicy` is on in constructs/cluster/add-ons.ts.
 */
import {
  NetworkPolicyV1,
  type NetworkPolicyV1Config,
  type NetworkPolicyV1SpecIngressFrom,
} from '@cdktf/provider-kubernetes/lib/network-policy-v1';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import ipaddr from 'ipaddr.js';
import { connects, renderedPolicies, type Endpoint } from './connectivity';
import type { Flow, Peer } from './flows';
import { ANNOTATION_PREFIX, COMMON_LABELS, GATEWAY, GATEWAY_LABELS, GATEWAY_SELECTOR } from './names';

export interface GatewayNetworkPoliciesProps {
  readonly namespace: string;
  /** Every connection that the gateway's pods take or make. */
  readonly flows: readonly Flow[];
  /** The last word on the arguments of one policy, by the name of its flow. @default none */
  readonly overrides?: Readonly<Record<string, Partial<NetworkPolicyV1Config>>>;
}

export class GatewayNetworkPolicies extends Construct {
  /** Denies every pod of the namespace everything. */
  readonly denyAll: NetworkPolicyV1;
  /** By the name of the flow. */
  readonly policies: Readonly<Record<string, NetworkPolicyV1>>;

  constructor(scope: Construct, id: string, props: GatewayNetworkPoliciesProps) {
    super(scope, id);
    const { namespace, flows, overrides = {} } = props;
    const faults = flowFaults(flows);
    if (faults.length > 0) throw new Error(faults.join('\n'));

    this.denyAll = new NetworkPolicyV1(this, 'deny-all', {
      metadata: { name: 'deny-all', namespace, labels: { ...COMMON_LABELS } },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    });
    this.policies = Object.fromEntries(
      flows.map((flow) => [
        flow.name,
        new NetworkPolicyV1(this, flow.name, {
          metadata: {
            name: `${GATEWAY}-${flow.name}`,
            namespace,
            labels: { ...GATEWAY_LABELS },
            annotations: { [`${ANNOTATION_PREFIX}why`]: flow.why },
          },
          spec: {
            podSelector: { matchLabels: { ...GATEWAY_SELECTOR } },
            ...rendered(flow),
          },
          ...overrides[flow.name],
        }),
      ]),
    );
    this.node.addValidation({ validate: () => this.closedFlows(flows) });
  }

  /** Flows that the policies, as they are rendered with their overrides, do not let through. */
  private closedFlows(flows: readonly Flow[]): string[] {
    const policies = renderedPolicies(TerraformStack.of(this));
    const own = policies[0]?.metadata.namespace ?? '';
    const pod = { namespace: own, labels: GATEWAY_LABELS };
    return flows.flatMap(({ name, direction, peers, ports }) =>
      peers.flatMap(examples).flatMap((peer) =>
        ports
          .filter(({ number: port, protocol }) => {
            const ends = direction === 'in' ? { from: peer, to: pod } : { from: pod, to: peer };
            return !connects(policies, { ...ends, port, protocol });
          })
          .map(
            ({ number, protocol }) =>
              `flow ${name} is not let through to ${protocol} ${number}; look at the policy of its name and its overrides`,
          ),
      ),
    );
  }
}

/** One end for each part of a peer that stands for all of its kind. */
function examples(peer: Peer): Endpoint[] {
  if ('namespace' in peer) return [{ namespace: peer.namespace, labels: peer.podLabels }];
  return peer.cidrs.map((cidr) => ({ address: cidr === '0.0.0.0/0' ? PUBLIC_EXAMPLE : firstOf(cidr) }));
}

/** Some address on the internet. Source: RFC 5737, documentation. */
const PUBLIC_EXAMPLE = '203.0.113.1';

const firstOf = (cidr: string): string => ipaddr.IPv4.networkAddressFromCIDR(cidr).toString();

function rendered({ direction, peers, ports }: Flow): Omit<NetworkPolicyV1Config['spec'], 'podSelector'> {
  const blocks = peers.flatMap(peerBlocks);
  const numbers = ports.map(({ number, protocol }) => ({ port: number.toString(), protocol }));
  return direction === 'in'
    ? { policyTypes: ['Ingress'], ingress: [{ from: blocks, ports: numbers }] }
    : { policyTypes: ['Egress'], egress: [{ to: blocks, ports: numbers }] };
}

/** A peer as a rule has it. A namespace is known by the label that Kubernetes itself puts on it. */
function peerBlocks(peer: Peer): NetworkPolicyV1SpecIngressFrom[] {
  if ('namespace' in peer) {
    return [
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': peer.namespace } },
        podSelector: { matchLabels: { ...peer.podLabels } },
      },
    ];
  }
  const except = peer.except === undefined ? {} : { except: [...peer.except] };
  return peer.cidrs.map((cidr) => ({ ipBlock: { cidr, ...except } }));
}

/** An empty list means everything to Kubernetes, so none may be empty. */
function flowFaults(flows: readonly Flow[]): string[] {
  return flows.flatMap(({ name, peers, ports }) => {
    const faults: string[] = [];
    if (ports.length === 0) faults.push(`flow ${name} has no port, which would allow every one; name its ports`);
    if (peers.length === 0) faults.push(`flow ${name} has no peer, which would allow everybody; name its peers`);
    for (const peer of peers) {
      if ('namespace' in peer && Object.keys(peer.podLabels).length === 0) {
        faults.push(`flow ${name} names no labels of pods, which would allow all of ${peer.namespace}; name them`);
      }
      if ('cidrs' in peer && peer.cidrs.length === 0) {
        faults.push(`flow ${name} names no range of addresses; name one, or drop the flow`);
      }
    }
    return faults;
  });
}
