/** The chart `gateway-secrets`: one object for each group of secrets, which the driver or the operator takes. */
import type { GatewaySecretsValues } from '../constructs/workload';
import { GATEWAY_SERVICE_ACCOUNT } from '../stacks/names';
import type { CustomResources, KubernetesObject } from './custom-resources';
import type { Helm } from './helm';

/** What each store reads, and where in it a secret and its file are named. */
const KINDS = { csi: 'SecretProviderClass', 'external-secrets': 'ExternalSecret' } as const;

/** The same secrets out of the other store: whichever an environment chooses, the chart has been rendered with it. */
export function inBothStores(values: GatewaySecretsValues): readonly GatewaySecretsValues[] {
  const { labels, groups } = values;
  return [
    { store: 'csi', region: 'region' in values ? values.region : 'cn-hangzhou', labels, groups },
    { store: 'external-secrets', clusterSecretStore: 'kms', labels, groups },
  ];
}

/** Everything that is wrong with what was rendered of these values. */
export function faultsOfSecrets(
  { store, groups }: GatewaySecretsValues,
  rendered: readonly KubernetesObject[],
  definitions: CustomResources,
): readonly string[] {
  const names = groups.map(({ name }) => name);
  const faults = rendered.flatMap((object) => {
    const { kind, metadata } = object;
    const group = groups.find(({ name }) => name === metadata.name);
    const text = JSON.stringify(object);
    const lost = (group?.secrets ?? []).filter(({ secret, file }) => !text.includes(secret) || !text.includes(file));
    return [
      ...definitions.faultsOf(object),
      ...(kind === KINDS[store] ? [] : [`${store}: ${metadata.name} is a ${kind}, and a ${KINDS[store]} is meant`]),
      ...(metadata.namespace === GATEWAY_SERVICE_ACCOUNT.namespace
        ? []
        : [`${kind} ${metadata.name} is in the namespace ${metadata.namespace ?? 'default'}`]),
      ...lost.map(({ secret, file }) => `${kind} ${metadata.name} has no ${secret} as ${file}`),
    ];
  });
  const made = rendered.map(({ metadata }) => metadata.name);
  return made.join() === names.join()
    ? faults
    : [...faults, `${store}: there are ${made.join(', ') || 'no objects'}, and ${names.join(', ')} are meant`];
}

/**
 * Plants faults into the values and into objects: what finds none of them proves nothing.
 * @returns how many there were
 */
export async function refusesFaultySecrets(
  helm: Helm,
  definitions: CustomResources,
  values: GatewaySecretsValues,
): Promise<number> {
  const planted = [
    { ...values, store: 'vault' },
    { ...values, groups: [{ name: 'Gateway', secrets: [] }] },
    { ...values, groups: values.groups.map(({ name, secrets }) => ({ name, secret: secrets })) },
  ];
  for (const faulty of planted) {
    if (await helm.takes('gateway-secrets', faulty)) {
      throw new Error(`helm lint takes what is planted: ${JSON.stringify(faulty).slice(0, 200)}`);
    }
  }
  const metadata = { name: 'faulty' };
  const objects: readonly KubernetesObject[] = [
    {
      apiVersion: 'secrets-store.csi.x-k8s.io/v1',
      kind: 'SecretProviderClass',
      metadata,
      spec: { provider: 'alibabacloud', parameter: { region: 'cn-hangzhou' } },
    },
    {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata,
      spec: { refreshPolicy: 'Sometimes', secretStoreRef: { name: 'kms' } },
    },
  ];
  for (const object of objects) {
    if (definitions.faultsOf(object).length === 0) {
      throw new Error(`the definition of ${object.kind} takes what is planted: ${JSON.stringify(object.spec)}`);
    }
  }
  return planted.length + objects.length;
}
