/** The programs that are measured beside the gateway, and the one that makes the load: installed once, outside the project. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cache } from '../../rehearsal/toolchain/cache';

interface Peer {
  readonly name: string;
  readonly version: string;
  /** The commands that install it into the folder. */
  readonly install: (folder: string, version: string) => readonly (readonly string[])[];
  /** What is wanted to install it. */
  readonly needs: string;
}

/** Source: npm, PyPI, crates.io. */
export const PEERS = {
  portkey: {
    name: 'portkey',
    version: '1.15.2',
    install: (folder, version) => [
      [
        'npm',
        'install',
        '--prefix',
        folder,
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
        `@portkey-ai/gateway@${version}`,
      ],
    ],
    needs: 'npm',
  },
  litellm: {
    name: 'litellm',
    version: '1.102.4',
    install: (folder, version) => [
      ['python3', '-m', 'venv', folder],
      [
        join(folder, 'bin', 'python'),
        '-m',
        'pip',
        'install',
        '--quiet',
        '--disable-pip-version-check',
        `litellm[proxy]==${version}`,
      ],
    ],
    needs: 'Python 3.10 or later with venv',
  },
  oha: {
    name: 'oha',
    version: '1.16.0',
    install: (folder, version) => [
      ['cargo', 'install', '--quiet', '--locked', '--root', folder, '--version', version, 'oha'],
    ],
    needs: 'cargo and a C compiler',
  },
} as const satisfies Record<string, Peer>;

/**
 * The folder that a peer is installed in, now if need be.
 * @throws Error when it cannot be
 */
export const installed = (peer: Peer): Promise<string> => {
  const { name, version, install, needs } = peer;
  return Cache.ofUser(process.env).once(
    `bench-${name}-${version}`,
    ({ pid }) => process.stderr.write(`process ${pid} is installing ${name}; waiting for that\n`),
    (folder) => {
      process.stderr.write(`installing ${name} ${version}, once\n`);
      // npm takes the nearest folder with a manifest for the project.
      if (name === PEERS.portkey.name) writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
      for (const [program = '', ...args] of install(folder, version)) {
        const { status, error } = spawnSync(program, args, { stdio: ['ignore', 2, 2] });
        if (status === 0) continue;
        const reason = error?.message ?? `exit ${status ?? 'by a signal'}`;
        throw new Error(
          `${name} ${version} was not installed (${reason}): it needs ${needs}, and its registry in reach`,
        );
      }
      return Promise.resolve();
    },
  );
};
