/** Whether the pods fit: onto the nodes, into the database's connections, into the profile's own bounds. */
import { databaseClass, DATABASE_STORAGE_GIB } from '../catalogue/database';
import { INSTANCE_TYPES, podAddresses, type InstanceTypeName } from '../catalogue/instances';
import { REDIS_SHARDS } from '../catalogue/redis';
import type { Environment } from '../environment';
import type { NodePoolPlan } from '../plans/cluster';
import type { ComputeResources } from '../size-profiles';
import { distinct, fault, whole, type Fault } from './fault';

/**
 * What of every node is not for the gateway: kubelet, system and eviction reserves of ACK, and the DaemonSets (network,
 * storage, logs, node exporter). An estimate on the safe side: ACK derives its own part from the instance type.
 */
export const NODE_RESERVE = { cpuMillis: 700, memoryMiB: 3_072, pods: 6 } as const;

/** Connections that are not for the gateway's pools: migrations, the exporter, rotation of the password, a person in need. */
const CONNECTION_RESERVE = 100;

/** Pods that a rolling update adds on top of the most replicas. */
const SURGE = 1;

/** Bounds of a system disk, GiB. */
const SYSTEM_DISK_GIB = { min: 40, max: 2_048 } as const;

const NODES = { min: 1, max: 1_000 } as const;

/** The least that serves is the tier's to say. */
const REPLICAS = { min: 0, max: 1_000 } as const;

/** Checks the profile by itself: bounds that any profile keeps. */
export function* profile({ profile }: Environment): Iterable<Fault> {
  const { replicas, requests, limits, nodes, database, redis } = profile;
  yield* whole('profile.replicas.min', replicas.min, REPLICAS, 'it counts pods');
  if (replicas.max < replicas.min) {
    yield fault(
      'profile.replicas.max',
      replicas.max,
      `must be at least profile.replicas.min (${replicas.min}); raise it or lower the other`,
    );
  }
  for (const key of ['cpuMillis', 'memoryMiB'] as const) {
    if (requests[key] <= 0) {
      yield fault(
        `profile.requests.${key}`,
        requests[key],
        'must be above 0: the autoscaler counts in percent of the requests; set what a pod needs at rest',
      );
    }
    if (limits[key] < requests[key]) {
      yield fault(
        `profile.limits.${key}`,
        limits[key],
        `must be at least profile.requests.${key} (${requests[key]}), or no pod starts; raise it`,
      );
    }
  }

  for (const key of ['systemInstanceTypes', 'workloadInstanceTypes'] as const) {
    if (nodes[key].length < 2) {
      yield fault(
        `profile.nodes.${key}`,
        nodes[key],
        'must be two or more, because any one can be sold out in a zone; add one',
      );
    }
    yield* distinct(`profile.nodes.${key}`, nodes[key], 'drop one');
  }
  yield* whole('profile.nodes.systemDiskGiB', nodes.systemDiskGiB, SYSTEM_DISK_GIB, 'ECS takes no other system disk');

  for (const key of ['storageGiB', 'maxStorageGiB'] as const) {
    const { min, max, step } = DATABASE_STORAGE_GIB;
    if (database[key] < min || database[key] > max || database[key] % step !== 0) {
      yield fault(
        `profile.database.${key}`,
        database[key],
        `must be ${min} to ${max} in steps of ${step}; RDS takes no other disk`,
      );
    }
  }
  if (database.maxStorageGiB < database.storageGiB) {
    yield fault(
      'profile.database.maxStorageGiB',
      database.maxStorageGiB,
      `must be at least profile.database.storageGiB (${database.storageGiB}), because a disk cannot shrink; raise it`,
    );
  }
  yield* whole('profile.redis.shards', redis.shards, REDIS_SHARDS, 'for a single shard set redis.mode to standard');
}

