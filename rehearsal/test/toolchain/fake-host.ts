/** A machine for tests: it has the commands that it is told to have, and they answer as the real ones do. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host, RunOptions, RunResult } from '../../toolchain/host';

export interface FakeHostProps {
  /** Version of each command on the PATH. */
  readonly commands?: Partial<Record<'terraform' | 'tofu' | 'go', string>>;
  /** @default none */
  readonly environment?: Host['environment'];
  /** Whether registries answer. @default false */
  readonly inReach?: boolean;
  /** Answers instead of the command, where it returns something. @default never */
  readonly interfere?: (command: string, args: readonly string[], options: RunOptions) => RunResult | undefined;
}

export interface FakeHost extends Host {
  /** Each command line run, as `go build …`. */
  readonly ran: string[];
  /** Each registry asked for. */
  readonly probed: string[];
}

const done = (stdout = ''): RunResult => ({ code: 0, stdout, stderr: '' });

export function fakeHost({ commands = {}, environment = {}, inReach = false, interfere }: FakeHostProps): FakeHost {
  const ran: string[] = [];
  const probed: string[] = [];
  const versions: Readonly<Record<string, string | undefined>> = commands;
  return {
    ran,
    probed,
    environment,
    platform: 'linux_amd64',
    find: (command) => (versions[command] === undefined ? undefined : `/path/${command}`),
    reaches: (host) => {
      probed.push(host);
      return Promise.resolve(inReach);
    },
    run: (program, args, options = {}) => {
      const command = program.replace('/path/', '');
      ran.push([command, ...args].join(' '));
      const version = versions[command] ?? '';
      return Promise.resolve(interfere?.(command, args, options) ?? answer(command, args, options, version));
    },
  };
}

function answer(
  command: string,
  args: readonly string[],
  { cwd = '', environment }: RunOptions,
  version: string,
): RunResult {
  if (command === 'go' && args[0] === 'env') return done(`go${version}\n`);
  if (command === 'go' && args[0] === 'get') writeFileSync(join(cwd, 'go.sum'), 'sums');
  if (command === 'go' && args[0] === 'build')
    writeFileSync(join(cwd, args[args.indexOf('-o') + 1] ?? ''), 'a program');
  if (args[0] === 'version') return done(JSON.stringify({ terraform_version: version }));
  if (args[0] === 'init') {
    // As the registry's package of this provider is unpacked; which provider is asked is told by the folder.
    const [, host = '', source = '', release = ''] = /registry\/([^/]+)\/([^/]+\/[^/]+)\/([^/]+)\//.exec(cwd) ?? [];
    const folder = join(environment?.['TF_DATA_DIR'] ?? '', 'providers', host, source, release, 'linux_amd64');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `terraform-provider-${source.split('/')[1] ?? ''}_v${release}_x5`), 'a signed program');
  }
  return done();
}
