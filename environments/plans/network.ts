/** The network of an environment: its address ranges, its zones and its way out. */

/** The vSwitches of one zone. */
export interface ZonePlan {
  /** The zone, such as `cn-hangzhou-h`: configuration, because a plan must not depend on what is on offer that day. Changing it replaces both vSwitches and what stands in them. */
  readonly id: string;
  /** Range of the nodes, database and cache in this zone, /16–/29. Changing it replaces the vSwitch. */
  readonly nodeCidr: string;
  /** Range of the pods (Terway gives each pod an address of the VPC), /16–/29. Changing it replaces the vSwitch. */
  readonly podCidr: string;
}

/** Addresses, zones and the way out. */
export interface NetworkPlan {
  /** Range of the VPC: private (RFC 1918), /8–/28, apart from that of every other environment. Changing it replaces the VPC and everything in it. */
  readonly cidr: string;
  /** Range of the cluster's Services: private, /12–/24, outside of the VPC. Changing it replaces the cluster. */
  readonly serviceCidr: string;
  /** Zones in use; the first is where the single things stand (primary of the database, NAT gateway). Three or more in production. */
  readonly zones: readonly ZonePlan[];
  /** Zone of the NAT gateway; one of `zones`. Changing it replaces the gateway: egress is down meanwhile. @default the first zone */
  readonly natZone?: string;
  /** Peak bandwidth of the egress address, Mbit/s, 1–200. */
  readonly egressBandwidthMbps: number;
  /** Writes every accepted and refused connection of the VPC to Log Service. */
  readonly flowLogs: boolean;
}
