import { X509Certificate } from 'node:crypto';
import { cs } from '../../cloud/products/cs';
import { ecs } from '../../cloud/products/ecs';
import { ims } from '../../cloud/products/ims';
import { kms } from '../../cloud/products/kms';
import { ram } from '../../cloud/products/ram';
import { sls } from '../../cloud/products/sls';
import { vpc } from '../../cloud/products/vpc';
import { Caller, textAt } from './caller';
import type { Answer } from './caller';

const VPC = 'vpc.cn-hangzhou.aliyuncs.com 2016-04-28';
const ECS = 'ecs.cn-hangzhou.aliyuncs.com 2014-05-26';

/** A VPC with two vSwitches and a security group, and another VPC with one. */
async function account(options: ConstructorParameters<typeof Caller>[1] = {}) {
  const caller = new Caller([cs, ecs, ims, kms, ram, sls, vpc], options);
  const call = (operation: string, body?: unknown): Promise<Answer> =>
    caller.roa('cs.cn-hangzhou.aliyuncs.com', operation, body);
  const makeVpc = async (cidr: string): Promise<string> =>
    textAt(await caller.rpc(`${VPC} CreateVpc`, { RegionId: 'cn-hangzhou', CidrBlock: cidr }), 'VpcId');
  const makeVSwitch = async (vpcId: string, cidr: string): Promise<string> =>
    textAt(
      await caller.rpc(`${VPC} CreateVSwitch`, { VpcId: vpcId, ZoneId: 'cn-hangzhou-h', CidrBlock: cidr }),
      'VSwitchId',
    );
  const vpcId = await makeVpc('10.0.0.0/16');
  const strangeVpcId = await makeVpc('10.1.0.0/16');
  caller.settle();
  const nodes = await makeVSwitch(vpcId, '10.0.0.0/24');
  const pods = await makeVSwitch(vpcId, '10.0.16.0/20');
  const stranger = await makeVSwitch(strangeVpcId, '10.1.0.0/24');
  caller.settle();
  const group = textAt(
    await caller.rpc(`${ECS} CreateSecurityGroup`, { RegionId: 'cn-hangzhou', VpcId: vpcId }),
    'SecurityGroupId',
  );
  await caller.roa('cn-hangzhou.log.aliyuncs.com', 'POST /', { projectName: 'logs', description: 'of tests' });
  return { caller, call, vpcId, nodes, pods, stranger, group };
}

type Account = Awaited<ReturnType<typeof account>>;

const clusterIn = ({ vpcId, nodes, pods }: Account): Record<string, unknown> => ({
  name: 'dev',
  region_id: 'cn-hangzhou',
  cluster_type: 'ManagedKubernetes',
  cluster_spec: 'ack.pro.small',
  kubernetes_version: '1.33.3-aliyun.1',
  vpcid: vpcId,
  vswitch_ids: [nodes],
  pod_vswitch_ids: [pods],
  service_cidr: '172.21.0.0/20',
  is_enterprise_security_group: true,
  enable_rrsa: true,
  tags: [{ key: 'owner', value: 'a' }],
  addons: [
    { name: 'terway-eniip', version: 'v1.13.4', config: '{"IPVlan":"false"}' },
    { name: 'nginx-ingress-controller', disabled: true },
  ],
  controlplane_log_components: ['scheduler', 'apiserver'],
  controlplane_log_project: 'logs',
  controlplane_log_ttl: '90',
});

const poolIn = ({ nodes }: Account, name = 'blue'): Record<string, unknown> => ({
  nodepool_info: { name },
  scaling_group: {
    vswitch_ids: [nodes],
    instance_types: ['ecs.g7.xlarge'],
    tags: [{ Key: 'owner', Value: 'a' }],
    login_password: 'never shown',
  },
  auto_scaling: { enable: true, min_instances: 1, max_instances: 5 },
});

async function running(owner: Account, further: Record<string, unknown> = {}): Promise<string> {
  const id = textAt(await owner.call('POST /clusters', { ...clusterIn(owner), ...further }), 'cluster_id');
  owner.caller.settle();
  return id;
}

