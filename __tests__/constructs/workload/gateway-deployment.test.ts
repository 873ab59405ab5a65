import { DeploymentV1 } from '@cdktf/provider-kubernetes/lib/deployment-v1';
import { ROUTES } from '../../../app/src/routes';
import {
  GatewayDeployment,
  GatewaySecrets,
  Journal,
  SettingsMap,
  type GatewayDeploymentProps,
  type Settings,
} from '../../../constructs/workload';
import type { Block } from '../../synthesize';
import { synthesizeWorkload } from './building';

const IMAGE = `registry.cn-hangzhou.aliyuncs.com/bailian-gateway/gateway@sha256:${'a'.repeat(64)}`;

interface Change {
  readonly props?: Partial<GatewayDeploymentProps>;
  readonly settings?: Settings;
}

const build = ({ props, settings }: Change = {}) =>
  synthesizeWorkload((scope) => {
    const map = new SettingsMap(scope, 'settings', {
      namespace: 'ns',
      name: 'gateway',
      settings: { SHUTDOWN_DRAIN_MS: 3_000, SHUTDOWN_GRACE_MS: 50_000, ...settings },
      secrets: [],
    });
    const secrets = new GatewaySecrets(scope, 'secrets', {
      namespace: 'ns',
      store: { kind: 'csi', region: 'cn-hangzhou' },
      groups: {
        gateway: [{ variable: 'REDIS_URL', secret: 'redis-url', revision: '1' }],
        migration: [{ variable: 'DATABASE_URL', secret: 'migration-url', revision: '1' }],
      },
    });
    const journal = new Journal(scope, 'journal', { namespace: 'ns', storage: { kind: 'pod', sizeMiB: 1_024 } });
    new GatewayDeployment(scope, 'deployment', {
      namespace: 'ns',
      image: IMAGE,
      serviceAccount: 'gateway',
      settings: map,
      secrets: secrets.group('gateway'),
      migrationSecrets: secrets.group('migration'),
      secretRevisions: secrets.revisions,
      size: { requests: { cpuMillis: 500, memoryMiB: 512 }, limits: { cpuMillis: 2_000, memoryMiB: 2_048 } },
      replicas: 3,
      preStopSeconds: 4,
      terminationGraceSeconds: 60,
      journal,
      nodeSelector: { pool: 'workload' },
      priorityClassName: 'bailian-gateway',
      ...props,
    });
  });

interface Spec extends Block {
  readonly template: {
    readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
    readonly spec: Block & { readonly container: readonly Block[]; readonly init_container: readonly Block[] };
  };
}
const specOf = (change: Change = {}): Spec => build(change).only(DeploymentV1).spec as Spec;
const podOf = (change: Change = {}) => specOf(change).template.spec;

