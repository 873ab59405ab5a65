import { CmsAlarm } from '@cdktf/provider-alicloud/lib/cms-alarm';
import { EipAddress } from '@cdktf/provider-alicloud/lib/eip-address';
import { EipAssociation } from '@cdktf/provider-alicloud/lib/eip-association';
import { NatGateway } from '@cdktf/provider-alicloud/lib/nat-gateway';
import { SnatEntry } from '@cdktf/provider-alicloud/lib/snat-entry';
import type { NatEgressProps } from '../../../constructs/network/nat-egress';
import { NatEgress } from '../../../constructs/network/nat-egress';
import { threeZones } from '../../fixtures/placement';
import { synthesize } from '../../synthesize';

const props: NatEgressProps = { name: 'prod', placement: threeZones, bandwidthMbps: 100 };

describe('NatEgress', () => {
  test('[N2] is one enhanced gateway with one address and an entry for each vSwitch, pods included', () => {
    const stack = synthesize((scope) => new NatEgress(scope, 'egress', { ...props, alarms: false }));
    expect(stack.count()).toEqual({
      alicloud_nat_gateway: 1,
      alicloud_eip_address: 1,
      alicloud_eip_association: 1,
      alicloud_snat_entry: 6,
    });
    expect(stack.only(NatGateway)).toEqual({
      nat_gateway_name: 'prod-nat',
      vpc_id: 'vpc-fixture',
      vswitch_id: 'vsw-node-h',
      nat_type: 'Enhanced',
      network_type: 'internet',
      payment_type: 'PayAsYouGo',
      internet_charge_type: 'PayByLcu',
      eip_bind_mode: 'NAT',
      deletion_protection: true,
    });
    expect(stack.only(EipAddress)).toEqual({
      address_name: 'prod-egress',
      bandwidth: '100',
      payment_type: 'PayAsYouGo',
      internet_charge_type: 'PayByTraffic',
      isp: 'BGP',
      deletion_protection: true,
    });
    expect(stack.every(SnatEntry).map((entry) => entry['source_vswitch_id'])).toEqual(
      expect.arrayContaining(threeZones.zones.flatMap((zone) => [zone.vswitchId, zone.podVswitchId])),
    );
  });

  test('[N2] makes every entry wait until the address is bound', () => {
    const stack = synthesize((scope) => new NatEgress(scope, 'egress', props));
    const association = `alicloud_eip_association.${Object.keys(stack.byId(EipAssociation))[0] ?? ''}`;
    expect(stack.every(SnatEntry).map((entry) => entry['depends_on'])).toEqual(
      Array.from({ length: 6 }, () => [association]),
    );
    expect(stack.only(EipAssociation)).toMatchObject({ instance_type: 'Nat' });
  });

  test('[M7] rings for connections and bandwidth: ten alarms, each with a runbook', () => {
    const stack = synthesize((scope) => new NatEgress(scope, 'egress', props));
    const alarms = stack.every(CmsAlarm);
    expect(alarms).toHaveLength(10);
    const projects = alarms.map((alarm) => alarm['project']);
    expect(projects.filter((project) => project === 'acs_nat_gateway')).toHaveLength(6);
    for (const { tags } of alarms) {
      expect(JSON.stringify(tags)).toContain('"runbook":"docs/runbooks/nat-gateway.md#');
    }
    const eip = `alicloud_eip_address.${Object.keys(stack.byId(EipAddress))[0] ?? ''}.id`;
    const dropped = alarms.find((alarm) => alarm['metric'] === 'out_ratelimit_drop_speed');
    expect(dropped?.['metric_dimensions']).toBe(`\${jsonencode([{"instanceId" = ${eip}}])}`);
  });

  test('takes thresholds for one metric and keeps the others', () => {
    const alarms = { nat: { SessionActiveConnectionWaterLever: { critical: 95 } } };
    const stack = synthesize((scope) => new NatEgress(scope, 'egress', { ...props, alarms }));
    expect(stack.every(CmsAlarm)).toHaveLength(9);
  });

  test('[N2] stands in the zone that it is told, unprotected where it is told', () => {
    const stack = synthesize(
      (scope) => new NatEgress(scope, 'egress', { ...props, zoneId: 'cn-hangzhou-i', protect: false }),
    );
    expect(stack.only(NatGateway)).toMatchObject({ vswitch_id: 'vsw-node-i', deletion_protection: false });
    expect(stack.only(EipAddress)).toMatchObject({ deletion_protection: false });
  });

  test('lets every argument of gateway and address be overridden', () => {
    const overrides = { nat: { description: 'a' }, eip: { isp: 'BGP_PRO' } };
    const stack = synthesize((scope) => new NatEgress(scope, 'egress', { ...props, overrides }));
    expect(stack.only(NatGateway)).toMatchObject({ description: 'a' });
    expect(stack.only(EipAddress)).toMatchObject({ isp: 'BGP_PRO' });
  });

  test.each<[Partial<NatEgressProps>, RegExp]>([
    [{ zoneId: 'cn-hangzhou-z' }, /zoneId \(cn-hangzhou-z\) is no zone of the network; take one of cn-hangzhou-h, /],
    [{ bandwidthMbps: 201 }, /bandwidthMbps \(201\) must be a whole number from 1 to 200/],
    [{ bandwidthMbps: 0 }, /bandwidthMbps \(0\)/],
    [{ bandwidthMbps: 1.5 }, /bandwidthMbps \(1.5\)/],
  ])('[N2] refuses %j and says the way out', (fault, message) => {
    expect(() => synthesize((scope) => new NatEgress(scope, 'egress', { ...props, ...fault }))).toThrow(message);
  });
});
