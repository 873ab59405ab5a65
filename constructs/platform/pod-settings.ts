/** What the pods of the platform ask for: nodes, CPU and memory. */

/** CPU and memory, as Kubernetes writes them. */
export interface Quantities {
  /** `100m`. */
  readonly cpu: string;
  /** `128Mi`. */
  readonly memory: string;
}

/**
 * What a container asks for, and what it may use at most. CPU has no upper bound: a bound throttles what has the node to
 * itself, and the share is settled by the requests.
 */
export interface Resources {
  readonly requests: Quantities;
  readonly limits: { readonly memory: string };
}

/** Which nodes take a pod. */
export interface NodeChoice {
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly {
    readonly key: string;
    readonly operator: 'Equal';
    readonly value: string;
    readonly effect: 'NoSchedule' | 'PreferNoSchedule';
  }[];
}

/** The nodes of the pool that bears this label, and a taint of the same name. */
export function nodesLabelled(label: string, value: string): NodeChoice {
  return {
    nodeSelector: { [label]: value },
    tolerations: [{ key: label, operator: 'Equal', value, effect: 'PreferNoSchedule' }],
  };
}

function resources(cpuMillis: number, memoryMiB: number, memoryLimitMiB: number): Resources {
  return {
    requests: { cpu: `${cpuMillis}m`, memory: `${memoryMiB}Mi` },
    limits: { memory: `${memoryLimitMiB}Mi` },
  };
}

/** Each component but Prometheus, whose size is the environment's: these grow with the cluster, and hardly. */
export const COMPONENT_RESOURCES = {
  operator: resources(50, 128, 256),
  configReloader: resources(10, 32, 64),
  webhookJob: resources(10, 32, 64),
  alertmanager: resources(20, 64, 128),
  grafana: resources(100, 256, 512),
  grafanaSidecar: resources(20, 96, 192),
  kubeStateMetrics: resources(20, 96, 256),
  nodeExporter: resources(20, 32, 96),
  metricsAdapter: resources(50, 128, 256),
} as const satisfies Record<string, Resources>;

/** Resources of a container whose size the environment gives. */
export function sized(size: {
  readonly requests: { readonly cpuMillis: number; readonly memoryMiB: number };
  readonly memoryLimitMiB: number;
}): Resources {
  return resources(size.requests.cpuMillis, size.requests.memoryMiB, size.memoryLimitMiB);
}
