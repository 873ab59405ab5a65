/** How the API server reaches metrics-server, which runs beside it: a Service that no pod is behind, with its address. */
import { NETWORK, PORTS } from '../layout';
import type { Manifest } from './apply';

const NAME = 'metrics-server';
const NAMESPACE = 'kube-system';

type Object = Manifest & { readonly spec?: object };
type Slice = Manifest & { readonly addressType: string; readonly ports: object; readonly endpoints: object };

export function metricsObjects(): readonly Manifest[] {
  const service: Object = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: NAME, namespace: NAMESPACE },
    spec: { ports: [{ name: 'https', port: 443, targetPort: PORTS.metrics }] },
  };
  const slice: Slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: NAME, namespace: NAMESPACE, labels: { 'kubernetes.io/service-name': NAME } },
    addressType: 'IPv4',
    ports: [{ name: 'https', port: PORTS.metrics }],
    endpoints: [{ addresses: [NETWORK.host], conditions: { ready: true } }],
  };
  const registration: Object = {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1beta1.metrics.k8s.io' },
    spec: {
      group: 'metrics.k8s.io',
      version: 'v1beta1',
      groupPriorityMinimum: 100,
      versionPriority: 100,
      insecureSkipTLSVerify: true,
      service: { name: NAME, namespace: NAMESPACE },
    },
  };
  return [service, slice, registration];
}
