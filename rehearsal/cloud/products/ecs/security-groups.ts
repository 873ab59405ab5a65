/** Security groups: what may reach the network interfaces in them. Their rules are in `security-group-rules.ts`. */
import { CreateSecurityGroupRequest } from '@alicloud/ecs20140526/dist/models/CreateSecurityGroupRequest';
import { CreateSecurityGroupResponseBody } from '@alicloud/ecs20140526/dist/models/CreateSecurityGroupResponseBody';
import { DeleteSecurityGroupRequest } from '@alicloud/ecs20140526/dist/models/DeleteSecurityGroupRequest';
import { DeleteSecurityGroupResponseBody } from '@alicloud/ecs20140526/dist/models/DeleteSecurityGroupResponseBody';
import { DescribeSecurityGroupsRequest } from '@alicloud/ecs20140526/dist/models/DescribeSecurityGroupsRequest';
import { DescribeSecurityGroupsResponseBody } from '@alicloud/ecs20140526/dist/models/DescribeSecurityGroupsResponseBody';
import { JoinResourceGroupRequest } from '@alicloud/ecs20140526/dist/models/JoinResourceGroupRequest';
import { JoinResourceGroupResponseBody } from '@alicloud/ecs20140526/dist/models/JoinResourceGroupResponseBody';
import { ModifySecurityGroupAttributeRequest } from '@alicloud/ecs20140526/dist/models/ModifySecurityGroupAttributeRequest';
import { ModifySecurityGroupAttributeResponseBody } from '@alicloud/ecs20140526/dist/models/ModifySecurityGroupAttributeResponseBody';
import { ModifySecurityGroupPolicyRequest } from '@alicloud/ecs20140526/dist/models/ModifySecurityGroupPolicyRequest';
import { ModifySecurityGroupPolicyResponseBody } from '@alicloud/ecs20140526/dist/models/ModifySecurityGroupPolicyResponseBody';
import { ApiError, inUse, notFound } from '../../api-error';
import type { Cloud } from '../../cloud';
import { page } from '../../paging';
import { DEFAULT_RESOURCE_GROUP } from '../../resource-group';
import { rpcAction } from '../../rpc';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import { readTags } from '../../tags';
import type { Tags } from '../../tags';
import { vpcOf } from '../vpc';
import { securityGroupRules } from './security-group-rules';

const GROUP_TYPES = ['normal', 'enterprise'] as const;
const INNER_ACCESS = ['Accept', 'Drop'] as const;

export interface SecurityGroup extends Entity {
  readonly region: string;
  readonly vpcId: string;
  readonly type: string;
  readonly tags: Tags;
  readonly createdAt: string;
  name: string;
  description: string;
  resourceGroupId: string;
  /** Whether its members reach each other without a rule. */
  innerAccessPolicy: string;
}

export const securityGroups = new Kind<SecurityGroup>({
  noun: 'security group',
  terraform: { type: 'alicloud_security_group' },
  removal: (group) => `aliyun ecs DeleteSecurityGroup --RegionId ${group.region} --SecurityGroupId ${group.id}`,
});

/** @throws ApiError `InvalidSecurityGroupId.NotFound` */
export const securityGroupOf = (cloud: Cloud, id: string | undefined): SecurityGroup =>
  securityGroups
    .in(cloud.store)
    .get(id, (missing) => notFound('InvalidSecurityGroupId.NotFound', 'security group', missing));

function checkedName(name: string | undefined): string {
  if (name === undefined || /^[A-Za-z\u4e00-\u9fa5](?!ttps?:\/\/)[\w.:\-\u4e00-\u9fa5]{1,127}$/.test(name)) {
    return name ?? '';
  }
  throw new ApiError('InvalidSecurityGroupName.Malformed', `The specified SecurityGroupName (${name}) is not valid.`);
}

