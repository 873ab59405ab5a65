import { Release } from '@cdktf/provider-helm/lib/release';
import { parse } from 'yaml';
import { GatewaySecrets, type GatewaySecretsProps, type SecretReference } from '../../../constructs/workload/secrets';
import { synthesizeWorkload } from './building';

const groups: Readonly<Record<'gateway' | 'migration', readonly SecretReference[]>> = {
  gateway: [
    { variable: 'DATABASE_URL', secret: 'prod-database-url', revision: 'v1.1' },
    { variable: 'DASHSCOPE_API_KEY', secret: 'prod-dashscope-api-key', revision: '3' },
  ],
  migration: [{ variable: 'DATABASE_URL', secret: 'prod-migration-url', revision: 'v1.1' }],
};
const csi = { kind: 'csi', region: 'cn-hangzhou' } as const;
const external = { kind: 'external-secrets', clusterSecretStore: 'kms' } as const;

const build = (change: Partial<GatewaySecretsProps> = {}) => {
  const made: GatewaySecrets[] = [];
  const stack = synthesizeWorkload((scope) =>
    made.push(new GatewaySecrets(scope, 'secrets', { namespace: 'ns', store: csi, groups, ...change })),
  );
  const [secrets] = made;
  if (secrets === undefined) throw new Error('nothing was built');
  const release = stack.only(Release);
  const [values] = release.values as readonly string[];
  return { secrets, release, values: parse(String(values)) as unknown, json: JSON.stringify(stack.json) };
};

describe('GatewaySecrets', () => {
  test('[K3] names secrets of KMS and the files that they become, group by group', () => {
    expect(build().values).toEqual({
      store: 'csi',
      region: 'cn-hangzhou',
      labels: expect.any(Object) as object,
      groups: [
        {
          name: 'gateway-gateway',
          secrets: [
            { secret: 'prod-database-url', file: 'database-url' },
            { secret: 'prod-dashscope-api-key', file: 'dashscope-api-key' },
          ],
        },
        { name: 'gateway-migration', secrets: [{ secret: 'prod-migration-url', file: 'database-url' }] },
      ],
    });
  });

  test('[K3] gives a container its own group only, as read-only files that its variables name', () => {
    const { secrets } = build();
    expect(secrets.group('migration')).toEqual({
      volume: {
        name: 'secrets-migration',
        csi: {
          driver: 'secrets-store.csi.k8s.io',
          readOnly: true,
          volumeAttributes: { secretProviderClass: 'gateway-migration' },
        },
      },
      mount: { name: 'secrets-migration', mountPath: '/run/secrets/gateway/migration', readOnly: true },
      env: [{ name: 'DATABASE_URL_FILE', value: '/run/secrets/gateway/migration/database-url' }],
    });
    expect(secrets.group('gateway').env.map(({ name }) => name)).toEqual([
      'DATABASE_URL_FILE',
      'DASHSCOPE_API_KEY_FILE',
    ]);
    expect(() => secrets.group('nobody')).toThrow(/no group nobody of secrets; there are gateway, migration/);
  });

  test('[K3] says another text on the pods when any secret has another revision', () => {
    const rotated = { ...groups, migration: [{ ...groups.migration[0], revision: 'v2.1' } as SecretReference] };
    expect(build().secrets.revisions).toBe('prod-dashscope-api-key=3,prod-database-url=v1.1,prod-migration-url=v1.1');
    expect(build({ groups: rotated }).secrets.revisions).toContain('prod-migration-url=v2.1');
  });

  test('[K3] with an operator, a rotation makes a Secret of another name, so that no pod gets the other value', () => {
    const rotated = { ...groups, gateway: groups.gateway.map((secret) => ({ ...secret, revision: '4' })) };
    const name = (all: GatewaySecretsProps['groups']) =>
      build({ store: external, groups: all }).secrets.group('gateway').volume.secret?.secretName;
    expect(name(groups)).toMatch(/^gateway-gateway-[0-9a-f]{8}$/);
    expect(name(rotated)).not.toBe(name(groups));
    const { values, secrets } = build({ store: external, groups: rotated });
    expect(values).toMatchObject({ store: 'external-secrets', clusterSecretStore: 'kms' });
    expect(secrets.group('gateway').mount.mountPath).toBe(build().secrets.group('gateway').mount.mountPath);
  });

  test('[K3] makes no Secret itself: no value could be in a state', () => {
    expect(build().json).not.toMatch(/kubernetes_secret|secret_data|set_sensitive/);
  });

  test.each<[Partial<GatewaySecretsProps>, RegExp]>([
    [{ groups: { Gateway: groups.gateway } }, /group Gateway must be 1 to 21 lower-case letters/],
    [{ groups: { gateway: [] } }, /group gateway has no secret; drop it/],
    [
      { groups: { gateway: [...groups.gateway, ...groups.migration] } },
      /group gateway has DATABASE_URL twice; drop one/,
    ],
    [
      { groups: { gateway: [{ variable: 'REDIS_URL', secret: 's', revision: 'a,b' }] } },
      /revision \(a,b\) of s must be letters/,
    ],
  ])('[K3] refuses %j', (fault, message) => {
    expect(() => build(fault)).toThrow(message);
  });
});
