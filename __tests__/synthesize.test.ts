import { AlicloudProvider } from '@cdktf/provider-alicloud/lib/provider';
import { Vpc } from '@cdktf/provider-alicloud/lib/vpc';
import { Vswitch } from '@cdktf/provider-alicloud/lib/vswitch';
import { Aspects, TerraformStack } from 'cdktf';
import { synthesize, synthesizeStack, testApp } from './synthesize';

describe('synthesize', () => {
  test('[T1] fails on a stack without a resource', () => {
    expect(() => synthesize(() => undefined)).toThrow(/test holds no resource, so a test of it would prove nothing/);
  });

  test('[T1] runs validations', () => {
    const message = 'the vpc is wrong';
    expect(() =>
      synthesize((scope) => {
        new Vpc(scope, 'vpc').node.addValidation({ validate: () => [message] });
      }),
    ).toThrow(message);
  });

  test('[T1] runs Aspects', () => {
    const stack = synthesize((scope) => {
      const vpc = new Vpc(scope, 'vpc');
      Aspects.of(scope).add({ visit: (node) => (node === vpc ? (vpc.description = 'seen') : undefined) });
    });
    expect(stack.only(Vpc)).toEqual({ description: 'seen' });
  });

  test('[T1] finds one, every and none, and says what there is where one is not one', () => {
    const stack = synthesize((scope) => {
      new Vpc(scope, 'a', { vpcName: 'a' });
      new Vpc(scope, 'b', { vpcName: 'b' });
    });
    expect(stack.every(Vpc)).toEqual([{ vpc_name: 'a' }, { vpc_name: 'b' }]);
    expect(stack.byId(Vpc)).toEqual({ a: { vpc_name: 'a' }, b: { vpc_name: 'b' } });
    expect(stack.every(Vswitch)).toEqual([]);
    expect(stack.count()).toEqual({ alicloud_vpc: 2 });
    expect(() => stack.only(Vpc)).toThrow('expected one alicloud_vpc, found 2; the stack has {"alicloud_vpc":2}');
    expect(() => stack.only(Vswitch)).toThrow(/expected one alicloud_vswitch, found 0/);
  });

  test('[T1] gives a stack the outputs that another stack of its app asks for', () => {
    const app = testApp();
    const [first, second] = ['first', 'second'].map((id) => {
      const stack = new TerraformStack(app, id);
      new AlicloudProvider(stack, 'alicloud', { region: 'cn-hangzhou' });
      return stack;
    });
    if (first === undefined || second === undefined) {
      throw new Error('two stacks were made');
    }
    const vpc = new Vpc(first, 'vpc');
    new Vswitch(second, 'vswitch', { vpcId: vpc.id });
    expect(Object.keys({ ...synthesizeStack(first).output })).toHaveLength(1);
    expect(synthesizeStack(second).only(Vswitch)['vpc_id']).toContain('terraform_remote_state');
  });
});