function checkedDescription(description: string | undefined): string {
  if (description === undefined || (description.length <= 256 && !/^https?:\/\//.test(description))) {
    return description ?? '';
  }
  throw new ApiError(
    'InvalidSecurityGroupDiscription.Malformed',
    `The specified Description (${description}) is not valid.`,
  );
}

const createSecurityGroup = rpcAction({
  name: 'CreateSecurityGroup',
  request: CreateSecurityGroupRequest,
  response: CreateSecurityGroupResponseBody,
  required: ['regionId'],
  oneOf: { securityGroupType: GROUP_TYPES },
  handle: ({ request, cloud, region }) => {
    const all = securityGroups.in(cloud.store);
    const vpc = vpcOf(cloud, request.vpcId);
    if (all.all().length >= cloud.quotas.securityGroups) {
      throw new ApiError(
        'QuotaExceed.SecurityGroup',
        `The maximum number of security groups (${String(cloud.quotas.securityGroups)}) is reached.`,
        403,
      );
    }
    const type = request.securityGroupType ?? 'normal';
    const group = all.insert({
      id: cloud.newId('sg-bp1'),
      uses: [vpc.id],
      readyAt: cloud.now(),
      region,
      vpcId: vpc.id,
      type,
      tags: readTags(request.tag),
      createdAt: cloud.timestamp(),
      name: checkedName(request.securityGroupName),
      description: checkedDescription(request.description),
      resourceGroupId: request.resourceGroupId ?? DEFAULT_RESOURCE_GROUP,
      innerAccessPolicy: type === 'enterprise' ? 'Drop' : 'Accept',
    });
    return { securityGroupId: group.id };
  },
});

const describeSecurityGroups = rpcAction({
  name: 'DescribeSecurityGroups',
  request: DescribeSecurityGroupsRequest,
  response: DescribeSecurityGroupsResponseBody,
  required: ['regionId'],
  handle: ({ request, cloud, region }) => {
    const ids = request.securityGroupIds?.match(/sg-\w+/g);
    const found = securityGroups
      .in(cloud.store)
      .where(
        (group) =>
          (request.securityGroupId ?? group.id) === group.id &&
          (ids?.includes(group.id) ?? true) &&
          (request.vpcId ?? group.vpcId) === group.vpcId &&
          (request.securityGroupName ?? group.name) === group.name &&
          (request.securityGroupType ?? group.type) === group.type,
      );
    const { items, ...counts } = page(found, request);
    return {
      ...counts,
      regionId: region,
      securityGroups: {
        securityGroup: items.map((group) => ({
          securityGroupId: group.id,
          securityGroupName: group.name,
          securityGroupType: group.type,
          description: group.description,
          vpcId: group.vpcId,
          creationTime: group.createdAt,
          resourceGroupId: group.resourceGroupId,
          ruleCount: securityGroupRules.in(cloud.store).where((rule) => rule.groupId === group.id).length,
          serviceManaged: false,
          tags: { tag: [...group.tags].map(([tagKey, tagValue]) => ({ tagKey, tagValue })) },
        })),
      },
    };
  },
});

const modifySecurityGroupAttribute = rpcAction({
  name: 'ModifySecurityGroupAttribute',
  request: ModifySecurityGroupAttributeRequest,
  response: ModifySecurityGroupAttributeResponseBody,
  required: ['regionId', 'securityGroupId'],
  handle: ({ request, cloud }) => {
    const group = securityGroupOf(cloud, request.securityGroupId);
    if (request.securityGroupName !== undefined) group.name = checkedName(request.securityGroupName);
    if (request.description !== undefined) group.description = checkedDescription(request.description);
    return {};
  },
});

const modifySecurityGroupPolicy = rpcAction({
  name: 'ModifySecurityGroupPolicy',
  request: ModifySecurityGroupPolicyRequest,
  response: ModifySecurityGroupPolicyResponseBody,
  required: ['innerAccessPolicy', 'regionId', 'securityGroupId'],
  oneOf: { innerAccessPolicy: INNER_ACCESS },
  handle: ({ request, cloud }) => {
    const group = securityGroupOf(cloud, request.securityGroupId);
    if (group.type === 'enterprise' && request.innerAccessPolicy === 'Accept') {
      throw new ApiError(
        'InvalidOperation.EnterpriseSecurityGroup',
        `The members of the enterprise security group (${group.id}) are always isolated from each other.`,
        403,
      );
    }
    group.innerAccessPolicy = request.innerAccessPolicy ?? group.innerAccessPolicy;
    return {};
  },
});

const joinResourceGroup = rpcAction({
  name: 'JoinResourceGroup',
  request: JoinResourceGroupRequest,
  response: JoinResourceGroupResponseBody,
  handle: ({ request, cloud }) => {
    securityGroupOf(cloud, request.resourceId).resourceGroupId = request.resourceGroupId ?? DEFAULT_RESOURCE_GROUP;
    return {};
  },
});

const deleteSecurityGroup = rpcAction({
  name: 'DeleteSecurityGroup',
  request: DeleteSecurityGroupRequest,
  response: DeleteSecurityGroupResponseBody,
  required: ['regionId', 'securityGroupId'],
  handle: ({ request, cloud }) => {
    const group = securityGroupOf(cloud, request.securityGroupId);
    const users = cloud.store.usersOf(group.id);
    if (users.length > 0) throw inUse('DependencyViolation', 'security group', group.id, users);
    const rules = securityGroupRules.in(cloud.store);
    for (const rule of rules.where((candidate) => candidate.groupId === group.id)) rules.remove(rule.id);
    securityGroups.in(cloud.store).remove(group.id);
    return {};
  },
});

export const securityGroupActions = [
  createSecurityGroup,
  describeSecurityGroups,
  modifySecurityGroupAttribute,
  modifySecurityGroupPolicy,
  joinResourceGroup,
  deleteSecurityGroup,
];