describe('a cluster', () => {
  test('[C1] is made by a task, and then answers what was asked for', async () => {
    const owner = await account();
    const made = await owner.call('POST /clusters', clusterIn(owner));
    const id = textAt(made, 'cluster_id');
    const task = `GET /tasks/${textAt(made, 'task_id')}`;
    expect((await owner.call(task)).body.state).toBe('running');
    expect((await owner.call(`GET /clusters/${id}`)).body.state).toBe('initial');
    owner.caller.settle();
    expect((await owner.call(task)).body.state).toBe('success');
    const detail = await owner.call(`GET /clusters/${id}`);
    expect(detail.body).toMatchObject({
      state: 'running',
      name: 'dev',
      current_version: '1.33.3-aliyun.1',
      vswitch_ids: [owner.nodes],
      service_cidr: '172.21.0.0/20',
      // Any other value replaces the cluster on the next plan.
      node_cidr_mask: '24',
      tags: [{ key: 'owner', value: 'a' }],
      master_url: '{"intranet_api_server_endpoint":"https://10.0.0.12:6443"}',
    });
    expect(JSON.parse(textAt(detail, 'meta_data'))).toMatchObject({
      RRSAConfig: {
        enabled: true,
        issuer: `https://oidc-ack-cn-hangzhou.oss-cn-hangzhou.aliyuncs.com/${id}`,
        oidc_arn: `acs:ram::1234567890123456:oidc-provider/ack-rrsa-${id}`,
      },
    });
    expect((await owner.call(`GET /clusters/${id}/controlplanelog`)).body).toMatchObject({
      components: ['apiserver', 'scheduler'],
      log_project: 'logs',
      log_ttl: '90',
    });
  });

  test('[C1] makes a load balancer, a role, a group and an identity provider, and takes them away with itself', async () => {
    const owner = await account();
    const before = owner.caller.cloud.store.inventory().length;
    const id = await running(owner);
    await owner.call(`POST /clusters/${id}/nodepools`, poolIn(owner));
    const made = owner.caller.cloud.store.inventory();
    expect(made.filter(({ terraform, ownedBy }) => terraform && !ownedBy).map(({ noun }) => noun)).toEqual(
      expect.arrayContaining(['cluster', 'node pool']),
    );
    const companions = ['load balancer of a cluster', 'RAM role', 'OIDC provider'];
    for (const noun of companions) {
      // Terraform did not make it: it is the cluster's, and no command offers to remove it by itself.
      const [companion, ...others] = made.filter((item) => item.noun === noun);
      expect(others).toEqual([]);
      expect(companion?.ownedBy).toBe(id);
      expect(companion?.removal).toBeUndefined();
    }
    expect(made.filter(({ noun }) => noun === 'security group')).toHaveLength(2);
    expect((await owner.call(`GET /clusters/${id}/resources`)).body.items).toContainEqual(
      expect.objectContaining({ resource_type: 'SLB', cluster_id: id }),
    );
    expect(made.filter(({ noun }) => noun === 'log store')).toHaveLength(2);
    await owner.call(`DELETE /clusters/${id}`);
    owner.caller.settle();
    expect((await owner.call(`GET /clusters/${id}`)).body.code).toBe('ErrorClusterNotFound');
    expect(owner.caller.cloud.store.inventory()).toHaveLength(before);
  });

  test('[N9] leaves its logs and its load balancer when it is deleted so', async () => {
    const owner = await account();
    const before = owner.caller.cloud.store.inventory().length;
    const id = await running(owner);
    const options = ['SLB', 'SLS_ControlPlane'].map((resource_type) => ({ resource_type, delete_mode: 'retain' }));
    await owner.call(`DELETE /clusters/${id}?delete_options=${encodeURIComponent(JSON.stringify(options))}`);
    owner.caller.settle();
    await owner.call(`GET /clusters/${id}`);
    const left = owner.caller.cloud.store.inventory().slice(-3);
    expect(owner.caller.cloud.store.inventory()).toHaveLength(before + 3);
    expect(left.map(({ noun }) => noun).sort()).toEqual(['load balancer of a cluster', 'log store', 'log store']);
  });

  test('[C1] keeps its vSwitches and its security group from being deleted', async () => {
    const owner = await account();
    const { caller, nodes, pods, group } = owner;
    await running(owner, { is_enterprise_security_group: false, security_group_id: group });
    for (const id of [nodes, pods]) {
      expect((await caller.rpc(`${VPC} DeleteVSwitch`, { VSwitchId: id })).status).toBe(400);
    }
    const refused = await caller.rpc(`${ECS} DeleteSecurityGroup`, {
      RegionId: 'cn-hangzhou',
      SecurityGroupId: group,
    });
    expect(refused.body.Code).toBe('DependencyViolation');
  });

  test('[N9] is not deleted while it is protected', async () => {
    const owner = await account();
    const id = await running(owner, { deletion_protection: true });
    expect((await owner.call(`DELETE /clusters/${id}`)).body.code).toBe('ErrorClusterDeletionProtected');
    await owner.call(`PUT /api/v2/clusters/${id}`, { deletion_protection: false });
    owner.caller.settle();
    expect((await owner.call(`DELETE /clusters/${id}`)).status).toBe(200);
  });

  test('[C1] is changed and upgraded, and is busy meanwhile', async () => {
    const owner = await account();
    const id = await running(owner);
    await owner.call(`PUT /api/v2/clusters/${id}`, { cluster_name: 'new', timezone: 'UTC' });
    expect(
      (await owner.call(`POST /api/v2/clusters/${id}/upgrade`, { next_version: '1.34.1-aliyun.1' })).body.code,
    ).toBe('ErrorClusterState');
    owner.caller.settle();
    await owner.call(`POST /api/v2/clusters/${id}/upgrade`, { next_version: '1.34.1-aliyun.1' });
    owner.caller.settle();
    await owner.call(`POST /clusters/${id}/tags`, [{ key: 'owner', value: 'b' }]);
    await owner.call(`PUT /clusters/${id}/audit_log`, { sls_project_name: 'logs', disable: false });
    expect((await owner.call(`GET /clusters/${id}/audit`)).body).toEqual({
      audit_enabled: true,
      sls_project_name: 'logs',
    });
    expect((await owner.call(`GET /clusters/${id}`)).body).toMatchObject({
      name: 'new',
      timezone: 'UTC',
      current_version: '1.34.1-aliyun.1',
      tags: [{ key: 'owner', value: 'b' }],
    });
  });

  test('[C4] gives a kubeconfig whose certificate its own authority signed, for as long as was asked', async () => {
    const owner = await account();
    const id = await running(owner);
    const path = `GET /k8s/${id}/user_config?PrivateIpAddress=true&TemporaryDurationMinutes=30`;
    const answer = await owner.call(path);
    const config = textAt(answer, 'config');
    const part = (name: string): string =>
      Buffer.from(new RegExp(`${name}: (\\S+)`).exec(config)?.[1] ?? '', 'base64').toString();
    const authority = new X509Certificate(part('certificate-authority-data'));
    const client = new X509Certificate(part('client-certificate-data'));
    expect(client.verify(authority.publicKey)).toBe(true);
    expect(authority.ca).toBe(true);
    expect(part('client-key-data')).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    expect(Date.parse(client.validTo)).toBe(owner.caller.now + 30 * 60_000);
    expect(config).toContain('server: https://10.0.0.12:6443');
    // A plan reads it again, and must not see another.
    expect((await owner.call(path)).body).toEqual(answer.body);
    expect(JSON.stringify(owner.caller.cloud.store.snapshot())).not.toContain('PRIVATE KEY');
  });

  test('[L3] gives the kubeconfig of a Kubernetes that runs, where it was told of one', async () => {
    const owner = await account({ kubeconfig: 'of a cluster that runs' });
    const id = await running(owner);
    const answer = await owner.call(`GET /k8s/${id}/user_config?TemporaryDurationMinutes=30`);
    expect(textAt(answer, 'config')).toBe('of a cluster that runs');
    expect(Date.parse(textAt(answer, 'expiration'))).toBe(owner.caller.now + 30 * 60_000);
  });

  test.each<[string, (owner: Account) => Record<string, unknown>, string]>([
    ['a name that is taken', () => ({ name: 'dev' }), 'ErrorClusterNameExists'],
    ['no name', () => ({ name: '' }), 'MissingParameter'],
    ['a vSwitch that is not there', () => ({ vswitch_ids: ['vsw-none'] }), 'InvalidVSwitchId.NotFound'],
    ['a vSwitch of another VPC', ({ stranger }) => ({ vswitch_ids: [stranger] }), 'InvalidParameter'],
    ['a pod vSwitch of another VPC', ({ stranger }) => ({ pod_vswitch_ids: [stranger] }), 'InvalidParameter'],
    ['services inside the VPC', () => ({ service_cidr: '10.0.32.0/20' }), 'InvalidParameter'],
    ['a version that is none', () => ({ kubernetes_version: 'latest' }), 'InvalidParameter'],
    ['an unknown size', () => ({ cluster_spec: 'ack.huge' }), 'InvalidParameter'],
    ['a key that is not there', () => ({ encryption_provider_key: 'key-none' }), 'Forbidden.KeyNotFound'],
    ['a security group and one of its own', ({ group }) => ({ security_group_id: group }), 'InvalidParameter'],
    ['a log project that is not there', () => ({ controlplane_log_project: 'none' }), 'ProjectNotExist'],
    [
      'an audit project that is not there',
      () => ({ audit_log_config: { enabled: true, sls_project_name: 'none' } }),
      'ProjectNotExist',
    ],
    ['a log component that is none', () => ({ controlplane_log_components: ['etcd'] }), 'InvalidParameter'],
    ['an add-on that is none', () => ({ addons: [{ name: 'none' }] }), 'AddonNotFound'],
    ['a parameter that is none', () => ({ colour: 'red' }), 'UnsupportedParameter'],
  ])('[L3] is refused for %s, and nothing is left behind', async (_fault, change, code) => {
    const owner = await account();
    await running(owner);
    const before = owner.caller.cloud.store.inventory().length;
    const refused = await owner.call('POST /clusters', { ...clusterIn(owner), name: 'other', ...change(owner) });
    expect(refused.body.code).toBe(code);
    expect(owner.caller.cloud.store.inventory()).toHaveLength(before);
  });

  test.each([
    ['PUT /api/v2/clusters/ID', { enable_rrsa: false }, 'InvalidParameter'],
    ['POST /api/v2/clusters/ID/upgrade', { next_version: '1.33.2-aliyun.1' }, 'InvalidParameter'],
    ['POST /api/v2/clusters/ID/upgrade', { next_version: '1.35.1-aliyun.1' }, 'InvalidParameter'],
    ['PUT /clusters/ID/controlplanelog', { log_ttl: '0' }, 'InvalidParameter'],
    ['PUT /clusters/ID/kms', { disable_encryption: false }, 'InvalidParameter'],
    ['GET /k8s/ID/user_config?TemporaryDurationMinutes=5', undefined, 'InvalidParameter'],
    ['GET /clusters/none', undefined, 'ErrorClusterNotFound'],
    ['GET /tasks/T-none', undefined, 'ErrorTaskNotFound'],
    ['POST /clusters/ID/nonsense', undefined, 'InvalidAction.NotFound'],
  ])('[L3] refuses %s %j with %s', async (operation, body, code) => {
    const owner = await account();
    const id = await running(owner);
    expect((await owner.call(operation.replace('ID', id), body)).body.code).toBe(code);
  });
});

