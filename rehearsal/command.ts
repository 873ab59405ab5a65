/** Runs a program to its end, with its whole output in a log file and each line offered as it comes. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

export interface CommandOptions {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Where everything that it prints goes; appended. */
  readonly log: string;
  /** Called with each line of its output. @default nothing */
  readonly onLine?: (line: string) => void;
  /** Called with the process once it runs, for whoever wants to signal it. @default nothing */
  readonly onStart?: (child: ChildProcess) => void;
}

export interface CommandResult {
  /** Exit code; 128 + the signal's number when a signal ended it. */
  readonly code: number;
  /** Standard output, whole. */
  readonly stdout: string;
}

export async function runCommand(
  program: string,
  parameters: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  mkdirSync(dirname(options.log), { recursive: true });
  const log = createWriteStream(options.log, { flags: 'a' });
  log.write(`$ ${program} ${parameters.join(' ')}\n`);
  const child = spawn(program, parameters, {
    cwd: options.cwd,
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  options.onStart?.(child);

  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const { onLine } = options;
  if (onLine !== undefined) {
    createInterface({ input: child.stdout }).on('line', onLine);
    createInterface({ input: child.stderr }).on('line', onLine);
  }

  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => {
      resolve(status ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  }).finally(() => new Promise<void>((resolve) => log.end(resolve)));
  return { code, stdout };
}
