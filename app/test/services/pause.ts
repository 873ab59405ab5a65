/** Stops a process as a whole: it has stopped when the call returns. */
import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Most that the system is waited for, in milliseconds. */
const STOPPED_WITHIN_MS = 5_000;
const LOOK_MS = 1;

/**
 * Sends SIGSTOP, and waits until every thread has stopped: the signal is on its way for a while, and a thread that runs
 * on another core meanwhile goes on answering.
 */
export const pause = (child: ChildProcess | undefined): void => {
  if (child?.pid === undefined || !child.kill('SIGSTOP')) return;
  const threads = `/proc/${child.pid}/task`;
  // Where the system does not show its threads, the signal alone must do.
  if (!existsSync(threads)) return;
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  const until = performance.now() + STOPPED_WITHIN_MS;
  while (!readdirSync(threads).every((thread) => isStopped(`${threads}/${thread}/stat`))) {
    if (performance.now() > until)
      throw new Error(`process ${child.pid} has not stopped within ${STOPPED_WITHIN_MS} ms`);
    Atomics.wait(sleeper, 0, 0, LOOK_MS);
  }
};

/** The state stands behind the name, which is in parentheses and may hold any. Source: proc(5), /proc/pid/stat. */
const isStopped = (file: string): boolean => {
  try {
    const stat = readFileSync(file, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
  } catch {
    // This thread has just ended.
    return true;
  }
};
