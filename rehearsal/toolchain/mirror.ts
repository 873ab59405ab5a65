/**
 * The folder from which Terraform takes its providers, and the command-line configuration that says so. The
 * layout is the unpacked one, to which Terraform links: a copy in every stack's folder would be 300 MB each.
 */
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cache } from './cache';
import { REGISTRY_HOSTS, type Provider } from './providers';

/** A provider's package, ready to be offered. */
export interface ProviderPackage {
  readonly provider: Provider;
  /** The executable, and what came with it: the name in the mirror and where the file is. */
  readonly files: readonly { readonly name: string; readonly path: string }[];
}

export interface MirrorProps {
  readonly packages: readonly ProviderPackage[];
  /** As `linux_amd64`. */
  readonly platform: string;
  /** Take every other provider from its registry; otherwise there is no other. */
  readonly othersFromRegistry: boolean;
}

/** Path of the command-line configuration, whose mirror serves these packages; made now when need be. */
export async function makeMirror(
  cache: Cache,
  { packages, platform, othersFromRegistry }: MirrorProps,
): Promise<string> {
  const offered = packages.map(({ provider: { source, version }, files }) => [source, version, files]);
  const content = JSON.stringify([platform, othersFromRegistry, offered, LAYOUT]);
  const key = `mirrors/${createHash('sha256').update(content).digest('hex').slice(0, 12)}`;
  const folder = await cache.once(
    key,
    () => undefined,
    (partial) => {
      for (const { provider, files } of packages) {
        for (const host of REGISTRY_HOSTS) {
          const target = join(partial, 'providers', host, provider.source, provider.version, platform);
          mkdirSync(target, { recursive: true });
          // A second name for the file, not a copy: nothing else in the cache may be on another disk.
          for (const { name, path } of files) linkSync(path, join(target, name));
        }
      }
      const providers = othersFromRegistry ? packages.map(({ provider }) => provider) : undefined;
      // The path is that of the finished mirror, which is not where it is made.
      writeFileSync(join(partial, CLI_CONFIG), cliConfig(join(cache.path(key), 'providers'), providers));
      return Promise.resolve();
    },
  );
  return join(folder, CLI_CONFIG);
}

/**
 * Terraform's command-line configuration for a mirror. With `excluded`, every provider but these comes from
 * its registry; without, the mirror is all there is, and what it lacks fails at once instead of after timeouts.
 */
export function cliConfig(mirror: string, excluded?: readonly Provider[]): string {
  // Backslashes and quotes are escaped as in JSON, and `${` and `%{` would begin a template.
  const quote = (text: string): string =>
    JSON.stringify(text).replace(/[$%]\{/g, (start) => `${start[0] ?? ''}${start}`);
  const lines = ['provider_installation {', '  filesystem_mirror {', `    path = ${quote(mirror)}`, '  }'];
  if (excluded) {
    const sources = excluded.flatMap(({ source }) => REGISTRY_HOSTS.map((host) => quote(`${host}/${source}`)));
    lines.push('  direct {', `    exclude = [${sources.join(', ')}]`, '  }');
  }
  return [...lines, '}', ''].join('\n');
}

/** The name by which Terraform knows a provider's executable. */
export function providerExecutable({ source, version }: Provider): string {
  return `terraform-provider-${source.split('/').at(-1) ?? source}_v${version}`;
}

const CLI_CONFIG = 'terraform.tfrc';
/** Raised when the layout or the configuration's text changes, so that no older mirror is taken for a new one. */
const LAYOUT = 1;
