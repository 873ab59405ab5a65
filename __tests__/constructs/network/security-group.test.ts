import { SecurityGroup as SecurityGroupResource } from '@cdktf/provider-alicloud/lib/security-group';
import { SecurityGroupRule } from '@cdktf/provider-alicloud/lib/security-group-rule';
import fc from 'fast-check';
import { contains, readCidr } from '../../../constructs/network/cidr';
import type { Rule, SecurityGroupProps } from '../../../constructs/network/security-group';
import { SecurityGroup } from '../../../constructs/network/security-group';
import { clusterRules } from '../../../constructs/network/security-rules';
import { oneZone, threeZones } from '../../fixtures/placement';
import { synthesize } from '../../synthesize';

const group = { name: 'prod', description: 'Prod', vpcId: 'vpc-fixture' };
const cluster: SecurityGroupProps = { ...group, type: 'enterprise', rules: clusterRules(threeZones) };
const rule: Rule = { why: 'a test', direction: 'ingress', protocol: 'tcp', ports: '443/443', cidrs: ['10.0.0.0/20'] };
const normal: SecurityGroupProps = { ...group, type: 'normal', rules: { https: rule } };

describe('SecurityGroup', () => {
  test('[N3] of the cluster is an enterprise group: its own ranges, the cloud’s services, and HTTPS out', () => {
    const stack = synthesize((scope) => new SecurityGroup(scope, 'cluster', cluster));
    expect(stack.count()).toEqual({ alicloud_security_group: 1, alicloud_security_group_rule: 14 });
    expect(stack.only(SecurityGroupResource)).toEqual({
      security_group_name: 'prod',
      description: 'Prod',
      vpc_id: 'vpc-fixture',
      security_group_type: 'enterprise',
    });
    const rules = stack
      .every(SecurityGroupRule)
      .map((entry) => [entry['type'], entry['ip_protocol'], entry['port_range'], entry['cidr_ip']].join(' '));
    expect(rules.filter((entry) => !/ 10\.0\./.test(entry))).toEqual([
      'egress all -1/-1 100.64.0.0/10',
      'egress tcp 443/443 0.0.0.0/0',
    ]);
    expect(rules.filter((entry) => entry.startsWith('ingress all -1/-1 10.0.'))).toHaveLength(6);
    expect(rules.filter((entry) => entry.startsWith('egress all -1/-1 10.0.'))).toHaveLength(6);
  });

  test('[N3] of a few interfaces isolates its members from each other', () => {
    const stack = synthesize((scope) => new SecurityGroup(scope, 'few', normal));
    expect(stack.only(SecurityGroupResource)).toMatchObject({
      security_group_type: 'normal',
      inner_access_policy: 'Drop',
    });
  });

  test('[N3] says of each rule why, and gives it to the VPC’s kind of interface', () => {
    const stack = synthesize((scope) => new SecurityGroup(scope, 'one', normal));
    expect(stack.only(SecurityGroupRule)).toEqual({
      security_group_id: `\${alicloud_security_group.${Object.keys(stack.byId(SecurityGroupResource))[0] ?? ''}.id}`,
      type: 'ingress',
      ip_protocol: 'tcp',
      port_range: '443/443',
      cidr_ip: '10.0.0.0/20',
      policy: 'accept',
      priority: 1,
      nic_type: 'intranet',
      description: 'a test',
    });
  });

  test('[N3] lets nobody in from outside of the network, whatever its zones', () => {
    fc.assert(
      fc.property(fc.constantFrom(oneZone, threeZones), (placement) => {
        const vpc = readCidr(placement.cidr);
        return Object.values(clusterRules(placement))
          .filter(({ direction }) => direction === 'ingress')
          .every(({ cidrs }) => cidrs.every((cidr) => contains(vpc, readCidr(cidr))));
      }),
    );
  });

  test('lets the group’s arguments be overridden', () => {
    const stack = synthesize(
      (scope) => new SecurityGroup(scope, 'data', { ...normal, overrides: { resourceGroupId: 'rg-1' } }),
    );
    expect(stack.only(SecurityGroupResource)).toMatchObject({ resource_group_id: 'rg-1' });
  });

  test.each<[Partial<Rule>, RegExp]>([
    [{ cidrs: ['0.0.0.0/0'] }, /prod.rules.bad lets 0.0.0.0\/0 in, which is the internet; name the ranges/],
    [{ cidrs: [] }, /prod.rules.bad.cidrs is empty/],
    [{ cidrs: ['10.0.0.1/20'] }, /does not start at the first address/],
    [{ ports: '443/80' }, /ports \(443\/80\) must run from 1 to 65535, the lower one first/],
    [{ ports: '0/80' }, /ports \(0\/80\)/],
    [{ ports: '1/65536' }, /ports \(1\/65536\)/],
    [{ protocol: 'icmp' }, /gives ports \(443\/443\) to icmp, which has none; leave them out/],
  ])('[N3] refuses a rule with %j and says the way out', (fault, message) => {
    const rules = { bad: { ...rule, ...fault } };
    expect(() => synthesize((scope) => new SecurityGroup(scope, 'bad', { ...normal, rules }))).toThrow(message);
  });

  test.each<[Rule, RegExp]>([
    [
      { why: 'x', direction: 'ingress', protocol: 'tcp', cidrs: ['10.0.0.0/20'] },
      /is tcp without ports; name them, such as 443\/443/,
    ],
    [
      { why: 'x', direction: 'egress', protocol: 'all', cidrs: ['0.0.0.0/0'] },
      /lets everything out to 0.0.0.0\/0; name protocol and ports/,
    ],
  ])('[N3] refuses the rule %j and says the way out', (bad, message) => {
    expect(() => synthesize((scope) => new SecurityGroup(scope, 'bad', { ...normal, rules: { bad } }))).toThrow(
      message,
    );
  });
});
