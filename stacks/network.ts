/** The environment's network: the VPC, its one way out, the cluster's security group, and the record of who spoke. */
import type { Construct } from 'constructs';
import { AlarmRoute } from '../constructs/monitoring';
import { clusterRules, FlowLog, NatEgress, SecurityGroup, Vpc } from '../constructs/network';
import type { Placement } from '../constructs/network';
import type { Environment } from '../environments';
import { EnvironmentStack } from './environment-stack';
import { FLOW_LOG_STORE } from './foundation';
import type { FoundationStack } from './foundation';

export interface NetworkStackProps {
  readonly foundation: FoundationStack;
}

export class NetworkStack extends EnvironmentStack {
  readonly vpc: Vpc;
  readonly egress: NatEgress;
  /** Group of the cluster's nodes and pods. */
  readonly clusterGroup: SecurityGroup;

  constructor(scope: Construct, environment: Environment, props: NetworkStackProps) {
    super(scope, 'network', environment);
    const { foundation } = props;
    const { name, network, protection } = environment;
    new AlarmRoute(this, foundation.alarmRoute);

    this.vpc = new Vpc(this, 'vpc', {
      name: `${name}-bailian-gateway`,
      cidr: network.cidr,
      zones: network.zones,
      foreignCidrs: [network.serviceCidr],
    });
    this.egress = new NatEgress(this, 'egress', {
      name: `${name}-bailian-gateway`,
      placement: this.placement,
      ...(network.natZone !== undefined && { zoneId: network.natZone }),
      bandwidthMbps: network.egressBandwidthMbps,
      protect: protection.cluster,
    });
    this.clusterGroup = new SecurityGroup(this, 'cluster-group', {
      name: `${name}-cluster`,
      description: 'Nodes and pods of the cluster',
      vpcId: this.placement.vpcId,
      type: 'enterprise',
      rules: clusterRules(this.placement),
    });
    if (network.flowLogs) {
      new FlowLog(this, 'flow-log', {
        name: `${name}-vpc`,
        vpcId: this.placement.vpcId,
        projectName: foundation.logs.projectName,
        storeName: foundation.logs.store(FLOW_LOG_STORE).store.logstoreName,
      });
    }
  }

  /** Where the data and the cluster stand. */
  get placement(): Placement {
    return this.vpc.placement;
  }
}
