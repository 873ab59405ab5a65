/**
 * The one way out: an enhanced NAT gateway with a public address, and a rule for each vSwitch, nodes and pods alike.
 * Nothing comes in by it. With its alarms.
 *
 * Source: provider documentation of `alicloud_nat_gateway`, `alicloud_eip_address`, `alicloud_eip_association` and
 * `alicloud_snat_entry` (1.285.0); provider issues 2399 and 3398 for the order.
 */
import { Construct } from 'constructs';
import type { EipAddressConfig } from '@cdktf/provider-alicloud/lib/eip-address';
import { EipAddress } from '@cdktf/provider-alicloud/lib/eip-address';
import { EipAssociation } from '@cdktf/provider-alicloud/lib/eip-association';
import type { NatGatewayConfig } from '@cdktf/provider-alicloud/lib/nat-gateway';
import { NatGateway } from '@cdktf/provider-alicloud/lib/nat-gateway';
import { SnatEntry } from '@cdktf/provider-alicloud/lib/snat-entry';
import type { Thresholds } from '../monitoring/alarm';
import { Alarm } from '../monitoring/alarm';
import type { MetricOf } from '../monitoring/metrics';
import type { Placement } from './placement';

/** Mbit/s that a pay-by-traffic address takes. */
const BANDWIDTH_MBPS = { min: 1, max: 200 } as const;

/** Metrics of the gateway. */
export type NatMetric = MetricOf<'acs_nat_gateway'>;
/** Metrics of its public address. */
export type EipMetric = MetricOf<'acs_vpc_eip'>;

/** When the gateway rings. A dropped connection is a request that failed, so one a second is enough. */
export const NAT_THRESHOLDS: Thresholds<NatMetric> = {
  SessionActiveConnectionWaterLever: { warning: 70, critical: 85 },
  SessionNewConnectionWaterLever: { warning: 70, critical: 85 },
  SessionLimitDropConnection: { critical: 1 },
  SessionNewLimitDropConnection: { critical: 1 },
};

/** When the address rings. */
export const EIP_THRESHOLDS: Thresholds<EipMetric> = {
  'net_out.rate_percentage': { warning: 75, critical: 90 },
  out_ratelimit_drop_speed: { warning: 1, critical: 100 },
};

export interface NatEgressProps {
  /** First part of the resources' names. */
  readonly name: string;
  /** The network that gets a way out. */
  readonly placement: Placement;
  /** Zone of the gateway, one of the placement's. Changing it moves the gateway: egress is down meanwhile. @default the first */
  readonly zoneId?: string;
  /** Peak bandwidth, Mbit/s, 1–200. */
  readonly bandwidthMbps: number;
  /** Refuses deletion of the gateway and its address in the cloud. @default true */
  readonly protect?: boolean;
  /** When the alarms ring; `false` makes none. @default {@link NAT_THRESHOLDS} and {@link EIP_THRESHOLDS} */
  readonly alarms?:
    { readonly nat?: Partial<Thresholds<NatMetric>>; readonly eip?: Partial<Thresholds<EipMetric>> } | false;
  /** The last word on the resources' own arguments. @default none */
  readonly overrides?: { readonly nat?: Partial<NatGatewayConfig>; readonly eip?: Partial<EipAddressConfig> };
}

export class NatEgress extends Construct {
  /** The gateway. */
  readonly nat: NatGateway;
  /** Its public address; whoever the gateway calls sees this one. */
  readonly eip: EipAddress;
  readonly association: EipAssociation;
  /** One a vSwitch; whatever needs the internet at its creation (the cluster) depends on them. */
  readonly snatEntries: readonly SnatEntry[];
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: NatEgressProps) {
    super(scope, id);
    const { name, placement, bandwidthMbps, protect = true, overrides = {} } = props;
    const zoneId = props.zoneId ?? placement.zones[0].id;
    const zone = placement.zones.find((candidate) => candidate.id === zoneId);
    if (zone === undefined) {
      const known = placement.zones.map((candidate) => candidate.id).join(', ');
      throw new Error(`natEgress.zoneId (${zoneId}) is no zone of the network; take one of ${known}`);
    }
    if (!Number.isInteger(bandwidthMbps) || bandwidthMbps < BANDWIDTH_MBPS.min || bandwidthMbps > BANDWIDTH_MBPS.max) {
      throw new Error(
        `natEgress.bandwidthMbps (${bandwidthMbps}) must be a whole number from ${BANDWIDTH_MBPS.min} to ${BANDWIDTH_MBPS.max}, ` +
          'which is what an address paid by traffic takes',
      );
    }

    // ForceNew: vpcId, paymentType, internetChargeType. A new gateway is a new egress: every open connection breaks.
    this.nat = new NatGateway(this, 'nat', {
      natGatewayName: `${name}-nat`,
      vpcId: placement.vpcId,
      vswitchId: zone.vswitchId,
      natType: 'Enhanced',
      networkType: 'internet',
      paymentType: 'PayAsYouGo',
      internetChargeType: 'PayByLcu',
      // Works beside an IPv4 gateway, and cannot be turned back once it is set.
      eipBindMode: 'NAT',
      deletionProtection: protect,
      ...overrides.nat,
    });
    // ForceNew: paymentType, internetChargeType, isp. A new address is unknown to whoever has allowed the old one.
    this.eip = new EipAddress(this, 'eip', {
      addressName: `${name}-egress`,
      bandwidth: String(bandwidthMbps),
      paymentType: 'PayAsYouGo',
      internetChargeType: 'PayByTraffic',
      isp: 'BGP',
      deletionProtection: protect,
      ...overrides.eip,
    });
    this.association = new EipAssociation(this, 'association', {
      allocationId: this.eip.id,
      instanceId: this.nat.id,
      instanceType: 'Nat',
    });
    this.snatEntries = placement.zones.flatMap(({ id: zoneName, vswitchId, podVswitchId }) =>
      (['node', 'pod'] as const).map(
        (purpose) =>
          new SnatEntry(this, `snat-${purpose}-${zoneName}`, {
            snatEntryName: `${name}-${purpose}-${zoneName}`,
            snatTableId: this.nat.snatTableIds,
            snatIp: this.eip.ipAddress,
            sourceVswitchId: purpose === 'node' ? vswitchId : podVswitchId,
            // The address is known before it is bound, and an entry for an unbound address is refused.
            dependsOn: [this.association],
          }),
      ),
    );

    this.alarms =
      props.alarms === false
        ? []
        : [
            ...Alarm.forEach(
              this,
              'acs_nat_gateway',
              { instanceId: this.nat.id },
              { ...NAT_THRESHOLDS, ...props.alarms?.nat },
            ),
            ...Alarm.forEach(
              this,
              'acs_vpc_eip',
              { instanceId: this.eip.id },
              { ...EIP_THRESHOLDS, ...props.alarms?.eip },
            ),
          ];
  }
}
