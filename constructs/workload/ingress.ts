/**
 * The way in from outside: HTTPS at one name, to what is meant for clients and administrators. Probes, health of
 * components and metrics have no way in.
 */
import { IngressV1, type IngressV1Config } from '@cdktf/provider-kubernetes/lib/ingress-v1';
import { Construct } from 'constructs';
import { CLIENT_HEADERS, EXPOSED_HEADERS } from '../../app/src/headers';
import { GATEWAY, GATEWAY_LABELS, HTTP_PORT } from './names';
import { nginxAnnotations, type IngressSettings } from './nginx-annotations';

/** What is let in, and everything below: `/v1` is public by key, `/api` is for administrators by key and address. */
export const PUBLIC_PREFIXES = ['/v1', '/api'] as const;

/** Whose certificate is shown. */
export type IngressCertificate =
  /** One that is in a Secret of the namespace already, of type `kubernetes.io/tls`. */
  | { readonly kind: 'secret'; readonly secretName: string }
  /** One that cert-manager gets and renews, by a ClusterIssuer that proves the name by DNS: nothing else is let in to answer a challenge. */
  | { readonly kind: 'cert-manager'; readonly clusterIssuer: string };

export interface GatewayIngressProps extends Omit<IngressSettings, 'clusterIssuer' | 'corsHeaders'> {
  readonly namespace: string;
  /** Class of the controller. */
  readonly className: string;
  /** The name in the address: `api.example.com`. */
  readonly host: string;
  readonly certificate: IngressCertificate;
  /** The Service behind it. */
  readonly serviceName: string;
  /** The last word on the resource's own arguments. @default none */
  readonly overrides?: Partial<IngressV1Config>;
}

export class GatewayIngress extends Construct {
  /** The resource, for what the props do not offer. */
  readonly ingress: IngressV1;
  readonly host: string;

  constructor(scope: Construct, id: string, props: GatewayIngressProps) {
    super(scope, id);
    const { namespace, host, certificate } = props;
    if (props.stickySessions && props.balancing.algorithm === 'hash') {
      throw new Error(
        'ingress.stickySessions (true) must not go with balancing by hash, as the cookie wins and the hash does nothing; drop one',
      );
    }
    this.host = host;
    const backend = { service: { name: props.serviceName, port: { name: HTTP_PORT.name } } };
    this.ingress = new IngressV1(this, 'ingress', {
      metadata: {
        name: GATEWAY,
        namespace,
        labels: { ...GATEWAY_LABELS },
        annotations: nginxAnnotations({
          ...props,
          corsHeaders: { sent: CLIENT_HEADERS, read: EXPOSED_HEADERS },
          ...(certificate.kind === 'cert-manager' && { clusterIssuer: certificate.clusterIssuer }),
        }),
      },
      spec: {
        ingressClassName: props.className,
        tls: [{ hosts: [host], secretName: certificate.kind === 'secret' ? certificate.secretName : 'gateway-tls' }],
        rule: [{ host, http: { path: PUBLIC_PREFIXES.map((path) => ({ path, pathType: 'Prefix', backend })) } }],
      },
      ...props.overrides,
    });
  }
}
