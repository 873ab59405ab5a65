import { Release } from '@cdktf/provider-helm/lib/release';
import { NamespaceV1 } from '@cdktf/provider-kubernetes/lib/namespace-v1';
import { SecretV1 } from '@cdktf/provider-kubernetes/lib/secret-v1';
import { ACK_INGRESS_CONTROLLER } from '../../../constructs/cluster';
import { Password } from '../../../constructs/data';
import {
  MANAGED_MONITORING,
  MonitoringStack,
  nodesLabelled,
  sized,
  StorageClass,
  type KubePrometheusStackValues,
  type MonitoringStackProps,
} from '../../../constructs/platform';
import { synthesizePlatform, valuesOf } from './building';

const build = (change: Partial<MonitoringStackProps> = {}, passwordVersion = 1) =>
  synthesizePlatform((scope) => {
    new MonitoringStack(scope, 'monitoring', {
      clusterName: 'c1',
      retentionDays: 15,
      storageGiB: 50,
      storageClass: new StorageClass(scope, 'essd', { name: 'essd', kmsKeyId: 'key-1' }),
      resources: sized({ requests: { cpuMillis: 500, memoryMiB: 2_048 }, memoryLimitMiB: 4_096 }),
      grafanaPassword: new Password(scope, 'password', {
        name: 'grafana',
        version: passwordVersion,
        encryptionKeyId: 'key-1',
      }),
      ingress: ACK_INGRESS_CONTROLLER,
      nodes: nodesLabelled('pool', 'system'),
      ...change,
    });
  });

const release = (stack: ReturnType<typeof build>, chart: string) => {
  const [first, ...others] = stack.every(Release).filter((block) => block.chart === chart);
  if (first === undefined || others.length > 0) throw new Error(`not one release of ${chart}`);
  return first;
};
const values = (...change: Parameters<typeof build>) =>
  valuesOf(release(build(...change), 'kube-prometheus-stack')) as KubePrometheusStackValues;

