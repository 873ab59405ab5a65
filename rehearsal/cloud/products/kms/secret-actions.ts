/** What can be asked of secrets. */
import {
  CreateSecretResponse,
  DeleteSecretRequest,
  DeleteSecretResponse,
  DescribeSecretRequest,
  GetSecretValueRequest,
  GetSecretValueResponse,
  PutSecretValueRequest,
  PutSecretValueResponse,
  RestoreSecretRequest,
  RestoreSecretResponse,
  UpdateSecretRequest,
  UpdateSecretResponse,
} from '@alicloud/kms20160120';
import { ApiError, notFound } from '../../api-error';
import type { Cloud } from '../../cloud';
import { Empty } from '../../roa';
import { rpcAction } from '../../rpc';
import { checkedPolicy, tagsFromJson, usualPolicy } from './documents';
import { requireKey } from './keys';
import { CreateSecretRequest, DescribeSecretResponse, PolicyResponse, SecretPolicyRequest } from './models';
import { CURRENT, Hidden, addVersion, livingSecret, secretNamed, secrets } from './secrets';
import type { Secret } from './secrets';
import { DAY_MS } from '../../durations';

/** Bounds of `RecoveryWindowInDays`. */
const RECOVERY_DAYS = { least: 7, most: 30, usual: 30 } as const;

function stagesOf(text: string | undefined): readonly string[] {
  if (text === undefined) return [CURRENT];
  const list: unknown = JSON.parse(text);
  const stages = Array.isArray(list) ? list.filter((stage) => typeof stage === 'string') : [];
  return stages.length > 0 ? stages : [CURRENT];
}

const arnOf = (cloud: Cloud, region: string, secret: Secret): string =>
  `acs:kms:${region}:${cloud.accountId}:secret/${secret.id}`;