describe('a node pool', () => {
  test('[C2] answers what was asked for and changed, without its password, and goes', async () => {
    const owner = await account();
    const id = await running(owner);
    const pool = textAt(await owner.call(`POST /clusters/${id}/nodepools`, poolIn(owner)), 'nodepool_id');
    const path = `/clusters/${id}/nodepools/${pool}`;
    owner.caller.settle();
    await owner.call(`PUT ${path}`, {
      auto_scaling: { enable: true, max_instances: 8 },
      kubernetes_config: { taints: [{ key: 'a', value: 'b', effect: 'NoSchedule' }] },
    });
    owner.caller.settle();
    const { body } = await owner.call(`GET ${path}`);
    expect(body).toMatchObject({
      nodepool_info: { name: 'blue', nodepool_id: pool },
      scaling_group: { instance_types: ['ecs.g7.xlarge'], tags: [{ key: 'owner', value: 'a' }] },
      auto_scaling: { enable: true, min_instances: 1, max_instances: 8 },
      kubernetes_config: { taints: [{ key: 'a', value: 'b', effect: 'NoSchedule' }] },
      status: { state: 'active', total_nodes: 1 },
    });
    expect(JSON.stringify([body, owner.caller.cloud.store.snapshot()])).not.toContain('never shown');
    await owner.call(`DELETE ${path}?force=true`);
    owner.caller.settle();
    expect((await owner.call(`GET ${path}`)).body.code).toBe('ErrorNodePoolNotFound');
  });

  test.each<[string, (owner: Account) => Record<string, unknown>, string]>([
    ['a name that is taken', () => ({}), 'ErrorNodePoolNameExists'],
    ['no instance type', ({ nodes }) => ({ scaling_group: { vswitch_ids: [nodes] } }), 'MissingParameter'],
    [
      'a vSwitch of another VPC',
      ({ stranger }) => ({ scaling_group: { vswitch_ids: [stranger], instance_types: ['ecs.g7.xlarge'] } }),
      'InvalidParameter',
    ],
    [
      'bounds upside down',
      () => ({ auto_scaling: { enable: true, min_instances: 5, max_instances: 1 } }),
      'InvalidParameter',
    ],
  ])('[L3] is refused for %s', async (fault, change, code) => {
    const owner = await account();
    const id = await running(owner);
    await owner.call(`POST /clusters/${id}/nodepools`, poolIn(owner));
    const name = fault === 'a name that is taken' ? 'blue' : 'green';
    const refused = await owner.call(`POST /clusters/${id}/nodepools`, { ...poolIn(owner, name), ...change(owner) });
    expect(refused.body.code).toBe(code);
  });
});

