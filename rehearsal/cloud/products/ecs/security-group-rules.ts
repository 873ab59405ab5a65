/**
 * The rules of security groups. A rule is known by what it allows, not by an id: allowing the same again, or taking
 * back what was never allowed, succeeds and changes nothing.
 */
import { Kind } from '../../store';
import type { Entity } from '../../store';

export type Direction = 'ingress' | 'egress';

export interface SecurityGroupRule extends Entity {
  readonly groupId: string;
  readonly direction: Direction;
  readonly protocol: string;
  readonly portRange: string;
  readonly policy: string;
  readonly priority: number;
  /** The block, the group or the prefix list at the other end. */
  readonly peer: Peer;
  /** As it was sent; `<nil>` when it was not, for so the provider writes it into its ids. */
  readonly nicType: string;
  readonly createdAt: string;
  description: string;
}

/** The other end of a rule: one of these. */
export interface Peer {
  readonly cidr?: string;
  readonly ipv6Cidr?: string;
  readonly groupId?: string;
  readonly prefixListId?: string;
}

/** How the other end is written in a rule's id. */
export const peerText = (peer: Peer): string => peer.cidr ?? peer.groupId ?? peer.ipv6Cidr ?? peer.prefixListId ?? '';

export const securityGroupRules = new Kind<SecurityGroupRule>({
  noun: 'security group rule',
  terraform: {
    type: 'alicloud_security_group_rule',
    importId: (rule) =>
      [
        rule.groupId,
        rule.direction,
        rule.protocol,
        rule.portRange,
        rule.nicType,
        peerText(rule.peer).replaceAll(':', '_'),
        rule.policy,
        rule.priority,
      ].join(':'),
  },
  removal: (rule) =>
    `aliyun ecs RevokeSecurityGroup${rule.direction === 'egress' ? 'Egress' : ''} --SecurityGroupId ${rule.groupId} --SecurityGroupRuleId.1 ${rule.id}`,
});

/** In a VPC every rule is for the private network. */
export const NIC_TYPE = 'intranet';