export const secretActions = [
  rpcAction({
    name: 'CreateSecret',
    request: CreateSecretRequest,
    response: CreateSecretResponse,
    required: ['secretName', 'versionId', 'secretData'],
    oneOf: { secretDataType: ['text', 'binary'], secretType: ['Generic', 'Rds', 'RAMCredentials', 'ECS', 'Redis'] },
    handle: ({ request, cloud, region }) => {
      const { secretName = '', versionId = '', secretData = '', encryptionKeyId, dKMSInstanceId = '' } = request;
      const all = secrets.in(cloud.store);
      if (!/^[\w/+=.@-]{1,64}$/.test(secretName)) {
        throw new ApiError(
          'InvalidParameter',
          `SecretName (${secretName}) is not 1 to 64 letters, digits and _/+=.@-.`,
        );
      }
      const known = all.find(secretName);
      if (known !== undefined && (known.deleteAt ?? Number.POSITIVE_INFINITY) > cloud.now()) {
        livingSecret(cloud, secretName);
        throw new ApiError('Rejected.ResourceExist', `The secret (${secretName}) already exists.`, 409);
      }
      all.remove(secretName);
      if (all.all().length >= cloud.quotas.kmsSecrets) {
        throw new ApiError(
          'Rejected.LimitExceeded',
          `The account has ${cloud.quotas.kmsSecrets} secrets, its most.`,
          409,
        );
      }
      if (encryptionKeyId !== undefined) {
        const key = requireKey(cloud, encryptionKeyId);
        if (key.instanceId !== dKMSInstanceId) {
          throw new ApiError(
            'InvalidParameter',
            `The key (${key.id}) is in the KMS instance (${key.instanceId}), the secret in (${dKMSInstanceId}).`,
          );
        }
      }
      const secret: Secret = {
        id: secretName,
        uses: [],
        readyAt: cloud.now(),
        encryptionKeyId: encryptionKeyId ?? '',
        instanceId: dKMSInstanceId,
        createdAt: cloud.now(),
        versions: [],
        tags: tagsFromJson(request.tags),
        description: request.description ?? '',
        policy: request.policy === undefined ? usualPolicy(cloud) : checkedPolicy(request.policy),
        updatedAt: cloud.now(),
        deleteAt: undefined,
      };
      addVersion(cloud, secret, {
        id: versionId,
        data: new Hidden(secretData),
        dataType: request.secretDataType ?? 'text',
        stages: [CURRENT],
      });
      all.insert(secret);
      return { secretName, versionId, arn: arnOf(cloud, region, secret) };
    },
  }),
  rpcAction({
    name: 'DescribeSecret',
    request: DescribeSecretRequest,
    response: DescribeSecretResponse,
    required: ['secretName'],
    handle: ({ request, cloud, region }) => {
      const secret = secretNamed(cloud, request.secretName);
      const tags = [...secret.tags].map(([tagKey, tagValue]) => ({ tagKey, tagValue }));
      return {
        secretName: secret.id,
        arn: arnOf(cloud, region, secret),
        description: secret.description,
        encryptionKeyId: secret.encryptionKeyId,
        dKMSInstanceId: secret.instanceId,
        secretType: 'Generic',
        automaticRotation: 'Invalid',
        createTime: cloud.timestamp(secret.createdAt),
        updateTime: cloud.timestamp(secret.updatedAt),
        ...(secret.deleteAt !== undefined && { plannedDeleteTime: cloud.timestamp(secret.deleteAt) }),
        ...(request.fetchTags === 'true' && { tags: { tag: tags } }),
      };
    },
  }),
  rpcAction({
    name: 'GetSecretValue',
    request: GetSecretValueRequest,
    response: GetSecretValueResponse,
    required: ['secretName'],
    handle: ({ request, cloud }) => {
      const secret = livingSecret(cloud, request.secretName);
      const { versionId, versionStage = CURRENT } = request;
      const version = secret.versions.find(({ id, stages }) =>
        versionId === undefined ? stages.includes(versionStage) : id === versionId,
      );
      if (version === undefined) {
        throw notFound('Forbidden.ResourceNotFound', `version of ${secret.id}`, versionId ?? versionStage);
      }
      return {
        secretName: secret.id,
        secretData: version.data.reveal(),
        secretDataType: version.dataType,
        versionId: version.id,
        versionStages: { versionStage: [...version.stages] },
        createTime: cloud.timestamp(version.createdAt),
      };
    },
  }),
  rpcAction({
    name: 'PutSecretValue',
    request: PutSecretValueRequest,
    response: PutSecretValueResponse,
    required: ['secretName', 'versionId', 'secretData'],
    oneOf: { secretDataType: ['text', 'binary'] },
    handle: ({ request, cloud }) => {
      const secret = livingSecret(cloud, request.secretName);
      const { versionId = '', secretData = '', secretDataType = 'text' } = request;
      const stages = stagesOf(request.versionStages);
      addVersion(cloud, secret, { id: versionId, data: new Hidden(secretData), dataType: secretDataType, stages });
      return { secretName: secret.id, versionId, versionStages: { versionStage: [...stages] } };
    },
  }),
  rpcAction({
    name: 'UpdateSecret',
    request: UpdateSecretRequest,
    response: UpdateSecretResponse,
    required: ['secretName'],
    handle: ({ request, cloud }) => {
      const secret = livingSecret(cloud, request.secretName);
      secret.description = request.description ?? '';
      secret.updatedAt = cloud.now();
      return { secretName: secret.id };
    },
  }),
  rpcAction({
    name: 'SetSecretPolicy',
    request: SecretPolicyRequest,
    response: Empty,
    required: ['secretName', 'policy'],
    handle: ({ request, cloud }) => {
      livingSecret(cloud, request.secretName).policy = checkedPolicy(request.policy ?? '');
      return {};
    },
  }),
  rpcAction({
    name: 'GetSecretPolicy',
    request: SecretPolicyRequest,
    response: PolicyResponse,
    required: ['secretName'],
    handle: ({ request, cloud }) => ({ policy: secretNamed(cloud, request.secretName).policy }),
  }),
  rpcAction({
    name: 'DeleteSecret',
    request: DeleteSecretRequest,
    response: DeleteSecretResponse,
    required: ['secretName'],
    oneOf: { forceDeleteWithoutRecovery: ['true', 'false'] },
    handle: ({ request, cloud }) => {
      const secret = livingSecret(cloud, request.secretName);
      if (request.forceDeleteWithoutRecovery === 'true') {
        secrets.in(cloud.store).remove(secret.id);
        return { secretName: secret.id };
      }
      const days = Number(request.recoveryWindowInDays ?? RECOVERY_DAYS.usual);
      if (!Number.isInteger(days) || days < RECOVERY_DAYS.least || days > RECOVERY_DAYS.most) {
        throw new ApiError(
          'InvalidParameter',
          `RecoveryWindowInDays (${days}) is not from ${RECOVERY_DAYS.least} to ${RECOVERY_DAYS.most}.`,
        );
      }
      secret.deleteAt = cloud.now() + days * DAY_MS;
      return { secretName: secret.id, plannedDeleteTime: cloud.timestamp(secret.deleteAt) };
    },
  }),
  rpcAction({
    name: 'RestoreSecret',
    request: RestoreSecretRequest,
    response: RestoreSecretResponse,
    required: ['secretName'],
    handle: ({ request, cloud }) => {
      const secret = secretNamed(cloud, request.secretName);
      secret.deleteAt = undefined;
      return { secretName: secret.id };
    },
  }),
];