describe('an add-on', () => {
  test('[C3] is installed, upgraded, told otherwise and uninstalled', async () => {
    const owner = await account();
    const id = await running(owner);
    const name = 'ack-node-problem-detector';
    const path = `GET /clusters/${id}/addon_instances/${name}`;
    expect((await owner.call(path)).body.code).toBe('AddonNotFound');
    await owner.call(`POST /clusters/${id}/components/install`, [{ name, version: '1.2.19' }]);
    const offer = await owner.call(`GET /addons/${name}?cluster_id=${id}&version=1.2.19`);
    expect(offer.body.newer_versions).toMatchObject([{ version: '1.2.20', upgradable: true }]);
    await owner.call(`POST /clusters/${id}/components/upgrade`, [{ component_name: name, next_version: '1.2.20' }]);
    await owner.call(`POST /clusters/${id}/components/${name}/config`, { config: '{"a":1}' });
    owner.caller.settle();
    expect((await owner.call(path)).body).toMatchObject({ version: '1.2.20', config: '{"a":1}', state: 'active' });
    const status = await owner.call(`GET /clusters/${id}/components/upgradestatus?componentIds=["${name}"]`);
    expect(status.body[name]).toMatchObject({ can_upgrade: false, tasks: { status: 'Success' } });
    await owner.call(`POST /clusters/${id}/components/uninstall`, [{ name }]);
    expect((await owner.call(path)).body.code).toBe('AddonNotFound');
  });

  test('[C3] comes with the cluster as asked, and not when it was refused', async () => {
    const owner = await account();
    const id = await running(owner);
    const { addons } = (await owner.call(`GET /clusters/${id}/addon_instances`)).body;
    expect(addons).toContainEqual({ name: 'terway-eniip', version: 'v1.13.4', state: 'active' });
    expect(addons).toContainEqual(expect.objectContaining({ name: 'coredns' }));
    expect(addons).not.toContainEqual(expect.objectContaining({ name: 'nginx-ingress-controller' }));
  });

  test('[C2] keeps the settings of the scaler under the names of the scaler', async () => {
    const owner = await account();
    const id = await running(owner);
    await owner.call(`POST /cluster/${id}/autoscale/config/`, {
      scaler_type: 'goatscaler',
      expander: 'least-waste',
      cool_down_duration: '5m',
      unneeded_duration: '9m',
    });
    const scaler = await owner.call(`GET /clusters/${id}/addon_instances/goatscaler`);
    expect(JSON.parse(textAt(scaler, 'config'))).toEqual({
      Expander: 'least-waste',
      ScaleDownDelayAfterAdd: '5m',
      ScaleDownUnneededTime: '9m',
    });
  });

  test.each([
    ['install', [{ name: 'none', version: '1.0' }], 'AddonNotFound'],
    ['install', [{ name: 'terway-eniip', version: 'v1.13.4' }], 'AddonAlreadyInstalled'],
    ['install', [{ name: 'flannel', version: 'newest' }], 'InvalidParameter'],
    ['install', [{ name: 'flannel', config: 'no JSON' }], 'InvalidParameter'],
    ['upgrade', [{ component_name: 'terway-eniip', next_version: 'v1.1.0' }], 'InvalidParameter'],
    ['uninstall', [{ name: 'coredns' }], 'AddonOperationNotSupported'],
  ])('[L3] refuses to %s %j with %s', async (operation, body, code) => {
    const owner = await account();
    const id = await running(owner);
    expect((await owner.call(`POST /clusters/${id}/components/${operation}`, body)).body.code).toBe(code);
  });
});

