/**
 * The components of the cluster, by name: version, what they are told, and when they are installed.
 *
 * Terway and CSI must be there before the first node joins, so the cluster installs them when it is made; later changes
 * of that list do nothing (provider #5907, #2103). Each therefore has a resource of its own too, which finds the
 * component installed, adopts it, and upgrades it when its version here is raised. Destroying that resource leaves a
 * component alone that the cluster cannot be without.
 *
 * Versions are those of the component catalogue of a region, which no public page lists as a whole. They are NOT
 * verified against a live region: `aliyun cs GET /addons --cluster_id <id>` lists what is on offer, and the API refuses
 * one that is not, at apply. The names of the first four and of `ack-node-problem-detector` are in the provider's
 * documentation; `ack-node-local-dns` is in published ACK modules; the secret store's is the vendor's name of the plug-in, and
 * whether its catalogue calls it so is not verified.
 */
import type { Json } from './canonical-json';

export interface AddOnSpec {
  /** Version to install, or to upgrade to. */
  readonly version: string;
  /** Installed by the cluster itself when it is made. */
  readonly withCluster: boolean;
  /** What the component is told. Values are strings, numbers or booleans exactly as its own schema has them. */
  readonly config: Readonly<Record<string, Json>>;
}

export const ADD_ONS = {
  /** Pods get addresses of the VPC. Network policies are enforced, so that default-deny means it. */
  'terway-eniip': {
    version: 'v1.13.4',
    withCluster: true,
    config: { ENITrunking: 'false', IPVlan: 'false', NetworkPolicy: 'true' },
  },
  /** Mounts volumes, on each node. */
  'csi-plugin': { version: 'v1.33.1', withCluster: true, config: {} },
  /** Makes volumes, run by ACK. */
  'managed-csiprovisioner': { version: 'v1.33.1', withCluster: true, config: {} },
  /** CPU and memory for the horizontal autoscaler. */
  'metrics-server': { version: 'v0.3.9.7', withCluster: false, config: {} },
  /** A DNS cache on each node. */
  'ack-node-local-dns': { version: '1.6.1', withCluster: false, config: {} },
  /** Ingress behind a load balancer that only the VPC reaches; its default is one that the internet reaches. */
  'nginx-ingress-controller': {
    version: 'v1.12.1-aliyun.1',
    withCluster: false,
    config: { IngressSlbNetworkType: 'intranet' },
  },
  /**
   * Mounts KMS secrets into pods, by the role of each pod's own service account: 0.6.0 is the first that can. It must be
   * told the cluster's issuer, which `ClusterStack` does.
   */
  'csi-secrets-store-provider-alibabacloud': { version: '0.6.0', withCluster: false, config: {} },
  /** Tells of nodes with a sick kernel, disk or runtime. */
  'ack-node-problem-detector': { version: '1.2.20', withCluster: false, config: {} },
} as const satisfies Record<string, AddOnSpec>;

export type AddOnName = keyof typeof ADD_ONS;

export const ADD_ON_NAMES = Object.keys(ADD_ONS) as readonly AddOnName[];

/** The component that lets requests in: left out where another controller does. */
export const INGRESS_ADD_ON = 'nginx-ingress-controller' satisfies AddOnName;

/** A change to one line of {@link ADD_ONS}: another version, and settings laid over its own. */
export interface AddOnChange {
  readonly version?: string;
  readonly config?: Readonly<Record<string, Json>>;
}

/** The line of a component with changes laid over it; neither is altered. */
export function addOnSpec(name: AddOnName, change: AddOnChange = {}): AddOnSpec {
  const spec = ADD_ONS[name];
  return {
    version: change.version ?? spec.version,
    withCluster: spec.withCluster,
    config: { ...spec.config, ...change.config },
  };
}
