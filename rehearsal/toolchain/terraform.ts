/** Terraform, or what stands in for it: a good one from the PATH, else OpenTofu built from its module. */
import type { GoBuilds } from './go-build';
import type { Host } from './host';
import { OPENTOFU, TERRAFORM, type TerraformProduct } from './providers';
import { isAtLeast } from './version';

export interface Terraform {
  readonly product: TerraformProduct;
  /** Absolute path of the executable. */
  readonly path: string;
  /** As `1.11.4`. */
  readonly version: string;
}

export interface TerraformSearch {
  /** The first one that will do. */
  readonly found?: Terraform;
  /** What was found or missed before it, for the report. */
  readonly passedOver: readonly string[];
}

/** Looks for Terraform and then for OpenTofu on the PATH. A `TERRAFORM_BINARY_NAME` is the name looked for, as in cdktf. */
export async function findTerraform(host: Host): Promise<TerraformSearch> {
  const passedOver: string[] = [];
  for (const product of [TERRAFORM, OPENTOFU]) {
    const command = (product === TERRAFORM && host.environment['TERRAFORM_BINARY_NAME']) || product.command;
    const path = host.find(command);
    if (path === undefined) {
      passedOver.push(`${command} is not on the PATH`);
      continue;
    }
    const version = await readVersion(host, path);
    if (version !== undefined && isAtLeast(version, product.minimumVersion)) {
      return { found: { product, path, version }, passedOver };
    }
    passedOver.push(
      `${command} on the PATH is ${version ?? 'of an unknown version'} and must be ${product.minimumVersion} or newer`,
    );
  }
  return { passedOver };
}

/** OpenTofu, built now when need be. */
export async function buildTerraform(builds: GoBuilds): Promise<Terraform> {
  const { build } = OPENTOFU;
  return { product: OPENTOFU, path: await builds.make(build), version: build.version.replace(/^v/, '') };
}

async function readVersion(host: Host, path: string): Promise<string | undefined> {
  const { code, stdout } = await host.run(path, ['version', '-json'], { environment: { CHECKPOINT_DISABLE: '1' } });
  if (code !== 0) return undefined;
  try {
    const answer: unknown = JSON.parse(stdout);
    if (typeof answer !== 'object' || answer === null || !('terraform_version' in answer)) return undefined;
    return typeof answer.terraform_version === 'string' ? answer.terraform_version : undefined;
  } catch {
    return undefined;
  }
}
