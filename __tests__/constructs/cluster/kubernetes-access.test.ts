import { DataAlicloudCsClusterCredential } from '@cdktf/provider-alicloud/lib/data-alicloud-cs-cluster-credential';
import { NamespaceV1 } from '@cdktf/provider-kubernetes/lib/namespace-v1';
import { KubernetesAccess, type KubernetesAccessProps } from '../../../constructs/cluster';
import { synthesize } from '../../synthesize';

const build = (change: Partial<KubernetesAccessProps> = {}) =>
  synthesize((scope) => {
    new KubernetesAccess(scope, 'access', { clusterId: 'c1', ...change });
    new NamespaceV1(scope, 'namespace', { metadata: { name: 'monitoring' } });
  });

/** A part of the kubeconfig, wherever the local that holds it is called from. */
const part = (path: string): RegExp => new RegExp(`^\\$\\{local\\.access_kubeconfig_\\w+\\.${path}\\}$`);
const decoded = (path: string): RegExp =>
  new RegExp(`^\\$\\{base64decode\\(local\\.access_kubeconfig_\\w+\\.${path}\\)\\}$`);

const CONNECTION = {
  host: expect.stringMatching(part('clusters\\.0\\.cluster\\.server')) as string,
  cluster_ca_certificate: expect.stringMatching(
    decoded('clusters\\.0\\.cluster\\["certificate-authority-data"\\]'),
  ) as string,
  client_certificate: expect.stringMatching(decoded('users\\.0\\.user\\["client-certificate-data"\\]')) as string,
  client_key: expect.stringMatching(decoded('users\\.0\\.user\\["client-key-data"\\]')) as string,
};

describe('KubernetesAccess', () => {
  test('[C4] asks the cloud for a certificate that expires within the hour, and writes it to no file', () => {
    const credential = build().only(DataAlicloudCsClusterCredential);
    expect(credential).toMatchObject({ cluster_id: 'c1', temporary_duration_minutes: 60 });
    expect(credential).not.toHaveProperty('output_file');
  });

  test('[C4] reads the key out of the attribute that is marked sensitive, and never out of the other', () => {
    const { json } = build();
    expect(Object.values(json.locals ?? {})).toEqual([
      expect.stringMatching(/^\$\{yamldecode\(data\.alicloud_cs_cluster_credential\.\w+\.kube_config\)\}$/),
    ]);
    expect(JSON.stringify(json)).not.toContain('certificate_authority');
  });

  test('[C4] gives both providers the same server, authority, certificate and key', () => {
    const { provider } = build().json;
    expect(provider).toMatchObject({ kubernetes: [CONNECTION], helm: [{ kubernetes: CONNECTION }] });
  });

  test('takes another duration and overrides', () => {
    const stack = build({
      credentialMinutes: 15,
      overrides: { kubernetes: { host: 'https://127.0.0.1:6443' }, helm: { burstLimit: 300 } },
    });
    expect(stack.only(DataAlicloudCsClusterCredential)).toHaveProperty('temporary_duration_minutes', 15);
    expect(stack.json.provider).toMatchObject({
      kubernetes: [{ host: 'https://127.0.0.1:6443' }],
      helm: [{ burst_limit: 300 }],
    });
  });

  test.each([14, 4_321, 60.5, Number.NaN])('[C4] refuses a certificate of %d minutes', (credentialMinutes) => {
    expect(() => build({ credentialMinutes })).toThrow(
      `kubernetesAccess.credentialMinutes (${credentialMinutes}) must be a whole number from 15 to 4320; leave it out`,
    );
  });
});
