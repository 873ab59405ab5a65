/** Ranges and zones: form, place, size and overlap. */
import {
  addressesOf,
  contains,
  formatCidr,
  isPrivate,
  overlaps,
  parseCidr,
  PRIVATE_RANGES,
  type Cidr,
} from '../../constructs/network/cidr';
import { INSTANCE_TYPES, podAddresses } from '../catalogue/instances';
import type { Environment } from '../environment';
import { distinct, fault, whole, type Bounds, type Fault } from './fault';

/** Prefix lengths that the VPC service takes. */
const PREFIXES = {
  vpc: { min: 8, max: 28 },
  vswitch: { min: 16, max: 29 },
  service: { min: 12, max: 24 },
} as const satisfies Record<string, Bounds>;

/** Addresses of each vSwitch that the cloud keeps: the first and the last three. */
const KEPT_BY_THE_CLOUD = 4;

/** Addresses of a node range for what is no node: database, cache, NAT gateway, load balancers and a rolling upgrade's extra node. */
const KEPT_FOR_OTHERS = 24;

/** Mbit/s of an address that is paid by traffic (provider page of `alicloud_eip_address`). */
const EGRESS_MBPS = { min: 1, max: 200 } as const;

/** A range with the field that it stands in. */
interface Range {
  readonly path: string;
  readonly text: string;
  readonly kind: keyof typeof PREFIXES;
}

/** Every range of an environment. */
function rangesOf({ network }: Environment): readonly Range[] {
  return [
    { path: 'network.cidr', text: network.cidr, kind: 'vpc' },
    { path: 'network.serviceCidr', text: network.serviceCidr, kind: 'service' },
    ...network.zones.flatMap((zone, index): Range[] => [
      { path: `network.zones[${index}].nodeCidr`, text: zone.nodeCidr, kind: 'vswitch' },
      { path: `network.zones[${index}].podCidr`, text: zone.podCidr, kind: 'vswitch' },
    ]),
  ];
}

/** Checks each range by itself, and then each against the others. */
export function* ranges(environment: Environment): Iterable<Fault> {
  const readable: (Range & { readonly range: Cidr })[] = [];
  for (const each of rangesOf(environment)) {
    const range = parseCidr(each.text);
    if (range === undefined) {
      yield fault(
        each.path,
        each.text,
        'is no IPv4 range; write its first address and its prefix, such as 10.30.0.0/16',
      );
      continue;
    }
    if (!isPrivate(range)) {
      yield fault(each.path, each.text, `must lie in a private range; choose one in ${PRIVATE_RANGES.join(', ')}`);
      continue;
    }
    const bounds = PREFIXES[each.kind];
    if (range.prefix < bounds.min || range.prefix > bounds.max) {
      yield fault(
        each.path,
        each.text,
        `must have a prefix from /${bounds.min} to /${bounds.max}; the VPC service takes no other`,
      );
      continue;
    }
    readable.push({ ...each, range });
  }

  const vpc = readable.find((each) => each.kind === 'vpc');
  const service = readable.find((each) => each.kind === 'service');
  const vswitches = readable.filter((each) => each.kind === 'vswitch');
  if (vpc !== undefined) {
    for (const each of vswitches) {
      if (!contains(vpc.range, each.range)) {
        yield fault(each.path, each.text, `lies outside of network.cidr (${vpc.text}); choose a range inside of it`);
      }
    }
    if (service !== undefined && overlaps(vpc.range, service.range)) {
      yield fault(
        service.path,
        service.text,
        `overlaps network.cidr (${vpc.text}), so some Services would hide real addresses; choose a range outside of it`,
      );
    }
  }
  for (const [index, one] of vswitches.entries()) {
    for (const other of vswitches.slice(index + 1)) {
      if (overlaps(one.range, other.range)) {
        const free = vpc === undefined ? undefined : freeRange(vpc.range, other.range.prefix, vswitches);
        yield fault(
          other.path,
          other.text,
          `overlaps ${one.path} (${one.text}); ${free === undefined ? 'make both smaller' : `${formatCidr(free)} is free`}`,
        );
      }
    }
  }
}

/** The first range of the wanted size in the VPC that nobody has. */
function freeRange(vpc: Cidr, prefix: number, taken: readonly { readonly range: Cidr }[]): Cidr | undefined {
  const size = 2 ** (32 - prefix);
  for (let first = vpc.first; first + size - 1 <= vpc.last; first += size) {
    const range = { first, last: first + size - 1, prefix };
    if (!taken.some((each) => overlaps(each.range, range))) {
      return range;
    }
  }
  return undefined;
}

/** Checks that the zones are zones of the region, each named once, and that the egress can be built in them. */
export function* zones({ network, region }: Environment): Iterable<Fault> {
  // `cn-hangzhou` has `cn-hangzhou-h`; a region that ends in a number, `ap-southeast-1`, has `ap-southeast-1a`.
  const stem = /\d$/.test(region) ? region : `${region}-`;
  const ids = network.zones.map((zone) => zone.id);
  for (const [index, id] of ids.entries()) {
    if (!id.startsWith(stem) || !/^[a-z]$/.test(id.slice(stem.length))) {
      yield fault(
        `network.zones[${index}].id`,
        id,
        `is no zone of the region ${region}; its zones are ${stem}a, ${stem}b, …`,
      );
    }
  }
  yield* distinct('network.zones', ids, 'two vSwitches of one zone do not make two zones; drop one');
  if (network.natZone !== undefined && !ids.includes(network.natZone)) {
    yield fault(
      'network.natZone',
      network.natZone,
      `is none of network.zones (${ids.join(', ')}); name one of them or leave it out`,
    );
  }
  yield* whole(
    'network.egressBandwidthMbps',
    network.egressBandwidthMbps,
    EGRESS_MBPS,
    'more comes with a second address',
  );
}

/** Checks that the ranges hold the nodes and the pods that the node pools can grow to. */
export function* rangeSizes({ network, cluster, profile }: Environment): Iterable<Fault> {
  const pools = [
    { most: cluster.systemPool.maxNodes, types: profile.nodes.systemInstanceTypes },
    { most: cluster.workloadPool.maxNodes, types: profile.nodes.workloadInstanceTypes },
  ].map(({ most, types }) => ({
    nodes: Math.ceil(most / network.zones.length),
    podsPerNode: Math.max(...types.map((type) => podAddresses(INSTANCE_TYPES[type]))),
  }));
  const nodes = pools.reduce((sum, pool) => sum + pool.nodes, 0) + KEPT_FOR_OTHERS;
  const pods = pools.reduce((sum, pool) => sum + pool.nodes * pool.podsPerNode, 0);

  for (const [index, zone] of network.zones.entries()) {
    for (const { field, text, needed, whom } of [
      {
        field: 'nodeCidr',
        text: zone.nodeCidr,
        needed: nodes,
        whom: `nodes (${KEPT_FOR_OTHERS} of them for database, cache and load balancers)`,
      },
      { field: 'podCidr', text: zone.podCidr, needed: pods, whom: 'pods' },
    ]) {
      const range = parseCidr(text);
      const usable = range === undefined ? Infinity : addressesOf(range) - KEPT_BY_THE_CLOUD;
      if (usable < needed) {
        yield fault(
          `network.zones[${index}].${field}`,
          text,
          `has ${usable} addresses and this zone's share at most nodes is ${needed} ${whom}; make it /${32 - Math.ceil(Math.log2(needed + KEPT_BY_THE_CLOUD))} or lower maxNodes`,
        );
      }
    }
  }
}
