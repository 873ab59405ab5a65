/**
 * Where things stand: the VPC, and in each zone a vSwitch for nodes and data and one for pods. What the network hands to
 * the data and the cluster, and all they know of it.
 */

/** One zone of the network. */
export interface PlacementZone {
  /** The zone, such as `cn-hangzhou-h`. */
  readonly id: string;
  /** vSwitch of the nodes, the database and the cache. */
  readonly vswitchId: string;
  /** Range of that vSwitch. */
  readonly cidr: string;
  /** vSwitch of the pods (Terway gives each an address of its own). */
  readonly podVswitchId: string;
  /** Range of that vSwitch. */
  readonly podCidr: string;
}

/** The network as the data and the cluster see it. */
export interface Placement {
  /** The VPC. */
  readonly vpcId: string;
  /** Its range. */
  readonly cidr: string;
  /** The zones, in order: what stands in one zone only stands in the first. */
  readonly zones: readonly [PlacementZone, ...PlacementZone[]];
}

/** Ranges that clients of the data come from: nodes and pods of every zone, and nothing else of the VPC. */
export function clientCidrs(placement: Pick<Placement, 'zones'>): readonly string[] {
  return placement.zones.flatMap((zone) => [zone.cidr, zone.podCidr]);
}
