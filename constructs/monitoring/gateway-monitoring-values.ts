/** The values of the chart `gateway-monitoring`: every custom resource and dashboard of one gateway, rendered. */
import { ROUTES } from '../../app/src/routes';
import { COMMON_LABELS, GATEWAY_SELECTOR, HTTP_PORT } from '../workload/names';
import { DEFAULT_TARGETS, renderRuleGroups, type RuleGroup, type RuleOptions } from './alerts';
import { DASHBOARDS, renderDashboards } from './dashboards';
import type { MonitoringTarget } from './monitoring-target';
import { alertRouting, renderAlertmanagerConfig, type AlertChannels, type AlertmanagerConfigSpec } from './routing';

export interface GatewayMonitoringOptions {
  /** Name of the environment, for the titles of messages. */
  readonly environment: string;
  /** Namespace of the gateway, and of all that is rendered. */
  readonly namespace: string;
  /** The Prometheus that watches. */
  readonly target: MonitoringTarget;
  /** Where alerts go. */
  readonly channels: AlertChannels;
  /** Seconds from one scrape to the next. */
  readonly scrapeIntervalSeconds: number;
  /** Whom the rules watch, and numbers that differ from the tables'. The namespace is the one above. @default the tables' */
  readonly rules?: RuleOptions;
}

/** What the chart takes. */
export interface GatewayMonitoringValues {
  readonly labels: Readonly<Record<string, string>>;
  readonly serviceMonitor: ServiceMonitorSpec;
  readonly ruleGroups: readonly RuleGroup[];
  readonly alertmanagerConfig: AlertmanagerConfigSpec;
  readonly dashboards: {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
    readonly files: readonly { readonly name: string; readonly json: string }[];
  };
}

/** The `spec` of a ServiceMonitor, as far as it is used. Source: prometheus-operator's API reference (0.85). */
interface ServiceMonitorSpec {
  readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly namespaceSelector: { readonly matchNames: readonly string[] };
  readonly endpoints: readonly {
    readonly port: string;
    readonly path: string;
    readonly interval: string;
    readonly scrapeTimeout: string;
  }[];
}

/** The folder of Grafana that holds the dashboards. */
const FOLDER = 'Bailian Gateway';

/** Longer than any scrape takes; it must not be longer than the interval. */
const SCRAPE_TIMEOUT = '10s';

/** The values. */
export function gatewayMonitoringValues(options: GatewayMonitoringOptions): GatewayMonitoringValues {
  const { namespace, target, scrapeIntervalSeconds, rules = {} } = options;
  const jobs = { ...DEFAULT_TARGETS.jobs, ...target.exporterJobs };
  const watching = { ...rules, targets: { jobs, ...rules.targets, namespace } };
  return {
    labels: { ...COMMON_LABELS, ...target.releaseLabel },
    serviceMonitor: {
      selector: { matchLabels: GATEWAY_SELECTOR },
      namespaceSelector: { matchNames: [namespace] },
      endpoints: [
        {
          port: HTTP_PORT.name,
          path: ROUTES.metrics,
          interval: `${scrapeIntervalSeconds}s`,
          scrapeTimeout: SCRAPE_TIMEOUT,
        },
      ],
    },
    ruleGroups: renderRuleGroups(watching),
    alertmanagerConfig: renderAlertmanagerConfig(alertRouting(options.environment, options.channels)),
    dashboards: {
      labels: { ...COMMON_LABELS, [target.dashboardLabel.key]: target.dashboardLabel.value },
      annotations: { [target.grafanaFolderAnnotation]: FOLDER },
      files: renderDashboards({ ...watching, scrapeIntervalSeconds }).map(({ definition, text }) => ({
        name: DASHBOARDS[definition.name].uid,
        json: text,
      })),
    },
  };
}
