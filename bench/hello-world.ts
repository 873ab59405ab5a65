/** The least that synthesizes three stacks with the project's own packages: what the benchmark of synth compares with. */
import { AlicloudProvider } from '@cdktf/provider-alicloud/lib/provider';
import { Vpc } from '@cdktf/provider-alicloud/lib/vpc';
import { App, TerraformStack } from 'cdktf';

const app = new App();
for (const name of ['one', 'two', 'three']) {
  const stack = new TerraformStack(app, name);
  new AlicloudProvider(stack, 'alicloud', { region: 'cn-hangzhou' });
  new Vpc(stack, 'vpc', { vpcName: name, cidrBlock: '10.0.0.0/16' });
}
app.synth();
