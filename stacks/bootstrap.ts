/**
 * What must be there before anything else: the bucket and the lock of the states, the image repository, and the
 * identity by which CI deploys. Applied by hand, once an environment, with a state of its own on the machine that does
 * it: the bucket cannot keep the state that makes it.
 */
import type { AlicloudProvider } from '@cdktf/provider-alicloud/lib/provider';
import { Aspects, LocalBackend, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { CiIdentity } from '../constructs/identity';
import { DataProtection, Tags } from '../constructs/policy';
import { ImageRepository } from '../constructs/registry';
import { StateBucket, StateLock } from '../constructs/state';
import type { Environment } from '../environments';
import { configureProvider, statePrefix, tagsOf } from './environment-stack';
import { IMAGE_REPOSITORY, logProjectName, registryHost, WORKLOAD_ROLE_PREFIX } from './names';

export class BootstrapStack extends TerraformStack {
  readonly provider: AlicloudProvider;
  readonly bucket: StateBucket;
  readonly lock: StateLock;
  readonly repository: ImageRepository;
  readonly ci: CiIdentity;

  constructor(scope: Construct, environment: Environment) {
    // Not `<environment>-bootstrap`, which a deployment of `<environment>-*` would include.
    super(scope, `bootstrap-${environment.name}`);
    const { name, account, region, state, registry, ci, protection } = environment;
    // From `cdktf.out/stacks/<stack>`, where Terraform runs, up to the folder in which cdktf was called.
    new LocalBackend(this, { path: `../../../terraform.${this.node.id}.tfstate` });
    this.provider = configureProvider(this, environment);
    Aspects.of(this).add(new Tags(tagsOf(environment)));
    if (protection.data) Aspects.of(this).add(new DataProtection());

    this.bucket = new StateBucket(this, 'state-bucket', {
      name: state.bucket,
      protect: protection.data,
      // Every stack's state is in it. Without protection it may go with what it describes.
      ...(!protection.data && { overrides: { forceDestroy: true } }),
    });
    this.lock = new StateLock(this, 'state-lock', {
      instanceName: state.lockInstance,
      tableName: state.lockTable,
      protect: protection.data,
    });
    this.repository = new ImageRepository(this, 'image-repository', {
      instanceId: registry.instanceId,
      namespace: registry.namespace,
      repository: IMAGE_REPOSITORY,
      summary: 'The gateway, by digest',
      host: registryHost(environment),
      protect: protection.data,
    });
    this.ci = new CiIdentity(this, 'ci-identity', {
      name: `ci-${name}-bailian-gateway`,
      issuer: ci.issuer,
      audience: ci.audience,
      subjects: ci.subjects,
      fingerprints: ci.fingerprints,
      scope: {
        accountId: account.id,
        region,
        stateBucket: state.bucket,
        statePrefix: statePrefix(environment),
        lockInstance: state.lockInstance,
        lockTable: state.lockTable,
        registryInstanceId: registry.instanceId,
        registryNamespace: registry.namespace,
        logProject: logProjectName(environment),
        workloadPrefix: `${WORKLOAD_ROLE_PREFIX}${name}-`,
      },
    });
  }
}
