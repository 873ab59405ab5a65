/** The least that synthesizes three stacks with the project's own packages: what the benchmark of synth compares with. */
import { AlicloudProvider } from '@cdktf/provider-alicloud/lib/provider';
import { Vpc } from '@cdktf/provider-alicloud/lib/vpc';
import { HelmProvider } from '@cdktf/provider-helm/lib/provider';
import { Release } from '@cdktf/provider-helm/lib/release';
import { NamespaceV1 } from '@cdktf/provider-kubernetes/lib/namespace-v1';
import { KubernetesProvider } from '@cdktf/provider-kubernetes/lib/provider';
import { App, TerraformStack } from 'cdktf';

const app = new App();
for (const name of ['one', 'two', 'three']) {
  const stack = new TerraformStack(app, name);
  new AlicloudProvider(stack, 'alicloud', { region: 'cn-hangzhou' });
  new Vpc(stack, 'vpc', { vpcName: name, cidrBlock: '10.0.0.0/16' });
  new KubernetesProvider(stack, 'kubernetes', {});
  new NamespaceV1(stack, 'namespace', { metadata: { name } });
  new HelmProvider(stack, 'helm', {});
  new Release(stack, 'release', { name, chart: 'one' });
}
app.synth();
