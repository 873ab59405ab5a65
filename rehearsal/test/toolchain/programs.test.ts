import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { dirname, join } from 'node:path';
import { Cache } from '../../toolchain/cache';
import { buildKey, GoBuilds } from '../../toolchain/go-build';
import type { RunOptions } from '../../toolchain/host';
import { Progress } from '../../toolchain/progress';
import { PROGRAMS } from '../../toolchain/programs';
import type { GoProgram, OwnGoProgram } from '../../toolchain/providers';
import { preparePrograms } from '../../toolchain/toolchain';
import { fakeHost } from './fake-host';

let root: string;
let told: string;
beforeEach(() => {
  root = mkdtempSync(join(os.tmpdir(), 'programs-'));
  told = '';
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const output = { write: (text: string): unknown => (told += text) };
const cache = (): Cache => new Cache(join(root, 'cache'));
const GO = { go: '1.26.8' };

describe('the table of programs', () => {
  test.each(Object.values<GoProgram | OwnGoProgram>(PROGRAMS).map((row) => [row.name, row] as const))(
    '[L3] pins %s, and builds it for an image that has nothing else',
    (_, row) => {
      expect(row.version).toMatch(/^v\d+\.\d+\.\d+$/);
      expect(row.isStatic).toBe(true);
      expect(row.coldSeconds).toBeGreaterThan(0);
      if (!('source' in row)) expect(`${row.package ?? row.module}/`).toContain(`${row.module}/`);
    },
  );

  test.each(
    Object.values<GoProgram | OwnGoProgram>(PROGRAMS).flatMap((row) =>
      'source' in row ? [[row.name, row.source, row.version] as const] : [],
    ),
  )('[L3] names %s by a version that its go.mod requires, where it requires any', (_, source, version) => {
    const required = readFileSync(join(source, 'go.mod'), 'utf8');
    if (required.includes('require')) expect(required).toContain(` ${version}\n`);
    else expect(version).toBe('v1.0.0');
  });
});

describe('preparePrograms', () => {
  test('[L3] builds what is asked for, says for how long, and the second time does nothing', async () => {
    const host = fakeHost({ commands: GO });
    const made = await preparePrograms(['promtool', 'amtool'], { host, cache: cache(), output });
    expect(Object.keys(made)).toEqual(['promtool', 'amtool']);
    expect(made.promtool).toMatch(/builds\/promtool\/v0\.306\.0\/linux_amd64-go1\.26\.8-[0-9a-f]{12}\/promtool$/);
    expect(told).toMatch(/^Building promtool, amtool from the Go modules .*\nThis takes about 4 minutes on two cores/);
    expect(host.ran).toContain('go get -tool github.com/prometheus/prometheus/cmd/promtool@v0.306.0');
    told = '';
    const again = fakeHost({ commands: GO });
    expect(await preparePrograms(['promtool', 'amtool'], { host: again, cache: cache(), output })).toEqual(made);
    expect(again.ran).toEqual(['go env GOVERSION']);
    expect(told).toBe('');
  });

  test('[L3] without Go says what is missing and the way out, and offers no way that there is not', async () => {
    const prepared = preparePrograms(['helm'], { host: fakeHost({}), cache: cache(), output });
    await expect(prepared).rejects.toThrow(
      /go is not on the PATH; install it from https:\/\/go\.dev\/dl and put it on the PATH$/,
    );
  });
});

describe('a program of this project', () => {
  const own = (): OwnGoProgram => {
    const source = join(root, 'source');
    mkdirSync(source, { recursive: true });
    for (const name of ['main.go', 'go.mod', 'go.sum', 'README.md']) writeFileSync(join(source, name), name);
    return { name: 'own', source, version: 'v1.0.0', isStatic: true, minimumGo: '1.26.0', coldSeconds: 1 };
  };

  test('[L3] is built from a copy of its sources, against its own go.sum, without C', async () => {
    const seen: { args: readonly string[]; files: readonly string[]; options: RunOptions }[] = [];
    const host = fakeHost({
      commands: GO,
      interfere: (_command, args, options) => {
        if (args[0] !== 'env') seen.push({ args, options, files: readdirSync(options.cwd ?? '').sort() });
        return undefined;
      },
    });
    const builds = new GoBuilds(host, cache(), new Progress(output), { path: '/path/go', version: 'go1.26.8' });
    const path = await builds.make(own());
    expect(readdirSync(dirname(path)).sort()).toEqual(['go.mod', 'go.sum', 'main.go', 'own']);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.files).toEqual(['go.mod', 'go.sum', 'main.go']);
    expect(seen[0]?.args).toEqual(expect.arrayContaining(['-mod=readonly', '-trimpath', '.']));
    expect(seen[0]?.options.environment).toMatchObject({ CGO_ENABLED: '0', GOWORK: 'off' });
  });

  test.each(['main.go', 'go.mod', 'go.sum'])('[L3] is built anew when its %s changes', (name) => {
    const program = own();
    const before = buildKey(program, 'linux_amd64', 'go1.26.8');
    writeFileSync(join(program.source, 'README.md'), 'of no account');
    expect(buildKey(program, 'linux_amd64', 'go1.26.8')).toBe(before);
    writeFileSync(join(program.source, name), 'changed');
    expect(buildKey(program, 'linux_amd64', 'go1.26.8')).not.toBe(before);
  });
});
