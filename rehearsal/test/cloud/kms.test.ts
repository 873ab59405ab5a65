import { kms } from '../../cloud/products/kms';
import { Caller, textAt } from './caller';
import type { Answer } from './caller';
import { DAY_MS } from '../../cloud/durations';

type Parameters = Readonly<Record<string, string>>;

/** Stands in a table for the id of the key that the service has. */
const KEY = '<the key>';

const secret = { SecretName: 'dev/db', SecretData: 'open sesame', VersionId: 'v1' };

async function service(options = {}) {
  const caller = new Caller([kms], options);
  const call = (action: string, parameters: Parameters = {}): Promise<Answer> =>
    caller.rpc(`kms.cn-hangzhou.aliyuncs.com 2016-01-20 ${action}`, parameters);
  const keyId = textAt(await call('CreateKey', { Description: 'data' }), 'KeyMetadata.KeyId');
  return { caller, call, keyId };
}

describe('KMS', () => {
  test('[N7] answers a key as it was made, and its rotation in seconds whatever the unit it was asked for in', async () => {
    const { call, keyId } = await service();
    await call('UpdateRotationPolicy', { KeyId: keyId, EnableAutomaticRotation: 'true', RotationInterval: '365d' });
    expect((await call('DescribeKey', { KeyId: keyId })).body.KeyMetadata).toMatchObject({
      KeyId: keyId,
      Arn: `acs:kms:cn-hangzhou:1234567890123456:key/${keyId}`,
      Description: 'data',
      KeyState: 'Enabled',
      KeySpec: 'Aliyun_AES_256',
      AutomaticRotation: 'Enabled',
      RotationInterval: '31536000s',
      NextRotationDate: '2027-01-02T03:04:05Z',
      DeletionProtection: 'Disabled',
    });
  });

  test('[N7] keeps a deleted key until its window ends, and takes it back before', async () => {
    const { caller, call, keyId } = await service();
    await call('ScheduleKeyDeletion', { KeyId: keyId, PendingWindowInDays: '7' });
    expect(caller.cloud.store.inventory()).toEqual([]);
    expect((await call('DisableKey', { KeyId: keyId })).body.Code).toBe('Rejected.PendingDeletion');

    await call('CancelKeyDeletion', { KeyId: keyId });
    expect(textAt(await call('DescribeKey', { KeyId: keyId }), 'KeyMetadata.KeyState')).toBe('Disabled');

    await call('ScheduleKeyDeletion', { KeyId: keyId, PendingWindowInDays: '7' });
    caller.now += 7 * DAY_MS;
    expect((await call('DescribeKey', { KeyId: keyId })).body.Code).toBe('Forbidden.KeyNotFound');
  });

  test('[N9] does not delete a key that is protected', async () => {
    const { call, keyId } = await service();
    const deletion = { KeyId: keyId, PendingWindowInDays: '7' };
    await call('SetDeletionProtection', { KeyId: keyId, EnableDeletionProtection: 'true' });
    expect((await call('ScheduleKeyDeletion', deletion)).body.Code).toBe('Rejected.DeletionProtection');
    await call('SetDeletionProtection', { KeyId: keyId, EnableDeletionProtection: 'false' });
    expect((await call('ScheduleKeyDeletion', deletion)).status).toBe(200);
  });

  test('[N7] has one key a region outside of KMS instances, and any number in them', async () => {
    const { call } = await service();
    expect((await call('CreateKey')).body.Code).toBe('Rejected.LimitExceeded');
    expect((await call('CreateKey', { DKMSInstanceId: 'kst-1' })).status).toBe(200);
    expect((await call('CreateKey', { DKMSInstanceId: 'kst-1' })).status).toBe(200);
  });

  test('[N7] gives a key another name, and pages through the names', async () => {
    const { call, keyId } = await service();
    for (const name of ['alias/a', 'alias/b', 'alias/c']) await call('CreateAlias', { AliasName: name, KeyId: keyId });
    expect((await call('ListAliases', { PageNumber: '2', PageSize: '2' })).body).toMatchObject({
      TotalCount: 3,
      Aliases: { Alias: [{ AliasName: 'alias/c', KeyId: keyId }] },
    });
  });

  test('[N7] moves the stages of a secret to its newest version, and keeps the one before', async () => {
    const { call, keyId } = await service();
    await call('CreateSecret', { ...secret, EncryptionKeyId: keyId });
    for (const version of ['v2', 'v3']) {
      await call('PutSecretValue', { SecretName: secret.SecretName, SecretData: version, VersionId: version });
    }
    const value = (query: Parameters): Promise<Answer> =>
      call('GetSecretValue', { SecretName: secret.SecretName, ...query });
    expect((await value({})).body).toMatchObject({ VersionId: 'v3', SecretData: 'v3' });
    expect((await value({ VersionStage: 'ACSPrevious' })).body).toMatchObject({ VersionId: 'v2', SecretData: 'v2' });
    expect((await value({ VersionId: 'v1' })).body).toMatchObject({ VersionStages: { VersionStage: [] } });
  });

  test('[N7] keeps the name of a deleted secret taken while it can be restored, and frees it when forced', async () => {
    const { caller, call } = await service();
    const name = { SecretName: secret.SecretName };
    await call('CreateSecret', secret);
    await call('DeleteSecret', { ...name, RecoveryWindowInDays: '7' });
    expect(caller.cloud.store.inventory().map(({ noun }) => noun)).toEqual(['KMS key']);
    expect((await call('CreateSecret', secret)).body.Code).toBe('Rejected.ResourceInDeletionWindow');
    expect((await call('GetSecretValue', name)).body.Code).toBe('Rejected.ResourceInDeletionWindow');

    await call('RestoreSecret', name);
    expect((await call('GetSecretValue', name)).body.SecretData).toBe(secret.SecretData);
    await call('DeleteSecret', { ...name, ForceDeleteWithoutRecovery: 'true' });
    expect((await call('CreateSecret', secret)).status).toBe(200);

    await call('DeleteSecret', { ...name, RecoveryWindowInDays: '7' });
    caller.now += 7 * DAY_MS;
    expect((await call('DescribeSecret', name)).body.Code).toBe('Forbidden.ResourceNotFound');
    expect((await call('CreateSecret', secret)).status).toBe(200);
  });

  test('[D3] shows the value of a secret neither in a snapshot nor in the record of calls', async () => {
    const { caller, call } = await service();
    await call('CreateSecret', secret);
    await call('PutSecretValue', { SecretName: secret.SecretName, SecretData: secret.SecretData, VersionId: 'v2' });
    const { store } = caller.cloud;
    expect(JSON.stringify([store.snapshot(), caller.router.recorder.calls])).not.toContain(secret.SecretData);
  });

  test('[N8] tags keys and secrets', async () => {
    const { call, keyId } = await service();
    const target = { ResourceType: 'key', 'ResourceId.1': keyId };
    await call('TagResources', {
      ...target,
      'Tag.1.Key': 'a',
      'Tag.1.Value': '1',
      'Tag.2.Key': 'b',
      'Tag.2.Value': '2',
    });
    await call('UntagResources', { ...target, 'TagKey.1': 'a' });
    expect((await call('ListTagResources', target)).body.TagResources).toEqual({
      TagResource: [{ ResourceId: keyId, ResourceType: 'key', TagKey: 'b', TagValue: '2' }],
    });
  });

  test('[L3] has no more secrets than the account may have', async () => {
    const { call } = await service({ quotas: { kmsSecrets: 1 } });
    await call('CreateSecret', secret);
    expect((await call('CreateSecret', { ...secret, SecretName: 'other' })).body.Code).toBe('Rejected.LimitExceeded');
  });

  test.each<[string, Parameters, string]>([
    ['CreateKey', { DKMSInstanceId: 'k', KeySpec: 'AES_1' }, 'InvalidKeySpec'],
    ['CreateKey', { DKMSInstanceId: 'k', EnableAutomaticRotation: 'true' }, 'InvalidParameter'],
    ['CreateKey', { DKMSInstanceId: 'k', EnableAutomaticRotation: 'true', RotationInterval: '6d' }, 'InvalidParameter'],
    [
      'CreateKey',
      { DKMSInstanceId: 'k', KeySpec: 'RSA_2048', EnableAutomaticRotation: 'true', RotationInterval: '365d' },
      'UnsupportedOperation',
    ],
    ['CreateKey', { DKMSInstanceId: 'k', Colour: 'red' }, 'UnsupportedParameter'],
    ['DescribeKey', {}, 'MissingKeyId'],
    ['DescribeKey', { KeyId: 'key-none' }, 'Forbidden.KeyNotFound'],
    ['ScheduleKeyDeletion', { KeyId: KEY, PendingWindowInDays: '6' }, 'InvalidParameter'],
    ['ScheduleKeyDeletion', { KeyId: KEY, PendingWindowInDays: '367' }, 'InvalidParameter'],
    ['SetKeyPolicy', { KeyId: KEY, Policy: '{"Version":"1","Statement":[]}' }, 'UnsupportedOperation'],
    ['CreateAlias', { KeyId: KEY, AliasName: 'data' }, 'InvalidParameter'],
    ['CreateAlias', { KeyId: 'key-none', AliasName: 'alias/data' }, 'Forbidden.KeyNotFound'],
    ['UpdateAlias', { KeyId: KEY, AliasName: 'alias/none' }, 'Forbidden.AliasNotFound'],
    ['DeleteAlias', { AliasName: 'alias/none' }, 'Forbidden.AliasNotFound'],
    ['CreateSecret', { ...secret, EncryptionKeyId: 'key-none' }, 'Forbidden.KeyNotFound'],
    ['CreateSecret', { ...secret, EncryptionKeyId: KEY, DKMSInstanceId: 'kst-1' }, 'InvalidParameter'],
    ['CreateSecret', { ...secret, SecretName: 'no spaces' }, 'InvalidParameter'],
    ['CreateSecret', { ...secret, SecretDataType: 'json' }, 'InvalidSecretDataType'],
    ['GetSecretValue', { SecretName: 'none' }, 'Forbidden.ResourceNotFound'],
    ['ListTagResources', { ResourceType: 'alias', 'ResourceId.1': 'a' }, 'InvalidResourceType'],
  ])('[L3] refuses %s %j with %s', async (action, parameters, code) => {
    const { call, keyId } = await service();
    const filled = Object.entries(parameters).map(([name, value]) => [name, value === KEY ? keyId : value] as const);
    expect((await call(action, Object.fromEntries(filled))).body.Code).toBe(code);
  });

  test.each<[string, Parameters, string]>([
    ['CreateSecret', secret, 'Rejected.ResourceExist'],
    ['PutSecretValue', secret, 'Rejected.ResourceExist'],
    ['DeleteSecret', { SecretName: secret.SecretName, RecoveryWindowInDays: '6' }, 'InvalidParameter'],
    ['GetSecretValue', { SecretName: secret.SecretName, VersionId: 'v9' }, 'Forbidden.ResourceNotFound'],
  ])('[L3] refuses %s %j of a secret that exists with %s', async (action, parameters, code) => {
    const { call } = await service();
    await call('CreateSecret', secret);
    expect((await call(action, parameters)).body.Code).toBe(code);
  });

  test('[L3] encrypts nothing with a disabled key', async () => {
    const { call, keyId } = await service();
    await call('DisableKey', { KeyId: keyId });
    expect((await call('CreateSecret', { ...secret, EncryptionKeyId: keyId })).body.Code).toBe('Rejected.Disabled');
  });

  test('[L3] refuses an alias that exists', async () => {
    const { call, keyId } = await service();
    const alias = { AliasName: 'alias/data', KeyId: keyId };
    expect((await call('CreateAlias', alias)).status).toBe(200);
    expect((await call('CreateAlias', alias)).body.Code).toBe('Rejected.AlreadyExists');
  });
});
