/**
 * The add-ons that a managed cluster can have, by name.
 *
 * The versions on offer differ by region and month, and no public page lists them: the double takes any version in the
 * right form, and says of the newest below only that an older one can be upgraded to it.
 */
export interface CatalogueEntry {
  /** Newest that the double knows of. */
  readonly version: string;
  /** Installed with every cluster. */
  readonly byDefault?: true;
  /** Runs in the control plane, on no node of the user's. */
  readonly managed?: true;
  readonly category: 'core' | 'network' | 'storage' | 'monitoring' | 'security' | 'manage';
}

export const CATALOGUE: Readonly<Record<string, CatalogueEntry>> = {
  coredns: { version: 'v1.11.3.5-5321daf49-aliyun', byDefault: true, category: 'core' },
  'kube-proxy': { version: 'v1.34.3-aliyun.1', byDefault: true, category: 'core' },
  'cloud-controller-manager': { version: 'v2.11.2', byDefault: true, managed: true, category: 'core' },
  'metrics-server': { version: 'v0.3.9.7', byDefault: true, category: 'monitoring' },
  'storage-operator': { version: 'v1.33.1', byDefault: true, managed: true, category: 'storage' },
  'csi-plugin': { version: 'v1.33.1', byDefault: true, category: 'storage' },
  'managed-csiprovisioner': { version: 'v1.33.1', byDefault: true, managed: true, category: 'storage' },
  'csi-provisioner': { version: 'v1.33.1', category: 'storage' },
  'nginx-ingress-controller': { version: 'v1.12.1-aliyun.1', byDefault: true, category: 'network' },
  'ack-node-problem-detector': { version: '1.2.20', category: 'monitoring' },
  'ack-node-local-dns': { version: '1.6.1', category: 'network' },
  'terway-eniip': { version: 'v1.13.4', category: 'network' },
  'terway-controlplane': { version: 'v1.13.4', managed: true, category: 'network' },
  flannel: { version: 'v0.15.1.23', category: 'network' },
  'alb-ingress-controller': { version: 'v2.17.0', managed: true, category: 'network' },
  'csi-secrets-store-provider-alibabacloud': { version: '0.6.0', category: 'security' },
  'ack-secret-manager': { version: '0.5.9', category: 'security' },
  'ack-pod-identity-webhook': { version: '0.2.0', category: 'security' },
  'security-inspector': { version: 'v0.13.0.0', category: 'security' },
  'policy-template-controller': { version: 'v0.3.0.1', category: 'security' },
  gatekeeper: { version: 'v3.17.1.63', category: 'security' },
  'arms-prometheus': { version: '1.1.31', category: 'monitoring' },
  'ack-arms-prometheus': { version: '1.1.31', category: 'monitoring' },
  'logtail-ds': { version: 'v1.8.7.0', category: 'monitoring' },
  loongcollector: { version: 'v3.0.12', category: 'monitoring' },
  'ack-kubernetes-cronhpa-controller': { version: '1.4.2', category: 'manage' },
  'ack-cost-exporter': { version: '1.0.28', category: 'manage' },
  'migrate-controller': { version: 'v1.9.1', category: 'manage' },
  'cluster-autoscaler': { version: 'v1.32.0', category: 'manage' },
  goatscaler: { version: 'v0.4.5', category: 'manage' },
};
