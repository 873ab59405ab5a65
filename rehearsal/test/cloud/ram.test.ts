import { ims } from '../../cloud/products/ims';
import { ram } from '../../cloud/products/ram';
import { Caller } from './caller';
import type { Answer } from './caller';

const TRUST = JSON.stringify({
  Version: '1',
  Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: ['ecs.aliyuncs.com'] } }],
});
const policyFor = (action: string): string =>
  JSON.stringify({ Version: '1', Statement: [{ Action: [action], Effect: 'Allow', Resource: ['*'] }] });

type Parameters = Readonly<Record<string, string>>;

function account(quotas = {}) {
  const caller = new Caller([ram, ims], { quotas });
  const call = (action: string, parameters: Parameters = {}): Promise<Answer> =>
    caller.rpc(`ram.aliyuncs.com 2015-05-01 ${action}`, parameters);
  const identity = (action: string, parameters: Parameters = {}): Promise<Answer> =>
    caller.rpc(`ims.aliyuncs.com 2019-08-15 ${action}`, parameters);
  return { caller, call, identity };
}

const role = { RoleName: 'Gateway', AssumeRolePolicyDocument: TRUST };
const policy = { PolicyName: 'read', PolicyDocument: policyFor('kms:GetSecretValue') };
const attachment = { PolicyName: 'read', PolicyType: 'Custom', RoleName: 'Gateway' };
const provider = {
  OIDCProviderName: 'ci',
  IssuerUrl: 'https://token.actions.githubusercontent.com',
  ClientIds: 'sts.aliyuncs.com',
  Fingerprints: 'aa',
};

describe('RAM', () => {
  test('[L3] answers a role as it was made, and with what was changed', async () => {
    const { call } = account();
    await call('CreateRole', { ...role, Description: 'one', Tag: '[{"Key":"owner","Value":"a"}]' });
    await call('UpdateRole', { RoleName: 'Gateway', NewDescription: 'two', NewMaxSessionDuration: '7200' });
    expect((await call('GetRole', { RoleName: 'Gateway' })).body.Role).toMatchObject({
      Arn: 'acs:ram::1234567890123456:role/gateway',
      AssumeRolePolicyDocument: TRUST,
      Description: 'two',
      MaxSessionDuration: 7200,
    });
    expect(
      (await call('ListTagResources', { ResourceType: 'role', ResourceNames: '["Gateway"]' })).body.TagResources,
    ).toEqual([{ ResourceName: 'Gateway', ResourceType: 'role', TagKey: 'owner', TagValue: 'a' }]);
  });

  test('[L3] keeps five versions of a policy, refuses a sixth, and drops the oldest when told to rotate', async () => {
    const { call } = account();
    await call('CreatePolicy', policy);
    const version = { PolicyName: 'read', SetAsDefault: 'true', PolicyDocument: policyFor('oss:GetObject') };
    for (let count = 2; count <= 5; count += 1) await call('CreatePolicyVersion', version);
    expect(await call('CreatePolicyVersion', version)).toMatchObject({
      status: 409,
      body: { Code: 'LimitExceeded.Policy.Version' },
    });
    await call('CreatePolicyVersion', { ...version, RotateStrategy: 'DeleteOldestNonDefaultVersionWhenLimitExceeded' });
    expect(
      (await call('ListPolicyVersions', { PolicyName: 'read', PolicyType: 'Custom' })).body.PolicyVersions,
    ).toMatchObject({
      PolicyVersion: ['v2', 'v3', 'v4', 'v5', 'v6'].map((VersionId) => ({
        VersionId,
        IsDefaultVersion: VersionId === 'v6',
      })),
    });
  });

  test('[L3] lists what a role has, and lets both go once it is detached', async () => {
    const { caller, call } = account();
    await call('CreateRole', role);
    await call('CreatePolicy', policy);
    await call('AttachPolicyToRole', attachment);
    await call('AttachPolicyToRole', { ...attachment, PolicyName: 'AliyunLogFullAccess', PolicyType: 'System' });
    expect((await call('ListPoliciesForRole', { RoleName: 'Gateway' })).body.Policies).toMatchObject({
      Policy: [
        { PolicyName: 'read', PolicyType: 'Custom' },
        { PolicyName: 'AliyunLogFullAccess', PolicyType: 'System' },
      ],
    });
    expect(caller.cloud.store.inventory().map(({ terraform }) => terraform?.importId)).toEqual([
      'Gateway',
      'read',
      'role:read:Custom:Gateway',
      'role:AliyunLogFullAccess:System:Gateway',
    ]);
    await call('DetachPolicyFromRole', attachment);
    await call('DetachPolicyFromRole', { ...attachment, PolicyName: 'AliyunLogFullAccess', PolicyType: 'System' });
    await call('DeletePolicy', { PolicyName: 'read' });
    await call('DeleteRole', { RoleName: 'Gateway' });
    expect(caller.cloud.store.inventory()).toEqual([]);
  });

  test.each<[string, Parameters, string]>([
    ['CreateRole', { ...role, RoleName: 'a_b' }, 'InvalidParameter.RoleName.InvalidChars'],
    ['CreateRole', role, 'EntityAlreadyExists.Role'],
    ['CreateRole', { ...role, RoleName: 'x', MaxSessionDuration: '60' }, 'InvalidParameter.MaxSessionDuration'],
    [
      'CreateRole',
      { RoleName: 'x', AssumeRolePolicyDocument: '{}' },
      'InvalidParameter.AssumeRolePolicyDocument.Format',
    ],
    ['CreateRole', { ...role, RoleName: 'x', Colour: 'red' }, 'UnsupportedParameter'],
    ['GetRole', { RoleName: 'none' }, 'EntityNotExist.Role'],
    ['DeleteRole', { RoleName: 'Gateway' }, 'DeleteConflict.Role.Policy'],
    ['CreatePolicy', policy, 'EntityAlreadyExists.Policy'],
    ['CreatePolicy', { ...policy, PolicyName: 'AliyunLogFullAccess' }, 'EntityAlreadyExists.Policy'],
    ['CreatePolicy', { PolicyName: 'x', PolicyDocument: 'no JSON' }, 'InvalidParameter.PolicyDocument.Format'],
    [
      'CreatePolicy',
      { PolicyName: 'x', PolicyDocument: policyFor('a'.repeat(6144)) },
      'InvalidParameter.PolicyDocument.Length',
    ],
    ['DeletePolicy', { PolicyName: 'read' }, 'DeleteConflict.Policy.Role'],
    ['DeletePolicyVersion', { PolicyName: 'read', VersionId: 'v1' }, 'DeleteConflict.Policy.Version.Default'],
    ['AttachPolicyToRole', attachment, 'EntityAlreadyExists.Role.Policy'],
    ['AttachPolicyToRole', { ...attachment, PolicyName: 'none' }, 'EntityNotExist.Policy'],
    ['AttachPolicyToRole', { ...attachment, PolicyType: 'Own' }, 'InvalidPolicyType'],
    [
      'DetachPolicyFromRole',
      { ...attachment, PolicyName: 'AliyunLogFullAccess', PolicyType: 'System' },
      'EntityNotExist.Role.Policy',
    ],
    ['TagResources', { ResourceType: 'user', ResourceNames: '["a"]' }, 'InvalidResourceType'],
  ])('[L3] refuses %s %j with %s', async (action, parameters, code) => {
    const { call } = account();
    await call('CreateRole', role);
    await call('CreatePolicy', policy);
    await call('AttachPolicyToRole', attachment);
    expect((await call(action, parameters)).body.Code).toBe(code);
  });

  test('[L3] refuses a role beyond the quota', async () => {
    const { call } = account({ roles: 1 });
    await call('CreateRole', role);
    expect((await call('CreateRole', { ...role, RoleName: 'b' })).body.Code).toBe('LimitExceeded.Role');
  });
});

