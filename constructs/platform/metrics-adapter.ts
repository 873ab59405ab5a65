/**
 * The custom metrics API of the cluster, answered out of Prometheus: what the gateway's pods are scaled by. A cluster has
 * one at most. Metrics of CPU and memory are metrics-server's, and stay so.
 */
import type { ReleaseConfig } from '@cdktf/provider-helm/lib/release';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { MonitoringTarget } from '../monitoring/monitoring-target';
import { Chart, type ChartSources } from './chart';
import { COMPONENT_RESOURCES, type NodeChoice, type Resources } from './pod-settings';
import type { AdapterRule } from './request-rate';

/** What the chart is told. Source: values.yaml of prometheus-adapter. */
interface AdapterValues extends NodeChoice {
  readonly image?: { readonly repository: string };
  readonly prometheus: { readonly url: string; readonly port: number };
  readonly replicas: number;
  readonly resources: Resources;
  readonly rules: { readonly default: boolean; readonly custom: readonly AdapterRule[] };
  readonly podDisruptionBudget: { readonly enabled: boolean; readonly maxUnavailable?: number };
}

export interface MetricsAdapterProps {
  /** The Prometheus that is asked. */
  readonly monitoring: MonitoringTarget;
  /** The metrics that there are, and no others. */
  readonly rules: readonly AdapterRule[];
  /** Adapters; without one nothing scales by these metrics. @default 2 */
  readonly replicas?: number;
  /** Nodes that take it. */
  readonly nodes: NodeChoice;
  /** @default the public ones */
  readonly sources?: ChartSources;
  /** What must be there before: its namespace. @default none */
  readonly after?: readonly ITerraformDependable[];
  /** The last word on the release's own arguments. @default none */
  readonly overrides?: Partial<ReleaseConfig>;
}

export class MetricsAdapter extends Construct {
  readonly chart: Chart;

  constructor(scope: Construct, id: string, props: MetricsAdapterProps) {
    super(scope, id);
    const { monitoring, rules, replicas = 2, nodes, sources = {}, after = [] } = props;
    if (rules.length === 0) {
      throw new Error('metricsAdapter.rules is empty, and the adapter would answer nothing; name one, or leave it out');
    }
    if (!Number.isInteger(replicas) || replicas < 1) {
      throw new Error(`metricsAdapter.replicas (${replicas}) must be a whole number from 1; leave it out for two`);
    }
    const { name, port } = monitoring.prometheusService;
    const values: AdapterValues = {
      ...nodes,
      ...(sources.images !== undefined && {
        image: { repository: `${sources.images}/prometheus-adapter/prometheus-adapter` },
      }),
      prometheus: { url: `http://${name}.${monitoring.namespace}.svc`, port },
      replicas,
      resources: COMPONENT_RESOURCES.metricsAdapter,
      rules: { default: false, custom: rules },
      podDisruptionBudget: replicas > 1 ? { enabled: true, maxUnavailable: 1 } : { enabled: false },
    };
    this.chart = new Chart(this, 'chart', {
      chart: 'prometheus-adapter',
      namespace: monitoring.namespace,
      values,
      sources,
      after,
      ...(props.overrides !== undefined && { overrides: props.overrides }),
    });
  }
}
