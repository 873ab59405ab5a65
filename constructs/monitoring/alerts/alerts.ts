/** Every alert on the gateway: one table, of which the rules are rendered and to which routing and dashboards refer. */
import type { Alert } from './alert';
import { ALERT_SEVERITIES } from './alert';
import { BURN_RATES } from './burn-rate';
import { DATA_ALERTS } from './data-alerts';
import type { AlertDefinition } from './definition';
import { MODEL_ALERTS } from './model-alerts';
import { RESOURCE_ALERTS } from './resource-alerts';
import { SERVICE_ALERTS } from './service-alerts';
import { SLO_NAMES, SLOS } from './slo';
import type { AlertName } from './thresholds';
import { ALERT_NAMES, ALERT_THRESHOLDS } from './thresholds';
import { TRAFFIC_ALERTS } from './traffic-alerts';

/** How each alert of the thresholds' table is asked for. */
export const ALERT_DEFINITIONS: Readonly<Record<AlertName, AlertDefinition>> = {
  ...SERVICE_ALERTS,
  ...RESOURCE_ALERTS,
  ...DATA_ALERTS,
  ...TRAFFIC_ALERTS,
  ...MODEL_ALERTS,
};

/** Every alert, those of the objectives last. */
export const GATEWAY_ALERTS: readonly Alert[] = [
  ...ALERT_NAMES.map((name) => ({
    name,
    component: ALERT_DEFINITIONS[name].component,
    summary: ALERT_DEFINITIONS[name].summary,
    severities: ALERT_SEVERITIES.filter((severity) => severity in ALERT_THRESHOLDS[name].levels),
  })),
  ...SLO_NAMES.map((slo) => ({
    name: SLOS[slo].alert,
    component: 'slo' as const,
    summary: `Too much of the error budget is spent: ${SLOS[slo].promise}`,
    severities: ALERT_SEVERITIES.filter((severity) => BURN_RATES.some((row) => row.severity === severity)),
  })),
];
