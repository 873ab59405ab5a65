/**
 * A security group and its rules, as a table: whatever is not in the table is refused. A rule open to every address
 * coming in is refused here, whatever the port.
 *
 * Source: provider documentation of `alicloud_security_group` and `alicloud_security_group_rule` (1.285.0); ECS
 * documentation, "Basic security groups and advanced security groups": an enterprise (advanced) group denies both
 * directions by default, a basic one lets everything out.
 */
import { Construct } from 'constructs';
import type { SecurityGroupConfig } from '@cdktf/provider-alicloud/lib/security-group';
import { SecurityGroup as SecurityGroupResource } from '@cdktf/provider-alicloud/lib/security-group';
import { SecurityGroupRule } from '@cdktf/provider-alicloud/lib/security-group-rule';
import { readCidr } from './cidr';

/** Ports from and to, both included. */
export type PortRange = `${number}/${number}`;

/** Any port, for a protocol that has none and for `all`. */
const ANY_PORT = '-1/-1';
const EVERYWHERE = '0.0.0.0/0';

/** One line of the table, for one or more ranges. */
export interface Rule {
  /** Why it is there: the rule's description, up to 512 characters. */
  readonly why: string;
  readonly direction: 'ingress' | 'egress';
  /** `tcp` and `udp` name their ports; `icmp` and `all` have none. */
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'all';
  /** Ports, such as `3306/3306`; only and always for `tcp` and `udp`. */
  readonly ports?: PortRange;
  /** Who it comes from, or goes to. */
  readonly cidrs: readonly string[];
}

export interface SecurityGroupProps {
  /** Name, 2–128 characters. */
  readonly name: string;
  /** What it guards: the group's description. */
  readonly description: string;
  readonly vpcId: string;
  /**
   * `enterprise` for the cluster (it holds 65,536 addresses, and pods have one each), `normal` for a few interfaces.
   * ForceNew.
   */
  readonly type: 'enterprise' | 'normal';
  /** The rules, by an id of their own: a rule's arguments are all ForceNew, so its id decides what a change replaces. */
  readonly rules: Readonly<Record<string, Rule>>;
  /** The last word on the group's own arguments. @default none */
  readonly overrides?: Partial<SecurityGroupConfig>;
}

export class SecurityGroup extends Construct {
  /** The resource, for what the props do not offer. */
  readonly group: SecurityGroupResource;
  /** One a rule and range. */
  readonly rules: readonly SecurityGroupRule[];

  constructor(scope: Construct, id: string, props: SecurityGroupProps) {
    super(scope, id);
    Object.entries(props.rules).forEach(([name, rule]) => {
      checkRule(`${props.name}.rules.${name}`, rule);
    });

    this.group = new SecurityGroupResource(this, 'group', {
      securityGroupName: props.name,
      description: props.description,
      vpcId: props.vpcId,
      securityGroupType: props.type,
      // Members of a basic group reach each other on every port unless this says no. An enterprise group never lets
      // them, and refuses the argument.
      ...(props.type === 'normal' ? { innerAccessPolicy: 'Drop' } : {}),
      ...props.overrides,
    });
    this.rules = Object.entries(props.rules).flatMap(([name, rule]) =>
      rule.cidrs.map(
        (cidrIp) =>
          // ForceNew, all but the description: for a moment the flow is closed.
          new SecurityGroupRule(this, `${name}-${cidrIp.replace(/[./]/g, '-')}`, {
            securityGroupId: this.group.id,
            type: rule.direction,
            ipProtocol: rule.protocol,
            portRange: rule.ports ?? ANY_PORT,
            cidrIp,
            policy: 'accept',
            priority: 1,
            // In a VPC there is no other kind, and the provider's default is the other kind.
            nicType: 'intranet',
            description: rule.why,
          }),
      ),
    );
  }
}

function checkRule(what: string, rule: Rule): void {
  const hasPorts = rule.protocol === 'tcp' || rule.protocol === 'udp';
  if (hasPorts !== (rule.ports !== undefined)) {
    throw new Error(
      hasPorts
        ? `${what} is ${rule.protocol} without ports; name them, such as 443/443`
        : `${what} gives ports (${rule.ports ?? ''}) to ${rule.protocol}, which has none; leave them out`,
    );
  }
  const [from = 1, to = 1] = (rule.ports ?? '1/1').split('/').map(Number);
  if (!(from >= 1 && from <= to && to <= 65_535)) {
    throw new Error(`${what}.ports (${rule.ports ?? ''}) must run from 1 to 65535, the lower one first`);
  }
  if (rule.cidrs.length === 0) {
    throw new Error(`${what}.cidrs is empty, so the rule allows nothing; name a range, or drop the rule`);
  }
  for (const cidr of rule.cidrs) {
    readCidr(cidr);
    if (cidr === EVERYWHERE && rule.direction === 'ingress') {
      throw new Error(`${what} lets ${EVERYWHERE} in, which is the internet; name the ranges of the VPC that need it`);
    }
    if (cidr === EVERYWHERE && rule.protocol === 'all') {
      throw new Error(`${what} lets everything out to ${EVERYWHERE}; name protocol and ports`);
    }
  }
}
