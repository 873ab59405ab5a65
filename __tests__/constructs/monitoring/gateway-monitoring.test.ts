/** The release that tells Prometheus, Alertmanager and Grafana of the gateway. */
import { HelmProvider } from '@cdktf/provider-helm/lib/provider';
import { Release } from '@cdktf/provider-helm/lib/release';
import { KubernetesProvider } from '@cdktf/provider-kubernetes/lib/provider';
import { ServiceV1 } from '@cdktf/provider-kubernetes/lib/service-v1';
import { Lazy } from 'cdktf';
import { gzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { ROUTES } from '../../../app/src/routes';
import { GatewayMonitoring, type GatewayMonitoringProps } from '../../../constructs/monitoring/gateway-monitoring';
import { gatewayMonitoringValues } from '../../../constructs/monitoring/gateway-monitoring-values';
import { MANAGED_MONITORING } from '../../../constructs/platform';
import { GatewayService } from '../../../constructs/workload/service';
import { prod } from '../../../environments/prod';
import { synthesize } from '../../synthesize';
import type { Block } from '../../synthesize';

const PROPS: GatewayMonitoringProps = {
  environment: 'prod',
  namespace: 'gateway',
  target: MANAGED_MONITORING,
  channels: prod.monitoring.channels,
  scrapeIntervalSeconds: 30,
};

/** What the API server takes in one Secret or ConfigMap. */
const MEBIBYTE = 1024 * 1024;

const releaseOf = (props: Partial<GatewayMonitoringProps> = {}): Block =>
  synthesize((scope) => {
    new HelmProvider(scope, 'helm', {});
    new GatewayMonitoring(scope, 'monitoring', { ...PROPS, ...props });
  }).only(Release);

/** As Terraform reads a text: a reference that is doubled is none. */
const asTerraformReads = (text: unknown): string => String(text).replaceAll('$${', '${').replaceAll('%%{', '%{');
const valuesOf = (release: Block): string => String((release['values'] as readonly string[])[0]);

describe('The monitoring of the gateway', () => {
  test('[M2] is one release of our chart in the namespace of the gateway', () => {
    expect(releaseOf()).toMatchObject({
      name: 'gateway-monitoring',
      namespace: 'gateway',
      chart: expect.stringMatching(/^\.\/assets\//) as string,
      atomic: true,
    });
    expect(releaseOf({ overrides: { release: { atomic: false } } })).toMatchObject({ atomic: false });
  });

  test('[M3] refuses a reference for the namespace, which queries cannot name', () => {
    expect(() => releaseOf({ namespace: Lazy.stringValue({ produce: () => 'gateway' }) })).toThrow(
      /gatewayMonitoring\.namespace is a reference.*pass the name/,
    );
  });

  test('[M6] gives the chart its values to the letter, though Terraform reads them first', () => {
    const written = valuesOf(releaseOf());
    expect(written.match(/(?<!\$)\$\{/)).toBeNull();
    expect(written.match(/(?<!%)%\{/)).toBeNull();
    expect(written).toContain('$${datasource}');
    expect(parse(asTerraformReads(written))).toEqual(JSON.parse(JSON.stringify(gatewayMonitoringValues(PROPS))));
  });

  test('[T2] scrapes the port and the path that the gateway has, of the one Service that is its', () => {
    const service = synthesize((scope) => {
      new KubernetesProvider(scope, 'kubernetes', {});
      new GatewayService(scope, 'service', { namespace: 'gateway' });
    }).only(ServiceV1);
    const { metadata, spec } = service as { metadata: Block; spec: { port: readonly Block[] } };
    const { selector, namespaceSelector, endpoints } = gatewayMonitoringValues(PROPS).serviceMonitor;
    expect(metadata['labels']).toMatchObject(selector.matchLabels);
    expect(namespaceSelector.matchNames).toEqual([metadata['namespace']]);
    expect(endpoints).toEqual([
      { port: spec.port[0]?.['name'], path: ROUTES.metrics, interval: '30s', scrapeTimeout: '10s' },
    ]);
  });

  test('[M2] scrapes as often as the environment says, and dashboards ask no oftener', () => {
    const { serviceMonitor, dashboards } = gatewayMonitoringValues({ ...PROPS, scrapeIntervalSeconds: 15 });
    expect(serviceMonitor.endpoints[0]?.interval).toBe('15s');
    expect(dashboards.files[0]?.json).toContain('"interval":"15s"');
  });

  test('[M2] is found by the operator and by Grafana', () => {
    const { labels, dashboards } = gatewayMonitoringValues(PROPS);
    expect(labels).toMatchObject({ release: 'kube-prometheus-stack' });
    expect(dashboards.labels).toMatchObject({ grafana_dashboard: '1' });
    expect(dashboards.annotations).toEqual({ grafana_folder: 'Bailian Gateway' });
    expect(dashboards.files.map(({ name }) => name)).toHaveLength(8);
  });

  test('[M3] watches its own namespace, whatever the rules’ options say', () => {
    const rules = { targets: { namespace: 'another-namespace', job: 'edge' } };
    const { ruleGroups, dashboards } = gatewayMonitoringValues({ ...PROPS, rules });
    const texts = [JSON.stringify(ruleGroups), ...dashboards.files.slice(0, 7).map(({ json }) => JSON.stringify(json))];
    expect(texts.map((text) => text.includes('another-namespace'))).toEqual(texts.map(() => false));
    expect(texts.map((text) => text.includes('edge'))).toEqual(texts.map(() => true));
  });

  test('[M2] asks the exporters by the names that an existing monitoring gives them, in rules and on dashboards', () => {
    const target = { ...MANAGED_MONITORING, exporterJobs: { kubeStateMetrics: 'ksm' } };
    const { ruleGroups, dashboards } = gatewayMonitoringValues({ ...PROPS, target });
    for (const text of [JSON.stringify(ruleGroups), dashboards.files.map(({ json }) => json).join()]) {
      expect(text).toContain('job=\\"ksm\\"');
      expect(text).not.toContain('job=\\"kube-state-metrics\\"');
      expect(text).toContain('job=\\"node-exporter\\"');
    }
  });

  test('[M6] fits where Helm and Kubernetes keep it', () => {
    const { dashboards, ...rest } = gatewayMonitoringValues(PROPS);
    for (const { json } of dashboards.files) expect(Buffer.byteLength(json)).toBeLessThan(MEBIBYTE / 4);
    // Helm keeps a release as the values and as what they became, compressed, in a Secret.
    const kept = gzipSync(JSON.stringify([dashboards, rest, dashboards, rest])).toString('base64');
    expect(kept.length).toBeLessThan(MEBIBYTE / 4);
  });
});
