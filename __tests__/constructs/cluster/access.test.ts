import { CsKubernetesPermissions } from '@cdktf/provider-alicloud/lib/cs-kubernetes-permissions';
import { Access, type AccessGrant } from '../../../constructs/cluster/access';
import { synthesize } from '../../synthesize';

const admin: AccessGrant = { name: 'platform-team', uid: '201234567890123456', isRamRole: true, role: 'admin' };
const dev: AccessGrant = {
  name: 'gateway-team',
  uid: '209876543210987654',
  role: 'dev',
  namespaces: ['gateway', 'canary'],
};
const build = (...grants: AccessGrant[]) =>
  synthesize((scope) => new Access(scope, 'access', { clusterId: 'c1', grants }));

describe('Access', () => {
  test('[C4] grants each identity its role, on the cluster or in namespaces', () => {
    const stack = build(admin, dev);
    expect(stack.count()).toEqual({ alicloud_cs_kubernetes_permissions: 2 });
    const of = (uid: string) => stack.every(CsKubernetesPermissions).find((permissions) => permissions['uid'] === uid);
    const common = { cluster: 'c1', is_custom: false };
    expect(of(admin.uid)).toMatchObject({
      permissions: [{ ...common, role_name: 'admin', role_type: 'cluster', is_ram_role: true }],
    });
    expect(of(dev.uid)?.['permissions']).toEqual([
      { ...common, role_name: 'dev', role_type: 'namespace', namespace: 'gateway', is_ram_role: false },
      { ...common, role_name: 'dev', role_type: 'namespace', namespace: 'canary', is_ram_role: false },
    ]);
  });

  test('takes overrides by the name of the grant', () => {
    const stack = synthesize(
      (scope) =>
        new Access(scope, 'access', { clusterId: 'c1', grants: [admin], overrides: { [admin.name]: { uid: '1' } } }),
    );
    expect(stack.only(CsKubernetesPermissions)).toMatchObject({ uid: '1' });
  });

  test.each<[AccessGrant[], RegExp]>([
    [[{ ...admin, uid: 'alice' }], /platform-team\.uid \(alice\) must be the id of a RAM user or role, digits only/],
    [
      [admin, { ...dev, uid: admin.uid }],
      /access\.gateway-team and access\.platform-team are for one uid .*; put them into one/,
    ],
    [[admin, { ...dev, name: admin.name }], /access has two grants named platform-team; rename one/],
    [[{ ...dev, namespaces: [] }], /namespaces is empty and would grant nothing; name one, or leave it out for all/],
    [[{ ...admin, namespaces: ['gateway'] }], /role \(admin\) is of the whole cluster; use dev for gateway/],
  ])('[C4] refuses %j and says the way out', (grants, message) => {
    expect(() => build(...grants)).toThrow(message);
  });
});
