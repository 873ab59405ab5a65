/**
 * containerd, runc, CNI plugins and iptables of Debian, unpacked into the cache and not installed: a machine that has a
 * container runtime of its own keeps it untouched.
 */
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Cache } from '../toolchain/cache';
import type { Host } from '../toolchain/host';
import { ToolchainFailure, lastLines } from '../toolchain/failure';
import type { Progress } from '../toolchain/progress';
import { must, succeeds } from './command';

/** With the libraries that only they need. */
const PACKAGES = [
  ...['containerd', 'runc', 'containernetworking-plugins', 'iptables', 'conntrack'],
  ...['libip4tc2', 'libip6tc2', 'libxtables12', 'libnetfilter-conntrack3', 'libnfnetlink0', 'libmnl0', 'libnftnl11'],
] as const;

/** Raised when what is unpacked, or how, changes. */
const RECIPE = 1;
/** A mirror that is silent is given up, and asked again. */
const PATIENCE = ['-o', 'Acquire::http::Timeout=20', '-o', 'Acquire::Retries=3'] as const;

/** Rules go through nf_tables where the kernel has it. */
const IPTABLES = ['nft', 'legacy'] as const;
const IPTABLES_COMMANDS = ['iptables', 'iptables-save', 'iptables-restore'] as const;

export class DebianParts {
  /** @param root the folder that they were unpacked to */
  constructor(readonly root: string) {}

  /** Folders of programs, for a PATH. */
  get programs(): readonly string[] {
    return ['tools', 'root/usr/sbin', 'root/usr/bin'].map((folder) => join(this.root, folder));
  }

  get libraries(): string {
    const folder = join(this.root, 'root', 'usr', 'lib');
    const machine = readdirSync(folder).find((name) => name.includes('-linux-')) ?? '';
    return join(folder, machine);
  }

  get runc(): string {
    return join(this.root, 'root', 'usr', 'sbin', 'runc');
  }

  get containerd(): string {
    return join(this.root, 'root', 'usr', 'bin', 'containerd');
  }

  get ctr(): string {
    return join(this.root, 'root', 'usr', 'bin', 'ctr');
  }

  get networkPlugins(): string {
    return join(this.root, 'root', 'usr', 'lib', 'cni');
  }

  /** What a program needs in its environment to find the others and its libraries. */
  get environment(): Readonly<Record<string, string>> {
    return {
      PATH: [...this.programs, process.env['PATH'] ?? ''].join(':'),
      LD_LIBRARY_PATH: this.libraries,
      XTABLES_LIBDIR: join(this.libraries, 'xtables'),
    };
  }
}

/** The parts, fetched now when need be. */
export async function prepareDebianParts(host: Host, cache: Cache, progress: Progress): Promise<DebianParts> {
  const folder = await cache.once(
    `debian-parts/${host.platform}-${RECIPE}`,
    ({ pid }) => {
      progress.say(`  container runtime: process ${pid} is fetching it; waiting for that`);
    },
    (partial) => fetchParts(host, progress, partial),
  );
  return new DebianParts(folder);
}

async function fetchParts(host: Host, progress: Progress, folder: string): Promise<void> {
  const [apt, dpkg] = [host.find('apt-get'), host.find('dpkg')];
  if (apt === undefined || dpkg === undefined) {
    throw new ToolchainFailure(
      'containerd, runc and the CNI plugins are taken from Debian, and apt-get or dpkg is not on the PATH; use a Debian, or a cluster of your own',
    );
  }
  const step = progress.begin(`container runtime, from Debian`, 10);
  let outcome = 'not fetched';
  try {
    const archives = join(folder, 'archives');
    mkdirSync(archives);
    const { code, stderr } = await host.run(apt, [...PATIENCE, 'download', ...PACKAGES], { cwd: archives });
    if (code !== 0) {
      throw new ToolchainFailure(
        `apt-get could not download ${PACKAGES.join(' ')}; run apt-get update, and have its mirror in reach:\n${lastLines(stderr)}`,
      );
    }
    const root = join(folder, 'root');
    for (const archive of readdirSync(archives)) must(dpkg, ['-x', join(archives, archive), root]);
    must('rm', ['-r', archives]);
    linkIptables(folder);
    outcome = 'fetched';
  } finally {
    step.end(outcome);
  }
}

/** The names by which kube-proxy calls iptables, which Debian's packages leave to their installation. */
function linkIptables(folder: string): void {
  const parts = new DebianParts(folder);
  const works = IPTABLES.find((kind) =>
    succeeds('env', [
      ...Object.entries(parts.environment).map(([name, value]) => `${name}=${value}`),
      ...[
        'unshare',
        '--net',
        join(folder, 'root', 'usr', 'sbin', `xtables-${kind}-multi`),
        'iptables',
        '-t',
        'nat',
        '-L',
      ],
    ]),
  );
  if (works === undefined) {
    throw new ToolchainFailure(
      'the kernel has neither nf_tables nor ip_tables with NAT, which Services need; load one',
    );
  }
  mkdirSync(join(folder, 'tools'));
  for (const version of ['', '6']) {
    for (const command of IPTABLES_COMMANDS) {
      const name = command.replace('iptables', `ip${version}tables`);
      symlinkSync(`../root/usr/sbin/xtables-${works}-multi`, join(folder, 'tools', name));
    }
  }
}
