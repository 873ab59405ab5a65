/** What the environment's gateway stack gives its pods, and Prometheus, Alertmanager and Grafana: read off the stack itself. */
import type { Duration, RuleGroup } from '../../../constructs/monitoring/alerts';
import type { GatewayMonitoringValues } from '../../../constructs/monitoring/gateway-monitoring-values';
import type { Environment } from '../../../environments';
import { gatewayStacks } from '../../../policy/gateway-stacks';
import { GATEWAY_SERVICE_ACCOUNT } from '../../../stacks/names';

export interface Deployment {
  readonly environment: Environment;
  readonly namespace: string;
  /** Every variable of the gateway that is no secret. */
  readonly settings: Readonly<Record<string, string>>;
  /** What the chart of the gateway's monitoring is given. */
  readonly monitoring: GatewayMonitoringValues;
}

/** @throws Error when the environment has no gateway stack */
export function deploymentOf(environment: Environment): Deployment {
  const stack = gatewayStacks().find(({ node }) => node.id === `${environment.name}-gateway`);
  if (stack === undefined) throw new Error(`${environment.name} has no gateway stack; see main.ts`);
  return {
    environment,
    namespace: GATEWAY_SERVICE_ACCOUNT.namespace,
    settings: stack.settings.data,
    monitoring: stack.monitoring.values,
  };
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };

export function secondsOf(duration: Duration): number {
  return Number.parseInt(duration, 10) * (SECONDS[duration.slice(-1)] ?? 1);
}

/** Shorter than that, nothing is hurried: a few evaluations must lie within. */
const SHORTEST_SECONDS = 60;

/** The rules with alerts that ring sooner: how long each must last is divided, and not below a minute. What they ask stays. */
export function hurried(groups: readonly RuleGroup[], times: number): readonly RuleGroup[] {
  return groups.map((group) => ({
    ...group,
    rules: group.rules.map((rule) => {
      if (!('alert' in rule) || secondsOf(rule.for) <= SHORTEST_SECONDS) return rule;
      const seconds = Math.max(SHORTEST_SECONDS, Math.round(secondsOf(rule.for) / times));
      return { ...rule, for: `${seconds}s` as const };
    }),
  }));
}
