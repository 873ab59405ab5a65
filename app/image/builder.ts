/** Builds the image as its Dockerfile says, with what this machine has in the place of the registry's base image. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Cache } from '../../rehearsal/toolchain/cache';
import { run } from './tools';

const PROJECT = resolve(__dirname, '..', '..');
const DOCKERFILE = join('app', 'Dockerfile');

/** The stand-in for the base image: a minimal Debian with the Node.js of `image/package.json`, and this npm. */
const SUITE = 'bookworm';
const PACKAGES = ['ca-certificates', 'libstdc++6'] as const;
const NPM = '11.21.2';
const MIRROR = process.env['DEBIAN_MIRROR'] ?? 'http://deb.debian.org/debian';

/** Certificates that this machine trusts, where a registry is reached through a proxy of its own. */
const CERTIFICATES = process.env['NODE_EXTRA_CA_CERTS'];
const CERTIFICATES_INSIDE = '/run/host-certificates.crt';

export const STANDS_IN = `Debian ${SUITE} by debootstrap, with Node.js and npm ${NPM} from npm, in place of the base image`;

export interface Built {
  readonly image: string;
  readonly buildah: Buildah;
}

export class Buildah {
  readonly #storage: readonly string[];

  /** Images are kept in this folder, away from those of the machine's user. */
  constructor(root: string) {
    this.#storage = ['--root', join(root, 'storage'), '--runroot', join(root, 'run')];
  }

  run(...args: readonly string[]): string {
    return run('buildah', [...this.#storage, ...args]);
  }

  show(...args: readonly string[]): void {
    run('buildah', [...this.#storage, ...args], { cwd: PROJECT, shown: true });
  }

  has(image: string): boolean {
    return this.run('images', '--format', '{{.Name}}:{{.Tag}}').split('\n').includes(image);
  }
}

export const buildImage = async (cache: Cache): Promise<Built> => {
  const buildah = new Buildah(cache.path('image'));
  const base = await baseImage(cache, buildah);
  const image = 'localhost/bailian-gateway:rehearsal';
  const certificates = CERTIFICATES === undefined ? [] : ['--volume', `${CERTIFICATES}:${CERTIFICATES_INSIDE}:ro`];
  buildah.show(
    ...['build', '--layers', '--isolation', 'chroot', '--format', 'docker', '--pull-never', ...certificates],
    ...['--build-arg', `BASE=${base}`, '--build-arg', `REVISION=${run('git', ['-C', PROJECT, 'rev-parse', 'HEAD'])}`],
    ...['--ignorefile', `${DOCKERFILE}.dockerignore`, '--file', DOCKERFILE, '--tag', image, '.'],
  );
  return { image, buildah };
};

const baseImage = async (cache: Cache, buildah: Buildah): Promise<string> => {
  const lock = readFileSync(join(__dirname, 'package-lock.json'));
  const recipe = createHash('sha256')
    .update(lock)
    .update(JSON.stringify([SUITE, PACKAGES, NPM, CERTIFICATES]))
    .digest('hex');
  const key = recipe.slice(0, 12);
  const image = `localhost/bailian-gateway-base:${key}`;
  if (buildah.has(image)) return image;
  const root = await cache.once(
    `image-base-${SUITE}-${key}`,
    ({ pid }) => process.stderr.write(`process ${pid} is making the base; waiting for that\n`),
    (folder) => {
      process.stderr.write('making the stand-in for the base image, once\n');
      makeBase(folder);
      return Promise.resolve();
    },
  );
  const container = buildah.run('from', 'scratch');
  buildah.run('add', '--quiet', container, root, '/');
  if (CERTIFICATES !== undefined)
    buildah.run('config', '--env', `NODE_EXTRA_CA_CERTS=${CERTIFICATES_INSIDE}`, container);
  buildah.run('commit', '--quiet', '--rm', container, image);
  return image;
};

/** Fills the folder with a system that has npm. */
const makeBase = (folder: string): void => {
  run('debootstrap', ['--variant=minbase', `--include=${PACKAGES.join(',')}`, SUITE, folder, MIRROR], { shown: true });
  const local = join(folder, 'usr', 'local');
  const fetched = join(folder, 'fetched');
  mkdirSync(fetched);
  for (const name of ['package.json', 'package-lock.json']) cpSync(join(__dirname, name), join(fetched, name));
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  run('npm', ['ci', ...quiet], { cwd: fetched });
  run('npm', ['install', '--no-save', ...quiet, `npm@${NPM}`], { cwd: fetched });
  const modules = join(fetched, 'node_modules');
  const node = readdirSync(modules).find((name) => name.startsWith('node-linux-'));
  if (node === undefined) throw new Error(`image/package.json has no Node.js for ${process.arch}; add it there`);
  cpSync(join(modules, node, 'bin', 'node'), join(local, 'bin', 'node'));
  cpSync(join(modules, 'npm'), join(local, 'lib', 'node_modules', 'npm'), { recursive: true, verbatimSymlinks: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(local, 'bin', 'npm'));
  run('rm', ['-rf', fetched]);
  if (!existsSync(join(local, 'bin', 'npm'))) throw new Error('npm has no bin/npm-cli.js any more; see its package');
};
