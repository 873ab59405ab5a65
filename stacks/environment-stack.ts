/** What every stack of an environment has: its name, its remote state, its provider and its tags. */
import { AlicloudProvider } from '@cdktf/provider-alicloud/lib/provider';
import { Aspects, OssBackend, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { DataProtection, Tags } from '../constructs/policy';
import type { TagValues } from '../constructs/policy';
import type { Environment } from '../environments';

/** The provider's configuration for an account: nothing in it asks the cloud anything at plan time. */
export function configureProvider(stack: TerraformStack, environment: Environment): AlicloudProvider {
  return new AlicloudProvider(stack, 'alicloud', {
    region: environment.region,
    // Without the account's type each plan waits half a minute on a billing call.
    accountType: environment.account.type,
    accountId: environment.account.id,
  });
}

export abstract class EnvironmentStack extends TerraformStack {
  /** The environment that this stack is a part of. */
  readonly environment: Environment;
  readonly provider: AlicloudProvider;

  /**
   * @param noun the stack's place in the environment: `network`. With the environment's name it is the stack's id,
   *   by which `cdktf` knows it and under which its state is kept: renaming it orphans what exists.
   */
  constructor(scope: Construct, noun: string, environment: Environment) {
    super(scope, `${environment.name}-${noun}`);
    this.environment = environment;
    const { state, region } = environment;
    new OssBackend(this, {
      bucket: state.bucket,
      prefix: statePrefix(environment),
      key: `${noun}.tfstate`,
      region,
      encrypt: true,
      acl: 'private',
      tablestoreEndpoint: `https://${state.lockInstance}.${region}.ots.aliyuncs.com`,
      tablestoreTable: state.lockTable,
    });
    this.provider = configureProvider(this, environment);
    Aspects.of(this).add(new Tags(tagsOf(environment)));
    if (environment.protection.data) Aspects.of(this).add(new DataProtection());
  }
}

/** Folder of the bucket in which the environment's states are. */
export function statePrefix({ name, state }: Environment): string {
  return state.prefix ?? name;
}

/** The tags of everything in an environment. */
export function tagsOf(environment: Environment): TagValues {
  const { owner, service, costCenter } = environment.tags;
  return { owner, environment: environment.name, service, 'cost-center': costCenter };
}