describe('permissions', () => {
  const uid = '200000000000000001';

  test('[C4] are granted by user, changed and taken away, and go with the cluster', async () => {
    const owner = await account();
    const id = await running(owner);
    const ops = { cluster: id, role_name: 'ops', role_type: 'cluster' };
    const dev = { cluster: id, role_name: 'dev', role_type: 'namespace', namespace: 'gateway', is_ram_role: true };
    const update = (mode: string, body: unknown): Promise<Answer> =>
      owner.call(`POST /permissions/users/${uid}/update?mode=${mode}`, body);
    const held = async (): Promise<unknown> => (await owner.call(`GET /permissions/users/${uid}`)).body.items;
    await update('patch', [ops]);
    await update('patch', [dev]);
    expect(await held()).toMatchObject([
      { resource_id: id, resource_type: 'cluster', role_name: 'ops', is_ram_role: 0 },
      { resource_id: `${id}/gateway`, resource_type: 'namespace', role_name: 'dev', is_ram_role: 1 },
    ]);
    await update('delete', [ops]);
    expect(await held()).toMatchObject([{ role_name: 'dev' }]);
    await owner.call(`DELETE /clusters/${id}`);
    owner.caller.settle();
    await owner.call(`GET /clusters/${id}`);
    expect(await held()).toEqual([]);
  });

  test.each([
    [uid, { cluster: 'none', role_name: 'ops', role_type: 'cluster' }, 'ErrorClusterNotFound'],
    [uid, { cluster: 'ID', role_name: 'king', role_type: 'cluster' }, 'InvalidParameter'],
    [uid, { cluster: 'ID', role_name: 'dev', role_type: 'namespace' }, 'InvalidParameter'],
    [uid, { cluster: 'ID', role_name: 'ops', role_type: 'planet' }, 'InvalidParameter'],
    ['someone', { cluster: 'ID', role_name: 'ops', role_type: 'cluster' }, 'InvalidParameter'],
  ])('[L3] of %s refuse %j with %s', async (user, grant, code) => {
    const owner = await account();
    const id = await running(owner);
    const body = [{ ...grant, cluster: grant.cluster.replace('ID', id) }];
    expect((await owner.call(`POST /permissions/users/${user}/update?mode=patch`, body)).body.code).toBe(code);
  });
});
