/**
 * Everything that Prometheus, Alertmanager and Grafana are told of the gateway, as a release of our chart: custom resources
 * go in by a chart, because the provider's own resource for them needs their definitions while it plans.
 */
import { Release, type ReleaseConfig } from '@cdktf/provider-helm/lib/release';
import { Token, type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { stringify } from 'yaml';
import { LocalChart } from '../charts';
import {
  gatewayMonitoringValues,
  type GatewayMonitoringOptions,
  type GatewayMonitoringValues,
} from './gateway-monitoring-values';

export interface GatewayMonitoringProps extends GatewayMonitoringOptions {
  /** What must be there before: the operator, whose definitions the custom resources are of. @default none */
  readonly after?: readonly ITerraformDependable[];
  /** The last word on the children's own arguments. @default none */
  readonly overrides?: { readonly release?: Partial<ReleaseConfig> };
}

export class GatewayMonitoring extends Construct {
  /** The release, for what the props do not offer. */
  readonly release: Release;
  /** What the chart is given. */
  readonly values: GatewayMonitoringValues;

  constructor(scope: Construct, id: string, props: GatewayMonitoringProps) {
    super(scope, id);
    const { namespace, after = [], overrides } = props;
    if (Token.isUnresolved(namespace)) {
      throw new Error(
        `gatewayMonitoring.namespace is a reference, and queries need its name while they are written; ` +
          `pass the name, and the namespace itself in 'after'`,
      );
    }
    this.values = gatewayMonitoringValues(props);

    const chart = new LocalChart(this, 'chart', { name: 'gateway-monitoring' });
    this.release = new Release(this, 'release', {
      name: 'gateway-monitoring',
      namespace,
      chart: chart.path,
      values: [literal(stringify(this.values, { lineWidth: 0, aliasDuplicateObjects: false }))],
      atomic: true,
      // Each revision is a Secret of a hundred kilobytes.
      maxHistory: 5,
      dependsOn: [...after],
      ...overrides?.release,
    });
  }
}

/** Grafana's variables are written as Terraform's references are: doubled, they stay what they are. */
function literal(text: string): string {
  return text.replaceAll(/[$%](?=\{)/g, '$&$&');
}