describe('MonitoringStack', () => {
  test('[M1] is two namespaces, the definitions, the stack, and the secret of its administrator', () => {
    expect(build().count()).toEqual({
      kubernetes_namespace_v1: 2,
      kubernetes_storage_class_v1: 1,
      kubernetes_secret_v1: 1,
      helm_release: 2,
      random_password: 1,
      alicloud_kms_secret: 1,
    });
  });

  test('[M1] scrapes nothing that ACK runs out of sight, and has no rule over it', () => {
    const { kubeControllerManager, kubeScheduler, kubeEtcd, kubeProxy, defaultRules } = values();
    for (const part of [kubeControllerManager, kubeScheduler, kubeEtcd, kubeProxy]) {
      expect(part).toEqual({ enabled: false });
    }
    expect(defaultRules.rules).toEqual({
      etcd: false,
      kubeControllerManager: false,
      kubeProxy: false,
      kubeSchedulerAlerting: false,
      kubeSchedulerRecording: false,
    });
  });

  test('[M1] upgrades the definitions before the stack, which brings none', () => {
    const stack = build();
    expect(values().crds).toEqual({ enabled: false });
    expect(release(stack, 'kube-prometheus-stack').depends_on).toContainEqual(
      expect.stringMatching(/^helm_release\.monitoring_definitions_/),
    );
  });

  test('[M1] fetches every image from the registry that is named', () => {
    expect(values().global.imageRegistry).toBe('');
    expect(values({ sources: { images: 'registry.example.com' } }).global.imageRegistry).toBe('registry.example.com');
  });

  test('[M2] scrapes each 15 s, and takes up what bears the label of the release', () => {
    const { prometheusSpec } = values().prometheus;
    expect(prometheusSpec).toMatchObject({ scrapeInterval: '15s', evaluationInterval: '15s' });
    const selected = { matchLabels: MANAGED_MONITORING.releaseLabel };
    expect(prometheusSpec).toMatchObject({
      serviceMonitorSelector: selected,
      podMonitorSelector: selected,
      probeSelector: selected,
      scrapeConfigSelector: selected,
      ruleSelector: selected,
    });
    expect(values().alertmanager.alertmanagerSpec.alertmanagerConfigSelector).toEqual(selected);
  });

  test('[M2] watches the ingress controller where it is', () => {
    const [monitor] = values().prometheus.additionalPodMonitors;
    expect(monitor).toMatchObject({
      namespaceSelector: { matchNames: ['kube-system'] },
      selector: { matchLabels: { app: 'ingress-nginx' } },
      podMetricsEndpoints: [{ portNumber: 10254, relabelings: [{ targetLabel: 'job', replacement: 'ingress-nginx' }] }],
    });
  });

  test('[M5] routes alerts of every namespace, not only of the one that the routing is in', () => {
    expect(values().alertmanager.alertmanagerSpec.alertmanagerConfigMatcherStrategy).toEqual({ type: 'None' });
  });

  test('[M5] leaves the heartbeat to the rule that is routed', () => {
    expect(values().defaultRules.disabled).toEqual({ Watchdog: true });
  });

  test('[M6] finds dashboards in every namespace by their label, and puts each into its folder', () => {
    expect(values().grafana.sidecar.dashboards).toMatchObject({
      enabled: true,
      label: MANAGED_MONITORING.dashboardLabel.key,
      labelValue: MANAGED_MONITORING.dashboardLabel.value,
      folderAnnotation: MANAGED_MONITORING.grafanaFolderAnnotation,
      searchNamespace: 'ALL',
      provider: { foldersFromFilesStructure: true, allowUiUpdates: false },
    });
  });

  test('[K10] keeps metrics on an encrypted disk, for so long, and stops before it is full', () => {
    const { retention, retentionSize, storageSpec } = values().prometheus.prometheusSpec;
    expect({ retention, retentionSize }).toEqual({ retention: '15d', retentionSize: '42GB' });
    expect(storageSpec.volumeClaimTemplate.spec).toEqual({
      storageClassName: 'essd',
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '50Gi' } },
    });
  });

  test('[D3] gives Grafana its password by reference, and restarts it with a new one', () => {
    const stack = build();
    const secret = stack.only(SecretV1);
    expect(secret.metadata).toEqual({ name: 'grafana-admin', namespace: 'monitoring' });
    expect(secret.data).toEqual({
      user: 'admin',
      password: expect.stringMatching(/^\$\{random_password\.\w+\.result\}$/) as string,
    });
    const written = values();
    expect(written.grafana.admin).toEqual({
      existingSecret: 'grafana-admin',
      userKey: 'user',
      passwordKey: 'password',
    });
    expect(JSON.stringify(written)).not.toContain('random_password');
    expect(values({}, 2).grafana.podAnnotations).not.toEqual(written.grafana.podAnnotations);
  });

  test('[K8] gives every container of ours requests and a bound on memory', () => {
    const { prometheus, alertmanager, prometheusOperator, grafana, ...rest } = values();
    const sizes = [
      prometheus.prometheusSpec,
      alertmanager.alertmanagerSpec,
      prometheusOperator,
      prometheusOperator.prometheusConfigReloader,
      prometheusOperator.admissionWebhooks.patch,
      grafana,
      grafana.sidecar,
      rest['kube-state-metrics'],
      rest['prometheus-node-exporter'],
    ];
    for (const { resources } of sizes) {
      expect(resources).toEqual({
        requests: {
          cpu: expect.stringMatching(/^\d+m$/) as string,
          memory: expect.stringMatching(/^\d+Mi$/) as string,
        },
        limits: { memory: expect.stringMatching(/^\d+Mi$/) as string },
      });
    }
  });

  test('[M1] puts everything on the nodes that are named, and the node exporter on all', () => {
    const { prometheus, alertmanager, prometheusOperator, grafana, ...rest } = values();
    const nodes = nodesLabelled('pool', 'system');
    for (const pod of [
      prometheus.prometheusSpec,
      alertmanager.alertmanagerSpec,
      prometheusOperator,
      prometheusOperator.admissionWebhooks.patch,
      grafana,
      rest['kube-state-metrics'],
    ]) {
      expect(pod).toMatchObject(nodes);
    }
    expect(rest['prometheus-node-exporter']).toMatchObject({ tolerations: [{ operator: 'Exists' }] });
  });

  test('[K4] keeps all but one of several replicas through a drain, on nodes of their own', () => {
    const { prometheus, alertmanager } = values({ prometheusReplicas: 2, alertmanagerReplicas: 3 });
    expect(prometheus).toMatchObject({
      podDisruptionBudget: { enabled: true, minAvailable: 1 },
      prometheusSpec: { replicas: 2, podAntiAffinity: 'hard', podAntiAffinityTopologyKey: 'kubernetes.io/hostname' },
    });
    expect(alertmanager).toMatchObject({
      podDisruptionBudget: { enabled: true, minAvailable: 2 },
      alertmanagerSpec: { replicas: 3, podAntiAffinity: 'hard' },
    });
  });

  test('[K4] lets a single replica be drained', () => {
    const { prometheus, alertmanager } = values();
    expect(prometheus).toMatchObject({ podDisruptionBudget: { enabled: false }, prometheusSpec: { replicas: 1 } });
    expect(alertmanager).toMatchObject({ podDisruptionBudget: { enabled: false }, alertmanagerSpec: { replicas: 1 } });
  });

  test('[K1] lets the node exporter alone see whole nodes, in a namespace of its own', () => {
    const levels = build()
      .every(NamespaceV1)
      .map(({ metadata }) => metadata);
    expect(levels).toMatchObject([
      { name: 'monitoring', labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } },
      { name: 'node-exporter', labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } },
    ]);
    expect(values()['prometheus-node-exporter'].namespaceOverride).toBe('node-exporter');
  });

  test.each([true, false])('[N9] protects the namespace of the claims: %s', (protect) => {
    const [monitoring] = build({ protect }).every(NamespaceV1);
    expect(monitoring).toHaveProperty('metadata.name', 'monitoring');
    expect(monitoring).toHaveProperty('lifecycle.prevent_destroy', protect);
  });

  test('takes overrides of each child', () => {
    const stack = build({
      overrides: { definitions: { timeout: 1 }, stack: { timeout: 2 }, grafanaAdmin: { immutable: true } },
    });
    expect(release(stack, 'prometheus-operator-crds').timeout).toBe(1);
    expect(release(stack, 'kube-prometheus-stack').timeout).toBe(2);
    expect(stack.only(SecretV1)).toHaveProperty('immutable', true);
  });

  test('[M1] refuses what it cannot keep, all faults at once', () => {
    expect(() => build({ retentionDays: 0, storageGiB: 19, prometheusReplicas: 0, alertmanagerReplicas: 1.5 })).toThrow(
      [
        'monitoring.retentionDays (0) must be a whole number from 1; 15 is usual',
        'monitoring.storageGiB (19) must be 20 to 32768, as disks are; correct it',
        'monitoring.prometheusReplicas (0) must be a whole number from 1; leave it out for one',
        'monitoring.alertmanagerReplicas (1.5) must be a whole number from 1; leave it out for one',
      ].join('\n'),
    );
  });
});
