import { ServiceV1 } from '@cdktf/provider-kubernetes/lib/service-v1';
import { GATEWAY_LABELS, GATEWAY_SELECTOR } from '../../../constructs/workload/names';
import { GatewayService } from '../../../constructs/workload/service';
import { synthesizeWorkload } from './building';

describe('GatewayService', () => {
  test('[K3] is one address inside of the cluster, on the port of the gateway', () => {
    const service = synthesizeWorkload((scope) => new GatewayService(scope, 'service', { namespace: 'ns' })).only(
      ServiceV1,
    );
    expect(service).toMatchObject({
      metadata: { name: 'gateway', namespace: 'ns', labels: GATEWAY_LABELS },
      spec: {
        type: 'ClusterIP',
        selector: GATEWAY_SELECTOR,
        port: [{ name: 'http', port: 8080, target_port: 'http', protocol: 'TCP' }],
      },
    });
  });
});
