import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { Cache } from '../../toolchain/cache';
import { buildKey } from '../../toolchain/go-build';
import { STALE_AFTER, type LockHolder } from '../../toolchain/lock';
import { PROVIDERS, type GoProgram } from '../../toolchain/providers';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(os.tmpdir(), 'cache-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const write = (folder: string): Promise<void> => {
  writeFileSync(join(folder, 'file'), 'whole');
  return Promise.resolve();
};
const nobody = (holder: LockHolder): void => {
  throw new Error(`waits for ${holder.pid}`);
};

describe('Cache.ofUser', () => {
  test.each([
    [{ BAILIAN_GATEWAY_CACHE: '/own', XDG_CACHE_HOME: '/xdg' }, '/own'],
    [{ XDG_CACHE_HOME: '/xdg' }, '/xdg/bailian-gateway'],
    [{}, '/home/of/user/.cache/bailian-gateway'],
  ])('[L3] with %j is %s', (environment, expected) => {
    expect(Cache.ofUser(environment, '/home/of/user').root).toBe(expected);
  });
});

describe('Cache.once', () => {
  test('[L3] makes an entry once, under its own name only when it is complete', async () => {
    const cache = new Cache(root);
    let made = 0;
    for (let turn = 0; turn < 2; turn += 1) {
      const path = await cache.once('a/b', nobody, (folder) => {
        made += 1;
        expect(cache.has('a/b')).toBe(false);
        expect(cache.entries('a')).toEqual([]);
        return write(folder);
      });
      expect(readdirSync(path)).toEqual(['file']);
    }
    expect(made).toBe(1);
    expect(cache.entries('a')).toEqual(['b']);
  });

  test('[L3] makes it once for two that ask at the same time, and tells the second whom it waits for', async () => {
    const cache = new Cache(root);
    const waitedFor: number[] = [];
    let told = (): void => undefined;
    const secondWaits = new Promise<void>((resolve) => (told = resolve));
    let made = 0;
    const ask = (): Promise<string> =>
      cache.once(
        'entry',
        ({ pid }) => {
          waitedFor.push(pid);
          told();
        },
        async (folder) => {
          made += 1;
          await secondWaits;
          await write(folder);
        },
      );
    const [first, second] = await Promise.all([ask(), ask()]);
    expect(first).toBe(second);
    expect(made).toBe(1);
    expect(waitedFor).toEqual([process.pid]);
  });

  test.each([
    ['a process that is gone', { pid: deadPid(), host: os.hostname() }, 0],
    ['another machine that went silent', { pid: 1, host: 'elsewhere' }, STALE_AFTER + 1000],
    ['nobody that can be read', 'garbage', 0],
  ])('[L3] takes over the lock of %s, and sweeps what it left', async (_, holder, silence) => {
    mkdirSync(join(root, 'locks'));
    const lock = join(root, 'locks', 'entry');
    writeFileSync(lock, JSON.stringify(holder));
    const then = new Date(Date.now() - silence);
    utimesSync(lock, then, then);
    mkdirSync(join(root, 'entry.partial-1'));
    await new Cache(root).once('entry', nobody, write);
    expect(readdirSync(root).sort()).toEqual(['entry', 'locks']);
    expect(readdirSync(join(root, 'locks'))).toEqual([]);
  });

  test('[L3] keeps nothing when making it fails, and gives the lock back', async () => {
    const cache = new Cache(root);
    const fail = async (folder: string): Promise<void> => {
      await write(folder);
      throw new Error('no');
    };
    await expect(cache.once('entry', nobody, fail)).rejects.toThrow('no');
    expect(readdirSync(root)).toEqual(['locks']);
    expect(existsSync(await cache.once('entry', nobody, write))).toBe(true);
  });
});

describe('the key of a build', () => {
  const program: GoProgram = PROVIDERS[0].build;
  const key = buildKey(program, 'linux_amd64', 'go1.26.8');

  test.each<[string, string]>([
    ['version', buildKey({ ...program, version: 'v1.286.0' }, 'linux_amd64', 'go1.26.8')],
    ['module', buildKey({ ...program, module: 'example.org/other' }, 'linux_amd64', 'go1.26.8')],
    [
      'replacements',
      buildKey({ ...program, replaces: [{ module: 'a.org/b', version: 'v1.0.0' }] }, 'linux_amd64', 'go1.26.8'),
    ],
    ['linker variables', buildKey({ ...program, linkerVariables: { 'main.a': 'b' } }, 'linux_amd64', 'go1.26.8')],
    ['platform', buildKey(program, 'darwin_arm64', 'go1.26.8')],
    ['compiler', buildKey(program, 'linux_amd64', 'go1.26.9')],
  ])('[L3] changes with its %s', (_, other) => {
    expect(other).not.toBe(key);
  });

  test('[L3] does not change with how long the build is expected to take', () => {
    expect(buildKey({ ...program, coldSeconds: 1 }, 'linux_amd64', 'go1.26.8')).toBe(key);
  });
});

/** The id of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}
