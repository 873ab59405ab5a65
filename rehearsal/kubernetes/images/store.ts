/**
 * What containerd keeps of a set of images, made once: a node that is given a copy has them from its first moment. The
 * copy shares the files, which no container changes, and has databases of its own.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cache } from '../../toolchain/cache';
import type { Progress } from '../../toolchain/progress';
import { must, succeeds } from '../command';
import type { Daemons } from '../daemons';
import type { DebianParts } from '../debian-parts';
import { PAUSE_IMAGE } from './catalogue';

/** An image that can be written as an archive. */
export interface ImageSource {
  /** The name in the archive, with a tag. */
  readonly reference: string;
  /** Another name that pods ask for: one with a digest, which no archive can have. @default none */
  readonly alias?: string;
  /** What tells it from any other content under that name. */
  readonly identity: string;
  /** Writes the archive, which takes a while and is done only when there is no store of it yet. */
  readonly write: (path: string) => Promise<void>;
}

/** The namespace of images and containers that a kubelet uses. */
export const NAMESPACE = 'k8s.io';
/** Where stores are in the cache; the last one is kept. */
const STORES = 'image-stores';
/** Milliseconds. */
const READY_WITHIN = 20_000;
/** Raised when the configuration below changes what is kept. */
const RECIPE = 1;

/** What this containerd has and a node does not need: each would look for a file system or a service at every start. */
const DISABLED = [
  ...['aufs', 'btrfs', 'zfs', 'devmapper'].map((each) => `io.containerd.snapshotter.v1.${each}`),
  'io.containerd.internal.v1.opt',
  'io.containerd.tracing.processor.v1.otlp',
] as const;

export interface ContainerdProps {
  readonly parts: DebianParts;
  /** Where it keeps images and containers. */
  readonly root: string;
  /** Where it keeps what runs, and its socket. */
  readonly state: string;
  /** Where the kubelet's network is described. */
  readonly network: string;
}

/** containerd's configuration file. */
export function containerdConfig({ parts, root, state, network }: ContainerdProps): string {
  const text = (value: string): string => JSON.stringify(value);
  const cri = '[plugins."io.containerd.grpc.v1.cri"';
  return [
    'version = 2',
    `root = ${text(root)}`,
    `state = ${text(state)}`,
    `disabled_plugins = [${DISABLED.map(text).join(', ')}]`,
    '[grpc]',
    `address = ${text(join(state, 'containerd.sock'))}`,
    `${cri}]`,
    `sandbox_image = ${text(PAUSE_IMAGE)}`,
    // Lowering a process's score needs a capability (SYS_RESOURCE) that a container does not have.
    'restrict_oom_score_adj = true',
    `${cri}.containerd.runtimes.runc]`,
    'runtime_type = "io.containerd.runc.v2"',
    `${cri}.containerd.runtimes.runc.options]`,
    `BinaryName = ${text(parts.runc)}`,
    `${cri}.cni]`,
    `bin_dir = ${text(parts.networkPlugins)}`,
    `conf_dir = ${text(network)}`,
    '',
  ].join('\n');
}

export interface StoreProps {
  readonly cache: Cache;
  readonly progress: Progress;
  readonly parts: DebianParts;
  readonly daemons: Daemons;
  readonly images: readonly ImageSource[];
}

/** The folder of a store with these images; made now when need be. */
export async function prepareStore({ cache, progress, parts, daemons, images }: StoreProps): Promise<string> {
  const identity = JSON.stringify([
    RECIPE,
    images.map(({ reference, alias, identity: each }) => [reference, alias, each]),
  ]);
  const key = `${STORES}/${createHash('sha256').update(identity).digest('hex').slice(0, 12)}`;
  const folder = await cache.once(
    key,
    ({ pid }) => {
      progress.say(`  images: process ${pid} is unpacking them; waiting for that`);
    },
    async (partial) => {
      const step = progress.begin(`unpacking ${images.length} images`);
      let outcome = 'not unpacked';
      try {
        await importAll(parts, daemons, partial, images);
        outcome = 'unpacked';
      } finally {
        step.end(outcome);
      }
    },
  );
  // The gateway's image is another one at every commit. What a node has of an older store are names of its own.
  for (const name of cache.entries(STORES)) {
    if (name !== basename(folder)) rmSync(cache.path(`${STORES}/${name}`), { recursive: true, force: true });
  }
  return join(folder, 'store');
}

async function importAll(
  parts: DebianParts,
  daemons: Daemons,
  folder: string,
  images: readonly ImageSource[],
): Promise<void> {
  const state = join(folder, 'state');
  const root = join(folder, 'store');
  mkdirSync(state);
  const config = join(folder, 'containerd.toml');
  writeFileSync(config, containerdConfig({ parts, root, state, network: join(folder, 'network') }));
  // In a mount namespace of its own, which takes with it whatever it mounts.
  const pid = daemons.start(
    'image-store',
    'unshare',
    ['--mount', '--fork', '--kill-child', parts.containerd, '--config', config],
    parts.environment,
  );
  const ctr = (...args: readonly string[]): readonly string[] => [
    ...['--address', join(state, 'containerd.sock'), '--namespace', NAMESPACE],
    ...args,
  ];
  try {
    const until = Date.now() + READY_WITHIN;
    while (!succeeds(parts.ctr, ctr('version'))) {
      daemons.mustLive();
      if (Date.now() > until) throw new Error(`containerd does not answer; see ${daemons.log('image-store')}`);
      await sleep(50);
    }
    const archive = join(folder, 'archive.tar');
    for (const { reference, alias, write } of images) {
      await write(archive);
      must(parts.ctr, ctr('images', 'import', archive));
      rmSync(archive);
      if (alias !== undefined) must(parts.ctr, ctr('images', 'tag', reference, alias));
    }
    const known = must(parts.ctr, ctr('images', 'list', '--quiet')).split('\n');
    const lost = images.filter(({ reference }) => !known.includes(reference));
    if (lost.length > 0) throw new Error(`not in their archives: ${lost.map(({ reference }) => reference).join(', ')}`);
  } finally {
    await daemons.stop(pid);
  }
  for (const left of [state, config]) rmSync(left, { recursive: true, force: true });
}

/** Gives a node the store: the same files under second names, and copies of the databases. */
export function copyStore(store: string, target: string): void {
  must('cp', ['--archive', '--link', store, target]);
  for (const name of readdirSync(target, { recursive: true, encoding: 'utf8' })) {
    // Below a snapshot's `fs` are files of images.
    if (!name.endsWith('.db') || name.includes('/fs/')) continue;
    rmSync(join(target, name));
    must('cp', ['--archive', join(store, name), join(target, name)]);
  }
}
