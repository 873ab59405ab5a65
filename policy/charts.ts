/**
 * Has Helm lint and render the chart `gateway-monitoring` with the values of every gateway stack, and holds what comes out
 * against the operator's own definitions and against what went in; and sees faulty values and objects refused.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify, isDeepStrictEqual } from 'node:util';
import { App } from 'cdktf';
import { parseAllDocuments, stringify } from 'yaml';
import { CHARTS } from '../constructs/charts';
import type { GatewayMonitoringValues } from '../constructs/monitoring/gateway-monitoring-values';
import { build } from '../main';
import { operatorDefinitions } from '../rehearsal/kubernetes/charts/repository';
import { preparePrograms } from '../rehearsal/toolchain';
import { Cache } from '../rehearsal/toolchain/cache';
import { thisHost } from '../rehearsal/toolchain/host';
import { GatewayStack } from '../stacks/gateway';
import { GATEWAY_SERVICE_ACCOUNT } from '../stacks/names';
import { CustomResources, type KubernetesObject } from './custom-resources';

const CHART = join(CHARTS, 'gateway-monitoring');
const RELEASE = 'gateway-monitoring';

/** What a ConfigMap may hold at most. */
const CONFIG_MAP_BYTES = 1024 * 1024;

const execute = promisify(execFile);

async function main(): Promise<void> {
  const host = thisHost();
  const { helm } = await preparePrograms(['helm']);
  const definitions = new CustomResources(await operatorDefinitions(host, Cache.ofUser(host.environment)));
  const folder = mkdtempSync(join(tmpdir(), 'bailian-gateway-charts-'));
  try {
    const faults: string[] = [];
    let objects = 0;
    const stacks = valuesByStack();
    for (const [stack, values] of stacks) {
      const file = write(folder, `${stack}.yaml`, values);
      await execute(helm, ['lint', CHART, '--strict', '--quiet', '--values', file]);
      const rendered = await render(helm, file);
      objects += rendered.length;
      faults.push(...faultsOf(values, rendered, definitions).map((fault) => `${stack}: ${fault}`));
    }
    for (const fault of faults) console.error(fault);
    if (faults.length > 0) process.exitCode = 1;
    const planted = await refuses(helm, definitions, folder, [...stacks.values()][0]);
    console.log(
      `helm: ${objects} objects of ${stacks.size} stacks rendered, ${faults.length} faults; ` +
        `${planted} planted ones are refused`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What each gateway stack gives the chart, by the stack's name. */
function valuesByStack(): ReadonlyMap<string, GatewayMonitoringValues> {
  const app = build(new App({ outdir: join(tmpdir(), 'bailian-gateway-charts-unused') }));
  return new Map(
    app.node.children.flatMap((stack) =>
      stack instanceof GatewayStack ? [[stack.node.id, stack.monitoring.values]] : [],
    ),
  );
}

function write(folder: string, name: string, values: object): string {
  const file = join(folder, name);
  writeFileSync(file, stringify(values, { lineWidth: 0, aliasDuplicateObjects: false }));
  return file;
}

/** The objects that a release with these values would make. */
async function render(helm: string, values: string): Promise<readonly KubernetesObject[]> {
  const { stdout } = await execute(
    helm,
    ['template', RELEASE, CHART, '--namespace', GATEWAY_SERVICE_ACCOUNT.namespace, '--values', values],
    { maxBuffer: 64 * 1024 * 1024 },
  );
  return parseAllDocuments(stdout)
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null);
}

function faultsOf(
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
async function refuses(
  helm: string,
  definitions: CustomResources,
  folder: string,
  values: GatewayMonitoringValues | undefined,
): Promise<number> {
  if (values === undefined) throw new Error('there is no gateway stack, so nothing was checked; see main.ts');
  const withoutRoute = write(folder, 'faulty.yaml', { ...values, alertmanagerConfig: {} });
  const accepted = await execute(helm, ['lint', CHART, '--strict', '--values', withoutRoute]).then(
    () => true,
    () => false,
  );
  if (accepted) throw new Error('helm lint takes values without a route: values.schema.json is not read');

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

main().catch((fault: unknown) => {
  console.error(fault instanceof Error ? fault.message : fault);
  process.exitCode = 1;
});
