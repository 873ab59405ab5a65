import { RamPolicy } from '@cdktf/provider-alicloud/lib/ram-policy';
import { RamRole } from '@cdktf/provider-alicloud/lib/ram-role';
import { RamRolePolicyAttachment } from '@cdktf/provider-alicloud/lib/ram-role-policy-attachment';
import { ServiceAccountRole, type ServiceAccountRoleProps } from '../../../constructs/identity/service-account-role';
import { synthesize } from '../../synthesize';

const secretArn = 'acs:kms:cn-hangzhou:1234567890123456:secret/bailian-gateway/test/mysql';
const props: ServiceAccountRoleProps = {
  name: 'test-gateway',
  description: 'Pods of the gateway.',
  issuer: { providerArn: 'acs:ram::1234567890123456:oidc-provider/ack-rrsa-c1', issuerUrl: 'https://oidc.example/c1' },
  namespace: 'gateway',
  serviceAccount: 'gateway',
  statements: [{ actions: ['kms:GetSecretValue'], resources: [secretArn] }],
};
const build = (change: Partial<ServiceAccountRoleProps> = {}) =>
  synthesize((scope) => new ServiceAccountRole(scope, 'role', { ...props, ...change }));
const parsed = (document: unknown): unknown => JSON.parse(String(document));

describe('ServiceAccountRole', () => {
  test('[N6] is a role, a policy, and the one attached to the other', () => {
    const stack = build();
    expect(stack.count()).toEqual({
      alicloud_ram_policy: 1,
      alicloud_ram_role: 1,
      alicloud_ram_role_policy_attachment: 1,
    });
    expect(stack.only(RamRolePolicyAttachment)).toMatchObject({
      role_name: expect.stringMatching(/^\$\{alicloud_ram_role\./) as unknown,
      policy_name: expect.stringMatching(/^\$\{alicloud_ram_policy\./) as unknown,
      policy_type: 'Custom',
    });
  });

  test('[N6] is trusted by one issuer, one audience and one service account, each by equality, and by nothing else', () => {
    const role = build().only(RamRole);
    expect(role).toMatchObject({ role_name: 'test-gateway', max_session_duration: 3600 });
    expect(parsed(role['assume_role_policy_document'])).toEqual({
      Version: '1',
      Statement: [
        {
          Action: 'sts:AssumeRole',
          Effect: 'Allow',
          Principal: { Federated: ['acs:ram::1234567890123456:oidc-provider/ack-rrsa-c1'] },
          Condition: {
            StringEquals: {
              'oidc:aud': ['sts.aliyuncs.com'],
              'oidc:iss': ['https://oidc.example/c1'],
              'oidc:sub': ['system:serviceaccount:gateway:gateway'],
            },
          },
        },
      ],
    });
  });

  test('[N6] may do what is named on what is named', () => {
    const conditions = { IpAddress: { 'acs:SourceIp': ['10.0.0.0/16'] } };
    const policy = build({
      statements: [...props.statements, { actions: ['kms:Decrypt'], resources: ['acs:kms:*:*:key/key-1'], conditions }],
    }).only(RamPolicy);
    expect(policy).toMatchObject({ rotate_strategy: 'DeleteOldestNonDefaultVersionWhenLimitExceeded' });
    expect(parsed(policy['policy_document'])).toEqual({
      Version: '1',
      Statement: [
        { Action: ['kms:GetSecretValue'], Effect: 'Allow', Resource: [secretArn] },
        { Action: ['kms:Decrypt'], Effect: 'Allow', Resource: ['acs:kms:*:*:key/key-1'], Condition: conditions },
      ],
    });
  });

  test('takes overrides on each child', () => {
    const stack = build({ overrides: { role: { force: true }, policy: { force: true } } });
    expect(stack.only(RamRole)).toMatchObject({ force: true });
    expect(stack.only(RamPolicy)).toMatchObject({ force: true });
  });

  const allowing = (actions: string[], resources: string[] = [secretArn]): Partial<ServiceAccountRoleProps> => ({
    statements: [{ actions, resources }],
  });
  test.each<[Partial<ServiceAccountRoleProps>, RegExp]>([
    [allowing(['*']), /action \* is not one action of one service; name each, e\.g\. kms:GetSecretValue/],
    [allowing(['kms:*']), /action kms:\* is not one action of one service/],
    [allowing(['kms:Get*']), /action kms:Get\* is not one action of one service/],
    [allowing(['kms:Get?ecretValue']), /is not one action of one service/],
    [allowing([]), /has a statement without actions; name them or drop it/],
    [allowing(['kms:GetSecretValue'], []), /allows kms:GetSecretValue on nothing; name the resources/],
    [allowing(['kms:GetSecretValue'], ['*']), /allows kms:GetSecretValue on every resource; name them/],
    [{ statements: [] }, /statements is empty; name what the role may do/],
    [
      { serviceAccount: '*' },
      /serviceAccount \(\*\) must be one exact Kubernetes name; a pattern would trust others too/,
    ],
    [{ namespace: 'gate*' }, /namespace \(gate\*\) must be one exact Kubernetes name/],
    [{ namespace: 'a:b' }, /namespace \(a:b\) must be one exact Kubernetes name/],
    [{ name: 'under_score' }, /name \(under_score\) must be 1 to 64 letters/],
    [{ maxSessionSeconds: 60 }, /maxSessionSeconds \(60\) must be 3600 to 43200; leave it out for the shortest/],
  ])('[N6] refuses %j and says the way out', (fault, message) => {
    expect(() => build(fault)).toThrow(message);
  });
});
