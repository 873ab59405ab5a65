import { CsManagedKubernetes } from '@cdktf/provider-alicloud/lib/cs-managed-kubernetes';
import { LogProject } from '@cdktf/provider-alicloud/lib/log-project';
import { TerraformOutput } from 'cdktf';
import { ADD_ONS } from '../../../constructs/cluster/add-ons';
import { KubernetesCluster, type KubernetesClusterProps } from '../../../constructs/cluster/kubernetes-cluster';
import { threeZones } from '../../fixtures/placement';
import { synthesize } from '../../synthesize';

const props: KubernetesClusterProps = {
  name: 'test',
  version: '1.34.3-aliyun.1',
  placement: threeZones,
  kmsKeyId: 'key-1',
  logProject: 'test-logs',
};
const build = (change: Partial<KubernetesClusterProps> = {}) =>
  synthesize((scope) => new KubernetesCluster(scope, 'cluster', { ...props, ...change })).only(CsManagedKubernetes);

describe('KubernetesCluster', () => {
  test('[C1] is one Pro cluster over three zones, its version pinned, its API private', () => {
    const stack = synthesize((scope) => new KubernetesCluster(scope, 'cluster', props));
    expect(stack.count()).toEqual({ alicloud_cs_managed_kubernetes: 1 });
    expect(stack.only(CsManagedKubernetes)).toMatchObject({
      cluster_spec: 'ack.pro.small',
      version: '1.34.3-aliyun.1',
      vswitch_ids: ['vsw-node-h', 'vsw-node-i', 'vsw-node-j'],
      pod_vswitch_ids: ['vsw-pod-h', 'vsw-pod-i', 'vsw-pod-j'],
      slb_internet_enabled: false,
      new_nat_gateway: false,
      is_enterprise_security_group: true,
      service_cidr: '172.21.0.0/20',
      timezone: 'Asia/Shanghai',
    });
  });

  test('[C1] encrypts Secrets by our key and gives pods identities', () => {
    expect(build()).toMatchObject({ encryption_provider_key: 'key-1', disable_encryption: false, enable_rrsa: true });
  });

  test('[C1] sends the audit log and all control-plane logs to our project', () => {
    expect(build()).toMatchObject({
      audit_log_config: { enabled: true, sls_project_name: 'test-logs' },
      control_plane_log_project: 'test-logs',
      control_plane_log_components: ['apiserver', 'kcm', 'scheduler', 'ccm'],
      control_plane_log_ttl: '90',
    });
  });

  test('[C1] keeps log components in the order of the API, however they are written', () => {
    expect(build({ logComponents: ['ccm', 'apiserver'] })).toMatchObject({
      control_plane_log_components: ['apiserver', 'ccm'],
    });
  });

  test('[C1] is maintained in its window and not upgraded by itself', () => {
    expect(build()).toMatchObject({
      maintenance_window: {
        enable: true,
        maintenance_time: '2025-01-01T02:00:00.000+08:00',
        duration: '3h',
        weekly_period: 'Thursday',
      },
      operation_policy: { cluster_auto_upgrade: { enabled: false, channel: 'stable' } },
      lifecycle: { ignore_changes: ['addons'] },
    });
  });

  test('[C1] leaves the version to ACK where ACK upgrades it', () => {
    expect(build({ autoUpgrade: 'patch' })).toMatchObject({
      operation_policy: { cluster_auto_upgrade: { enabled: true, channel: 'patch' } },
      lifecycle: { ignore_changes: ['addons', 'version'] },
    });
  });

  test('[C3] is made with Terway and CSI in the versions of the table, and without a public ingress', () => {
    expect(build()['addons']).toEqual([
      {
        name: 'terway-eniip',
        version: ADD_ONS['terway-eniip'].version,
        config: '{"ENITrunking":"false","IPVlan":"false","NetworkPolicy":"true"}',
      },
      { name: 'csi-plugin', version: ADD_ONS['csi-plugin'].version },
      { name: 'managed-csiprovisioner', version: ADD_ONS['managed-csiprovisioner'].version },
      { name: 'nginx-ingress-controller', disabled: true },
    ]);
    const changed = build({ addOnChanges: { 'csi-plugin': { version: 'v9.9.9' } } });
    expect(changed['addons']).toContainEqual({ name: 'csi-plugin', version: 'v9.9.9' });
  });

  test('[C4] reads no certificate, so that none is in the state', () => {
    const cluster = build();
    expect(cluster).toMatchObject({ skip_set_certificate_authority: true });
    for (const absent of ['client_cert', 'client_key', 'cluster_ca_cert', 'kube_config']) {
      expect(cluster).not.toHaveProperty(absent);
    }
  });

  test('[N9] is protected and keeps its logs; or goes without a trace where that is asked for', () => {
    const deletion = (mode: string) => [
      { resource_type: 'SLB', delete_mode: 'delete' },
      { resource_type: 'ALB', delete_mode: 'delete' },
      { resource_type: 'SLS_Data', delete_mode: mode },
      { resource_type: 'SLS_ControlPlane', delete_mode: mode },
      { resource_type: 'PrivateZone', delete_mode: 'delete' },
    ];
    expect(build()).toMatchObject({
      deletion_protection: true,
      delete_options: deletion('retain'),
      lifecycle: { prevent_destroy: true },
    });
    expect(build({ protect: false })).toMatchObject({
      deletion_protection: false,
      delete_options: deletion('delete'),
      lifecycle: { prevent_destroy: false },
    });
  });

  test('waits for what it is told to wait for', () => {
    const stack = synthesize((scope) => {
      const logs = new LogProject(scope, 'logs', { projectName: 'test-logs' });
      new KubernetesCluster(scope, 'cluster', { ...props, after: [logs] });
    });
    expect(stack.only(CsManagedKubernetes)).toMatchObject({ depends_on: ['alicloud_log_project.logs'] });
  });

  test('[N6] tells the issuer that roles trust, and the private endpoint', () => {
    const stack = synthesize((scope) => {
      const { issuer, apiEndpoint } = new KubernetesCluster(scope, 'cluster', props);
      new TerraformOutput(scope, 'issuer', { value: issuer.issuerUrl, staticId: true });
      new TerraformOutput(scope, 'provider', { value: issuer.providerArn, staticId: true });
      new TerraformOutput(scope, 'endpoint', { value: apiEndpoint, staticId: true });
    });
    expect(stack.json['output']).toMatchObject({
      issuer: { value: expect.stringMatching(/\.rrsa_metadata\[0\]\.rrsa_oidc_issuer_url\}$/) as unknown },
      provider: { value: expect.stringMatching(/\.rrsa_metadata\[0\]\.ram_oidc_provider_arn\}$/) as unknown },
      endpoint: { value: expect.stringContaining('api_server_intranet') as unknown },
    });
  });

  test('[C1] has a public API and overrides where they are asked for', () => {
    const cluster = build({ publicApi: true, overrides: { cluster: { clusterSpec: 'ack.pro.xlarge' } } });
    expect(cluster).toMatchObject({ slb_internet_enabled: true, cluster_spec: 'ack.pro.xlarge' });
  });

  const [zone] = threeZones.zones;
  test.each<[Partial<KubernetesClusterProps>, RegExp]>([
    [{ version: '1.34' }, /version \(1\.34\) must be in full, or ACK chooses; write it as 1\.34\.3-aliyun\.1/],
    [{ name: 'a_b' }, /name \(a_b\) must be 1 to 63 letters/],
    [{ serviceCidr: '172.21.0.0' }, /serviceCidr \(172\.21\.0\.0\) is not an IPv4 range/],
    [{ serviceCidr: '172.16.0.0/12' }, /must be \/16 to \/24/],
    [{ serviceCidr: '172.21.1.0/20' }, /is an address inside 172\.21\.0\.0\/20; write the network/],
    [{ serviceCidr: '10.0.48.0/20' }, /overlaps the VPC \(10\.0\.0\.0\/16\); take a private range outside it/],
    [{ placement: { ...threeZones, cidr: '172.21.4.0/24' } }, /overlaps the VPC \(172\.21\.4\.0\/24\)/],
    [{ placement: { ...threeZones, zones: [zone, zone, zone, zone, zone, zone] } }, /has 6 zones and 5 is the most/],
    [{ logDays: 0 }, /logDays \(0\) must be 1 to 3650/],
    [{ logComponents: ['ccm'] }, /logComponents \(ccm\) leaves out apiserver, which the audit needs; add it/],
    [
      { maintenance: { days: [], start: '02:00', utcOffset: '+08:00', hours: 3 } },
      /days is empty and nothing would be/,
    ],
    [
      { maintenance: { days: ['Monday'], start: '2:00', utcOffset: '+08:00', hours: 3 } },
      /start \(2:00\) must be HH:MM/,
    ],
    [
      { maintenance: { days: ['Monday'], start: '02:00', utcOffset: 'Z', hours: 3 } },
      /utcOffset \(Z\) must be an offset/,
    ],
    [
      { maintenance: { days: ['Monday'], start: '02:00', utcOffset: '+08:00', hours: 25 } },
      /hours \(25\) must be a whole/,
    ],
  ])('[C1] refuses %j and says the way out', (fault, message) => {
    expect(() => build(fault)).toThrow(message);
  });

  test('[C1] writes the days of maintenance in the order of the week', () => {
    const cluster = build({
      maintenance: { days: ['Sunday', 'Tuesday'], start: '03:30', utcOffset: '+00:00', hours: 2 },
    });
    expect(cluster).toMatchObject({
      maintenance_window: { weekly_period: 'Tuesday,Sunday', maintenance_time: '2025-01-01T03:30:00.000+00:00' },
    });
  });
});
