/** RAM policies and their versions: at most five, of which one is in force. */
import { CreatePolicyRequest } from '@alicloud/ram20150501/dist/models/CreatePolicyRequest';
import { CreatePolicyResponseBody } from '@alicloud/ram20150501/dist/models/CreatePolicyResponseBody';
import { CreatePolicyVersionRequest } from '@alicloud/ram20150501/dist/models/CreatePolicyVersionRequest';
import { CreatePolicyVersionResponseBody } from '@alicloud/ram20150501/dist/models/CreatePolicyVersionResponseBody';
import { DeletePolicyRequest } from '@alicloud/ram20150501/dist/models/DeletePolicyRequest';
import { DeletePolicyResponseBody } from '@alicloud/ram20150501/dist/models/DeletePolicyResponseBody';
import { DeletePolicyVersionRequest } from '@alicloud/ram20150501/dist/models/DeletePolicyVersionRequest';
import { DeletePolicyVersionResponseBody } from '@alicloud/ram20150501/dist/models/DeletePolicyVersionResponseBody';
import { GetPolicyRequest } from '@alicloud/ram20150501/dist/models/GetPolicyRequest';
import { GetPolicyResponseBody } from '@alicloud/ram20150501/dist/models/GetPolicyResponseBody';
import { ListPolicyVersionsRequest } from '@alicloud/ram20150501/dist/models/ListPolicyVersionsRequest';
import { ListPolicyVersionsResponseBody } from '@alicloud/ram20150501/dist/models/ListPolicyVersionsResponseBody';
import { UpdatePolicyDescriptionRequest } from '@alicloud/ram20150501/dist/models/UpdatePolicyDescriptionRequest';
import { UpdatePolicyDescriptionResponseBody } from '@alicloud/ram20150501/dist/models/UpdatePolicyDescriptionResponseBody';
import { ApiError, notFound } from '../../api-error';
import type { Cloud } from '../../cloud';
import { rpcAction } from '../../rpc';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import { checkedDocument } from './documents';

export interface PolicyVersion {
  /** `v1`, `v2`, …; a number is never given twice. */
  readonly versionId: string;
  readonly document: string;
  readonly createdAt: number;
}

export interface Policy extends Entity {
  /** {@link policyId} of its name. */
  readonly id: string;
  readonly policyName: string;
  readonly createdAt: number;
  readonly tags: Map<string, string>;
  /** Oldest first; never empty. */
  versions: PolicyVersion[];
  defaultVersion: string;
  /** How many versions were ever made. */
  lastVersion: number;
  description: string;
  updatedAt: number;
}

export const policies = new Kind<Policy>({
  noun: 'RAM policy',
  terraform: { type: 'alicloud_ram_policy', importId: (policy) => policy.policyName },
  removal: (policy) => `aliyun ram DeletePolicy --PolicyName ${policy.policyName} --CascadingDelete true`,
});

export const POLICY_TYPES = ['Custom', 'System'] as const;

const MOST_VERSIONS = 5;
const ROTATIONS = ['None', 'DeleteOldestNonDefaultVersionWhenLimitExceeded'] as const;

export const policyId = (name: string): string => `policy/${name}`;

/** The vendor's own policies need not be made first. They are told by name; the double does not list them all. */
export const isSystemPolicy = (name: string): boolean =>
  /^(Aliyun[A-Za-z0-9]+|AdministratorAccess|ReadOnlyAccess)$/.test(name);

/** @throws ApiError `EntityNotExist.Policy` */
export function policyNamed(cloud: Cloud, name: string | undefined): Policy {
  return policies
    .in(cloud.store)
    .get(policyId(name ?? ''), () => notFound('EntityNotExist.Policy', 'policy', name ?? ''));
}

function defaultVersionOf(policy: Policy): PolicyVersion {
  const version = policy.versions.find(({ versionId }) => versionId === policy.defaultVersion);
  if (version === undefined) throw new Error(`policy ${policy.policyName} has no version ${policy.defaultVersion}`);
  return version;
}

const describedVersion = (cloud: Cloud, policy: Policy, version: PolicyVersion) => ({
  createDate: cloud.timestamp(version.createdAt),
  isDefaultVersion: version.versionId === policy.defaultVersion,
  policyDocument: version.document,
  versionId: version.versionId,
});

/** Makes room for one more, as the strategy says. */
function rotate(policy: Policy, strategy: string | undefined): void {
  if (policy.versions.length < MOST_VERSIONS) return;
  if (strategy !== 'DeleteOldestNonDefaultVersionWhenLimitExceeded') {
    throw new ApiError(
      'LimitExceeded.Policy.Version',
      `The policy (${policy.policyName}) has ${MOST_VERSIONS} versions, which is the most.`,
      409,
    );
  }
  const oldest = policy.versions.find(({ versionId }) => versionId !== policy.defaultVersion);
  policy.versions = policy.versions.filter((version) => version !== oldest);
}

