import { Vpc as VpcResource } from '@cdktf/provider-alicloud/lib/vpc';
import { Vswitch } from '@cdktf/provider-alicloud/lib/vswitch';
import type { VpcProps } from '../../../constructs/network/vpc';
import { Vpc } from '../../../constructs/network/vpc';
import { clientCidrs } from '../../../constructs/network/placement';
import { threeZones } from '../../fixtures/placement';
import { synthesize } from '../../synthesize';

const zones = threeZones.zones.map(({ id, cidr, podCidr }) => ({ id, nodeCidr: cidr, podCidr }));
const props: VpcProps = { name: 'prod', cidr: threeZones.cidr, zones };
const [first, second] = zones;

describe('Vpc', () => {
  test('[N1] has a vSwitch for nodes and one for pods in each of three zones', () => {
    const stack = synthesize((scope) => new Vpc(scope, 'network', props));
    expect(stack.count()).toEqual({ alicloud_vpc: 1, alicloud_vswitch: 6 });
    expect(stack.only(VpcResource)).toEqual({ vpc_name: 'prod', cidr_block: '10.0.0.0/16' });
    expect(
      stack.every(Vswitch).map((vswitch) => [vswitch['vswitch_name'], vswitch['zone_id'], vswitch['cidr_block']]),
    ).toEqual([
      ['prod-node-cn-hangzhou-h', 'cn-hangzhou-h', '10.0.0.0/20'],
      ['prod-node-cn-hangzhou-i', 'cn-hangzhou-i', '10.0.16.0/20'],
      ['prod-node-cn-hangzhou-j', 'cn-hangzhou-j', '10.0.32.0/20'],
      ['prod-pod-cn-hangzhou-h', 'cn-hangzhou-h', '10.0.128.0/19'],
      ['prod-pod-cn-hangzhou-i', 'cn-hangzhou-i', '10.0.160.0/19'],
      ['prod-pod-cn-hangzhou-j', 'cn-hangzhou-j', '10.0.192.0/19'],
    ]);
    const vpcs = stack.every(Vswitch).map((vswitch) => vswitch['vpc_id']);
    expect(new Set(vpcs)).toEqual(new Set([`\${alicloud_vpc.${Object.keys(stack.byId(VpcResource))[0] ?? ''}.id}`]));
  });

  test('[N1] hands on where things stand, in the order of its zones', () => {
    let vpc: Vpc | undefined;
    synthesize((scope) => {
      vpc = new Vpc(scope, 'network', props);
    });
    expect(vpc?.placement.zones.map(({ id, cidr }) => [id, cidr])).toEqual([
      ['cn-hangzhou-h', '10.0.0.0/20'],
      ['cn-hangzhou-i', '10.0.16.0/20'],
      ['cn-hangzhou-j', '10.0.32.0/20'],
    ]);
    expect(vpc === undefined ? [] : clientCidrs(vpc.placement)).toEqual(
      zones.flatMap((zone) => [zone.nodeCidr, zone.podCidr]),
    );
  });

  test('lets every argument of both be overridden', () => {
    const overrides = { vpc: { description: 'one' }, vswitch: { description: 'six' } };
    const stack = synthesize((scope) => new Vpc(scope, 'network', { ...props, overrides }));
    expect(stack.only(VpcResource)).toMatchObject({ description: 'one' });
    expect(stack.every(Vswitch).filter((vswitch) => vswitch['description'] === 'six')).toHaveLength(6);
  });

  test.each<[Partial<VpcProps>, RegExp]>([
    [{ zones: [] }, /vpc.zones is empty; name one zone or more/],
    [{ zones: zones.slice(0, 2), minZones: 3 }, /vpc.zones has 2 and minZones is 3; add 1, or lower minZones/],
    [{ zones: [...zones, ...zones.slice(0, 1)] }, /names cn-hangzhou-h twice/],
    [{ cidr: '8.0.0.0/16' }, /vpc.cidr \(8.0.0.0\/16\) is public address space; take a range of 10.0.0.0\/8/],
    [{ cidr: '10.0.0.0/29' }, /vpc.cidr \(10.0.0.0\/29\) must be between \/8 and \/28/],
    [{ cidr: '10.1.0.0/16' }, /vpc.zones\[0\].nodeCidr \(10.0.0.0\/20\) is not within vpc.cidr \(10.1.0.0\/16\)/],
    [{ foreignCidrs: ['172.16.0.0/16', '10.0.128.0/20'] }, /vpc.cidr \(10.0.0.0\/16\) overlaps 10.0.128.0\/20/],
    [
      { zones: zones.map((zone) => ({ ...zone, podCidr: '10.0.0.0/30' })) },
      /podCidr \(10.0.0.0\/30\) must be between \/16 and \/29/,
    ],
    [
      { zones: [first, second].flatMap((zone) => (zone === undefined ? [] : { ...zone, podCidr: '10.0.128.0/19' })) },
      /vpc.zones\[1\].podCidr \(10.0.128.0\/19\) overlaps vpc.zones\[0\].podCidr \(10.0.128.0\/19\)/,
    ],
  ])('[N1] refuses %j and says the way out', (fault, message) => {
    expect(() => synthesize((scope) => new Vpc(scope, 'network', { ...props, ...fault }))).toThrow(message);
  });
});
