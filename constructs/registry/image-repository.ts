/**
 * A namespace and a repository in a registry of Alibaba Cloud (ACR Enterprise Edition). The instance is bought, not
 * made: its id comes in. Images are named by digest, and a tag cannot be moved to another image.
 *
 * Source: provider documentation of `alicloud_cr_ee_namespace` and `alicloud_cr_ee_repo` (1.285.0).
 */
import { Construct } from 'constructs';
import type { CrEeNamespaceConfig } from '@cdktf/provider-alicloud/lib/cr-ee-namespace';
import { CrEeNamespace } from '@cdktf/provider-alicloud/lib/cr-ee-namespace';
import type { CrEeRepoConfig } from '@cdktf/provider-alicloud/lib/cr-ee-repo';
import { CrEeRepo } from '@cdktf/provider-alicloud/lib/cr-ee-repo';
import { preventDestroy } from '../policy/protection';

export interface ImageRepositoryProps {
  /** The registry instance, `cri-…`. ForceNew: every image goes with it. */
  readonly instanceId: string;
  /** The namespace, 2–120 lower-case letters, digits, hyphens, underscores and dots. ForceNew. */
  readonly namespace: string;
  /** The repository, 2–64 of the same. ForceNew. */
  readonly repository: string;
  /** What is in it, up to 100 characters. */
  readonly summary: string;
  /** Host name of the registry, without scheme: the instance's own domain, or `registry.<region>.aliyuncs.com`. */
  readonly host: string;
  /** Refuses deletion in Terraform; the registry has no such flag. @default true */
  readonly protect?: boolean;
  /** The last word on the resources' own arguments. @default none */
  readonly overrides?: {
    readonly namespace?: Partial<CrEeNamespaceConfig>;
    readonly repository?: Partial<CrEeRepoConfig>;
  };
}

const NAME = /^[a-z0-9]([a-z0-9._-]*[a-z0-9])$/;
const LENGTH = { namespace: { min: 2, max: 120 }, repository: { min: 2, max: 64 } } as const;

export class ImageRepository extends Construct {
  readonly namespace: CrEeNamespace;
  readonly repository: CrEeRepo;
  /** `host/namespace/repository`, to which {@link image} adds a digest. */
  readonly address: string;

  constructor(scope: Construct, id: string, props: ImageRepositoryProps) {
    super(scope, id);
    const { instanceId, protect = true, overrides = {} } = props;
    if (!/^cri-[a-z0-9]+$/.test(instanceId)) {
      throw new Error(
        `imageRepository.instanceId (${instanceId}) must be the id of a registry instance: cri- and letters and digits`,
      );
    }
    for (const what of ['namespace', 'repository'] as const) {
      const { min, max } = LENGTH[what];
      if (!NAME.test(props[what]) || props[what].length > max) {
        throw new Error(
          `imageRepository.${what} (${props[what]}) must be ${min} to ${max} lower-case letters, digits, and between them . _ -`,
        );
      }
    }

    // Images live here: changing instanceId or a name, or the id of this construct, makes empty ones in their place.
    this.namespace = new CrEeNamespace(this, 'namespace', {
      instanceId,
      name: props.namespace,
      // A push to a misspelt name must fail, not make a repository.
      autoCreate: false,
      defaultVisibility: 'PRIVATE',
      lifecycle: preventDestroy(protect),
      ...overrides.namespace,
    });
    this.repository = new CrEeRepo(this, 'repository', {
      instanceId,
      namespace: this.namespace.name,
      name: props.repository,
      summary: props.summary,
      repoType: 'PRIVATE',
      tagImmutability: true,
      lifecycle: preventDestroy(protect),
      ...overrides.repository,
    });
    this.address = `${props.host}/${props.namespace}/${props.repository}`;
  }

  /**
   * The reference of one image, for ever the same.
   * @throws when the digest is none
   */
  image(digest: string): string {
    if (!/^sha256:[0-9a-f]{64}$/.test(digest)) {
      throw new Error(
        `image digest (${digest}) must be sha256: and 64 hex digits; a tag may point to another image tomorrow`,
      );
    }
    return `${this.address}@${digest}`;
  }
}
