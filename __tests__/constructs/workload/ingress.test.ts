import { IngressV1 } from '@cdktf/provider-kubernetes/lib/ingress-v1';
import { GatewayIngress, type GatewayIngressProps } from '../../../constructs/workload/ingress';
import { synthesizeWorkload } from './building';

describe('GatewayIngress', () => {
  const props: GatewayIngressProps = {
    namespace: 'ns',
    className: 'nginx',
    host: 'gateway.example.com',
    certificate: { kind: 'secret', secretName: 'own-tls' },
    serviceName: 'gateway',
    balancing: { algorithm: 'round-robin' },
    stickySessions: false,
    corsOrigins: [],
    bodyBytes: 10_485_760,
    timeoutSeconds: 60,
  };
  const build = (change: Partial<GatewayIngressProps> = {}) =>
    synthesizeWorkload((scope) => new GatewayIngress(scope, 'ingress', { ...props, ...change })).only(IngressV1);
  const annotations = (change: Partial<GatewayIngressProps> = {}) =>
    (build(change).metadata as { annotations: Record<string, string> }).annotations;
  const nginx = (key: string) => `nginx.ingress.kubernetes.io/${key}`;

  test('[K5] lets in what clients and administrators ask, under one name, by HTTPS', () => {
    const backend = { service: { name: 'gateway', port: { name: 'http' } } };
    expect(build()).toMatchObject({
      spec: {
        ingress_class_name: 'nginx',
        tls: [{ hosts: ['gateway.example.com'], secret_name: 'own-tls' }],
        rule: [
          {
            host: 'gateway.example.com',
            http: {
              path: [
                { path: '/v1', path_type: 'Prefix', backend },
                { path: '/api', path_type: 'Prefix', backend },
              ],
            },
          },
        ],
      },
    });
    expect(annotations()[nginx('force-ssl-redirect')]).toBe('true');
  });

  test('[K5] takes a certificate that cert-manager makes', () => {
    const change = { certificate: { kind: 'cert-manager', clusterIssuer: 'letsencrypt' } } as const;
    expect(annotations(change)['cert-manager.io/cluster-issuer']).toBe('letsencrypt');
    expect(build(change)).toMatchObject({ spec: { tls: [{ secret_name: 'gateway-tls' }] } });
    expect(annotations()).not.toHaveProperty(['cert-manager.io/cluster-issuer']);
  });

  test.each<[GatewayIngressProps['balancing'], Record<string, string>]>([
    [{ algorithm: 'round-robin' }, { [nginx('load-balance')]: 'round_robin' }],
    [{ algorithm: 'least-connections' }, { [nginx('load-balance')]: 'ewma' }],
    [{ algorithm: 'hash', by: 'client-address' }, { [nginx('upstream-hash-by')]: '$remote_addr' }],
    [{ algorithm: 'hash', by: 'api-key' }, { [nginx('upstream-hash-by')]: '$http_authorization' }],
  ])('[K5] balances by %j', (balancing, expected) => {
    expect(annotations({ balancing })).toMatchObject(expected);
  });

  test('[K5] passes streams on event by event, for as long as they may last, and bodies up to what the gateway takes', () => {
    expect(annotations()).toMatchObject({
      [nginx('proxy-buffering')]: 'off',
      [nginx('proxy-read-timeout')]: '60',
      [nginx('proxy-send-timeout')]: '60',
      [nginx('proxy-body-size')]: '10m',
    });
    expect(annotations({ bodyBytes: 10_485_761 })[nginx('proxy-body-size')]).toBe('11m');
  });

  test('[K5] never gives a request that has begun to another pod', () => {
    expect(annotations()[nginx('proxy-next-upstream')]).not.toMatch(/non_idempotent|http_/);
  });

  test('[K5] leads clients back by a cookie, limits them, and lets pages of other origins ask, each when asked to', () => {
    const none = Object.keys(annotations());
    expect(none.filter((key) => /affinity|cookie|limit-|cors/.test(key))).toEqual([]);
    expect(annotations({ stickySessions: true })).toMatchObject({
      [nginx('affinity')]: 'cookie',
      [nginx('session-cookie-secure')]: 'true',
    });
    expect(annotations({ rateLimit: { requestsPerSecond: 50, burstSeconds: 5, connections: 200 } })).toMatchObject({
      [nginx('limit-rps')]: '50',
      [nginx('limit-burst-multiplier')]: '5',
      [nginx('limit-connections')]: '200',
    });
    expect(annotations({ corsOrigins: ['https://a.example.com', 'https://b.example.com'] })).toMatchObject({
      [nginx('enable-cors')]: 'true',
      [nginx('cors-allow-origin')]: 'https://a.example.com,https://b.example.com',
      [nginx('cors-allow-credentials')]: 'false',
      [nginx('cors-allow-headers')]: expect.stringContaining('authorization') as string,
    });
  });

  test('[K5] refuses a cookie over a hash', () => {
    const change = { stickySessions: true, balancing: { algorithm: 'hash', by: 'api-key' } } as const;
    expect(() => build(change)).toThrow(/stickySessions \(true\) must not go with balancing by hash/);
  });
});