/** How many of the gateway's pods one node of a type takes. */
function podsOnNode(name: InstanceTypeName, requests: ComputeResources): number {
  const type = INSTANCE_TYPES[name];
  return Math.max(
    0,
    Math.min(
      Math.floor((type.vcpus * 1_000 - NODE_RESERVE.cpuMillis) / requests.cpuMillis),
      Math.floor((type.memoryGiB * 1_024 - NODE_RESERVE.memoryMiB) / requests.memoryMiB),
      podAddresses(type) - NODE_RESERVE.pods,
    ),
  );
}

/** Checks the node pools, and that the most replicas fit onto the most nodes, whichever of the instance types is in stock. */
export function* nodes({ cluster, network, profile }: Environment): Iterable<Fault> {
  for (const key of ['systemPool', 'workloadPool'] as const) {
    yield* pool(`cluster.${key}`, cluster[key], network.zones.length, cluster.autoscaling);
  }

  for (const [index, name] of profile.nodes.workloadInstanceTypes.entries()) {
    const type = INSTANCE_TYPES[name];
    const path = `profile.nodes.workloadInstanceTypes[${index}]`;
    const room = {
      cpuMillis: type.vcpus * 1_000 - NODE_RESERVE.cpuMillis,
      memoryMiB: type.memoryGiB * 1_024 - NODE_RESERVE.memoryMiB,
    };
    if (profile.limits.cpuMillis > room.cpuMillis || profile.limits.memoryMiB > room.memoryMiB) {
      yield fault(
        path,
        name,
        `leaves ${room.cpuMillis}m CPU and ${room.memoryMiB} MiB after the system's reserve, and one pod may use ${profile.limits.cpuMillis}m and ${profile.limits.memoryMiB} MiB (profile.limits); choose a bigger type or lower the limits`,
      );
    }
  }

  const { replicas, requests, nodes } = profile;
  const perNode = Math.min(...nodes.workloadInstanceTypes.map((name) => podsOnNode(name, requests)));
  const most = cluster.workloadPool.maxNodes;
  const needed = replicas.max + SURGE;
  // A type that holds no pod at all is told by the limits, above.
  if (perNode > 0 && perNode * most < needed) {
    yield fault(
      'cluster.workloadPool.maxNodes',
      most,
      `holds ${perNode * most} pods at ${perNode} a node, and profile.replicas.max with the one that a rolling update adds is ${needed}; raise it to ${Math.ceil(needed / perNode)} or lower replicas.max`,
    );
  }
}

/** Checks one node pool by itself. */
function* pool(
  path: string,
  { minNodes, maxNodes }: NodePoolPlan,
  zoneCount: number,
  autoscaling: boolean,
): Iterable<Fault> {
  yield* whole(`${path}.maxNodes`, maxNodes, NODES, 'a pool has one node at least');
  if (!Number.isInteger(minNodes) || minNodes < zoneCount) {
    yield fault(
      `${path}.minNodes`,
      minNodes,
      `must be a whole number and at least one node for each of the ${zoneCount} zones; raise it to ${zoneCount}`,
    );
  }
  if (maxNodes < minNodes) {
    yield fault(
      `${path}.maxNodes`,
      maxNodes,
      `must be at least ${path}.minNodes (${minNodes}); raise it to ${minNodes}`,
    );
  }
  if (!autoscaling && maxNodes > minNodes) {
    yield fault(
      `${path}.maxNodes`,
      maxNodes,
      `is never reached from ${path}.minNodes (${minNodes}) while cluster.autoscaling is false; turn it on or make both equal`,
    );
  }
}

/** Checks that the connection pools of the most replicas fit the database. */
export function* connections({ profile, workload }: Environment): Iterable<Fault> {
  const { maxConnections } = databaseClass(profile.database.class);
  const available = maxConnections - CONNECTION_RESERVE;
  const pods = profile.replicas.max + SURGE;
  yield* whole(
    'workload.databasePoolSize',
    workload.databasePoolSize,
    { min: 1, max: Math.floor(available / pods) },
    `${pods} pods share the ${maxConnections} connections of ${profile.database.class}, of which ${CONNECTION_RESERVE} are kept back; lower it or choose a bigger profile.database.class`,
  );
}