export const policyActions = [
  rpcAction({
    name: 'CreatePolicy',
    request: CreatePolicyRequest,
    response: CreatePolicyResponseBody,
    handle: ({ request, cloud }) => {
      const { policyName = '' } = request;
      if (!/^[A-Za-z0-9-]{1,128}$/.test(policyName)) {
        throw new ApiError(
          'InvalidParameter.PolicyName.InvalidChars',
          `The parameter - "PolicyName" (${policyName}) is not 1 to 128 letters, digits and "-".`,
        );
      }
      const document = checkedDocument('PolicyDocument', request.policyDocument);
      const all = policies.in(cloud.store);
      if (all.find(policyId(policyName)) !== undefined || isSystemPolicy(policyName)) {
        throw new ApiError('EntityAlreadyExists.Policy', `The policy (${policyName}) already exists.`, 409);
      }
      if (all.all().length >= cloud.quotas.policies) {
        throw new ApiError('LimitExceeded.Policy', `The number of policies is beyond ${cloud.quotas.policies}.`, 409);
      }
      const policy = all.insert({
        id: policyId(policyName),
        uses: [],
        readyAt: cloud.now(),
        policyName,
        createdAt: cloud.now(),
        updatedAt: cloud.now(),
        tags: new Map((request.tag ?? []).map(({ key = '', value = '' }) => [key, value])),
        versions: [{ versionId: 'v1', document, createdAt: cloud.now() }],
        defaultVersion: 'v1',
        lastVersion: 1,
        description: request.description ?? '',
      });
      return {
        policy: {
          createDate: cloud.timestamp(policy.createdAt),
          defaultVersion: policy.defaultVersion,
          description: policy.description,
          policyName,
          policyType: 'Custom',
        },
      };
    },
  }),
  rpcAction({
    name: 'GetPolicy',
    request: GetPolicyRequest,
    response: GetPolicyResponseBody,
    oneOf: { policyType: POLICY_TYPES },
    handle: ({ request, cloud }) => {
      const policy = policyNamed(cloud, request.policyName);
      const version = defaultVersionOf(policy);
      return {
        defaultPolicyVersion: describedVersion(cloud, policy, version),
        policy: {
          attachmentCount: cloud.store.usersOf(policy.id).length,
          createDate: cloud.timestamp(policy.createdAt),
          defaultVersion: policy.defaultVersion,
          description: policy.description,
          policyDocument: version.document,
          policyName: policy.policyName,
          policyType: 'Custom',
          updateDate: cloud.timestamp(policy.updatedAt),
        },
      };
    },
  }),
  rpcAction({
    name: 'UpdatePolicyDescription',
    request: UpdatePolicyDescriptionRequest,
    response: UpdatePolicyDescriptionResponseBody,
    handle: ({ request, cloud }) => {
      const policy = policyNamed(cloud, request.policyName);
      policy.description = request.newDescription ?? '';
      policy.updatedAt = cloud.now();
      return {};
    },
  }),
  rpcAction({
    name: 'CreatePolicyVersion',
    request: CreatePolicyVersionRequest,
    response: CreatePolicyVersionResponseBody,
    oneOf: { rotateStrategy: ROTATIONS },
    handle: ({ request, cloud }) => {
      const policy = policyNamed(cloud, request.policyName);
      const document = checkedDocument('PolicyDocument', request.policyDocument);
      rotate(policy, request.rotateStrategy);
      policy.lastVersion += 1;
      const version = { versionId: `v${policy.lastVersion}`, document, createdAt: cloud.now() };
      policy.versions.push(version);
      if (request.setAsDefault === true) policy.defaultVersion = version.versionId;
      policy.updatedAt = cloud.now();
      return { policyVersion: describedVersion(cloud, policy, version) };
    },
  }),
  rpcAction({
    name: 'ListPolicyVersions',
    request: ListPolicyVersionsRequest,
    response: ListPolicyVersionsResponseBody,
    oneOf: { policyType: POLICY_TYPES },
    handle: ({ request, cloud }) => {
      const policy = policyNamed(cloud, request.policyName);
      const policyVersion = policy.versions.map((version) => describedVersion(cloud, policy, version));
      return { policyVersions: { policyVersion } };
    },
  }),
  rpcAction({
    name: 'DeletePolicyVersion',
    request: DeletePolicyVersionRequest,
    response: DeletePolicyVersionResponseBody,
    handle: ({ request, cloud }) => {
      const policy = policyNamed(cloud, request.policyName);
      const { versionId = '' } = request;
      if (!policy.versions.some((version) => version.versionId === versionId)) {
        throw notFound('EntityNotExist.Policy.Version', 'policy version', versionId);
      }
      if (versionId === policy.defaultVersion) {
        throw new ApiError(
          'DeleteConflict.Policy.Version.Default',
          `The version (${versionId}) of ${policy.policyName} is in force and cannot be deleted.`,
          409,
        );
      }
      policy.versions = policy.versions.filter((version) => version.versionId !== versionId);
      return {};
    },
  }),
  rpcAction({
    name: 'DeletePolicy',
    request: DeletePolicyRequest,
    response: DeletePolicyResponseBody,
    handle: ({ request, cloud }) => {
      const policy = policyNamed(cloud, request.policyName);
      const users = cloud.store.usersOf(policy.id);
      if (users.length > 0) {
        throw new ApiError(
          'DeleteConflict.Policy.Role',
          `The policy (${policy.policyName}) cannot be deleted: ${users.join(', ')} still use it.`,
          409,
        );
      }
      if (policy.versions.length > 1 && request.cascadingDelete !== true) {
        throw new ApiError(
          'DeleteConflict.Policy.Version',
          `The policy (${policy.policyName}) still has versions that are not in force.`,
          409,
        );
      }
      policies.in(cloud.store).remove(policy.id);
      return {};
    },
  }),
];