describe('IMS', () => {
  test('[N6] answers an identity provider with its changed clients and fingerprints', async () => {
    const { identity } = account();
    await identity('CreateOIDCProvider', provider);
    await identity('AddFingerprintToOIDCProvider', { OIDCProviderName: 'ci', Fingerprint: 'bb' });
    await identity('RemoveFingerprintFromOIDCProvider', { OIDCProviderName: 'ci', Fingerprint: 'aa' });
    await identity('UpdateOIDCProvider', { OIDCProviderName: 'ci', ClientIds: 'a,b', NewDescription: 'two' });
    expect((await identity('GetOIDCProvider', { OIDCProviderName: 'ci' })).body.OIDCProvider).toMatchObject({
      Arn: 'acs:ram::1234567890123456:oidc-provider/ci',
      ClientIds: 'a,b',
      Fingerprints: 'bb',
      Description: 'two',
      IssuanceLimitTime: 12,
    });
  });

  test.each<[string, Parameters, string]>([
    ['CreateOIDCProvider', provider, 'EntityAlreadyExists.OIDCProvider'],
    ['CreateOIDCProvider', { ...provider, OIDCProviderName: 'x' }, 'EntityAlreadyExists.OIDCProvider.IssuerUrl'],
    [
      'CreateOIDCProvider',
      { ...provider, OIDCProviderName: 'x', IssuerUrl: 'http://a.example' },
      'InvalidParameter.IssuerUrl',
    ],
    ['UpdateOIDCProvider', { OIDCProviderName: 'ci', IssuanceLimitTime: '169' }, 'InvalidParameter.IssuanceLimitTime'],
    [
      'AddFingerprintToOIDCProvider',
      { OIDCProviderName: 'ci', Fingerprint: 'b,c,d,e,f' },
      'LimitExceeded.OIDCProvider.Fingerprint',
    ],
    ['DeleteOIDCProvider', { OIDCProviderName: 'none' }, 'EntityNotExist.OIDCProvider'],
  ])('[N6] refuses %s %j with %s', async (action, parameters, code) => {
    const { identity } = account();
    await identity('CreateOIDCProvider', provider);
    expect((await identity(action, parameters)).body.Code).toBe(code);
  });
});
