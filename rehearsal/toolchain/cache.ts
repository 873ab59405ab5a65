/**
 * What is made once and kept outside the checkout. An entry is a folder that appears complete or not at all:
 * it is made beside its place and renamed into it, under a lock.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { withLock, type LockHolder } from './lock';

export class Cache {
  /** `root` is created when something is first kept in it. */
  constructor(readonly root: string) {}

  /**
   * The cache of this user: `BAILIAN_GATEWAY_CACHE`, else `bailian-gateway` in `XDG_CACHE_HOME`, else in `~/.cache`.
   */
  static ofUser(environment: Readonly<Record<string, string | undefined>>, home = os.homedir()): Cache {
    const own = environment['BAILIAN_GATEWAY_CACHE'];
    if (own) return new Cache(resolve(own));
    return new Cache(join(environment['XDG_CACHE_HOME'] || join(home, '.cache'), 'bailian-gateway'));
  }

  /** Where the entry of this key is, or will be. Keys are paths with forward slashes. */
  path(key: string): string {
    return join(this.root, ...key.split('/'));
  }

  has(key: string): boolean {
    return existsSync(this.path(key));
  }

  /** The names of the complete entries below a key. */
  entries(key: string): readonly string[] {
    const folder = this.path(key);
    return existsSync(folder) ? readdirSync(folder).filter((name) => !name.includes(PARTIAL)) : [];
  }

  /**
   * The path of the entry, made by `make` when it is not there. `make` gets an empty folder to fill; when it
   * throws, nothing is kept. Two processes that ask for one entry make it once: `onWait` is told that it waits.
   */
  async once(
    key: string,
    onWait: (holder: LockHolder) => void,
    make: (folder: string) => Promise<void>,
  ): Promise<string> {
    const path = this.path(key);
    if (existsSync(path)) return path;
    return withLock(join(this.root, 'locks', key.replaceAll('/', '+')), onWait, async () => {
      if (existsSync(path)) return path;
      mkdirSync(dirname(path), { recursive: true });
      this.sweep(path);
      const partial = `${path}${PARTIAL}${process.pid}`;
      try {
        mkdirSync(partial);
        await make(partial);
        renameSync(partial, path);
      } finally {
        rmSync(partial, { recursive: true, force: true });
      }
      return path;
    });
  }

  /** Removes what a killed process left of this entry. */
  private sweep(path: string): void {
    for (const name of readdirSync(dirname(path))) {
      if (name.startsWith(basename(path) + PARTIAL))
        rmSync(join(dirname(path), name), { recursive: true, force: true });
    }
  }
}

/** Marks a folder that is being made. */
const PARTIAL = '.partial-';
