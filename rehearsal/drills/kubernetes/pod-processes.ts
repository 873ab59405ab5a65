/** The processes of a pod's container as the machine sees them, for who wants to stop or kill one. */
import { readdirSync, readFileSync } from 'node:fs';

/** A process, and what is known of it. */
export interface PodProcess {
  readonly pid: number;
  readonly parent: number;
  /** First word of its command. */
  readonly command: string;
}

/** Those of a container, by what each does: the first starts the others, where there are others. */
export interface ContainerProcesses {
  readonly main: number;
  readonly workers: readonly number[];
}

/** Every process whose control group is the pod's. @param uid the pod's */
export function processesOfPod(uid: string): readonly PodProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name): readonly PodProcess[] => {
      try {
        if (!readFileSync(`/proc/${name}/cgroup`, 'utf8').includes(`pod${uid}`)) return [];
        const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1] ?? '0';
        const [command = ''] = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
        return [{ pid: Number(name), parent: Number(parent), command }];
      } catch {
        // It ended meanwhile.
        return [];
      }
    });
}

/** Node.js is what the gateway's container runs; beside it there is only what holds the pod's namespaces. */
const GATEWAY_COMMAND = /(^|\/)node$/;

/** @throws Error when the pod runs no gateway */
export function gatewayProcesses(processes: readonly PodProcess[]): ContainerProcesses {
  const nodes = processes.filter(({ command }) => GATEWAY_COMMAND.test(command));
  const pids = new Set(nodes.map(({ pid }) => pid));
  const main = nodes.find(({ parent }) => !pids.has(parent));
  if (main === undefined) throw new Error('the pod runs no gateway');
  return { main: main.pid, workers: nodes.filter(({ parent }) => parent === main.pid).map(({ pid }) => pid) };
}
