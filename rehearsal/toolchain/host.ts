/**
 * The machine as the toolchain sees it: what is on the PATH, what a command answers, whether a registry is in
 * reach. Everything the toolchain asks of the machine, except files, goes through here, so that a test can answer.
 */
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import os from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { isRegistryInReach } from './reach';

export interface RunOptions {
  /** @default the process's own */
  readonly cwd?: string;
  /** Added to the host's environment. @default nothing */
  readonly environment?: Readonly<Record<string, string>>;
  /** Called with each line of either stream as it comes. @default nothing */
  readonly onLine?: (line: string) => void;
  /** Leave the processor to others where they want it. @default false */
  readonly background?: boolean;
}

export interface RunResult {
  /** Exit code; 1 when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Host {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** As Terraform and Go write it, such as `linux_amd64`. */
  readonly platform: string;
  /** Absolute path of a command on the PATH. */
  find(command: string): string | undefined;
  /** Runs a program, without a shell. Rejects when it cannot be started or the user interrupts. */
  run(program: string, args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Whether the provider registry at this host answers. Never rejects, and takes a few seconds at most. */
  reaches(registryHost: string): Promise<boolean>;
}

/** SIGINT, SIGTERM or SIGHUP came while a program ran; that program was stopped. */
export class Interrupted extends Error {
  constructor(readonly signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Node's names of processors where Go has another. */
const GO_ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };
/** Priority of a background program; 0 is usual and 19 the lowest. */
const BACKGROUND_PRIORITY = 10;
/** Milliseconds from the polite signal to the one that cannot be refused. */
const KILL_AFTER = 5000;

/** This machine. */
export function thisHost(environment: Host['environment'] = process.env): Host {
  return {
    environment,
    platform: `${process.platform === 'win32' ? 'windows' : process.platform}_${GO_ARCHITECTURES[process.arch] ?? process.arch}`,
    find: (command) => findOnPath(command, environment),
    run: (program, args, options = {}) => run(program, args, { ...environment, ...options.environment }, options),
    reaches: (registryHost) => isRegistryInReach(registryHost, environment),
  };
}

/** The platform's ending of an executable: `.exe` or nothing. */
export function executableSuffix(platform: string): string {
  return platform.startsWith('windows_') ? '.exe' : '';
}

function findOnPath(command: string, environment: Host['environment']): string | undefined {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  const isPath = /[\\/]/.test(command);
  const folders = isPath ? [''] : (environment['PATH'] ?? environment['Path'] ?? '').split(delimiter).filter(Boolean);
  return folders
    .flatMap((folder) => suffixes.map((suffix) => resolve(join(folder, command + suffix))))
    .find((candidate) => {
      try {
        accessSync(candidate, constants.X_OK);
        return statSync(candidate).isFile();
      } catch {
        return false;
      }
    });
}

function run(
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  { cwd, onLine, background = false }: RunOptions,
): Promise<RunResult> {
  return new Promise((settle, reject) => {
    // A group of its own: `go build` leaves its compilers running when only `go` itself is signalled.
    const grouped = process.platform !== 'win32';
    const child = spawn(program, args, { cwd, env: environment, detached: grouped, stdio: ['ignore', 'pipe', 'pipe'] });
    if (background && child.pid !== undefined) os.setPriority(child.pid, BACKGROUND_PRIORITY);

    const signalChild = (signal: NodeJS.Signals): void => {
      if (child.pid === undefined) return;
      try {
        if (grouped) process.kill(-child.pid, signal);
        else child.kill(signal);
      } catch {
        // It is gone already.
      }
    };
    const kill = (): void => {
      signalChild('SIGKILL');
    };
    let interruption: Interrupted | undefined;
    let killTimer: NodeJS.Timeout | undefined;
    const interrupt = (signal: NodeJS.Signals): void => {
      interruption ??= new Interrupted(signal);
      signalChild('SIGINT');
      killTimer ??= setTimeout(kill, KILL_AFTER);
    };
    for (const signal of SIGNALS) process.on(signal, interrupt);
    process.on('exit', kill);
    const release = (): void => {
      clearTimeout(killTimer);
      for (const signal of SIGNALS) process.off(signal, interrupt);
      process.off('exit', kill);
    };

    const stdout = collect(child.stdout, onLine);
    const stderr = collect(child.stderr, onLine);
    child.on('error', (fault) => {
      release();
      reject(fault);
    });
    child.on('close', (code) => {
      release();
      if (interruption) reject(interruption);
      else settle({ code: code ?? 1, stdout: stdout(), stderr: stderr() });
    });
  });
}

/** Keeps what a stream says, hands it on line by line, and returns how to read it all. */
function collect(stream: NodeJS.ReadableStream, onLine?: (line: string) => void): () => string {
  const chunks: string[] = [];
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    chunks.push(chunk);
    if (!onLine) return;
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  });
  return () => chunks.join('');
}
