import { NamespaceV1 } from '@cdktf/provider-kubernetes/lib/namespace-v1';
import { Namespace, type NamespaceProps } from '../../../constructs/platform';
import { synthesizePlatform } from './building';

const build = (change: Partial<NamespaceProps> = {}) =>
  synthesizePlatform((scope) => {
    new Namespace(scope, 'namespace', { name: 'monitoring', enforce: 'baseline', ...change });
  }).only(NamespaceV1);

const standards = (enforce: string, warn: string) => ({
  metadata: {
    labels: {
      'pod-security.kubernetes.io/enforce': enforce,
      'pod-security.kubernetes.io/warn': warn,
      'pod-security.kubernetes.io/audit': warn,
    },
  },
});

describe('Namespace', () => {
  test('[K1] refuses pods below its standard, and warns of what the strictest would refuse', () => {
    expect(build()).toHaveProperty('metadata.name', 'monitoring');
    expect(build()).toMatchObject(standards('baseline', 'restricted'));
  });

  test('[K1] warns of nothing where everything is allowed', () => {
    expect(build({ enforce: 'privileged' })).toMatchObject(standards('privileged', 'privileged'));
  });

  test('[N9] says whether it may be destroyed', () => {
    expect(build()).toHaveProperty('lifecycle.prevent_destroy', false);
    expect(build({ protect: true })).toHaveProperty('lifecycle.prevent_destroy', true);
  });

  test('takes another warning and overrides', () => {
    expect(build({ warn: 'baseline', overrides: { waitForDefaultServiceAccount: true } })).toMatchObject({
      wait_for_default_service_account: true,
      ...standards('baseline', 'baseline'),
    });
  });
});
