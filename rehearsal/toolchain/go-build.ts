/**
 * Builds a pinned program from its Go module, once: a small module of our own requires it, so that its
 * replacements can be given and the checksum database vouches for every source. The build is kept with its
 * `go.mod` and `go.sum`.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cache } from './cache';
import { lastLines, ToolchainFailure } from './failure';
import { executableSuffix, type Host, type RunOptions, type RunResult } from './host';
import type { Progress } from './progress';
import type { GoProgram } from './providers';
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

/** The cache key of one program's build by one compiler for one platform. */
export function buildKey(program: GoProgram, platform: string, goVersion: string): string {
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
  find(program: GoProgram): string | undefined {
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
  fault(program: GoProgram): string | undefined {
    const what = `${program.name} is built from ${program.module}@${program.version} with Go ${program.minimumGo} or newer`;
    const remedy = `install it from https://go.dev/dl and put it on the PATH`;
    if (!this.go) return `${what}, and go is not on the PATH; ${remedy}`;
    if (isAtLeast(this.go.version, program.minimumGo)) return undefined;
    return `${what}, and the one on the PATH is ${this.go.version}; ${remedy}`;
  }

  /** Path of the program, built now when need be. */
  async make(program: GoProgram): Promise<string> {
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

  private executable(program: GoProgram, folder: string): string {
    return join(folder, program.name + executableSuffix(this.host.platform));
  }

  private async build(program: GoProgram, go: Go, folder: string): Promise<void> {
    const step = this.progress.begin(`${program.name} ${program.version}`, program.coldSeconds);
    let fetched = 0;
    let compiled = 0;
    const options: RunOptions = {
      cwd: folder,
      background: true,
      environment: goEnvironment(this.host.platform),
      onLine: (line) => {
        if (line.startsWith('go: downloading ')) fetched += 1;
        // With -v, the compiler names each package as it comes to it, and packages have no spaces.
        else if (/^[\w./~-]+$/.test(line)) compiled += 1;
        step.detail(`${fetched} modules fetched, ${compiled} packages compiled`);
      },
    };
    const main = program.package ?? program.module;
    writeFileSync(join(folder, 'go.mod'), goMod(program));
    try {
      check(program, 'fetch', await this.host.run(go.path, ['get', '-tool', `${main}@${program.version}`], options));
      const output = program.name + executableSuffix(this.host.platform);
      const build = [
        'build',
        '-v',
        '-mod=mod',
        '-buildvcs=false',
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

function check(program: GoProgram, verb: 'fetch' | 'build', { code, stderr }: RunResult): void {
  if (code === 0) return;
  const remedy =
    verb === 'fetch'
      ? 'GOPROXY must name a module proxy that is in reach, and GOSUMDB a checksum database'
      : 'memory and disk are the usual want, of which the largest provider takes several GB';
  throw new ToolchainFailure(
    `go could not ${verb} ${program.module}@${program.version} (exit code ${code}); ${remedy}:\n${lastLines(stderr)}`,
  );
}

/** The module that requires the program; `go get -tool` adds the rest. */
function goMod(program: GoProgram): string {
  const replaces = (program.replaces ?? []).map(
    ({ module, by = module, version }) => `replace ${module} => ${by} ${version}\n`,
  );
  return ['module example.invalid/toolchain\n', `go ${program.minimumGo}\n`, ...replaces].join('\n');
}

/** Without symbol tables, which are a third of the size. */
function linkerFlags({ linkerVariables = {} }: GoProgram): string {
  return ['-s', '-w', ...Object.entries(linkerVariables).map(([name, value]) => `-X ${name}=${value}`)].join(' ');
}

/** Whatever this shell is set to cross-compile or to work on stays out of the build. */
function goEnvironment(platform: string): Readonly<Record<string, string>> {
  const [system = '', processor = ''] = platform.split('_');
  return { GOOS: system, GOARCH: processor, GO111MODULE: 'on', GOWORK: 'off' };
}

function programKey(program: GoProgram): string {
  return `builds/${program.name}/${program.version}`;
}

/** Twelve digits that change with anything that goes into the build. */
function recipe(program: GoProgram): string {
  const { module, version, package: main = module } = program;
  const content = JSON.stringify([module, version, main, goMod(program), linkerFlags(program)]);
  return createHash('sha256').update(content).digest('hex').slice(0, 12);
}
