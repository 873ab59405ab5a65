import { CsKubernetesAddon } from '@cdktf/provider-alicloud/lib/cs-kubernetes-addon';
import { AddOns, type AddOnsProps } from '../../../constructs/cluster/addon';
import { ADD_ONS, ADD_ON_NAMES } from '../../../constructs/cluster/add-ons';
import { Autoscaling } from '../../../constructs/cluster/autoscaling';
import { synthesize } from '../../synthesize';

const build = (change: Partial<AddOnsProps> = {}) =>
  synthesize((scope) => {
    // Any resource stands for the node pools here.
    const { config } = new Autoscaling(scope, 'pool', { clusterId: 'c1' });
    new AddOns(scope, 'add-ons', { clusterId: 'c1', after: [config], ...change });
  });
const byName = (stack: ReturnType<typeof build>) =>
  Object.fromEntries(stack.every(CsKubernetesAddon).map((addOn) => [String(addOn['name']), addOn]));

describe('AddOns', () => {
  test('[C3] makes Terway, CSI, metrics, DNS, ingress, secret store and problem detector resources of their own', () => {
    const stack = build();
    expect(stack.count()).toMatchObject({ alicloud_cs_kubernetes_addon: 8 });
    expect(Object.keys(byName(stack)).sort()).toEqual(
      [
        'ack-node-local-dns',
        'ack-node-problem-detector',
        'csi-plugin',
        'csi-secrets-store-provider-alibabacloud',
        'managed-csiprovisioner',
        'metrics-server',
        'nginx-ingress-controller',
        'terway-eniip',
      ].sort(),
    );
  });

  test('[C3] pins each version and installs after the nodes', () => {
    const addOns = byName(build());
    for (const name of ADD_ON_NAMES) {
      expect(addOns[name]).toMatchObject({
        cluster_id: 'c1',
        version: ADD_ONS[name].version,
        depends_on: [expect.stringMatching(/^alicloud_cs_autoscaling_config\./)],
      });
      expect(ADD_ONS[name].version).toMatch(/^v?\d+\.\d+\.\d+/);
    }
  });

  test('[C3] writes configurations as the provider reads them back, and none where there is none', () => {
    const addOns = byName(build({ changes: { 'nginx-ingress-controller': { config: { A: '1', Z: true } } } }));
    expect(addOns['nginx-ingress-controller']?.['config']).toBe(
      '{"A":"1","IngressSlbNetworkType":"intranet","Z":true}',
    );
    expect(addOns['csi-plugin']).not.toHaveProperty('config');
  });

  test('[N2] keeps the ingress controller off the internet', () => {
    expect(byName(build())['nginx-ingress-controller']?.['config']).toBe('{"IngressSlbNetworkType":"intranet"}');
  });

  test('[K6] has Terway enforce network policies', () => {
    expect(byName(build())['terway-eniip']?.['config']).toContain('"NetworkPolicy":"true"');
  });

  test('takes another version, fewer components, and overrides', () => {
    const stack = build({
      names: ['metrics-server'],
      changes: { 'metrics-server': { version: 'v9.9.9' } },
      overrides: { 'metrics-server': { cleanupCloudResources: true } },
    });
    expect(stack.only(CsKubernetesAddon)).toMatchObject({ version: 'v9.9.9', cleanup_cloud_resources: true });
  });

  test.each<[Partial<AddOnsProps>, RegExp]>([
    [
      { after: [] },
      /addOn\.after of terway-eniip is empty, and it never gets ready without a node; name the node pools/,
    ],
    [{ changes: { 'metrics-server': { version: '' } } }, /addOn\.version of metrics-server is empty.*name the version/],
    [
      { names: ['csi-plugin'], changes: { 'metrics-server': {} } },
      /names metrics-server, which addOns\.names leaves out/,
    ],
  ])('[C3] refuses %j and says the way out', (fault, message) => {
    expect(() => build(fault)).toThrow(message);
  });
});
