/**
 * A record of every connection of the VPC, let through or refused, in Log Service.
 *
 * Log Service must have been let to take them once an account (VPC console, Flow Log, "Authorize"): there is no API for it.
 * Source: provider documentation of `alicloud_vpc_flow_log` (1.285.0).
 */
import { Construct } from 'constructs';
import type { VpcFlowLogConfig } from '@cdktf/provider-alicloud/lib/vpc-flow-log';
import { VpcFlowLog } from '@cdktf/provider-alicloud/lib/vpc-flow-log';

/** Minutes over which one record sums. */
export type AggregationMinutes = 1 | 5 | 10;

export interface FlowLogProps {
  /** Name of the flow log. */
  readonly name: string;
  /** The VPC that is recorded. */
  readonly vpcId: string;
  /** Log project that takes the records. ForceNew. */
  readonly projectName: string;
  /** Log store in it, which must exist: pass the store's own attribute, so that Terraform makes it first. ForceNew. */
  readonly storeName: string;
  /** Which connections. ForceNew. @default All */
  readonly traffic?: 'All' | 'Allow' | 'Drop';
  /** Minutes over which one record sums; the finer, the more is billed. @default 10 */
  readonly aggregationMinutes?: AggregationMinutes;
  /** The last word on the resource's own arguments. @default none */
  readonly overrides?: Partial<VpcFlowLogConfig>;
}

export class FlowLog extends Construct {
  /** The resource, for what the props do not offer. */
  readonly flowLog: VpcFlowLog;

  constructor(scope: Construct, id: string, props: FlowLogProps) {
    super(scope, id);
    this.flowLog = new VpcFlowLog(this, 'flow-log', {
      flowLogName: props.name,
      description: `Connections of ${props.name}`,
      resourceType: 'VPC',
      resourceId: props.vpcId,
      trafficType: props.traffic ?? 'All',
      trafficPath: ['all'],
      projectName: props.projectName,
      logStoreName: props.storeName,
      aggregationInterval: String(props.aggregationMinutes ?? 10),
      status: 'Active',
      ...props.overrides,
    });
  }
}
