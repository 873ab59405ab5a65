/**
 * The VPC, and in each zone one vSwitch for nodes and data and one for pods. It makes no way out: that is
 * {@link NatEgress}; until there is one, nothing in here reaches the internet, and nothing ever is reached from it.
 *
 * Source: provider documentation of `alicloud_vpc` and `alicloud_vswitch` (1.285.0).
 */
import { Construct } from 'constructs';
import type { VpcConfig } from '@cdktf/provider-alicloud/lib/vpc';
import { Vpc as VpcResource } from '@cdktf/provider-alicloud/lib/vpc';
import type { VswitchConfig } from '@cdktf/provider-alicloud/lib/vswitch';
import { Vswitch } from '@cdktf/provider-alicloud/lib/vswitch';
import { contains, formatCidr, isPrivate, overlaps, readCidr, type Cidr } from './cidr';
import type { Placement, PlacementZone } from './placement';

/** Sizes that the VPC service takes, as the length of the prefix. Source: VPC documentation, "Limits". */
const PREFIX = { vpc: { widest: 8, narrowest: 28 }, vswitch: { widest: 16, narrowest: 29 } } as const;

/** The ranges of one zone. */
export interface VpcZone {
  /** The zone, such as `cn-hangzhou-h`. ForceNew: another one replaces both vSwitches and what stands in them. */
  readonly id: string;
  /** Range of nodes and data, /16–/29. ForceNew. */
  readonly nodeCidr: string;
  /** Range of pods, /16–/29; each pod takes an address of it. ForceNew. */
  readonly podCidr: string;
}

export interface VpcProps {
  /** Name of the VPC and first part of the vSwitches' names. */
  readonly name: string;
  /** Range of the VPC, private, /8–/28. Changing it replaces the VPC and everything in it. */
  readonly cidr: string;
  /** The zones, at least one; the order says where single things stand. */
  readonly zones: readonly VpcZone[];
  /** How many zones are too few; 3 where a zone must be able to fail without a bottleneck. @default 1 */
  readonly minZones?: number;
  /** Ranges outside of the VPC that its own must not touch, such as the cluster's Services. @default none */
  readonly foreignCidrs?: readonly string[];
  /** The last word on the resources' own arguments. @default none */
  readonly overrides?: { readonly vpc?: Partial<VpcConfig>; readonly vswitch?: Partial<VswitchConfig> };
}

export class Vpc extends Construct {
  /** The resource, for what the props do not offer. */
  readonly vpc: VpcResource;
  /** vSwitches of nodes and data, in the order of the zones. */
  readonly nodeVswitches: readonly Vswitch[];
  /** vSwitches of pods, in the order of the zones. */
  readonly podVswitches: readonly Vswitch[];
  /** What the data and the cluster need of it. */
  readonly placement: Placement;

  constructor(scope: Construct, id: string, props: VpcProps) {
    super(scope, id);
    const { name, cidr, zones, minZones = 1, foreignCidrs = [], overrides = {} } = props;
    checkZones(zones, minZones);
    checkRanges(cidr, zones, foreignCidrs);

    // The ids below are the resources' addresses: another id is another VPC, and the old one goes with all it holds.
    this.vpc = new VpcResource(this, 'vpc', { vpcName: name, cidrBlock: cidr, ...overrides.vpc });
    const vswitch = (zone: VpcZone, purpose: 'node' | 'pod', cidrBlock: string): Vswitch =>
      new Vswitch(this, `${purpose}-${zone.id}`, {
        vswitchName: `${name}-${purpose}-${zone.id}`,
        vpcId: this.vpc.id,
        zoneId: zone.id,
        cidrBlock,
        ...overrides.vswitch,
      });
    const built = zones.map((zone) => {
      const node = vswitch(zone, 'node', zone.nodeCidr);
      const pod = vswitch(zone, 'pod', zone.podCidr);
      const place: PlacementZone = {
        id: zone.id,
        vswitchId: node.id,
        cidr: zone.nodeCidr,
        podVswitchId: pod.id,
        podCidr: zone.podCidr,
      };
      return { node, pod, place };
    });
    this.nodeVswitches = built.map(({ node }) => node);
    this.podVswitches = built.map(({ pod }) => pod);

    const [first, ...others] = built.map(({ place }) => place);
    if (first === undefined) {
      throw new Error(NO_ZONE);
    }
    this.placement = { vpcId: this.vpc.id, cidr, zones: [first, ...others] };
  }
}

const NO_ZONE = 'vpc.zones is empty; name one zone or more';

function checkZones(zones: readonly VpcZone[], minZones: number): void {
  if (zones.length === 0) {
    throw new Error(NO_ZONE);
  }
  if (zones.length < minZones) {
    throw new Error(
      `vpc.zones has ${zones.length} and minZones is ${minZones}; add ${minZones - zones.length}, or lower minZones`,
    );
  }
  const twice = zones.find((zone, index) => zones.findIndex(({ id }) => id === zone.id) < index);
  if (twice !== undefined) {
    throw new Error(`vpc.zones names ${twice.id} twice; a zone has one range for nodes and one for pods`);
  }
}

function checkRanges(cidr: string, zones: readonly VpcZone[], foreignCidrs: readonly string[]): void {
  const vpc = readCidr(cidr);
  checkPrefix('vpc.cidr', vpc, PREFIX.vpc);
  if (!isPrivate(vpc)) {
    throw new Error(
      `vpc.cidr (${cidr}) is public address space; take a range of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16`,
    );
  }
  const ranges = zones.flatMap((zone, index) => [
    { what: `vpc.zones[${index}].nodeCidr`, range: readCidr(zone.nodeCidr) },
    { what: `vpc.zones[${index}].podCidr`, range: readCidr(zone.podCidr) },
  ]);
  ranges.forEach(({ what, range }, index) => {
    checkPrefix(what, range, PREFIX.vswitch);
    if (!contains(vpc, range)) {
      throw new Error(`${what} (${formatCidr(range)}) is not within vpc.cidr (${cidr}); choose a part of it`);
    }
    const other = ranges.slice(0, index).find((earlier) => overlaps(earlier.range, range));
    if (other !== undefined) {
      throw new Error(
        `${what} (${formatCidr(range)}) overlaps ${other.what} (${formatCidr(other.range)}); choose ranges that do not touch`,
      );
    }
  });
  for (const foreign of foreignCidrs) {
    if (overlaps(readCidr(foreign), vpc)) {
      throw new Error(
        `vpc.cidr (${cidr}) overlaps ${foreign}, which is outside of it; traffic to one would go to the other: move one of them`,
      );
    }
  }
}

function checkPrefix(what: string, range: Cidr, bounds: { readonly widest: number; readonly narrowest: number }): void {
  if (range.prefix < bounds.widest || range.prefix > bounds.narrowest) {
    throw new Error(
      `${what} (${formatCidr(range)}) must be between /${bounds.widest} and /${bounds.narrowest}; the service takes no other size`,
    );
  }
}
