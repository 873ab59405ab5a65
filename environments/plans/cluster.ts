/** The Kubernetes cluster (ACK Pro) of an environment: version, nodes, access. */
import type { WeeklyWindow } from '../../constructs/data/schedule';

/** How many nodes a pool may have. Which instance types they are is the profile's. */
export interface NodePoolPlan {
  /** Fewest nodes, over all zones. At least one a zone, so that no zone stands empty. */
  readonly minNodes: number;
  /** Most nodes, over all zones. Equal to `minNodes`, the pool does not scale. */
  readonly maxNodes: number;
}

/** Someone who may use the cluster: the cloud's identity, and what it may do inside. */
export interface ClusterAccess {
  /** Whether `id` is a RAM role (people and CI come in by role) or a RAM user. */
  readonly kind: 'role' | 'user';
  /** The numeric id of the RAM role or user. */
  readonly id: string;
  /** ACK's predefined role: `admin` (everything), `ops` (all but nodes, volumes, quotas), `dev` (workloads), `restricted` (read only). */
  readonly role: 'admin' | 'ops' | 'dev' | 'restricted';
  /** The one namespace that it holds for. @default the whole cluster */
  readonly namespace?: string;
}

/** ACK. */
export interface ClusterPlan {
  /** Full version of the control plane, pinned, such as `1.33.3-aliyun.1`. Raising it upgrades in place; it cannot be lowered. */
  readonly version: string;
  /** Gives the API server a public address. Refused in production. */
  readonly publicApiServer: boolean;
  /** Pool of what runs the cluster: CoreDNS, ingress, monitoring. Does not take other pods. */
  readonly systemPool: NodePoolPlan;
  /** Pool of the gateway's pods. */
  readonly workloadPool: NodePoolPlan;
  /** Lets the pools grow and shrink between their bounds. Needed as soon as a pool's bounds differ. */
  readonly autoscaling: boolean;
  /** When the control plane and the nodes may be upgraded: on some days, three hours or more. */
  readonly maintenanceWindow: WeeklyWindow;
  /** Who may use it; at least one `admin` of the whole cluster. The creator of the cluster is always one. */
  readonly access: readonly ClusterAccess[];
}
