/** The processes that a rehearsal or a drill starts, so that each can be ended with all that it has started itself. */
import { execFileSync } from 'node:child_process';

/** A process and its parent. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
}

/**
 * Whoever stops this program leaves nothing running: cdktf, Terraform and its providers end with it.
 * @param more what else there is to remove; done before it ends
 */
export function endEverythingBelow(more: () => Promise<unknown> = () => Promise.resolve()): void {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(signal, () => {
      for (const pid of below(process.pid, processes())) send(pid, 'SIGKILL');
      void more().finally(() => process.exit(code));
    });
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
