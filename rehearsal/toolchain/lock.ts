/**
 * One process at a time. A lock is a file that names its holder; the holder touches it while it works, so a
 * holder that died, here or in a container that shares the folder, is noticed and its lock taken over.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { dirname } from 'node:path';

/** Milliseconds. */
const HEARTBEAT = 10_000;
/** Milliseconds without a heartbeat after which a holder counts as dead. */
export const STALE_AFTER = 60_000;
/** Milliseconds between two tries. */
const POLL = 500;

export interface LockHolder {
  readonly pid: number;
  readonly host: string;
}

/**
 * Runs `work` while holding the lock at `path`.
 * `onWait` is called once, when another living process holds it. The wait itself has no bound: the holder works.
 */
export async function withLock<T>(
  path: string,
  onWait: (holder: LockHolder) => void,
  work: () => Promise<T>,
): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  const mine = JSON.stringify({ pid: process.pid, host: os.hostname() } satisfies LockHolder);
  let told = false;
  while (!take(path, mine)) {
    const holder = livingHolder(path);
    if (holder && !told) {
      told = true;
      onWait(holder);
    }
    if (holder) await new Promise((wake) => setTimeout(wake, POLL));
  }
  const heartbeat = setInterval(() => {
    touch(path);
  }, HEARTBEAT);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    rmSync(path, { force: true });
  }
}

/** Written elsewhere and linked into place, so that nobody ever reads half a lock. */
function take(path: string, content: string): boolean {
  const draft = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  writeFileSync(draft, content);
  try {
    linkSync(draft, path);
    return true;
  } catch (fault) {
    if (isCode(fault, 'EEXIST')) return false;
    throw fault;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Who holds the lock; a dead holder's lock is removed, and the answer is then nobody. */
function livingHolder(path: string): LockHolder | undefined {
  let content: string;
  let silence: number;
  try {
    content = readFileSync(path, 'utf8');
    silence = Date.now() - statSync(path).mtimeMs;
  } catch {
    return undefined;
  }
  const holder = parseHolder(content);
  const isDead = holder?.host === os.hostname() && !isRunning(holder.pid);
  if (holder && !isDead && silence < STALE_AFTER) return holder;
  remove(path, content);
  return undefined;
}

/** Removes the lock with this content. Should somebody have renewed it meanwhile, theirs is put back. */
function remove(path: string, content: string): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
    if (readFileSync(aside, 'utf8') !== content) linkSync(aside, path);
  } catch {
    // Another process was quicker; the next try tells.
  } finally {
    rmSync(aside, { force: true });
  }
}

function parseHolder(content: string): LockHolder | undefined {
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('host' in value)) return undefined;
    const { pid, host } = value;
    return typeof pid === 'number' && typeof host === 'string' ? { pid, host } : undefined;
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (fault) {
    // Not permitted to signal it: it runs, as another user.
    return isCode(fault, 'EPERM');
  }
}

function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // Taken over after a long sleep of this machine; what is made is renamed into place, so both may finish.
  }
}

function isCode(fault: unknown, code: string): boolean {
  return typeof fault === 'object' && fault !== null && 'code' in fault && fault.code === code;
}
