/** A container of an image, run by runc as a cluster would: its own process numbers, nothing writable, no privilege. */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './tools';

/** What an image says of itself, as far as it is used to run it. */
export interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly WorkingDir: string;
  readonly Volumes: Readonly<Record<string, object>>;
  readonly Healthcheck: { readonly Test: readonly string[] };
}

export interface ContainerProps {
  readonly name: string;
  /** Where the image's files are mounted. */
  readonly rootfs: string;
  readonly image: ImageConfig;
  /** Added to the image's own. */
  readonly env: Readonly<Record<string, string>>;
  /** An empty folder, for what the container is made of. */
  readonly folder: string;
}

const MODE_OF_VOLUMES = '0700';

export class Container {
  readonly #props: ContainerProps;
  readonly #process: ChildProcess;
  /** Everything that the process has said. */
  said = '';

  /** Runs the image's command, or this one after its entry point. */
  constructor(props: ContainerProps, command = props.image.Cmd) {
    this.#props = props;
    const { folder, name } = props;
    writeFileSync(join(folder, 'hosts'), '127.0.0.1 localhost\n');
    writeFileSync(join(folder, 'config.json'), JSON.stringify(specOf(props, command)));
    const args = [...runc(folder), 'run', '--bundle', folder, name];
    this.#process = spawn('runc', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const listen = (piece: Buffer): void => {
      this.said += piece.toString();
    };
    this.#process.stdout?.on('data', listen);
    this.#process.stderr?.on('data', listen);
  }

  /** The exit code of its process 1. */
  get ended(): Promise<number | null> {
    const { exitCode } = this.#process;
    if (exitCode !== null) return Promise.resolve(exitCode);
    return new Promise((resolve) => {
      this.#process.once('close', resolve);
    });
  }

  /** Runs a command inside, as the image's user. */
  exec(...command: readonly string[]): { readonly code: number | null; readonly said: string } {
    const { folder, name } = this.#props;
    const { status, stdout, stderr } = spawnSync('runc', [...runc(folder), 'exec', name, ...command], {
      encoding: 'utf8',
    });
    return { code: status, said: stdout + stderr };
  }

  signal(signal: 'TERM' | 'KILL'): void {
    const { folder, name } = this.#props;
    run('runc', [...runc(folder), 'kill', name, signal]);
  }

  /** Whatever is left of it goes. */
  remove(): void {
    spawnSync('runc', [...runc(this.#props.folder), 'delete', '--force', this.#props.name]);
  }
}

const runc = (folder: string): readonly string[] => ['--root', join(folder, 'runc')];

/** Source: OCI runtime specification, 1.0. */
const specOf = ({ rootfs, image, env, folder }: ContainerProps, command: readonly string[]): object => {
  const [uid = 0, gid = 0] = image.User.split(':').map(Number);
  mkdirSync(join(folder, 'runc'), { recursive: true });
  const volume = (destination: string): object => ({
    destination,
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid', 'nodev', 'noexec', `mode=${MODE_OF_VOLUMES}`, `uid=${uid}`, `gid=${gid}`],
  });
  return {
    ociVersion: '1.0.2',
    process: {
      user: { uid, gid },
      args: [...image.Entrypoint, ...command],
      env: [...image.Env, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)],
      cwd: image.WorkingDir,
      noNewPrivileges: true,
      capabilities: { bounding: [], effective: [], permitted: [] },
    },
    root: { path: rootfs, readonly: true },
    hostname: 'rehearsal',
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755'] },
      { destination: '/etc/hosts', type: 'bind', source: join(folder, 'hosts'), options: ['bind', 'ro'] },
      ...Object.keys(image.Volumes).map(volume),
    ],
    // The network is the machine's, so that it can be asked from here.
    linux: { namespaces: ['pid', 'mount', 'ipc', 'uts'].map((type) => ({ type })) },
  };
};
