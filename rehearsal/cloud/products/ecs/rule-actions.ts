/** What allows traffic, takes the allowance back, and shows what is allowed. */
import { AuthorizeSecurityGroupEgressRequest } from '@alicloud/ecs20140526/dist/models/AuthorizeSecurityGroupEgressRequest';
import { AuthorizeSecurityGroupEgressResponseBody } from '@alicloud/ecs20140526/dist/models/AuthorizeSecurityGroupEgressResponseBody';
import { AuthorizeSecurityGroupRequest } from '@alicloud/ecs20140526/dist/models/AuthorizeSecurityGroupRequest';
import { AuthorizeSecurityGroupResponseBody } from '@alicloud/ecs20140526/dist/models/AuthorizeSecurityGroupResponseBody';
import { DescribeSecurityGroupAttributeRequest } from '@alicloud/ecs20140526/dist/models/DescribeSecurityGroupAttributeRequest';
import { DescribeSecurityGroupAttributeResponseBody } from '@alicloud/ecs20140526/dist/models/DescribeSecurityGroupAttributeResponseBody';
import { ModifySecurityGroupEgressRuleRequest } from '@alicloud/ecs20140526/dist/models/ModifySecurityGroupEgressRuleRequest';
import { ModifySecurityGroupEgressRuleResponseBody } from '@alicloud/ecs20140526/dist/models/ModifySecurityGroupEgressRuleResponseBody';
import { ModifySecurityGroupRuleRequest } from '@alicloud/ecs20140526/dist/models/ModifySecurityGroupRuleRequest';
import { ModifySecurityGroupRuleResponseBody } from '@alicloud/ecs20140526/dist/models/ModifySecurityGroupRuleResponseBody';
import { RevokeSecurityGroupEgressRequest } from '@alicloud/ecs20140526/dist/models/RevokeSecurityGroupEgressRequest';
import { RevokeSecurityGroupEgressResponseBody } from '@alicloud/ecs20140526/dist/models/RevokeSecurityGroupEgressResponseBody';
import { RevokeSecurityGroupRequest } from '@alicloud/ecs20140526/dist/models/RevokeSecurityGroupRequest';
import { RevokeSecurityGroupResponseBody } from '@alicloud/ecs20140526/dist/models/RevokeSecurityGroupResponseBody';
import { ApiError } from '../../api-error';
import type { Cloud } from '../../cloud';
import { rpcAction } from '../../rpc';
import { checked, destinationOf, sourceOf } from './rule-requests';
import type { EgressRequest, IngressRequest, RuleValues } from './rule-requests';
import { NIC_TYPE, peerText, securityGroupRules } from './security-group-rules';
import type { SecurityGroupRule } from './security-group-rules';
import { securityGroupOf } from './security-groups';

function matching(cloud: Cloud, values: RuleValues): SecurityGroupRule | undefined {
  return securityGroupRules
    .in(cloud.store)
    .where(
      (rule) =>
        rule.groupId === values.groupId &&
        rule.direction === values.direction &&
        rule.protocol === values.protocol &&
        rule.portRange === values.portRange &&
        rule.policy === values.policy &&
        rule.priority === values.priority &&
        peerText(rule.peer) === peerText(values.peer),
    )
    .at(0);
}

function allow(cloud: Cloud, wanted: readonly RuleValues[]): void {
  const rules = securityGroupRules.in(cloud.store);
  for (const values of wanted) {
    if (matching(cloud, values) !== undefined) continue;
    const limit = cloud.quotas.securityGroupRules;
    if (rules.where((rule) => rule.groupId === values.groupId).length >= limit) {
      throw new ApiError(
        'AuthorizationLimitExceed',
        `The limit of authorization records (${String(limit)}) in the security group ${values.groupId} is reached.`,
        403,
      );
    }
    rules.insert({
      id: cloud.newId('sgr-bp1'),
      // A rule dies with its own group, and keeps the group at its other end alive.
      uses: values.peer.groupId === undefined ? [] : [values.peer.groupId],
      readyAt: cloud.now(),
      createdAt: cloud.timestamp(),
      ...values,
    });
  }
}

function takeBack(cloud: Cloud, unwanted: readonly RuleValues[], ids: readonly string[]): void {
  const rules = securityGroupRules.in(cloud.store);
  for (const id of ids) rules.remove(id);
  for (const values of unwanted) {
    const rule = matching(cloud, values);
    if (rule !== undefined) rules.remove(rule.id);
  }
}

/** A request's rules: the list, or in the older form the one that its own parameters spell. */
const rulesIn = <Rule>(request: Rule & { permissions?: Rule[] | undefined; ipProtocol?: string | undefined }): Rule[] =>
  request.permissions ?? (request.ipProtocol === undefined ? [] : [request]);

const REQUIRED = ['regionId', 'securityGroupId'] as const;

const authorizeSecurityGroup = rpcAction({
  name: 'AuthorizeSecurityGroup',
  request: AuthorizeSecurityGroupRequest,
  response: AuthorizeSecurityGroupResponseBody,
  required: REQUIRED,
  handle: ({ request, cloud }) => {
    const group = securityGroupOf(cloud, request.securityGroupId);
    allow(
      cloud,
      rulesIn<IngressRequest>(request).map((rule) => checked(cloud, group, 'ingress', rule, sourceOf(rule))),
    );
    return {};
  },
});

