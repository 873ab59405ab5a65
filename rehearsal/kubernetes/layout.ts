/**
 * Names and addresses of the local cluster. They are fixed, so that whatever a killed one left is found by its name, and
 * there is one cluster on a machine at a time.
 */
import { join } from 'node:path';

/** Ranges that exist in no namespace but the nodes' and the host's, and only while the cluster is up. */
export const NETWORK = {
  bridge: 'bgw0',
  /** The machine itself, on the bridge. */
  host: '10.240.0.1',
  nodes: '10.240.0.0/24',
  pods: '10.244.0.0/16',
  services: '10.96.0.0/16',
  /** The API server's own Service: the first address of the range. */
  apiService: '10.96.0.1',
  dnsService: '10.96.0.10',
  /** Out of which a Service of type LoadBalancer gets its address. */
  loadBalancers: '10.250.0.0/24',
} as const;

/** Ports of the machine; the API server's own is reached on every address of it, the others on these. */
export const PORTS = {
  api: 16_443,
  etcd: 12_379,
  etcdPeer: 12_380,
  metrics: 14_443,
  secretStore: 14_500,
  stateMetrics: 14_501,
} as const;

/** Where a node's driver asks which secrets a pod is given; somebody answers while a rehearsal runs. */
export const SECRET_STORE_URL = `http://${NETWORK.host}:${PORTS.secretStore}/`;

/** The ranges that must be free before the cluster takes them. */
export const RANGES = [NETWORK.nodes, NETWORK.pods, NETWORK.services, NETWORK.loadBalancers] as const;

/** What the cluster is called where something has to have a name: cgroups, contexts. */
export const CLUSTER_NAME = 'bailian-gateway';

/** Keeps pods away that do not tolerate it. */
export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

/** What a node is to be. */
export interface NodeWish {
  readonly zone: string;
  /** Beside those that say where it is. @default none */
  readonly labels?: Readonly<Record<string, string>>;
  /** @default none */
  readonly taints?: readonly Taint[];
}

/** A machine of the cluster. */
export interface NodeLayout extends Required<NodeWish> {
  /** From 1. */
  readonly index: number;
  readonly name: string;
  readonly address: string;
  /** The pods' range on this node. */
  readonly pods: string;
  /** The machine's end of the cable to it. */
  readonly cable: string;
}

/** How many nodes there can be: their addresses end in 11 to 19. */
export const NODES = { min: 1, max: 9, usual: 3 } as const;

export function layOutNodes(wishes: readonly NodeWish[]): readonly NodeLayout[] {
  if (wishes.length < NODES.min || wishes.length > NODES.max) {
    throw new Error(`a local cluster has ${NODES.min} to ${NODES.max} nodes, not ${wishes.length}; ask for so many`);
  }
  return wishes.map(({ zone, labels = {}, taints = [] }, at) => ({
    zone,
    labels,
    taints,
    index: at + 1,
    name: `node${at + 1}`,
    address: `10.240.0.${11 + at}`,
    pods: `10.244.${at + 1}.0/24`,
    cable: cableOf(at + 1),
  }));
}

const cableOf = (index: number): string => `bgwn${index}`;

/** Every cable that a cluster may have had. */
export const CABLES: readonly string[] = Array.from({ length: NODES.max }, (_, at) => cableOf(at + 1));

/** Where a cluster keeps what it has: all of it is removed with the cluster. */
export class ClusterFolder {
  constructor(readonly root: string) {}

  get kubeconfig(): string {
    return join(this.root, 'admin.kubeconfig');
  }

  get certificates(): string {
    return join(this.root, 'certificates');
  }

  get logs(): string {
    return join(this.root, 'logs');
  }

  /** Settings of the machine as they were before. */
  get settings(): string {
    return join(this.root, 'settings.json');
  }

  /** What the cluster was brought up with. */
  get description(): string {
    return join(this.root, 'cluster.json');
  }

  node({ name }: Pick<NodeLayout, 'name'>): string {
    return join(this.root, name);
  }
}
