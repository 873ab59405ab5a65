/** The gateway inside the cluster: one address for all of its pods. */
import { ServiceV1, type ServiceV1Config } from '@cdktf/provider-kubernetes/lib/service-v1';
import { Construct } from 'constructs';
import { GATEWAY, GATEWAY_LABELS, GATEWAY_SELECTOR, HTTP_PORT } from './names';

export interface GatewayServiceProps {
  readonly namespace: string;
  /** The last word on the resource's own arguments. @default none */
  readonly overrides?: Partial<ServiceV1Config>;
}

export class GatewayService extends Construct {
  /** The resource, for what the props do not offer. */
  readonly service: ServiceV1;
  readonly name = GATEWAY;

  constructor(scope: Construct, id: string, props: GatewayServiceProps) {
    super(scope, id);
    this.service = new ServiceV1(this, 'service', {
      // A ServiceMonitor finds the Service by these labels; no other Service may have them, or pods are scraped twice.
      metadata: { name: this.name, namespace: props.namespace, labels: { ...GATEWAY_LABELS } },
      spec: {
        type: 'ClusterIP',
        selector: { ...GATEWAY_SELECTOR },
        port: [
          {
            name: HTTP_PORT.name,
            port: HTTP_PORT.number,
            targetPort: HTTP_PORT.name,
            protocol: 'TCP',
            appProtocol: 'http',
          },
        ],
      },
      ...props.overrides,
    });
  }
}