const authorizeSecurityGroupEgress = rpcAction({
  name: 'AuthorizeSecurityGroupEgress',
  request: AuthorizeSecurityGroupEgressRequest,
  response: AuthorizeSecurityGroupEgressResponseBody,
  required: REQUIRED,
  handle: ({ request, cloud }) => {
    const group = securityGroupOf(cloud, request.securityGroupId);
    allow(
      cloud,
      rulesIn<EgressRequest>(request).map((rule) => checked(cloud, group, 'egress', rule, destinationOf(rule))),
    );
    return {};
  },
});

const revokeSecurityGroup = rpcAction({
  name: 'RevokeSecurityGroup',
  request: RevokeSecurityGroupRequest,
  response: RevokeSecurityGroupResponseBody,
  required: REQUIRED,
  handle: ({ request, cloud }) => {
    const group = securityGroupOf(cloud, request.securityGroupId);
    const rules = rulesIn<IngressRequest>(request);
    takeBack(
      cloud,
      rules.map((rule) => checked(cloud, group, 'ingress', rule, sourceOf(rule))),
      request.securityGroupRuleId ?? [],
    );
    return {};
  },
});

const revokeSecurityGroupEgress = rpcAction({
  name: 'RevokeSecurityGroupEgress',
  request: RevokeSecurityGroupEgressRequest,
  response: RevokeSecurityGroupEgressResponseBody,
  required: REQUIRED,
  handle: ({ request, cloud }) => {
    const group = securityGroupOf(cloud, request.securityGroupId);
    const rules = rulesIn<EgressRequest>(request);
    takeBack(
      cloud,
      rules.map((rule) => checked(cloud, group, 'egress', rule, destinationOf(rule))),
      request.securityGroupRuleId ?? [],
    );
    return {};
  },
});

/** Only the description of a rule can change; the rest is what it is known by. */
function describeAnew(cloud: Cloud, values: RuleValues): void {
  const rule = matching(cloud, values);
  if (rule === undefined) {
    throw new ApiError('InvalidSecurityGroupRule.NotFound', 'The specified security group rule does not exist.', 404);
  }
  rule.description = values.description;
}

const modifySecurityGroupRule = rpcAction({
  name: 'ModifySecurityGroupRule',
  request: ModifySecurityGroupRuleRequest,
  response: ModifySecurityGroupRuleResponseBody,
  required: REQUIRED,
  handle: ({ request, cloud }) => {
    const group = securityGroupOf(cloud, request.securityGroupId);
    describeAnew(cloud, checked(cloud, group, 'ingress', request, sourceOf(request)));
    return {};
  },
});

const modifySecurityGroupEgressRule = rpcAction({
  name: 'ModifySecurityGroupEgressRule',
  request: ModifySecurityGroupEgressRuleRequest,
  response: ModifySecurityGroupEgressRuleResponseBody,
  required: REQUIRED,
  handle: ({ request, cloud }) => {
    const group = securityGroupOf(cloud, request.securityGroupId);
    describeAnew(cloud, checked(cloud, group, 'egress', request, destinationOf(request)));
    return {};
  },
});

function described(rule: SecurityGroupRule) {
  const { cidr = '', ipv6Cidr = '', groupId = '', prefixListId = '' } = rule.peer;
  const inward = rule.direction === 'ingress';
  return {
    securityGroupRuleId: rule.id,
    direction: rule.direction,
    ipProtocol: rule.protocol.toUpperCase(),
    portRange: rule.portRange,
    policy: rule.policy === 'accept' ? 'Accept' : 'Drop',
    priority: String(rule.priority),
    nicType: NIC_TYPE,
    description: rule.description,
    createTime: rule.createdAt,
    sourceCidrIp: inward ? cidr : '',
    ipv6SourceCidrIp: inward ? ipv6Cidr : '',
    sourceGroupId: inward ? groupId : '',
    sourcePrefixListId: inward ? prefixListId : '',
    destCidrIp: inward ? '' : cidr,
    ipv6DestCidrIp: inward ? '' : ipv6Cidr,
    destGroupId: inward ? '' : groupId,
    destPrefixListId: inward ? '' : prefixListId,
  };
}

const describeSecurityGroupAttribute = rpcAction({
  name: 'DescribeSecurityGroupAttribute',
  request: DescribeSecurityGroupAttributeRequest,
  response: DescribeSecurityGroupAttributeResponseBody,
  required: REQUIRED,
  handle: ({ request, cloud }) => {
    const group = securityGroupOf(cloud, request.securityGroupId);
    const { direction = 'all' } = request;
    const rules = securityGroupRules
      .in(cloud.store)
      .where((rule) => rule.groupId === group.id && (direction === 'all' || rule.direction === direction));
    return {
      securityGroupId: group.id,
      securityGroupName: group.name,
      description: group.description,
      regionId: group.region,
      vpcId: group.vpcId,
      innerAccessPolicy: group.innerAccessPolicy,
      permissions: { permission: rules.map(described) },
    };
  },
});

export const securityGroupRuleActions = [
  authorizeSecurityGroup,
  authorizeSecurityGroupEgress,
  revokeSecurityGroup,
  revokeSecurityGroupEgress,
  modifySecurityGroupRule,
  modifySecurityGroupEgressRule,
  describeSecurityGroupAttribute,
];
