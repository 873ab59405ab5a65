/**
 * What NetworkPolicies let through together, computed from the objects as they are rendered. Nothing enforces policies
 * where they are tested, so this is what a test of them can be.
 * Source of the rules: Kubernetes, "Network Policies": a pod that no policy selects for a direction is open in it; a pod
 * that some select takes what any of them allows. A connection needs the consent of both ends.
 */
import { NetworkPolicyV1 } from '@cdktf/provider-kubernetes/lib/network-policy-v1';
import { DefaultTokenResolver, StringConcat, Tokenization, type TerraformStack } from 'cdktf';
import ipaddr from 'ipaddr.js';

/** A pod or an address somewhere. */
export interface Endpoint {
  /** Namespace of the pod; absent for an address that is no pod's. */
  readonly namespace?: string;
  /** Labels of the pod. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Its address, where it is known. */
  readonly address?: string;
}

/** A connection that somebody tries. */
export interface Attempt {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
}

interface Selector {
  readonly match_labels?: Readonly<Record<string, string>>;
}

interface RenderedPeer {
  readonly ip_block?: { readonly cidr: string; readonly except?: readonly string[] };
  readonly namespace_selector?: Selector;
  readonly pod_selector?: Selector;
}

interface RenderedRule {
  readonly from?: readonly RenderedPeer[];
  readonly to?: readonly RenderedPeer[];
  readonly ports?: readonly { readonly port?: string; readonly protocol?: string }[];
}

/** A `kubernetes_network_policy_v1` as it is synthesized. */
export interface RenderedPolicy {
  readonly metadata: { readonly namespace: string };
  readonly spec: {
    readonly pod_selector: Selector;
    readonly policy_types: readonly string[];
    readonly ingress?: readonly RenderedRule[];
    readonly egress?: readonly RenderedRule[];
  };
}

/** What a resource's `toTerraform` gives. */
interface RenderedResource {
  readonly resource: { readonly kubernetes_network_policy_v1: Readonly<Record<string, RenderedPolicy>> };
}

/** Every policy of a stack, as it is synthesized. A namespace that is another resource's reads as the reference to it. */
export function renderedPolicies(stack: TerraformStack): readonly RenderedPolicy[] {
  const resolver = new DefaultTokenResolver(new StringConcat());
  return stack.node
    .findAll()
    .filter((child) => child instanceof NetworkPolicyV1)
    .flatMap((policy) => {
      const block: unknown = Tokenization.resolve(policy.toTerraform(), { scope: policy, resolver, preparing: false });
      const { resource } = block as RenderedResource;
      return Object.values(resource.kubernetes_network_policy_v1);
    });
}

/** Whether policies let a connection through. */
export function connects(policies: readonly RenderedPolicy[], attempt: Attempt): boolean {
  return consents(policies, attempt, 'Egress') && consents(policies, attempt, 'Ingress');
}

/** Whether one end of a connection consents to it. */
function consents(policies: readonly RenderedPolicy[], attempt: Attempt, direction: 'Ingress' | 'Egress'): boolean {
  const [own, other] = direction === 'Ingress' ? [attempt.to, attempt.from] : [attempt.from, attempt.to];
  if (own.namespace === undefined) return true;
  const selecting = policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === own.namespace &&
      spec.policy_types.includes(direction) &&
      selects(spec.pod_selector, own.labels),
  );
  if (selecting.length === 0) return true;
  return selecting.some(({ metadata, spec }) => {
    const rules = (direction === 'Ingress' ? spec.ingress : spec.egress) ?? [];
    return rules.some((rule) => {
      const peers = (direction === 'Ingress' ? rule.from : rule.to) ?? [];
      const ports = rule.ports ?? [];
      return (
        (peers.length === 0 || peers.some((peer) => isPeer(peer, other, metadata.namespace))) &&
        (ports.length === 0 || ports.some((port) => isPort(port, attempt)))
      );
    });
  });
}

function isPort({ port, protocol = 'TCP' }: { readonly port?: string; readonly protocol?: string }, attempt: Attempt) {
  return protocol === attempt.protocol && (port === undefined || port === attempt.port.toString());
}

function isPeer(peer: RenderedPeer, endpoint: Endpoint, ownNamespace: string): boolean {
  if (peer.ip_block !== undefined) {
    // Kubernetes means blocks for what is no pod; plug-ins compare a pod's address all the same, so that counts here.
    const { address } = endpoint;
    if (address === undefined) return false;
    return within(address, peer.ip_block.cidr) && !(peer.ip_block.except ?? []).some((range) => within(address, range));
  }
  if (endpoint.namespace === undefined) return false;
  const inNamespace =
    peer.namespace_selector === undefined
      ? endpoint.namespace === ownNamespace
      : selects(peer.namespace_selector, { 'kubernetes.io/metadata.name': endpoint.namespace });
  return inNamespace && (peer.pod_selector === undefined || selects(peer.pod_selector, endpoint.labels));
}

/** A selector without labels selects everything. */
function selects({ match_labels: wanted = {} }: Selector, labels: Readonly<Record<string, string>> = {}): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

const within = (address: string, range: string): boolean =>
  ipaddr.IPv4.parse(address).match(ipaddr.IPv4.parseCIDR(range));
