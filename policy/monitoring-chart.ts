/** The chart `gateway-monitoring`: what comes out of it is what the values say, and the operator takes it. */
import { isDeepStrictEqual } from 'node:util';
import type { GatewayMonitoringValues } from '../constructs/monitoring/gateway-monitoring-values';
import { GATEWAY_SERVICE_ACCOUNT } from '../stacks/names';
import type { CustomResources, KubernetesObject } from './custom-resources';
import type { Helm } from './helm';

/** What a ConfigMap may hold at most. */
const CONFIG_MAP_BYTES = 1024 * 1024;

/** Everything that is wrong with what was rendered of these values. */
export function faultsOfMonitoring(
  values: GatewayMonitoringValues,
  rendered: readonly KubernetesObject[],
  definitions: CustomResources,
): readonly string[] {
  const maps = rendered.filter(({ kind }) => kind === 'ConfigMap');
  const resources = rendered.filter(({ kind }) => kind !== 'ConfigMap');
  const only = (kind: string): unknown => resources.find((object) => object.kind === kind)?.['spec'];
  const arrived = [
    ['ServiceMonitor', only('ServiceMonitor'), values.serviceMonitor],
    // With every brace of a template of Prometheus or Alertmanager in its place.
    ['PrometheusRule', only('PrometheusRule'), { groups: values.ruleGroups }],
    ['AlertmanagerConfig', only('AlertmanagerConfig'), values.alertmanagerConfig],
    [
      'dashboards',
      maps.flatMap(({ data }) => Object.entries(data as object)),
      values.dashboards.files.map(({ name, json }) => [`${name}.json`, json]),
    ],
  ] as const;
  return [
    ...resources.flatMap((object) => definitions.faultsOf(object)),
    ...(resources.length === 3 ? [] : [`there are ${resources.length} custom resources, and 3 are meant`]),
    ...arrived
      .filter(([, actual, meant]) => !isDeepStrictEqual(actual, JSON.parse(JSON.stringify(meant))))
      .map(([what]) => `${what}: what Helm renders is not what the values say`),
    ...maps
      .filter((map) => JSON.stringify(map).length > CONFIG_MAP_BYTES)
      .map(
        ({ metadata }) => `ConfigMap ${metadata.name} holds more than ${CONFIG_MAP_BYTES} bytes; split the dashboard`,
      ),
    ...rendered
      .filter(({ metadata }) => metadata.namespace !== GATEWAY_SERVICE_ACCOUNT.namespace)
      .map(({ kind, metadata }) => `${kind} ${metadata.name} is in the namespace ${metadata.namespace ?? 'default'}`),
  ];
}

/**
 * Plants a fault into the values and into each custom resource: what finds none of them proves nothing.
 * @returns how many there were
 */
export async function refusesFaultyMonitoring(
  helm: Helm,
  definitions: CustomResources,
  values: GatewayMonitoringValues,
): Promise<number> {
  if (await helm.takes('gateway-monitoring', { ...values, alertmanagerConfig: {} })) {
    throw new Error('helm lint takes values without a route: values.schema.json is not read');
  }

  const { serviceMonitor, ruleGroups, alertmanagerConfig } = values;
  const { route } = alertmanagerConfig;
  const planted: readonly (readonly [apiVersion: string, kind: string, spec: object])[] = [
    ['v1', 'ServiceMonitor', { ...serviceMonitor, endpoints: [{ port: 'http', intervall: '30s' }] }],
    ['v1', 'ServiceMonitor', { ...serviceMonitor, endpoints: [{ port: 'http', interval: 'often' }] }],
    ['v1', 'PrometheusRule', { groups: [...ruleGroups, { name: 'faulty', rules: [{ alert: 'NoExpression' }] }] }],
    ['v1alpha1', 'AlertmanagerConfig', { ...alertmanagerConfig, receivers: [{}] }],
    [
      'v1alpha1',
      'AlertmanagerConfig',
      { ...alertmanagerConfig, route: { ...route, routes: [{ reciever: 'default' }] } },
    ],
  ];
  for (const [version, kind, spec] of planted) {
    const object = { apiVersion: `monitoring.coreos.com/${version}`, kind, metadata: { name: 'faulty' }, spec };
    if (definitions.faultsOf(object).length === 0) {
      throw new Error(`the definition of ${kind} takes what is planted: ${JSON.stringify(spec).slice(0, 200)}`);
    }
  }
  return planted.length + 1;
}
