/** The platform stack in the ways that no environment here chooses: over what a cluster has already. */
import { CsKubernetesAddon } from '@cdktf/provider-alicloud/lib/cs-kubernetes-addon';
import { Release } from '@cdktf/provider-helm/lib/release';
import { prod } from '../../environments/prod';
import type { Environment } from '../../environments';
import { ClusterStack } from '../../stacks/cluster';
import { FoundationStack } from '../../stacks/foundation';
import { NetworkStack } from '../../stacks/network';
import { PlatformStack } from '../../stacks/platform';
import { MANAGED_MONITORING } from '../../constructs/platform';
import { synthesizeStack, testApp } from '../synthesize';

const TARGET = { ...MANAGED_MONITORING, namespace: 'observability', releaseLabel: { prometheus: 'main' } };

const build = (platform: Environment['platform']) => {
  const environment = { ...prod, platform };
  const app = testApp();
  const foundation = new FoundationStack(app, environment);
  const network = new NetworkStack(app, environment, { foundation });
  const cluster = new ClusterStack(app, environment, { foundation, network });
  const stack = new PlatformStack(app, environment, { foundation, cluster });
  return { stack, platform: synthesizeStack(stack), cluster: synthesizeStack(cluster) };
};

const addOns = (platform: Environment['platform']) =>
  build(platform)
    .cluster.every(CsKubernetesAddon)
    .map(({ name }) => name);

describe('The platform stack', () => {
  test('[M1] installs no monitoring where there is one, and hands on how that finds its work', () => {
    const { stack, platform } = build({
      monitoring: { kind: 'existing', target: TARGET, metricsAdapter: false },
    });
    expect(platform.count()).toEqual({ kubernetes_storage_class_v1: 1 });
    expect(stack.monitoring).toEqual(TARGET);
    expect(stack.monitoringStack).toBeUndefined();
    expect(stack.metricsAdapter).toBeUndefined();
  });

  test('[K2] asks the monitoring that is there for metrics to scale by', () => {
    const { platform } = build({ monitoring: { kind: 'existing', target: TARGET, metricsAdapter: true } });
    expect(platform.only(Release)).toMatchObject({ chart: 'prometheus-adapter', namespace: 'observability' });
  });

  test('[C3] has ACK let requests in, or a controller that is there, and never both', () => {
    const ingress = {
      className: 'traefik',
      namespace: 'traefik',
      podLabels: { app: 'traefik' },
      deployment: 'traefik',
    };
    expect(build(prod.platform).stack).toMatchObject({ ingressClassName: 'nginx', ingressNamespace: 'kube-system' });
    expect(addOns(prod.platform)).toContain('nginx-ingress-controller');
    expect(build({ ...prod.platform, ingress }).stack).toMatchObject({
      ingressClassName: 'traefik',
      ingressNamespace: 'traefik',
      ingressPodLabels: { app: 'traefik' },
    });
    expect(addOns({ ...prod.platform, ingress })).not.toContain('nginx-ingress-controller');
  });

  test('[M1] fetches every chart from the mirror that is named', () => {
    const { platform } = build({ ...prod.platform, sources: { charts: 'oci://mirror.example.com/charts' } });
    const repositories = platform.every(Release).map(({ repository }) => repository);
    expect(repositories).toEqual(Array(3).fill('oci://mirror.example.com/charts'));
  });
});
