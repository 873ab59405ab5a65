/**
 * Builds a pinned program from its Go module, once: a small module of our own requires it, so that its
 * replacements can be given and the checksum database vouches for every source. The build is kept with its
 * `go.mod` and `go.sum`. A program whose sources are in this project is built from a copy of them.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cache } from './cache';
import { lastLines, ToolchainFailure } from './failure';
import { executableSuffix, type Host, type RunOptions, type RunResult } from './host';
import type { Progress } from './progress';
import type { GoProgram, OwnGoProgram } from './providers';
import { isAtLeast } from './version';

/** The Go compiler on the PATH. */
export interface Go {
  readonly path: string;
  /** As `go1.26.8`. */
  readonly version: string;
}

export async function findGo(host: Host): Promise<Go | undefined> {
  const path = host.find('go');
  if (path === undefined) return undefined;
  const { code, stdout } = await host.run(path, ['env', 'GOVERSION']);
  return code === 0 ? { path, version: stdout.trim() } : undefined;
}

/** What can be built. */
export type Buildable = GoProgram | OwnGoProgram;

/** The cache key of one program's build by one compiler for one platform. */
export function buildKey(program: Buildable, platform: string, goVersion: string): string {
  return `${programKey(program)}/${platform}-${goVersion}-${recipe(program)}`;
}

export class GoBuilds {
  /** `go` is undefined where there is no compiler: what is built already still serves. */
  constructor(
    private readonly host: Host,
    private readonly cache: Cache,
    private readonly progress: Progress,
    readonly go: Go | undefined,
  ) {}

  /** Path of the program when it is built already: by this compiler or, where none will do, by any. */
  find(program: Buildable): string | undefined {
    const { platform } = this.host;
    if (this.go && this.fault(program) === undefined) {
      const key = buildKey(program, platform, this.go.version);
      return this.cache.has(key) ? this.executable(program, this.cache.path(key)) : undefined;
    }
    const name = this.cache
      .entries(programKey(program))
      .filter((entry) => entry.startsWith(`${platform}-`) && entry.endsWith(`-${recipe(program)}`))
      .sort()
      .at(-1);
    return name === undefined ? undefined : this.executable(program, this.cache.path(`${programKey(program)}/${name}`));
  }

  /** Why this machine cannot build the program, and the way out. Undefined when it can. */
  fault(program: Buildable): string | undefined {
    const what = `${program.name} is built from ${origin(program)} with Go ${program.minimumGo} or newer`;
    const remedy = `install it from https://go.dev/dl and put it on the PATH`;
    if (!this.go) return `${what}, and go is not on the PATH; ${remedy}`;
    if (isAtLeast(this.go.version, program.minimumGo)) return undefined;
    return `${what}, and the one on the PATH is ${this.go.version}; ${remedy}`;
  }

  /** Path of the program, built now when need be. */
  async make(program: Buildable): Promise<string> {
    const found = this.find(program);
    if (found !== undefined) return found;
    const fault = this.fault(program);
    if (fault !== undefined || !this.go) throw new ToolchainFailure(fault);
    const { go } = this;
    const folder = await this.cache.once(
      buildKey(program, this.host.platform, go.version),
      ({ pid }) => {
        this.progress.say(`  ${program.name}: process ${pid} is building it; waiting for that`);
      },
      (partial) => this.build(program, go, partial),
    );
    return this.executable(program, folder);
  }

  private executable(program: Buildable, folder: string): string {
    return join(folder, program.name + executableSuffix(this.host.platform));
  }

