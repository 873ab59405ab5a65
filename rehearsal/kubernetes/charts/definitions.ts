/**
 * Custom resource definitions as those who answer for them write them, out of their Go modules: what a cluster with an
 * operator or a driver takes, to be installed and to be checked against.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ToolchainFailure } from '../../toolchain';
import type { Cache } from '../../toolchain/cache';
import { lastLines } from '../../toolchain/failure';
import type { Host } from '../../toolchain/host';

interface DefinitionSource {
  readonly module: string;
  readonly version: string;
  /** Folder of the module that holds them, a YAML file each. */
  readonly folder: string;
  /** Name in the cache. */
  readonly kept: string;
}

export const DEFINITIONS = {
  /** The release whose definitions the pinned chart has. The operator that runs in rehearsals is an older one, since of this one a part is on no proxy. */
  prometheusOperator: {
    module: 'github.com/prometheus-operator/prometheus-operator',
    version: 'v0.94.1',
    folder: join('example', 'prometheus-operator-crd'),
    kept: 'prometheus-operator-definitions',
  },
  /** The driver that mounts secrets. */
  secretsStore: {
    module: 'sigs.k8s.io/secrets-store-csi-driver',
    version: 'v1.5.3',
    folder: join('config', 'crd', 'bases'),
    kept: 'secrets-store-definitions',
  },
  /** The operator that makes Secrets, where an environment has it. */
  externalSecrets: {
    module: 'github.com/external-secrets/external-secrets',
    version: 'v1.3.2',
    folder: join('config', 'crds', 'bases'),
    kept: 'external-secrets-definitions',
  },
} as const satisfies Readonly<Record<string, DefinitionSource>>;

/**
 * The folder with definitions; fetched now when need be. Without what they say for people: Helm keeps a release in a
 * Secret, which takes 1 MiB.
 */
export function resourceDefinitions(of: keyof typeof DEFINITIONS, host: Host, cache: Cache): Promise<string> {
  const { module, version, folder: inModule, kept } = DEFINITIONS[of];
  return cache.once(
    `${kept}/${version}-bare`,
    () => undefined,
    async (folder) => {
      const go = host.find('go');
      if (go === undefined) throw new ToolchainFailure('go is not on the PATH; install it from https://go.dev/dl');
      const { code, stdout, stderr } = await host.run(go, ['mod', 'download', '-json', `${module}@${version}`]);
      if (code !== 0) {
        throw new ToolchainFailure(
          `go could not fetch ${module}@${version}; GOPROXY must name a proxy in reach:\n${lastLines(stderr)}`,
        );
      }
      const source = join((JSON.parse(stdout) as { readonly Dir: string }).Dir, inModule);
      for (const name of readdirSync(source).filter((each) => each.endsWith('.yaml'))) {
        const definition: unknown = parse(readFileSync(join(source, name), 'utf8'));
        if (isDefinition(definition)) {
          writeFileSync(join(folder, name), JSON.stringify(withoutDescriptions(definition)));
        }
      }
    },
  );
}

/** Beside definitions such a folder may have lists of them. */
function isDefinition(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'CustomResourceDefinition';
}

/** A field of that name that is a text; a property of that name is a schema. */
function withoutDescriptions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDescriptions);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, content]) => name !== 'description' || typeof content !== 'string')
      .map(([name, content]) => [name, withoutDescriptions(content)]),
  );
}
