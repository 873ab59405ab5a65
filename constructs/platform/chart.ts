/**
 * A Helm chart of somebody else's, installed as a release: its version pinned here, its values typed where it is used.
 * Source: provider documentation of `helm_release` (3.1.1).
 */
import { Release, type ReleaseConfig } from '@cdktf/provider-helm/lib/release';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { stringify } from 'yaml';

/** The public repository of all charts below. */
export const CHART_REPOSITORY = 'https://prometheus-community.github.io/helm-charts';

/**
 * The charts, each with the version that its values are written for. Raise the first two together: the definitions are
 * those of the operator's version (0.94).
 */
export const CHARTS = {
  /** The operator's resource definitions, as a chart that upgrades them: Helm upgrades none of a chart's `crds` folder. */
  'prometheus-operator-crds': '32.0.0',
  /** Operator, Prometheus, Alertmanager, Grafana, node exporter, kube-state-metrics, and the rules over them. */
  'kube-prometheus-stack': '91.2.1',
  /** The custom metrics API, answered out of Prometheus. */
  'prometheus-adapter': '5.3.0',
} as const;

export type ChartName = keyof typeof CHARTS;

/** Where charts and images are fetched from. */
export interface ChartSources {
  /** Helm repository, `https://` or `oci://`. @default {@link CHART_REPOSITORY} */
  readonly charts?: string;
  /** Host of the registry that has all images under their own paths. @default each image's own registry */
  readonly images?: string;
}

/** What a chart takes, as YAML has it. */
export type ChartValues = object;

export interface ChartProps {
  /** The chart, and the name of its release. Changing it uninstalls the one and installs the other. */
  readonly chart: ChartName;
  readonly namespace: string;
  readonly values: ChartValues;
  readonly sources: ChartSources;
  /** Seconds until everything of it must run. @default 600 */
  readonly timeoutSeconds?: number;
  /** What must be there before. @default none */
  readonly after?: readonly ITerraformDependable[];
  /** The last word on the resource's own arguments. @default none */
  readonly overrides?: Partial<ReleaseConfig>;
}

export class Chart extends Construct {
  /** The resource, for what the props do not offer. */
  readonly release: Release;
  readonly version: string;

  constructor(scope: Construct, id: string, props: ChartProps) {
    super(scope, id);
    const { chart, namespace, values, sources, timeoutSeconds = 600, after = [] } = props;
    this.version = CHARTS[chart];
    this.release = new Release(this, 'release', {
      name: chart,
      chart,
      version: this.version,
      repository: sources.charts ?? CHART_REPOSITORY,
      namespace,
      values: [chartValues(values)],
      timeout: timeoutSeconds,
      wait: true,
      // A first installation that fails is taken away, an upgrade that fails is taken back: the next apply starts clean.
      atomic: true,
      maxHistory: 10,
      dependsOn: [...after],
      ...props.overrides,
    });
  }
}

/** Values as YAML, the same text for the same values: keys in order, no line folded, nothing repeated by reference. */
export function chartValues(values: ChartValues): string {
  return stringify(values, { sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false });
}
