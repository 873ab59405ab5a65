/** The processes that a drill starts, so that each can be ended with all that it has started itself. */
import type { ChildProcess } from 'node:child_process';
import { execFileSync } from 'node:child_process';

/** A process and its parent. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
}

export class Processes {
  readonly #running = new Set<number>();

  /** Remembers a process until it has ended. */
  add(child: ChildProcess): void {
    const { pid } = child;
    if (pid === undefined) return;
    this.#running.add(pid);
    child.once('close', () => this.#running.delete(pid));
  }

  /** Ends everything that still runs, as a kill -9 does. */
  killAll(): void {
    for (const pid of this.#running) killTree(pid);
  }
}

/**
 * kill -9 to a process and everything below it: Terraform's providers outlive it otherwise, and go on working.
 * Nothing else of this program runs meanwhile, so that no answer of the double gets out between the decision and the
 * end of whom it is for.
 */
export function killTree(pid: number): void {
  for (const each of [pid, ...below(pid, processes())]) send(each, 'SIGKILL');
}

/** @returns whether the process was there to take it */
export function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    // It ended meanwhile.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

/** Everything below a process: its children, theirs, and so on. */
export function below(pid: number, all: readonly Process[]): readonly number[] {
  const children = all.filter(({ parent }) => parent === pid).map((child) => child.pid);
  return children.flatMap((child) => [child, ...below(child, all)]);
}

function processes(): readonly Process[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((cells) => cells.length === 2)
    .map(([pid, parent]) => ({ pid: Number(pid), parent: Number(parent) }));
}