describe('GatewayDeployment', () => {
  test('[K1] starts with three pods and leaves their number to the autoscaler', () => {
    const deployment = build().only(DeploymentV1);
    expect(deployment).toMatchObject({ spec: { replicas: '3' }, lifecycle: { ignore_changes: ['spec[0].replicas'] } });
  });

  test('[K1] replaces one pod at a time, and adds one', () => {
    expect(specOf().strategy).toEqual({
      type: 'RollingUpdate',
      rolling_update: { max_surge: '1', max_unavailable: '1' },
    });
  });

  test('[K1] spreads pods of one revision over zones strictly and over nodes as well as it can', () => {
    const { topology_spread_constraint: spread, affinity } = podOf();
    const each = { max_skew: 1, match_label_keys: ['pod-template-hash'], node_taints_policy: 'Honor' };
    expect(spread).toMatchObject([
      { ...each, topology_key: 'topology.kubernetes.io/zone', when_unsatisfiable: 'DoNotSchedule' },
      { ...each, topology_key: 'kubernetes.io/hostname', when_unsatisfiable: 'ScheduleAnyway' },
    ]);
    expect(affinity).toMatchObject({
      pod_anti_affinity: {
        preferred_during_scheduling_ignored_during_execution: [
          { weight: 100, pod_affinity_term: { topology_key: 'kubernetes.io/hostname' } },
        ],
      },
    });
    expect(podOf().node_selector).toEqual({ pool: 'workload' });
    expect(podOf().priority_class_name).toBe('bailian-gateway');
  });

  test('[K1] asks liveness whether the process lives and readiness whether it wants traffic, by the name of the port', () => {
    const [container] = podOf().container;
    expect(container).toMatchObject({
      startup_probe: { http_get: { path: ROUTES.live, port: 'http' }, failure_threshold: 60 },
      liveness_probe: { http_get: { path: ROUTES.live, port: 'http' } },
      readiness_probe: { http_get: { path: ROUTES.ready, port: 'http' } },
      port: [{ name: 'http', container_port: 8080, protocol: 'TCP' }],
    });
  });

  test('[K1] waits before the end, and then has time for what runs', () => {
    const pod = podOf();
    expect(pod.termination_grace_period_seconds).toBe(60);
    expect(pod.container[0]).toMatchObject({
      lifecycle: { pre_stop: [{ exec: { command: ['node', '-e', expect.stringContaining('4000')] } }] },
    });
  });

  test('[K1] migrates first, with a secret of its own that the gateway never sees', () => {
    const { container, init_container: init } = podOf();
    expect(init).toMatchObject([
      {
        name: 'migration',
        image: IMAGE,
        args: ['dist/database/migrate.js'],
        env: [{ name: 'DATABASE_URL_FILE', value: expect.stringContaining('/migration/') as string }],
      },
    ]);
    expect(JSON.stringify(init)).not.toContain('secrets-gateway');
    expect(JSON.stringify(container)).not.toContain('secrets-migration');
  });

  test.each(['container', 'init_container'] as const)('[K1] lets a %s do nothing but its work', (kind) => {
    const pod = podOf();
    expect(pod).toMatchObject({
      automount_service_account_token: false,
      enable_service_links: false,
      security_context: { run_as_non_root: true, fs_group: '10001', seccomp_profile: { type: 'RuntimeDefault' } },
    });
    expect(pod[kind][0]?.security_context).toEqual({
      run_as_non_root: true,
      run_as_user: '10001',
      run_as_group: '10001',
      allow_privilege_escalation: false,
      privileged: false,
      read_only_root_filesystem: true,
      capabilities: { drop: ['ALL'] },
      seccomp_profile: { type: 'RuntimeDefault' },
    });
  });

  test('[K8] has the size of the profile, and a heap that fits into it once for each process', () => {
    const [container] = podOf().container;
    expect(container).toMatchObject({
      resources: {
        requests: { cpu: '500m', memory: '512Mi', 'ephemeral-storage': '64Mi' },
        limits: { cpu: '2', memory: '2Gi', 'ephemeral-storage': '1280Mi' },
      },
      env: expect.arrayContaining([{ name: 'NODE_OPTIONS', value: '--max-old-space-size=585' }]) as Block[],
    });
  });

  test('[K3] makes new pods when a setting or a secret changes, and only then', () => {
    const annotations = (change: Change = {}) => specOf(change).template.metadata.annotations;
    expect(annotations()).toEqual(annotations());
    expect(annotations({ settings: { QUEUE_PLACES: 7 } })).not.toEqual(annotations());
    expect(annotations({ props: { secretRevisions: 'redis-url=2' } })).not.toEqual(annotations());
  });

  test('[K3] waits for its settings, its secrets and whatever it is told to', () => {
    const { depends_on } = build().only(DeploymentV1);
    expect(depends_on).toEqual([expect.stringMatching(/^kubernetes_config_map_v1\./)]);
  });

  test.each<[Change, RegExp]>([
    [{ props: { image: 'gateway:latest' } }, /image \(gateway:latest\) must be named by its digest/],
    [{ props: { preStopSeconds: 0 } }, /preStopSeconds \(0\) must be a whole number from 1/],
    [{ props: { terminationGraceSeconds: 56 } }, /terminationGraceSeconds \(56\) must be at least 57: preStop/],
    [{ settings: { SHUTDOWN_GRACE_MS: 60_000 } }, /terminationGraceSeconds \(60\) must be at least 67.*raise it to 67/],
  ])('[K1] refuses %j', (fault, message) => {
    expect(() => build(fault)).toThrow(message);
  });

  test('takes overrides', () => {
    expect(build({ props: { overrides: { waitForRollout: false } } }).only(DeploymentV1)).toMatchObject({
      wait_for_rollout: false,
    });
  });
});
