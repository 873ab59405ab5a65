/**
 * Machines of one kind, spread evenly over the zones: encrypted disks, metadata by session token only (IMDSv2), repaired
 * and patched by ACK within the maintenance window, and as many as the pods need.
 * Source: provider documentation and source of `alicloud_cs_kubernetes_node_pool` (1.285.0).
 */
import { Construct } from 'constructs';
import { TerraformStack, type ITerraformDependable } from 'cdktf';
import {
  CsKubernetesNodePool,
  type CsKubernetesNodePoolConfig,
} from '@cdktf/provider-alicloud/lib/cs-kubernetes-node-pool';
import { Alarm, type Thresholds } from '../monitoring/alarm';
import type { MetricOf } from '../monitoring/metrics';
import type { Placement } from '../network/placement';
import { Autoscaling } from './autoscaling';

/** Keeps pods away that do not tolerate it. */
export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

/** How many nodes: as many as pods need, within bounds, or a number. */
export type NodeCount = { readonly min: number; readonly max: number } | { readonly fixed: number };

export interface NodePoolProps {
  readonly clusterId: string;
  /** Name, unique in the cluster: a pool can therefore not be replaced by its successor before it is gone (#6502). */
  readonly name: string;
  /** Zones to spread over. */
  readonly placement: Placement;
  /** Types, best first; several, so that one that is sold out in a zone stops nothing. */
  readonly instanceTypes: readonly string[];
  readonly nodes: NodeCount;
  /** Key that encrypts the disks. */
  readonly kmsKeyId: string;
  /** System disk in GiB, 40 to 32768. @default 120 */
  readonly diskGiB?: number;
  /** Speed of the system disk. @default PL0 */
  readonly diskPerformance?: 'PL0' | 'PL1' | 'PL2' | 'PL3';
  /** Operating system. @default AliyunLinux3 */
  readonly imageType?: 'AliyunLinux3' | 'AliyunLinux3ContainerOptimized' | 'ContainerOS';
  /** Labels of the nodes. @default none */
  readonly labels?: Readonly<Record<string, string>>;
  /** @default none */
  readonly taints?: readonly Taint[];
  /** Nodes that ACK may repair, patch or replace at a time. @default 1 */
  readonly maxUnavailable?: number;
  /** What must be there before: the autoscaling configuration. @default none */
  readonly after?: readonly ITerraformDependable[];
  /** The last word on the resource's own arguments. @default none */
  readonly overrides?: { readonly nodePool?: Partial<CsKubernetesNodePoolConfig> };
}

/** Bounds of a pool. Source: CreateClusterNodePool of the CS API. */
export const NODE_POOL_LIMITS = {
  nodes: { min: 0, max: 1000 },
  diskGiB: { min: 40, max: 32_768 },
  instanceTypes: { min: 2, max: 10 },
} as const;

export class NodePool extends Construct {
  /** The resource, for what the props do not offer. */
  readonly nodePool: CsKubernetesNodePool;
  readonly name: string;
  /** Fewest and most nodes. */
  readonly bounds: { readonly min: number; readonly max: number };

  constructor(scope: Construct, id: string, props: NodePoolProps) {
    super(scope, id);
    const { nodes, diskGiB = 120, labels = {}, taints = [], maxUnavailable = 1 } = props;
    const { imageType = 'AliyunLinux3' } = props;
    this.name = props.name;
    this.bounds = 'fixed' in nodes ? { min: nodes.fixed, max: nodes.fixed } : { min: nodes.min, max: nodes.max };
    const scales = !('fixed' in nodes);
    const faults = [
      ...sizeFaults(this.bounds, scales, diskGiB),
      ...typeFaults(props.instanceTypes),
      ...labelFaults(labels, taints),
    ];
    if (faults.length > 0) throw new Error(faults.join('\n'));

    // Another id, cluster, hardening, metadata or login setting replaces every node at once, pods and all: make a second
    // pool under another name, move the pods, then drop the first.
    this.nodePool = new CsKubernetesNodePool(this, 'nodes', {
      clusterId: props.clusterId,
      nodePoolName: props.name,
      vswitchIds: props.placement.zones.map(({ vswitchId }) => vswitchId),
      multiAzPolicy: 'BALANCE',
      instanceTypes: [...props.instanceTypes],
      instanceChargeType: 'PostPaid',
      imageType,
      // ACK offers hardening for the full system only; the slim ones have little to harden.
      ...(imageType === 'AliyunLinux3' ? { securityHardeningOs: true } : {}),
      instanceMetadataOptions: { httpTokens: 'required' },
      installCloudMonitor: true,
      runtimeName: 'containerd',
      systemDiskCategory: 'cloud_essd',
      systemDiskPerformanceLevel: props.diskPerformance ?? 'PL0',
      systemDiskSize: diskGiB,
      systemDiskEncrypted: true,
      systemDiskEncryptAlgorithm: 'aes-256',
      systemDiskKmsKey: props.kmsKeyId,
      ...(scales
        ? {
            scalingConfig: { enable: true, type: 'cpu', minSize: this.bounds.min, maxSize: this.bounds.max },
            scalingPolicy: 'release',
          }
        : { desiredSize: this.bounds.min.toString() }),
      management: {
        enable: true,
        autoRepair: true,
        autoRepairPolicy: { restartNode: true },
        // Nodes follow the cluster's version when a person raises it, not by themselves.
        autoUpgrade: false,
        autoVulFix: true,
        autoVulFixPolicy: { vulLevel: 'asap', restartNode: true },
        maxUnavailable,
      },
      // By key: the order in which they are written should change nothing.
      labels: Object.entries(labels)
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([key, value]) => ({ key, value })),
      taints: taints.map((taint) => ({ ...taint })),
      dependsOn: [...(props.after ?? [])],
      // The scaler sets the number of nodes; the next plan would set it back.
      ...(scales ? { lifecycle: { ignoreChanges: ['desired_size'] } } : {}),
      ...props.overrides?.nodePool,
    });
    this.node.addValidation({ validate: () => this.neighbourFaults(scales) });
  }

  /** What only the tree knows. */
  private neighbourFaults(scales: boolean): string[] {
    const others = TerraformStack.of(this).node.findAll();
    const faults: string[] = [];
    if (others.some((other) => other instanceof NodePool && other !== this && other.name === this.name)) {
      faults.push(`nodePool.name (${this.name}) is that of another pool, and ACK takes a name once; rename one`);
    }
    if (scales && !others.some((other) => other instanceof Autoscaling)) {
      faults.push(`nodePool ${this.name} scales and nothing scales it; make an Autoscaling, or give it a fixed number`);
    }
    return faults;
  }
}

