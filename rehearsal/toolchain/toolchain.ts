/**
 * Terraform and its providers, ready to run: found where they are, fetched where a registry is in reach, else
 * built from their Go modules. Says beforehand what it will do and how long that takes, and afterwards what
 * stands in for what.
 */
import { Cache } from './cache';
import { ToolchainFailure } from './failure';
import { findGo, GoBuilds, type Buildable } from './go-build';
import { executableSuffix, Interrupted, thisHost, type Host } from './host';
import { makeMirror, providerExecutable, type ProviderPackage } from './mirror';
import { aboutSeconds, Progress, type Output } from './progress';
import { PROGRAMS, type ProgramName } from './programs';
import { OPENTOFU, PROVIDERS, TERRAFORM, type Provider, type ProviderSource } from './providers';
import { RegistryPackages } from './registry';
import { buildTerraform, findTerraform, type Terraform } from './terraform';

const PROVIDER_ORIGINS = ['registry', 'build'] as const;
/** Where providers come from: fetched from a registry, or built from their Go modules. */
export type ProviderOrigin = (typeof PROVIDER_ORIGINS)[number];

/** The environment variable that decides the origin where the caller does not. */
const ORIGIN_VARIABLE = 'BAILIAN_GATEWAY_PROVIDERS';

export interface ToolchainOptions {
  /** The providers that are needed. @default every provider of the stacks */
  readonly providers?: readonly ProviderSource[] | undefined;
  /** Where they come from. @default `BAILIAN_GATEWAY_PROVIDERS`, else the registry if it answers, else their modules */
  readonly origin?: ProviderOrigin | undefined;
  /** Where progress is told. @default standard error */
  readonly output?: Output | undefined;
  /** @default this machine */
  readonly host?: Host | undefined;
  /** Where things are kept. @default the user's cache folder */
  readonly cache?: Cache | undefined;
}

export interface Toolchain {
  /** Absolute path of Terraform, or of OpenTofu that stands in for it. */
  readonly terraform: string;
  /** Absolute path of Terraform's command-line configuration, which names the mirror. */
  readonly cliConfigFile: string;
  /** To be added to the environment of Terraform and of cdktf. */
  readonly environment: Readonly<Record<string, string>>;
  /** A line for Terraform and for each provider: what it is, where from, and what it stands in for. */
  readonly report: readonly string[];
}

/**
 * Prepares everything; takes minutes the first time and a moment after that.
 * Throws a {@link ToolchainFailure}, whose message has the way out, where something is missing.
 */
export async function prepareToolchain(options: ToolchainOptions = {}): Promise<Toolchain> {
  const { host = thisHost(), output = process.stderr } = options;
  const cache = options.cache ?? Cache.ofUser(host.environment);
  const providers = PROVIDERS.filter(({ source }) => options.providers?.includes(source) ?? true);
  const progress = new Progress(output);
  const asked = options.origin ?? originOf(host.environment[ORIGIN_VARIABLE]);

  const builds = new GoBuilds(host, cache, progress, await findGo(host));
  const { found, passedOver } = await findTerraform(host);
  const registry = (found?.product ?? OPENTOFU).registryHost;
  const fetched = found && new RegistryPackages(host, cache, progress, found);
  const isAllFetched = fetched !== undefined && providers.every((provider) => fetched.has(provider));
  const origin = asked ?? (isAllFetched || (await host.reaches(registry)) ? 'registry' : 'build');

  announce(progress, cache, builds, [
    ...(found ? [] : [needForTerraform(passedOver)]),
    ...(origin === 'build' ? needsFor(providers, asked ? 'as asked' : `${registry} is out of reach`) : []),
  ]);
  const terraform = found ?? (await buildTerraform(builds));
  const made = await makePackages(providers, origin, asked === undefined, { host, cache, progress, builds, terraform });
  const cliConfigFile = await makeMirror(cache, {
    packages: made.packages,
    platform: host.platform,
    othersFromRegistry: made.origin === 'registry',
  });

  return {
    terraform: terraform.path,
    cliConfigFile,
    environment: {
      TF_CLI_CONFIG_FILE: cliConfigFile,
      CHECKPOINT_DISABLE: '1',
      // cdktf's name for "which Terraform".
      TERRAFORM_BINARY_NAME: terraform.path,
    },
    report: [
      reportTerraform(terraform, passedOver, !found),
      ...providers.map((provider) => reportProvider(provider, made.origin, terraform.product.registryHost)),
    ],
  };
}

/** What {@link preparePrograms} can be told. */
export type ProgramOptions = Pick<ToolchainOptions, 'output' | 'host' | 'cache'>;

/**
 * Absolute paths of these programs, each built now when need be: minutes the first time, a moment after that.
 * Throws a {@link ToolchainFailure}, whose message has the way out, where this machine cannot build them.
 */
