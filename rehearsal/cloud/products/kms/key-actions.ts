/** What can be asked of keys. */
import {
  CancelKeyDeletionRequest,
  CancelKeyDeletionResponse,
  DescribeKeyRequest,
  DisableKeyRequest,
  DisableKeyResponse,
  EnableKeyRequest,
  EnableKeyResponse,
  ScheduleKeyDeletionRequest,
  ScheduleKeyDeletionResponse,
  UpdateKeyDescriptionRequest,
  UpdateKeyDescriptionResponse,
  UpdateRotationPolicyRequest,
  UpdateRotationPolicyResponse,
} from '@alicloud/kms20160120';
import { ApiError } from '../../api-error';
import { Empty } from '../../roa';
import { rpcAction } from '../../rpc';
import { checkedPolicy, tagsFromJson, usualPolicy } from './documents';
import { WINDOW_DAYS, keyWithId, keys, livingKey, metadataOf, requireKey, rotationOf } from './keys';
import {
  CreateKeyRequest,
  CreateKeyResponse,
  DescribeKeyResponse,
  KeyPolicyRequest,
  PolicyResponse,
  SetDeletionProtectionRequest,
} from './models';
import { DAY_MS } from '../../durations';

export const keyActions = [
  rpcAction({
    name: 'CreateKey',
    request: CreateKeyRequest,
    response: CreateKeyResponse,
    oneOf: {
      keyUsage: ['ENCRYPT/DECRYPT', 'SIGN/VERIFY'],
      origin: ['Aliyun_KMS', 'EXTERNAL'],
      protectionLevel: ['SOFTWARE', 'HSM'],
      keySpec: [
        'Aliyun_AES_256',
        'Aliyun_AES_128',
        'Aliyun_AES_192',
        'Aliyun_SM4',
        'RSA_2048',
        'RSA_3072',
        'RSA_4096',
        'EC_P256',
        'EC_P256K',
        'EC_SM2',
      ],
    },
    handle: ({ request, cloud, region }) => {
      const instanceId = request.dKMSInstanceId ?? '';
      const others = keys.in(cloud.store).where((key) => key.instanceId === '' && key.state !== 'PendingDeletion');
      if (instanceId === '' && others.length > 0) {
        throw new ApiError(
          'Rejected.LimitExceeded',
          `The region has one key outside of KMS instances, and it exists: ${others.map(({ id }) => id).join(', ')}.`,
          409,
        );
      }
      const keySpec = request.keySpec ?? 'Aliyun_AES_256';
      const origin = request.origin ?? 'Aliyun_KMS';
      const key = keys.in(cloud.store).insert({
        id: cloud.newId('key-'),
        uses: [],
        readyAt: cloud.now(),
        keySpec,
        origin,
        keyUsage: request.keyUsage ?? 'ENCRYPT/DECRYPT',
        protectionLevel: request.protectionLevel ?? 'SOFTWARE',
        instanceId,
        createdAt: cloud.now(),
        versionId: cloud.newId('version-'),
        tags: tagsFromJson(request.tags),
        description: request.description ?? '',
        state: 'Enabled',
        rotationSeconds: rotationOf(request, { keySpec, origin }),
        protected: false,
        protectionDescription: '',
        policy: request.policy === undefined ? usualPolicy(cloud) : checkedPolicy(request.policy),
        deleteAt: undefined,
      });
      return { keyMetadata: metadataOf(cloud, region, key) };
    },
  }),
  rpcAction({
    name: 'DescribeKey',
    request: DescribeKeyRequest,
    response: DescribeKeyResponse,
    required: ['keyId'],
    handle: ({ request, cloud, region }) => ({
      keyMetadata: metadataOf(cloud, region, keyWithId(cloud, request.keyId)),
    }),
  }),
  rpcAction({
    name: 'UpdateKeyDescription',
    request: UpdateKeyDescriptionRequest,
    response: UpdateKeyDescriptionResponse,
    required: ['keyId'],
    handle: ({ request, cloud }) => {
      livingKey(cloud, request.keyId).description = request.description ?? '';
      return {};
    },
  }),
  rpcAction({
    name: 'UpdateRotationPolicy',
    request: UpdateRotationPolicyRequest,
    response: UpdateRotationPolicyResponse,
    required: ['keyId', 'enableAutomaticRotation'],
    handle: ({ request, cloud }) => {
      const key = requireKey(cloud, request.keyId);
      key.rotationSeconds = rotationOf(request, key);
      return {};
    },
  }),
  rpcAction({
    name: 'SetDeletionProtection',
    request: SetDeletionProtectionRequest,
    response: Empty,
    // The reference asks for the ARN; the provider sends the key's id instead, and the API takes that too.
    required: ['enableDeletionProtection'],
    handle: ({ request, cloud }) => {
      const key = livingKey(cloud, request.keyId ?? request.protectedResourceArn?.split('/').at(-1));
      key.protected = request.enableDeletionProtection === true;
      key.protectionDescription = request.deletionProtectionDescription ?? '';
      return {};
    },
  }),
  rpcAction({
    name: 'SetKeyPolicy',
    request: KeyPolicyRequest,
    response: Empty,
    required: ['keyId', 'policy'],
    handle: ({ request, cloud }) => {
      const key = livingKey(cloud, request.keyId);
      if (key.instanceId === '') {
        throw new ApiError('UnsupportedOperation', `The key (${key.id}) is in no KMS instance, and so has no policy.`);
      }
      key.policy = checkedPolicy(request.policy ?? '');
      return {};
    },
  }),
  rpcAction({
    name: 'GetKeyPolicy',
    request: KeyPolicyRequest,
    response: PolicyResponse,
    required: ['keyId'],
    handle: ({ request, cloud }) => ({ policy: keyWithId(cloud, request.keyId).policy }),
  }),
  rpcAction({
    name: 'EnableKey',
    request: EnableKeyRequest,
    response: EnableKeyResponse,
    required: ['keyId'],
    handle: ({ request, cloud }) => {
      livingKey(cloud, request.keyId).state = 'Enabled';
      return {};
    },
  }),
  rpcAction({
    name: 'DisableKey',
    request: DisableKeyRequest,
    response: DisableKeyResponse,
    required: ['keyId'],
    handle: ({ request, cloud }) => {
      livingKey(cloud, request.keyId).state = 'Disabled';
      return {};
    },
  }),
  rpcAction({
    name: 'ScheduleKeyDeletion',
    request: ScheduleKeyDeletionRequest,
    response: ScheduleKeyDeletionResponse,
    required: ['keyId', 'pendingWindowInDays'],
    handle: ({ request, cloud }) => {
      const key = livingKey(cloud, request.keyId);
      const days = request.pendingWindowInDays ?? 0;
      if (days < WINDOW_DAYS.least || days > WINDOW_DAYS.most) {
        throw new ApiError(
          'InvalidParameter',
          `PendingWindowInDays (${days}) is not from ${WINDOW_DAYS.least} to ${WINDOW_DAYS.most}.`,
        );
      }
      if (key.protected) {
        throw new ApiError(
          'Rejected.DeletionProtection',
          `The request was rejected because deletion protection is enabled for the key (${key.id}).`,
          409,
        );
      }
      key.state = 'PendingDeletion';
      key.deleteAt = cloud.now() + days * DAY_MS;
      return {};
    },
  }),
  rpcAction({
    name: 'CancelKeyDeletion',
    request: CancelKeyDeletionRequest,
    response: CancelKeyDeletionResponse,
    required: ['keyId'],
    handle: ({ request, cloud }) => {
      const key = keyWithId(cloud, request.keyId);
      if (key.state !== 'PendingDeletion') {
        throw new ApiError('Rejected.NotPendingDeletion', `The key (${key.id}) is not pending deletion.`, 409);
      }
      key.state = 'Disabled';
      key.deleteAt = undefined;
      return {};
    },
  }),
];
