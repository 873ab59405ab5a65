/**
 * Takes providers from their registry, once: `terraform init` fetches a package and checks its signature, and
 * the package is kept. A mirror that the user's own Terraform configuration names is honoured by that.
 */
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cache } from './cache';
import { lastLines, ToolchainFailure } from './failure';
import type { Host } from './host';
import type { ProviderPackage } from './mirror';
import type { Progress } from './progress';
import type { Provider } from './providers';
import type { Terraform } from './terraform';

export class RegistryPackages {
  constructor(
    private readonly host: Host,
    private readonly cache: Cache,
    private readonly progress: Progress,
    private readonly terraform: Terraform,
  ) {}

  /** Whether the package is here already, so that no registry need be asked. */
  has(provider: Provider): boolean {
    return this.cache.has(this.key(provider));
  }

  /** The provider's package, fetched now when need be. */
  async make(provider: Provider): Promise<ProviderPackage> {
    const folder = await this.cache.once(
      this.key(provider),
      ({ pid }) => {
        this.progress.say(`  ${provider.source}: process ${pid} is fetching it; waiting for that`);
      },
      (partial) => this.fetch(provider, partial),
    );
    return { provider, files: readdirSync(folder).map((name) => ({ name, path: join(folder, name) })) };
  }

  private key(provider: Provider): string {
    const { registryHost } = this.terraform.product;
    return `registry/${registryHost}/${provider.source}/${provider.version}/${this.host.platform}`;
  }

  private async fetch(provider: Provider, folder: string): Promise<void> {
    const { path, product } = this.terraform;
    const { source, version } = provider;
    const step = this.progress.begin(`${source} ${version} from ${product.registryHost}`);
    const configuration = join(folder, 'main.tf.json');
    const data = join(folder, '.terraform');
    writeFileSync(configuration, JSON.stringify(requireProvider(provider)));
    let fetched = false;
    try {
      const { code, stderr } = await this.host.run(path, ['init', '-backend=false', '-input=false', '-no-color'], {
        cwd: folder,
        environment: { CHECKPOINT_DISABLE: '1', TF_DATA_DIR: data },
      });
      if (code !== 0) {
        throw new ToolchainFailure(
          `${source} ${version} could not be fetched from ${product.registryHost}:\n${lastLines(stderr)}`,
        );
      }
      // Dereferenced: from a mirror of the user's, Terraform only links to the package.
      const fetchedTo = join(data, 'providers', product.registryHost, source, version, this.host.platform);
      for (const name of readdirSync(fetchedTo)) {
        cpSync(join(fetchedTo, name), join(folder, name), { recursive: true, dereference: true });
      }
      fetched = true;
    } finally {
      step.end(fetched ? 'fetched' : 'not fetched');
    }
    for (const left of [configuration, data, join(folder, '.terraform.lock.hcl')]) {
      rmSync(left, { recursive: true, force: true });
    }
  }
}

/** A configuration that needs this provider, in exactly this version, and nothing else. */
export function requireProvider({ source, version }: Pick<Provider, 'source' | 'version'>): object {
  return { terraform: { required_providers: { [source.split('/').at(-1) ?? source]: { source, version } } } };
}
