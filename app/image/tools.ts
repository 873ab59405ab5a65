/** Runs the programs that build and run images, and stops at the first that fails. */
import { spawnSync } from 'node:child_process';

/** Where each program comes from, for who does not have it. */
const PROGRAMS: Readonly<Record<string, string>> = {
  buildah: 'apt-get install buildah',
  runc: 'apt-get install runc',
  debootstrap: 'apt-get install debootstrap',
  npm: 'it comes with Node.js',
};

export interface RunOptions {
  readonly cwd?: string;
  /** Let the user see what it says. @default false */
  readonly shown?: boolean;
}

/**
 * What a program printed.
 * @throws Error with its last words, or with where to get it
 */
export const run = (program: string, args: readonly string[], { cwd, shown = false }: RunOptions = {}): string => {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', shown ? 2 : 'pipe', shown ? 2 : 'pipe'],
    maxBuffer: 64 * 1_024 * 1_024,
    ...(cwd === undefined ? {} : { cwd }),
  });
  if (error !== undefined) {
    throw new Error(`${program} did not run (${error.message}); on Debian: ${PROGRAMS[program] ?? 'install it'}`);
  }
  if (status === 0) return shown ? '' : stdout.trim();
  const words = shown ? '' : `:\n${stderr.trim().split('\n').slice(-12).join('\n')}`;
  throw new Error(`${program} ${args.slice(0, 3).join(' ')} … ended with ${status ?? 'a signal'}${words}`);
};
