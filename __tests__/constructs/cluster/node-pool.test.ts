import { CmsAlarm } from '@cdktf/provider-alicloud/lib/cms-alarm';
import { CsKubernetesNodePool } from '@cdktf/provider-alicloud/lib/cs-kubernetes-node-pool';
import { Autoscaling } from '../../../constructs/cluster/autoscaling';
import { NodeAlarms, NodePool, type NodePoolProps } from '../../../constructs/cluster/node-pool';
import { threeZones } from '../../fixtures/placement';
import { synthesize } from '../../synthesize';

const props: NodePoolProps = {
  clusterId: 'c1',
  name: 'gateway',
  placement: threeZones,
  instanceTypes: ['ecs.g8i.xlarge', 'ecs.g7.xlarge'],
  nodes: { min: 3, max: 10 },
  kmsKeyId: 'key-1',
};
const build = (change: Partial<NodePoolProps> = {}) =>
  synthesize((scope) => {
    const { config } = new Autoscaling(scope, 'scaling', { clusterId: 'c1' });
    new NodePool(scope, 'pool', { ...props, after: [config], ...change });
  });

describe('NodePool', () => {
  test('[C2] spreads several types evenly over three zones', () => {
    const stack = build();
    expect(stack.count()).toEqual({ alicloud_cs_autoscaling_config: 1, alicloud_cs_kubernetes_node_pool: 1 });
    expect(stack.only(CsKubernetesNodePool)).toMatchObject({
      cluster_id: 'c1',
      node_pool_name: 'gateway',
      vswitch_ids: ['vsw-node-h', 'vsw-node-i', 'vsw-node-j'],
      multi_az_policy: 'BALANCE',
      instance_types: ['ecs.g8i.xlarge', 'ecs.g7.xlarge'],
      depends_on: [expect.stringMatching(/^alicloud_cs_autoscaling_config\./)],
    });
  });

  test('[C2] encrypts disks by our key, asks for IMDSv2 and hardens the system', () => {
    expect(build().only(CsKubernetesNodePool)).toMatchObject({
      system_disk_category: 'cloud_essd',
      system_disk_size: 120,
      system_disk_encrypted: true,
      system_disk_encrypt_algorithm: 'aes-256',
      system_disk_kms_key: 'key-1',
      instance_metadata_options: { http_tokens: 'required' },
      image_type: 'AliyunLinux3',
      security_hardening_os: true,
    });
    expect(build({ imageType: 'ContainerOS' }).only(CsKubernetesNodePool)).not.toHaveProperty('security_hardening_os');
  });

  test('[C2] gives its nodes no public address', () => {
    expect(build().only(CsKubernetesNodePool)).not.toHaveProperty('internet_max_bandwidth_out');
  });

  test('[C2] leaves the number of nodes to the scaler, within bounds', () => {
    const pool = build().only(CsKubernetesNodePool);
    expect(pool).toMatchObject({
      scaling_config: { enable: true, type: 'cpu', min_size: 3, max_size: 10 },
      lifecycle: { ignore_changes: ['desired_size'] },
    });
    expect(pool).not.toHaveProperty('desired_size');
  });

  test('[C2] holds a fixed number where one is given', () => {
    const pool = build({ nodes: { fixed: 3 } }).only(CsKubernetesNodePool);
    expect(pool).toMatchObject({ desired_size: '3' });
    expect(pool).not.toHaveProperty('scaling_config');
    expect(pool).not.toHaveProperty('lifecycle');
  });

  test('[C2] is repaired and patched by ACK, one node at a time, and follows the version when told', () => {
    expect(build().only(CsKubernetesNodePool)).toMatchObject({
      management: {
        enable: true,
        auto_repair: true,
        auto_repair_policy: { restart_node: true },
        auto_vul_fix: true,
        auto_vul_fix_policy: { vul_level: 'asap', restart_node: true },
        auto_upgrade: false,
        max_unavailable: 1,
      },
    });
  });

  test('[C2] has labels by key and taints as given', () => {
    const taint = { key: 'dedicated', value: 'gateway', effect: 'NoSchedule' } as const;
    const pool = build({ labels: { pool: 'gateway', 'example.com/a': '' }, taints: [taint] }).only(
      CsKubernetesNodePool,
    );
    expect(pool).toMatchObject({
      labels: [
        { key: 'example.com/a', value: '' },
        { key: 'pool', value: 'gateway' },
      ],
      taints: [taint],
    });
  });

  test('takes overrides', () => {
    const stack = build({ overrides: { nodePool: { systemDiskSize: 200 } } });
    expect(stack.only(CsKubernetesNodePool)).toMatchObject({ system_disk_size: 200 });
  });

  test.each<[Partial<NodePoolProps>, RegExp]>([
    [
      { nodes: { min: 3, max: 3 } },
      /nodes\.min \(3\) must be below max \(3\), or nothing scales; raise max or use fixed/,
    ],
    [{ nodes: { min: -1, max: 3 } }, /nodes \(-1 to 3\) must be whole numbers from 0 to 1000/],
    [{ nodes: { fixed: 1001 } }, /nodes \(1001 to 1001\) must be whole numbers/],
    [{ nodes: { min: 1.5, max: 3 } }, /nodes \(1\.5 to 3\) must be whole numbers/],
    [
      { instanceTypes: ['ecs.g7.xlarge'] },
      /must be 2 to 10 different ones, so that one that is sold out stops nothing/,
    ],
    [{ instanceTypes: ['ecs.g7.xlarge', 'ecs.g7.xlarge'] }, /must be 2 to 10 different ones/],
    [{ instanceTypes: ['ecs.g7.xlarge', 'g8i.xlarge'] }, /\(g8i\.xlarge\) is no ECS type; write it as ecs\.g7\.xlarge/],
    [{ diskGiB: 20 }, /diskGiB \(20\) must be 40 to 32768; leave it out for 120/],
    [{ labels: { 'a b': 'c' } }, /label or taint a b=c is no Kubernetes label; respell it/],
    [
      { taints: [{ key: 'k', value: 'not ok', effect: 'NoExecute' }] },
      /label or taint k=not ok is no Kubernetes label/,
    ],
  ])('[C2] refuses %j and says the way out', (fault, message) => {
    expect(() => build(fault)).toThrow(message);
  });

  test('[C2] refuses a pool that nothing scales', () => {
    expect(() => synthesize((scope) => new NodePool(scope, 'pool', props))).toThrow(
      /nodePool gateway scales and nothing scales it; make an Autoscaling, or give it a fixed number/,
    );
  });

  test('refuses two pools of one name', () => {
    expect(() =>
      synthesize((scope) => {
        new NodePool(scope, 'one', { ...props, nodes: { fixed: 3 } });
        new NodePool(scope, 'two', { ...props, nodes: { fixed: 3 } });
      }),
    ).toThrow(/nodePool\.name \(gateway\) is that of another pool, and ACK takes a name once; rename one/);
  });
});

describe('NodeAlarms', () => {
  test('[D4] ring for CPU and memory of the nodes of one cluster: four alarms', () => {
    const alarms = synthesize((scope) => new NodeAlarms(scope, 'alarms', { clusterId: 'c1' })).every(CmsAlarm);
    expect(alarms.map(({ metric }) => metric).sort()).toEqual([
      'node.cpu.utilization',
      'node.cpu.utilization',
      'node.memory.utilization',
      'node.memory.utilization',
    ]);
    for (const { project, metric_dimensions } of alarms) {
      expect(project).toBe('acs_k8s');
      expect(metric_dimensions).toContain('c1');
    }
  });

  test('[D4] take other thresholds', () => {
    const thresholds = { 'node.cpu.utilization': { critical: 99 } };
    expect(
      synthesize((scope) => new NodeAlarms(scope, 'alarms', { clusterId: 'c1', thresholds })).every(CmsAlarm),
    ).toHaveLength(3);
  });
});
