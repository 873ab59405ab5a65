/** What a machine must offer before a cluster is brought up on it: all that is missing is said at once, with the way out. */
import { existsSync, readFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { thisHost, type Host } from '../toolchain/host';
import { succeeds } from './command';
import { takenRanges } from './network';

/** Where each program comes from on Debian. */
const PROGRAMS: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  unshare: 'util-linux',
  mount: 'mount',
  nsenter: 'util-linux',
  sysctl: 'procps',
  hostname: 'hostname',
  tar: 'tar',
};

/** Bytes that three nodes with monitoring and the gateway took. */
const MEMORY = 4e9;

const ANOTHER = 'or name a cluster of your own: --kubeconfig FILE, or REHEARSAL_KUBECONFIG';

/** What preflight asks of the machine; a test answers instead. */
export interface Machine extends Pick<Host, 'find' | 'platform'> {
  readonly isRoot: boolean;
  /** Whether namespaces with mounts of their own can be made. */
  readonly canIsolate: () => boolean;
  /** Bytes. */
  readonly freeMemory: number;
  /** Ranges of the cluster that are routed elsewhere. */
  readonly takenRanges: () => readonly string[];
  readonly hasOverlay: boolean;
}

export function thisMachine(): Machine {
  const host = thisHost();
  return {
    find: (command) => host.find(command),
    platform: host.platform,
    isRoot: process.getuid?.() === 0,
    canIsolate: () =>
      succeeds('unshare', [
        '--net',
        '--mount',
        '--pid',
        '--ipc',
        '--uts',
        '--fork',
        'mount',
        '-t',
        'tmpfs',
        'x',
        '/mnt',
      ]),
    freeMemory: availableMemory(),
    takenRanges,
    hasOverlay: existsSync('/proc/filesystems') && readFileSync('/proc/filesystems', 'utf8').includes('\toverlay\n'),
  };
}

/** @throws Error that lists every fault */
export function preflight(machine: Machine, folder: string): void {
  const faults = [...missing(machine)];
  if (faults.length === 0) faults.push(...refused(machine, folder));
  if (faults.length > 0) {
    throw new Error(
      `no cluster can be brought up here:\n${faults.map((fault) => `- ${fault}`).join('\n')}\n${ANOTHER}`,
    );
  }
}

function* missing(machine: Machine): Generator<string> {
  if (!machine.platform.startsWith('linux_')) {
    yield `nodes are Linux namespaces, and this is ${machine.platform}; use a Linux machine`;
    return;
  }
  if (!machine.isRoot) yield 'nodes are made by root; run it as root, in a machine or container that you can lose';
  for (const [program, debian] of Object.entries(PROGRAMS)) {
    if (machine.find(program) === undefined)
      yield `${program} is not on the PATH; on Debian: apt-get install ${debian}`;
  }
}

function* refused(machine: Machine, folder: string): Generator<string> {
  if (!machine.canIsolate()) {
    yield 'namespaces with mounts of their own are refused; give the container the capabilities SYS_ADMIN and NET_ADMIN';
  }
  if (!machine.hasOverlay) yield 'the kernel has no overlay file system; load it: modprobe overlay';
  if (/^\/(var|etc|run|proc|sys)(\/|$)/.test(folder)) {
    // A node lays its own files over these, and what is below would be hidden from it.
    yield `the cluster's folder (${folder}) must not be in /var, /etc or /run; set BAILIAN_GATEWAY_CACHE to another`;
  }
  const taken = machine.takenRanges();
  if (taken.length > 0) yield `addresses are in use: ${taken.join(', ')}; free them`;
  if (machine.freeMemory < MEMORY) {
    yield `${(machine.freeMemory / 1e9).toFixed(1)} GB of memory are free and ${MEMORY / 1e9} GB are wanted; free some`;
  }
}

/** Unlike what Node.js calls free, with the memory that caches give back. */
function availableMemory(): number {
  if (!existsSync('/proc/meminfo')) return freemem();
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
  return kilobytes === undefined ? freemem() : Number(kilobytes) * 1024;
}
