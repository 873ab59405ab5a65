import { pathOf, pluralOf, type Manifest } from '../../kubernetes/objects/apply';
import { dnsObjects } from '../../kubernetes/objects/dns';
import { metricsObjects } from '../../kubernetes/objects/metrics';
import { secretObjects } from '../../kubernetes/objects/secrets';
import { storageObjects } from '../../kubernetes/objects/storage';

const ALL: readonly Manifest[] = [...dnsObjects(), ...metricsObjects(), ...secretObjects(), ...storageObjects()];

describe('the path of an object', () => {
  test.each([
    ['v1', 'Service', 'kube-system', '/api/v1/namespaces/kube-system/services/x'],
    ['apps/v1', 'Deployment', 'a', '/apis/apps/v1/namespaces/a/deployments/x'],
    ['storage.k8s.io/v1', 'StorageClass', undefined, '/apis/storage.k8s.io/v1/storageclasses/x'],
    ['networking.k8s.io/v1', 'NetworkPolicy', 'a', '/apis/networking.k8s.io/v1/namespaces/a/networkpolicies/x'],
  ])('[L3] of %s %s in %s is %s', (apiVersion, kind, namespace, path) => {
    const metadata = { name: 'x', ...(namespace !== undefined && { namespace }) };
    expect(pathOf({ apiVersion, kind, metadata })).toBe(path);
  });

  test('[L3] the plural is the one that a definition of ours gives', () => {
    const [definition] = secretObjects();
    expect(definition).toMatchObject({ spec: { names: { plural: pluralOf('SecretProviderClass') } } });
  });
});

describe('the objects of a local cluster', () => {
  test('[L3] are each written once', () => {
    const paths = ALL.map(pathOf);
    expect(new Set(paths).size).toBe(paths.length);
  });

  test('[L3] offer exactly one class of storage to claims that name none', () => {
    const defaults = storageObjects().filter(
      ({ metadata }) => metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true',
    );
    expect(defaults).toHaveLength(1);
  });

  test('[L3] resolve the names of the cloud to the rehearsal, and no other name of the world', () => {
    const config = dnsObjects().find(({ kind }) => kind === 'ConfigMap');
    expect(config).toMatchObject({ data: { Corefile: expect.stringContaining('IN A 10.240.0.1"') as unknown } });
    expect(JSON.stringify(config)).not.toContain('forward');
  });
});
