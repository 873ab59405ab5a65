/**
 * What the published package of KMS lacks: it is older than KMS instances, deletion protection, policies and the
 * tags of secrets. Source: API reference of KMS 2016-01-20.
 */
import {
  CreateKeyRequest as PublishedCreateKeyRequest,
  CreateKeyResponseKeyMetadata,
  CreateSecretRequest as PublishedCreateSecretRequest,
  DescribeKeyResponseKeyMetadata,
  DescribeSecretResponse as PublishedDescribeSecretResponse,
} from '@alicloud/kms20160120';
import { defineModel, extendModel, listOf } from '../../define-model';

const KEY_FIELDS = {
  DKMSInstanceId: 'string',
  DeletionProtection: 'string',
  DeletionProtectionDescription: 'string',
} as const;

export const CreateKeyRequest = extendModel(PublishedCreateKeyRequest, {
  DKMSInstanceId: 'string',
  Policy: 'string',
  Tags: 'string',
});
export const CreateKeyResponse = defineModel({ KeyMetadata: extendModel(CreateKeyResponseKeyMetadata, KEY_FIELDS) });
export const DescribeKeyResponse = defineModel({
  KeyMetadata: extendModel(DescribeKeyResponseKeyMetadata, KEY_FIELDS),
});

export const SetDeletionProtectionRequest = defineModel({
  ProtectedResourceArn: 'string',
  KeyId: 'string',
  EnableDeletionProtection: 'boolean',
  DeletionProtectionDescription: 'string',
});

export const KeyPolicyRequest = defineModel({ KeyId: 'string', PolicyName: 'string', Policy: 'string' });
export const SecretPolicyRequest = defineModel({ SecretName: 'string', PolicyName: 'string', Policy: 'string' });
export const PolicyResponse = defineModel({ Policy: 'string' });

export const CreateSecretRequest = extendModel(PublishedCreateSecretRequest, {
  SecretType: 'string',
  DKMSInstanceId: 'string',
  ExtendedConfig: 'string',
  EnableAutomaticRotation: 'boolean',
  RotationInterval: 'string',
  Policy: 'string',
});
export const DescribeSecretResponse = extendModel(PublishedDescribeSecretResponse, {
  SecretType: 'string',
  DKMSInstanceId: 'string',
  AutomaticRotation: 'string',
});

const Tag = defineModel({ Key: 'string', Value: 'string' });

export const ListTagResourcesRequest = defineModel({
  ResourceType: 'string',
  ResourceId: listOf('string'),
  NextToken: 'string',
});
export const ListTagResourcesResponse = defineModel({
  TagResources: defineModel({
    TagResource: listOf(
      defineModel({ ResourceId: 'string', ResourceType: 'string', TagKey: 'string', TagValue: 'string' }),
    ),
  }),
});
export const TagResourcesRequest = defineModel({
  ResourceType: 'string',
  ResourceId: listOf('string'),
  Tag: listOf(Tag),
});
export const UntagResourcesRequest = defineModel({
  ResourceType: 'string',
  ResourceId: listOf('string'),
  TagKey: listOf('string'),
});
