/**
 * What Terraform needs to run this project, pinned: its providers, Terraform itself, and for each the Go
 * module that it is built from where no registry is in reach. Adding a provider is adding a row.
 */

/** A module that takes another's place in a build, as Go's `replace` directive has it. */
export interface Replacement {
  /** The module that is replaced, at every version. */
  readonly module: string;
  /** The module that is built instead. @default the same module */
  readonly by?: string;
  /** The version that is built instead. */
  readonly version: string;
}

/** A program that `go build` makes out of a published module. */
export interface GoProgram {
  /** Name of the executable, without the platform's ending. */
  readonly name: string;
  /** Path of the module. */
  readonly module: string;
  /** Version of the module, as the module proxy knows it. */
  readonly version: string;
  /** Path of the main package. @default the module's own path */
  readonly package?: string;
  /** A module's own `replace` lines do not count where it is a dependency: they are repeated here. @default none */
  readonly replaces?: readonly Replacement[];
  /** Variables that the linker sets, by their full name. @default none */
  readonly linkerVariables?: Readonly<Record<string, string>>;
  /** Built without C, so that it runs in an image that has nothing else. @default false */
  readonly isStatic?: boolean;
  /** The oldest Go that builds it. */
  readonly minimumGo: string;
  /** Seconds that fetching and building it took on two cores, nothing cached. */
  readonly coldSeconds: number;
}

/** A program of this project: a folder with its sources, its `go.mod` and its `go.sum`. */
export interface OwnGoProgram extends Pick<
  GoProgram,
  'name' | 'version' | 'linkerVariables' | 'isStatic' | 'minimumGo' | 'coldSeconds'
> {
  /** Absolute path of the folder. */
  readonly source: string;
}

/** A provider, as the bindings ask for it. */
export interface Provider {
  /** `namespace/name`, on the registry of whichever tool reads it. */
  readonly source: string;
  /** The exact version that the bindings were made for; the mirror offers no other. */
  readonly version: string;
  /** The package whose bindings ask for it. */
  readonly bindings: string;
  /** What is built when no registry is in reach; another release than `version` is said to stand in for it. */
  readonly build: GoProgram;
}

/** Every provider of the stacks. */
export const PROVIDERS = [
  {
    source: 'aliyun/alicloud',
    version: '1.285.0',
    bindings: '@cdktf/provider-alicloud',
    build: {
      name: 'terraform-provider-alicloud',
      module: 'github.com/aliyun/terraform-provider-alicloud',
      version: 'v1.285.0',
      replaces: [
        { module: 'github.com/alibabacloud-go/alibabacloud-gateway-oss', version: 'v0.0.23' },
        { module: 'github.com/alibabacloud-go/alibabacloud-gateway-oss-util', version: 'v0.0.12' },
      ],
      minimumGo: '1.26.0',
      coldSeconds: 330,
    },
  },
  {
    source: 'hashicorp/random',
    version: '3.7.2',
    bindings: '@cdktf/provider-random',
    build: {
      name: 'terraform-provider-random',
      module: 'github.com/terraform-providers/terraform-provider-random',
      version: 'v1.3.2-0.20260824155315-e1092b0cfc07',
      minimumGo: '1.26.0',
      coldSeconds: 45,
    },
  },
  {
    source: 'hashicorp/kubernetes',
    version: '2.38.0',
    bindings: '@cdktf/provider-kubernetes',
    build: {
      name: 'terraform-provider-kubernetes',
      module: 'github.com/hashicorp/terraform-provider-kubernetes',
      version: 'v1.13.4-0.20260821094251-3a33fb6cc605',
      minimumGo: '1.26.0',
      coldSeconds: 80,
    },
  },
  {
    source: 'hashicorp/helm',
    version: '3.1.1',
    bindings: '@cdktf/provider-helm',
    build: {
      name: 'terraform-provider-helm',
      module: 'github.com/hashicorp/terraform-provider-helm',
      version: 'v1.3.3-0.20260629194918-a4f1c1d8b008',
      minimumGo: '1.26.0',
      coldSeconds: 90,
    },
  },
] as const satisfies readonly Provider[];

export type ProviderSource = (typeof PROVIDERS)[number]['source'];

/** A command line that applies what cdktf synthesizes. */
export interface TerraformProduct {
  readonly title: string;
  /** Name of the command on the PATH. */
  readonly command: string;
  /** The oldest that will do. */
  readonly minimumVersion: string;
  /** The registry that it reads `namespace/name` from. */
  readonly registryHost: string;
}

export const TERRAFORM: TerraformProduct = {
  title: 'Terraform',
  command: 'terraform',
  minimumVersion: '1.11.0',
  registryHost: 'registry.terraform.io',
};

/** Stands in for Terraform. Since 1.11 it has write-only arguments, as Terraform 1.11 has. */
export const OPENTOFU: TerraformProduct & { readonly build: GoProgram } = {
  title: 'OpenTofu',
  command: 'tofu',
  minimumVersion: '1.11.0',
  registryHost: 'registry.opentofu.org',
  build: {
    name: 'tofu',
    module: 'github.com/opentofu/opentofu',
    version: 'v1.12.6',
    package: 'github.com/opentofu/opentofu/cmd/tofu',
    replaces: [
      {
        module: 'github.com/hashicorp/hcl/v2',
        by: 'github.com/opentofu/hcl/v2',
        version: 'v2.20.2-0.20251021132045-587d123c2828',
      },
    ],
    // Without it the version ends in `-dev`, which no version constraint lets through.
    linkerVariables: { 'github.com/opentofu/opentofu/version.dev': 'no' },
    minimumGo: '1.26.6',
    coldSeconds: 225,
  },
};

/** The registries by which a `namespace/name` may be read: the mirror answers for each of them. */
export const REGISTRY_HOSTS = [TERRAFORM.registryHost, OPENTOFU.registryHost] as const;
