/**
 * The gateway at an address of its own, past the ingress: a load balancer of the cloud that hands connections to the
 * pods as they come, with the client's address. For an address on the internet it ends TLS.
 * Source: ACK, "Use annotations to configure Classic Load Balancer (CLB) instances".
 */
import { ServiceV1, type ServiceV1Config } from '@cdktf/provider-kubernetes/lib/service-v1';
import { Construct } from 'constructs';
import { COMMON_LABELS, GATEWAY_SELECTOR, HTTP_PORT } from './names';

/** Who reaches the load balancer. */
export type LoadBalancerReach =
  /** The VPC and what is peered with it, in clear text on the gateway's own port. */
  | { readonly kind: 'intranet' }
  /** Everybody, by HTTPS alone. */
  | {
      readonly kind: 'internet';
      /** Id of the certificate in the load balancer's own list. */
      readonly certificateId: string;
    };

/** An annotation of the cloud controller manager, without its common first part. */
type LoadBalancerAnnotation =
  | 'address-type'
  | 'instance-charge-type'
  | 'delete-protection'
  | 'modification-protection'
  | 'backend-type'
  | 'protocol-port'
  | 'cert-id'
  | 'request-timeout';

const PREFIX = 'service.beta.kubernetes.io/';

/** Longest wait of a listener for HTTPS, in seconds. Source: CLB, CreateLoadBalancerHTTPSListener. */
export const LISTENER_TIMEOUT_SECONDS = 180;

const HTTPS_PORT = 443;

export interface GatewayLoadBalancerProps {
  readonly namespace: string;
  readonly reach: LoadBalancerReach;
  /** Longest answer of the gateway, in seconds: the listener waits so long for it to begin. */
  readonly answerSeconds: number;
  /** Refuses deletion and change past Kubernetes. @default true */
  readonly protect?: boolean;
  /** The last word on the resource's own arguments. @default none */
  readonly overrides?: Partial<ServiceV1Config>;
}

export class GatewayLoadBalancer extends Construct {
  /** The resource, for what the props do not offer. */
  readonly service: ServiceV1;

  constructor(scope: Construct, id: string, props: GatewayLoadBalancerProps) {
    super(scope, id);
    const { reach, answerSeconds, protect = true } = props;
    if (reach.kind === 'internet' && answerSeconds > LISTENER_TIMEOUT_SECONDS) {
      throw new Error(
        `loadBalancer.answerSeconds (${answerSeconds}) must be at most ${LISTENER_TIMEOUT_SECONDS}, which a listener ` +
          'waits; use the ingress for longer answers',
      );
    }

    const port = reach.kind === 'internet' ? HTTPS_PORT : HTTP_PORT.number;
    this.service = new ServiceV1(this, 'service', {
      metadata: {
        name: 'gateway-load-balancer',
        namespace: props.namespace,
        labels: {
          ...COMMON_LABELS,
          'app.kubernetes.io/name': 'bailian-gateway',
          'app.kubernetes.io/component': 'load-balancer',
        },
        annotations: annotated({
          'address-type': reach.kind,
          'instance-charge-type': 'PayByCLCU',
          'delete-protection': protect ? 'on' : 'off',
          'modification-protection': protect ? 'ConsoleProtection' : 'NonProtection',
          // Terway's pods have addresses of the VPC, so no node stands in between and no node port is taken.
          'backend-type': 'eni',
          ...(reach.kind === 'internet' && {
            'protocol-port': `https:${port}`,
            'cert-id': reach.certificateId,
            'request-timeout': answerSeconds.toString(),
          }),
        }),
      },
      spec: {
        type: 'LoadBalancer',
        externalTrafficPolicy: 'Local',
        allocateLoadBalancerNodePorts: false,
        selector: { ...GATEWAY_SELECTOR },
        port: [{ name: HTTP_PORT.name, port, targetPort: HTTP_PORT.name, protocol: 'TCP' }],
      },
      // The address comes minutes later; nothing of this stack needs it.
      waitForLoadBalancer: false,
      ...props.overrides,
    });
  }
}

function annotated(values: Readonly<Partial<Record<LoadBalancerAnnotation, string>>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      // The oldest name of all has another first part than the rest.
      `${PREFIX}${key === 'backend-type' ? '' : 'alibaba-cloud-loadbalancer-'}${key}`,
      value,
    ]),
  );
}
