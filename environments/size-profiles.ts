/**
 * What "small", "medium" and "large" mean, for pods and for what stands under them.
 */
import type { DatabaseClassName } from './catalogue/database';
import type { InstanceTypeName } from './catalogue/instances';
import type { RedisClassName } from './catalogue/redis';

/** CPU in millicores and memory in MiB. */
export interface ComputeResources {
  /** Thousandths of a core. */
  readonly cpuMillis: number;
  /** MiB. */
  readonly memoryMiB: number;
}

/** A size, for everything that has one. */
export interface SizeProfile {
  /** What people call it; a label only. */
  readonly name: string;
  /** Bounds of the HorizontalPodAutoscaler. */
  readonly replicas: { readonly min: number; readonly max: number };
  /** What the scheduler sets aside for each pod; the autoscaler's percentages are of these. */
  readonly requests: ComputeResources;
  /** What a pod may use at most. */
  readonly limits: ComputeResources;
  /** The nodes. */
  readonly nodes: {
    /** Types of the system pool, in order of preference: several, because any one can be sold out in a zone. */
    readonly systemInstanceTypes: readonly InstanceTypeName[];
    /** Types of the workload pool, in order of preference. */
    readonly workloadInstanceTypes: readonly InstanceTypeName[];
    /** Size of a node's system disk, GiB, 40–2048. */
    readonly systemDiskGiB: number;
  };
  /** Prometheus. The rest of the monitoring has one size everywhere. */
  readonly prometheus: {
    /** What the scheduler sets aside for each server. */
    readonly requests: ComputeResources;
    /** Memory that a server may use at most, MiB. It grows with the number of series: with pods, nodes and models. */
    readonly memoryLimitMiB: number;
  };
  /** The database. */
  readonly database: {
    /** Its class; see `DATABASE_CLASSES` for the instance type in each edition. Changing it restarts the instance in the maintenance window. */
    readonly class: DatabaseClassName;
    /** Disk, GiB, in steps of 5. It can only grow. */
    readonly storageGiB: number;
    /** How far the disk grows by itself, GiB. */
    readonly maxStorageGiB: number;
  };
  /** The cache. */
  readonly redis: {
    /** Its class; see `REDIS_CLASSES` for the instance class in each mode. */
    readonly class: RedisClassName;
    /** Shards in `cluster` mode, 2–256; `standard` mode has one. */
    readonly shards: number;
  };
}

/**
 * The three sizes. `small` is for trying things out; `medium` carries a team; `large` carries a company.
 * Replicas, requests and limits are the product's; what stands under them is chosen so that the most replicas fit.
 */
export const SIZE_PROFILES = {
  small: {
    name: 'small',
    replicas: { min: 2, max: 4 },
    requests: { cpuMillis: 250, memoryMiB: 256 },
    limits: { cpuMillis: 1_000, memoryMiB: 1_024 },
    nodes: {
      systemInstanceTypes: ['ecs.g7.xlarge', 'ecs.g8i.xlarge'],
      workloadInstanceTypes: ['ecs.g7.large', 'ecs.g8i.large'],
      systemDiskGiB: 80,
    },
    prometheus: { requests: { cpuMillis: 200, memoryMiB: 1_024 }, memoryLimitMiB: 2_048 },
    database: { class: 'n2.medium', storageGiB: 50, maxStorageGiB: 200 },
    redis: { class: 'small', shards: 2 },
  },
  medium: {
    name: 'medium',
    replicas: { min: 3, max: 10 },
    requests: { cpuMillis: 500, memoryMiB: 512 },
    limits: { cpuMillis: 2_000, memoryMiB: 2_048 },
    nodes: {
      systemInstanceTypes: ['ecs.g7.xlarge', 'ecs.g8i.xlarge'],
      workloadInstanceTypes: ['ecs.c7.xlarge', 'ecs.c8i.xlarge', 'ecs.g7.xlarge'],
      systemDiskGiB: 120,
    },
    prometheus: { requests: { cpuMillis: 500, memoryMiB: 2_048 }, memoryLimitMiB: 4_096 },
    database: { class: 'x2.large', storageGiB: 100, maxStorageGiB: 500 },
    redis: { class: 'small', shards: 2 },
  },
  large: {
    name: 'large',
    replicas: { min: 5, max: 10 },
    requests: { cpuMillis: 1_000, memoryMiB: 1_024 },
    limits: { cpuMillis: 4_000, memoryMiB: 4_096 },
    nodes: {
      systemInstanceTypes: ['ecs.g7.xlarge', 'ecs.g8i.xlarge', 'ecs.g7.2xlarge'],
      workloadInstanceTypes: ['ecs.c7.2xlarge', 'ecs.c8i.2xlarge', 'ecs.g7.2xlarge'],
      systemDiskGiB: 120,
    },
    prometheus: { requests: { cpuMillis: 1_000, memoryMiB: 4_096 }, memoryLimitMiB: 8_192 },
    database: { class: 'x4.large', storageGiB: 500, maxStorageGiB: 2_000 },
    redis: { class: 'mid', shards: 4 },
  },
} as const satisfies Record<string, SizeProfile>;
