/** How clients reach the gateway: by the ingress, and where it is asked for by a load balancer of its own. */
import type { IngressCertificate } from '../../constructs/workload/ingress';
import type { LoadBalancerReach } from '../../constructs/workload/load-balancer';
import type { Balancing, IngressRateLimit } from '../../constructs/workload/nginx-annotations';

/** The way in. */
export interface IngressPlan {
  /** Name of the gateway: `api.example.com`. Its DNS record points to the ingress controller's load balancer. */
  readonly host: string;
  /** Whose certificate is shown. */
  readonly certificate: IngressCertificate;
  /** How requests are shared out among pods. */
  readonly balancing: Balancing;
  /** A cookie leads a client back to its pod. No use for API clients, which keep none; not together with balancing by hash. */
  readonly stickySessions: boolean;
  /** How often one address may ask, at the door. @default only the gateway's own limits */
  readonly rateLimit?: IngressRateLimit;
  /** Origins whose pages may ask from a browser, such as `https://console.example.com`. Empty: none. */
  readonly corsOrigins: readonly string[];
  /** A load balancer of the gateway's own, past the ingress. @default none */
  readonly loadBalancer?: LoadBalancerReach;
}
