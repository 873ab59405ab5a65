/**
 * The way into the cluster, as an Ingress and a NetworkPolicy see it. ACK's component runs the controller; where it is
 * left out, the environment says who does.
 */

export interface IngressController {
  /** What an Ingress names as its class. */
  readonly className: string;
  /** Where the controller's pods run. */
  readonly namespace: string;
  /** Labels of these pods. */
  readonly podLabels: Readonly<Record<string, string>>;
  /** Its Deployment: an alert rings when none of its replicas is available. */
  readonly deployment: string;
}

/**
 * The component `nginx-ingress-controller` of ACK, as it installs itself.
 * Source: ACK's documentation of the component, whose Deployment, Service and IngressClass are not configurable in this.
 */
export const ACK_INGRESS_CONTROLLER = {
  className: 'nginx',
  namespace: 'kube-system',
  podLabels: { app: 'ingress-nginx' },
  deployment: 'nginx-ingress-controller',
} as const satisfies IngressController;
