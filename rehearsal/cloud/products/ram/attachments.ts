/** Which policies a role has. */
import { AttachPolicyToRoleRequest } from '@alicloud/ram20150501/dist/models/AttachPolicyToRoleRequest';
import { AttachPolicyToRoleResponseBody } from '@alicloud/ram20150501/dist/models/AttachPolicyToRoleResponseBody';
import { DetachPolicyFromRoleRequest } from '@alicloud/ram20150501/dist/models/DetachPolicyFromRoleRequest';
import { DetachPolicyFromRoleResponseBody } from '@alicloud/ram20150501/dist/models/DetachPolicyFromRoleResponseBody';
import { ListEntitiesForPolicyRequest } from '@alicloud/ram20150501/dist/models/ListEntitiesForPolicyRequest';
import { ListEntitiesForPolicyResponseBody } from '@alicloud/ram20150501/dist/models/ListEntitiesForPolicyResponseBody';
import { ListPoliciesForRoleRequest } from '@alicloud/ram20150501/dist/models/ListPoliciesForRoleRequest';
import { ListPoliciesForRoleResponseBody } from '@alicloud/ram20150501/dist/models/ListPoliciesForRoleResponseBody';
import { ApiError, notFound } from '../../api-error';
import type { Cloud } from '../../cloud';
import { rpcAction } from '../../rpc';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import { isSystemPolicy, policies, policyId, policyNamed, POLICY_TYPES } from './policies';
import { arnOf, roleNamed } from './roles';

interface Attachment extends Entity {
  readonly policyName: string;
  readonly policyType: string;
  readonly roleName: string;
  readonly attachedAt: number;
}

export const attachments = new Kind<Attachment>({
  noun: 'policy attachment',
  terraform: { type: 'alicloud_ram_role_policy_attachment' },
  removal: ({ policyName, policyType, roleName }) =>
    `aliyun ram DetachPolicyFromRole --PolicyName ${policyName} --PolicyType ${policyType} --RoleName ${roleName}`,
});

/** The id by which Terraform knows it. */
const attachmentId = (policy: string, type: string, role: string): string => `role:${policy}:${type}:${role}`;

/** @throws ApiError `EntityNotExist.Policy` */
function checkPolicy(cloud: Cloud, name: string, type: string): void {
  if (type === 'Custom') policyNamed(cloud, name);
  else if (!isSystemPolicy(name)) throw notFound('EntityNotExist.Policy', 'system policy', name);
}

export const attachmentActions = [
  rpcAction({
    name: 'AttachPolicyToRole',
    request: AttachPolicyToRoleRequest,
    response: AttachPolicyToRoleResponseBody,
    oneOf: { policyType: POLICY_TYPES },
    handle: ({ request, cloud }) => {
      const { policyName = '', policyType = '', roleName = '' } = request;
      const role = roleNamed(cloud, roleName);
      checkPolicy(cloud, policyName, policyType);
      const id = attachmentId(policyName, policyType, roleName);
      if (attachments.in(cloud.store).find(id) !== undefined) {
        throw new ApiError(
          'EntityAlreadyExists.Role.Policy',
          `The policy (${policyName}) is attached to the role (${roleName}) already.`,
          409,
        );
      }
      attachments.in(cloud.store).insert({
        id,
        uses: policyType === 'Custom' ? [role.id, policyId(policyName)] : [role.id],
        readyAt: cloud.now(),
        policyName,
        policyType,
        roleName,
        attachedAt: cloud.now(),
      });
      return {};
    },
  }),
  rpcAction({
    name: 'DetachPolicyFromRole',
    request: DetachPolicyFromRoleRequest,
    response: DetachPolicyFromRoleResponseBody,
    oneOf: { policyType: POLICY_TYPES },
    handle: ({ request, cloud }) => {
      const { policyName = '', policyType = '', roleName = '' } = request;
      roleNamed(cloud, roleName);
      const attachment = attachments
        .in(cloud.store)
        .get(attachmentId(policyName, policyType, roleName), () =>
          notFound('EntityNotExist.Role.Policy', 'attachment of the policy', policyName),
        );
      attachments.in(cloud.store).remove(attachment.id);
      return {};
    },
  }),
  rpcAction({
    name: 'ListPoliciesForRole',
    request: ListPoliciesForRoleRequest,
    response: ListPoliciesForRoleResponseBody,
    handle: ({ request, cloud }) => {
      const { roleName } = roleNamed(cloud, request.roleName);
      const policy = attachments
        .in(cloud.store)
        .where((attachment) => attachment.roleName === roleName)
        .map(({ policyName, policyType, attachedAt }) => {
          const custom = policies.in(cloud.store).find(policyId(policyName));
          return {
            attachDate: cloud.timestamp(attachedAt),
            defaultVersion: custom?.defaultVersion ?? 'v1',
            description: custom?.description ?? '',
            policyName,
            policyType,
          };
        });
      return { policies: { policy } };
    },
  }),
  rpcAction({
    name: 'ListEntitiesForPolicy',
    request: ListEntitiesForPolicyRequest,
    response: ListEntitiesForPolicyResponseBody,
    oneOf: { policyType: POLICY_TYPES },
    handle: ({ request, cloud }) => {
      const { policyName = '', policyType = '' } = request;
      checkPolicy(cloud, policyName, policyType);
      const role = attachments
        .in(cloud.store)
        .where((attachment) => attachment.policyName === policyName && attachment.policyType === policyType)
        .map(({ roleName, attachedAt }) => {
          const owner = roleNamed(cloud, roleName);
          return {
            arn: arnOf(cloud, owner),
            attachDate: cloud.timestamp(attachedAt),
            description: owner.description,
            roleId: owner.roleId,
            roleName,
          };
        });
      // The double has no RAM users and groups.
      return { groups: { group: [] }, roles: { role }, users: { user: [] } };
    },
  }),
];