  private async build(program: Buildable, go: Go, folder: string): Promise<void> {
    const step = this.progress.begin(`${program.name} ${program.version}`, program.coldSeconds);
    let fetched = 0;
    let compiled = 0;
    const options: RunOptions = {
      cwd: folder,
      background: true,
      environment: goEnvironment(this.host.platform, program),
      onLine: (line) => {
        if (line.startsWith('go: downloading ')) fetched += 1;
        // With -v, the compiler names each package as it comes to it, and packages have no spaces.
        else if (/^[\w./~-]+$/.test(line)) compiled += 1;
        step.detail(`${fetched} modules fetched, ${compiled} packages compiled`);
      },
    };
    try {
      const main = 'source' in program ? '.' : (program.package ?? program.module);
      if ('source' in program) {
        for (const name of sourceFiles(program)) copyFileSync(join(program.source, name), join(folder, name));
      } else {
        writeFileSync(join(folder, 'go.mod'), goMod(program));
        check(program, 'fetch', await this.host.run(go.path, ['get', '-tool', `${main}@${program.version}`], options));
      }
      const output = program.name + executableSuffix(this.host.platform);
      const build = [
        'build',
        '-v',
        // What is ours has its go.sum committed, and nothing else is built than what that vouches for.
        'source' in program ? '-mod=readonly' : '-mod=mod',
        '-buildvcs=false',
        ...(program.isStatic === true ? ['-trimpath'] : []),
        '-ldflags',
        linkerFlags(program),
        '-o',
        output,
        main,
      ];
      check(program, 'build', await this.host.run(go.path, build, options));
      step.end('built');
    } catch (fault) {
      step.end('not built');
      throw fault;
    }
  }
}

function check(program: Buildable, verb: 'fetch' | 'build', { code, stderr }: RunResult): void {
  if (code === 0) return;
  const remedy =
    verb === 'fetch'
      ? 'GOPROXY must name a module proxy that is in reach, and GOSUMDB a checksum database'
      : 'memory and disk are the usual want, of which the largest provider takes several GB';
  throw new ToolchainFailure(
    `go could not ${verb} ${origin(program)} (exit code ${code}); ${remedy}:\n${lastLines(stderr)}`,
  );
}

/** Where the sources are, for people. */
function origin(program: Buildable): string {
  return 'source' in program ? program.source : `${program.module}@${program.version}`;
}

/** The files that a program of this project is made of. */
function sourceFiles({ source }: OwnGoProgram): readonly string[] {
  return readdirSync(source)
    .filter((name) => name.endsWith('.go') || name === 'go.mod' || name === 'go.sum')
    .sort();
}

/** The module that requires the program; `go get -tool` adds the rest. */
function goMod(program: GoProgram): string {
  const replaces = (program.replaces ?? []).map(
    ({ module, by = module, version }) => `replace ${module} => ${by} ${version}\n`,
  );
  return ['module example.invalid/toolchain\n', `go ${program.minimumGo}\n`, ...replaces].join('\n');
}

/** Without symbol tables, which are a third of the size. */
function linkerFlags({ linkerVariables = {} }: Buildable): string {
  return ['-s', '-w', ...Object.entries(linkerVariables).map(([name, value]) => `-X ${name}=${value}`)].join(' ');
}

/** Whatever this shell is set to cross-compile or to work on stays out of the build. */
function goEnvironment(platform: string, { isStatic = false }: Buildable): Readonly<Record<string, string>> {
  const [system = '', processor = ''] = platform.split('_');
  return {
    GOOS: system,
    GOARCH: processor,
    GO111MODULE: 'on',
    GOWORK: 'off',
    ...(isStatic && { CGO_ENABLED: '0' }),
  };
}

function programKey(program: Buildable): string {
  return `builds/${program.name}/${program.version}`;
}

/** Twelve digits that change with anything that goes into the build. */
function recipe(program: Buildable): string {
  const content = [...ingredients(program), linkerFlags(program), ...(program.isStatic === true ? ['static'] : [])];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12);
}

function ingredients(program: Buildable): readonly string[] {
  if ('source' in program) {
    return sourceFiles(program).flatMap((name) => [name, readFileSync(join(program.source, name), 'utf8')]);
  }
  const { module, version, package: main = module } = program;
  return [module, version, main, goMod(program)];
}
