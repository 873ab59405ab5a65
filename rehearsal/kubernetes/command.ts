/** Runs a short program of the system and stops at the first that fails. */
import { spawnSync } from 'node:child_process';

export interface CommandInput {
  /** @default nothing */
  readonly input?: string;
  /** Added to the environment. @default nothing */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * @returns what it printed
 * @throws Error with its last words
 */
export function must(program: string, args: readonly string[], { input, environment }: CommandInput = {}): string {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1_024 * 1_024,
    env: { ...process.env, ...environment },
    ...(input === undefined ? {} : { input }),
  });
  if (error !== undefined) throw new Error(`${program} did not run: ${error.message}`);
  if (status === 0) return stdout.trim();
  throw new Error(
    `${program} ${args.slice(0, 6).join(' ')} ended with ${status ?? 'a signal'}: ${stderr.trim().split('\n').slice(-6).join('\n')}`,
  );
}

/** Whether it ends with 0; what it says is of no account. */
export function succeeds(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