export async function preparePrograms<Name extends ProgramName>(
  names: readonly Name[],
  { host = thisHost(), output = process.stderr, cache = Cache.ofUser(host.environment) }: ProgramOptions = {},
): Promise<Readonly<Record<Name, string>>> {
  const progress = new Progress(output);
  const builds = new GoBuilds(host, cache, progress, await findGo(host));
  announce(
    progress,
    cache,
    builds,
    names.map((name) => ({ program: PROGRAMS[name], reason: 'pinned, and built so on every machine' })),
  );
  const made = await inTurn(names, async (name) => [name, await builds.make(PROGRAMS[name])] as const);
  // Of every name that was asked for; `fromEntries` only knows that they are strings.
  return Object.fromEntries(made) as Record<Name, string>;
}

/** Reads the name of an origin; nothing means that nobody asked. */
export function originOf(name: string | undefined): ProviderOrigin | undefined {
  if (name === undefined || name === '') return undefined;
  const origin = PROVIDER_ORIGINS.find((known) => known === name);
  if (origin) return origin;
  throw new ToolchainFailure(
    `providers come from "${PROVIDER_ORIGINS.join('" or "')}", not from "${name}"; correct --providers or ${ORIGIN_VARIABLE}`,
  );
}

interface Means {
  readonly host: Host;
  readonly cache: Cache;
  readonly progress: Progress;
  readonly builds: GoBuilds;
  readonly terraform: Terraform;
}

/** The packages, and where they came from in the end: a registry that fails halfway may be given up for the modules. */
async function makePackages(
  providers: readonly Provider[],
  origin: ProviderOrigin,
  mayBuildInstead: boolean,
  { host, cache, progress, builds, terraform }: Means,
): Promise<{ packages: readonly ProviderPackage[]; origin: ProviderOrigin }> {
  if (origin === 'registry') {
    const registry = new RegistryPackages(host, cache, progress, terraform);
    try {
      return { packages: await inTurn(providers, (provider) => registry.make(provider)), origin };
    } catch (fault) {
      if (!mayBuildInstead || !(fault instanceof ToolchainFailure)) throw fault;
      progress.say(fault.message);
      announce(progress, cache, builds, needsFor(providers, `${terraform.product.registryHost} did not give them`));
    }
  }
  const build = async (provider: Provider): Promise<ProviderPackage> => {
    const name = providerExecutable(provider) + executableSuffix(host.platform);
    return { provider, files: [{ name, path: await builds.make(provider.build) }] };
  };
  return { packages: await inTurn(providers, build), origin: 'build' };
}

/** One after the other: a build takes every core by itself. */
async function inTurn<T, R>(items: readonly T[], make: (item: T) => Promise<R>): Promise<readonly R[]> {
  const made: R[] = [];
  for (const item of items) made.push(await make(item));
  return made;
}

interface Need {
  readonly program: Buildable;
  /** Why it has to be built. */
  readonly reason: string;
  /** What would spare the build. @default nothing would */
  readonly alternative?: string;
}

function needForTerraform(passedOver: readonly string[]): Need {
  return {
    program: OPENTOFU.build,
    reason: `${passedOver.join(', and ')}: OpenTofu stands in for Terraform`,
    alternative: `install Terraform ${TERRAFORM.minimumVersion} or newer`,
  };
}

function needsFor(providers: readonly Provider[], reason: string): readonly Need[] {
  const alternative = 'have Terraform reach its registry (--providers registry)';
  return providers.map(({ build }) => ({ program: build, reason, alternative }));
}

/** Says what will be built, why, and how long it takes; nothing when all is there. Throws where it cannot be done. */
function announce(progress: Progress, cache: Cache, builds: GoBuilds, needs: readonly Need[]): void {
  const missing = needs.filter(({ program }) => builds.find(program) === undefined);
  if (missing.length === 0) return;
  for (const { program, reason, alternative } of missing) {
    const fault = builds.fault(program);
    if (fault === undefined) continue;
    throw new ToolchainFailure(`${reason}. ${fault}${alternative === undefined ? '' : `; or ${alternative}`}`);
  }
  const seconds = missing.reduce((sum, { program }) => sum + program.coldSeconds, 0);
  const reasons = [...new Set(missing.map(({ reason }) => reason))].join('; ');
  progress.say(`Building ${missing.map(({ program }) => program.name).join(', ')} from the Go modules (${reasons}).`);
  progress.say(`This takes ${aboutSeconds(seconds)} on two cores, once; the result is kept in ${cache.root}`);
}

function reportTerraform(
  { product, path, version }: Terraform,
  passedOver: readonly string[],
  isBuilt: boolean,
): string {
  const what = `${product.title} ${version}`;
  if (isBuilt) {
    const { module, version: moduleVersion } = OPENTOFU.build;
    return `${what}, built from ${module}@${moduleVersion}, stands in for Terraform: ${passedOver.join(', and ')}`;
  }
  const standIn = product === TERRAFORM ? '' : `, stands in for Terraform: ${passedOver.join(', and ')}`;
  return `${what} from the PATH (${path})${standIn}`;
}

function reportProvider(
  { source, version, bindings, build }: Provider,
  origin: ProviderOrigin,
  registry: string,
): string {
  if (origin === 'registry') return `${source} ${version} from ${registry}`;
  const from = `${build.module}@${build.version}`;
  if (build.version === `v${version}`) return `${source} ${version}, built from ${from}`;
  return `${source} ${version}: ${from} stands in for it, under the version that ${bindings} asks for`;
}

export { Interrupted, ToolchainFailure };