export type NodeMetric = MetricOf<'acs_k8s'>;

/** Percent of a node. */
export const NODE_THRESHOLDS = {
  'node.cpu.utilization': { warning: 80, critical: 95 },
  'node.memory.utilization': { warning: 85, critical: 95 },
} as const satisfies Thresholds<NodeMetric>;

export interface NodeAlarmsProps {
  readonly clusterId: string;
  /** When they ring. @default {@link NODE_THRESHOLDS} */
  readonly thresholds?: Partial<Thresholds<NodeMetric>>;
}

/**
 * Alarms for the nodes of all pools of one cluster. One set a cluster: CloudMonitor knows nodes by cluster, not by pool,
 * so a set a pool would ring as often as there are pools.
 */
export class NodeAlarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: NodeAlarmsProps) {
    super(scope, id);
    this.alarms = Alarm.forEach(
      this,
      'acs_k8s',
      { cluster: props.clusterId },
      { ...NODE_THRESHOLDS, ...props.thresholds },
    );
  }
}

function sizeFaults({ min, max }: NodePool['bounds'], scales: boolean, diskGiB: number): string[] {
  const { nodes, diskGiB: disk } = NODE_POOL_LIMITS;
  const faults: string[] = [];
  if (![min, max].every((count) => Number.isInteger(count) && count >= nodes.min && count <= nodes.max)) {
    faults.push(
      `nodePool.nodes (${min} to ${max}) must be whole numbers from ${nodes.min} to ${nodes.max}; correct them`,
    );
  }
  if (scales && min >= max) {
    faults.push(`nodePool.nodes.min (${min}) must be below max (${max}), or nothing scales; raise max or use fixed`);
  }
  if (!Number.isInteger(diskGiB) || diskGiB < disk.min || diskGiB > disk.max) {
    faults.push(`nodePool.diskGiB (${diskGiB}) must be ${disk.min} to ${disk.max}; leave it out for 120`);
  }
  return faults;
}

function typeFaults(types: readonly string[]): string[] {
  const { min, max } = NODE_POOL_LIMITS.instanceTypes;
  const faults = types
    .filter((type) => !/^ecs\.[a-z0-9-]+\.[a-z0-9]+$/.test(type))
    .map((type) => `nodePool.instanceTypes (${type}) is no ECS type; write it as ecs.g7.xlarge`);
  const distinct = new Set(types).size;
  if (distinct < min || distinct > max || distinct < types.length) {
    faults.push(
      `nodePool.instanceTypes (${types.join(', ')}) must be ${min} to ${max} different ones, so that one that is sold ` +
        'out stops nothing; add a sibling such as ecs.g8i.xlarge',
    );
  }
  return faults;
}

function labelFaults(labels: Readonly<Record<string, string>>, taints: readonly Taint[]): string[] {
  const key = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/;
  const value = /^([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?$/;
  return [...Object.entries(labels), ...taints.map((taint) => [taint.key, taint.value] as const)]
    .filter(([name, content]) => !key.test(name) || !value.test(content))
    .map(([name, content]) => `nodePool label or taint ${name}=${content} is no Kubernetes label; respell it`);
}
