/**
 * The control groups below which the nodes keep their pods, so that what is the cluster's is found by its name. On a
 * machine with the first version there is a hierarchy a controller, and new groups of `cpuset` have no processors.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLUSTER_NAME, NODES } from './layout';

const MOUNT = '/sys/fs/cgroup';
/** What nodes need of the second version. */
const CONTROLLERS = ['cpu', 'cpuset', 'memory', 'pids', 'io'] as const;
/** Milliseconds until a group whose processes were killed can be removed. */
const EMPTY_WITHIN = 10_000;

/** The group of a node, as a kubelet is told. */
export function groupOf(node: { readonly name: string }): string {
  return `/${CLUSTER_NAME}/${node.name}`;
}

const isSecondVersion = (): boolean => existsSync(join(MOUNT, 'cgroup.controllers'));

/** The folder of each hierarchy. */
function hierarchies(): readonly string[] {
  if (isSecondVersion()) return [MOUNT];
  return readdirSync(MOUNT)
    .map((name) => join(MOUNT, name))
    .filter((path) => statSync(path).isDirectory() && existsSync(join(path, 'cgroup.procs')));
}

/** What a core counts where time is shared by weight. Source: Kubernetes, `MilliCPUToShares`; the kernel's own default. */
const SHARES_OF_CORE = 1_024;
/** Bounds of weights in the second version of control groups; its default is that of one core. */
const WEIGHT = { ofCore: 100, most: 10_000 } as const;

/**
 * Gives a group the weight of so many cores. Left at the default, the pods of all nodes together would have as much of a
 * busy machine as one single process beside them.
 */
function weigh(group: string, cores: number): void {
  const shares = join(group, 'cpu.shares');
  if (existsSync(shares)) writeFileSync(shares, String(cores * SHARES_OF_CORE));
  const weight = join(group, 'cpu.weight');
  if (existsSync(weight)) writeFileSync(weight, String(Math.min(WEIGHT.most, cores * WEIGHT.ofCore)));
}

/** Makes the group of a node in every hierarchy, with the weight of a machine of its own. */
export function makeGroup(node: { readonly name: string }): void {
  for (const hierarchy of hierarchies()) {
    let parent = hierarchy;
    for (const name of [CLUSTER_NAME, node.name]) {
      if (isSecondVersion()) {
        writeFileSync(join(parent, 'cgroup.subtree_control'), CONTROLLERS.map((each) => `+${each}`).join(' '));
      }
      const group = join(parent, name);
      mkdirSync(group, { recursive: true });
      if (!isSecondVersion() && existsSync(join(group, 'cpuset.cpus'))) {
        for (const file of ['cpuset.cpus', 'cpuset.mems']) {
          writeFileSync(join(group, file), readFileSync(join(parent, file), 'utf8'));
        }
      }
      // All nodes together count as many cores as they say they have.
      weigh(group, name === CLUSTER_NAME ? NODES.max * availableParallelism() : availableParallelism());
      parent = group;
    }
  }
}

/** Removes every group of the cluster; its processes have been ended. */
export async function removeGroups(): Promise<void> {
  const until = Date.now() + EMPTY_WITHIN;
  for (;;) {
    // Where runc finds no hierarchy of its own to use, it makes groups in `unified` as well.
    const left = [...new Set([...hierarchies(), join(MOUNT, 'unified')])]
      .map((hierarchy) => join(hierarchy, CLUSTER_NAME))
      .filter((group) => existsSync(group) && !removeTree(group));
    if (left.length === 0) return;
    if (Date.now() > until) throw new Error(`control groups are still in use: ${left.join(', ')}`);
    await sleep(50);
  }
}

/** Groups are removed from the innermost outwards; nothing inside them is a file of its own. */
function removeTree(group: string): boolean {
  try {
    for (const entry of readdirSync(group, { withFileTypes: true })) {
      if (entry.isDirectory()) removeTree(join(group, entry.name));
    }
    rmdirSync(group);
    return true;
  } catch {
    // Its processes are still ending.
    return !existsSync(group);
  }
}
