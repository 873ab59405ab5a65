/**
 * The gateway's namespace: pods that ask for more than Kubernetes calls "restricted" are refused, all of them together
 * have a budget, and one that says nothing of its size gets a small one.
 */
import { LimitRangeV1, type LimitRangeV1Config } from '@cdktf/provider-kubernetes/lib/limit-range-v1';
import { NamespaceV1, type NamespaceV1Config } from '@cdktf/provider-kubernetes/lib/namespace-v1';
import { ResourceQuotaV1, type ResourceQuotaV1Config } from '@cdktf/provider-kubernetes/lib/resource-quota-v1';
import { Construct } from 'constructs';
import { COMMON_LABELS } from './names';
import { cores, mebibytes, quantities, type PodSize } from './pod-size';

export interface GatewayNamespaceProps {
  /** Its name. Changing it replaces everything in it. */
  readonly name: string;
  /** Version of the cluster, such as `1.34.1-aliyun.1`: "restricted" means what it meant then, until this is raised. */
  readonly clusterVersion: string;
  /** Size of one of the gateway's pods. */
  readonly podSize: PodSize;
  /** Most pods that the autoscaler makes. */
  readonly maxReplicas: number;
  /** Pods that a rolling update adds to them. */
  readonly surge: number;
  /** Services with an address of a load balancer. @default 0 */
  readonly loadBalancers?: number;
  /** Claims of volumes. @default 0 */
  readonly volumeClaims?: number;
  /** The last word on each child's own arguments. @default none */
  readonly overrides?: {
    readonly namespace?: Partial<NamespaceV1Config>;
    readonly quota?: Partial<ResourceQuotaV1Config>;
    readonly limits?: Partial<LimitRangeV1Config>;
  };
}

/** What a container gets that says nothing: somebody's debugging container. */
const UNSAID = { requests: { cpuMillis: 50, memoryMiB: 64 }, limits: { cpuMillis: 250, memoryMiB: 256 } } as const;

export class GatewayNamespace extends Construct {
  /** The namespace, for what the props do not offer. */
  readonly namespace: NamespaceV1;
  readonly quota: ResourceQuotaV1;
  readonly limits: LimitRangeV1;
  readonly name: string;
  /** Most pods that the quota lets be there at a time. */
  readonly maxPods: number;

  constructor(scope: Construct, id: string, props: GatewayNamespaceProps) {
    super(scope, id);
    const { podSize, maxReplicas, surge, overrides = {} } = props;
    const release = /^(1\.\d+)\./.exec(props.clusterVersion)?.[1];
    if (release === undefined) {
      throw new Error(
        `namespace.clusterVersion (${props.clusterVersion}) is no version of Kubernetes; write it as 1.34.1-aliyun.1`,
      );
    }
    this.name = props.name;
    // A pod that ends counts until it is gone, and may take the whole grace period for it: when the last pod of a
    // rollout starts, all of the old ones may still be ending. The migration runs inside of a pod that counts already.
    this.maxPods = 2 * maxReplicas + surge;

    // Replacing the namespace removes every object and claim in it.
    this.namespace = new NamespaceV1(this, 'namespace', {
      metadata: {
        name: props.name,
        labels: {
          ...COMMON_LABELS,
          'pod-security.kubernetes.io/enforce': 'restricted',
          'pod-security.kubernetes.io/enforce-version': `v${release}`,
          'pod-security.kubernetes.io/warn': 'restricted',
          'pod-security.kubernetes.io/warn-version': `v${release}`,
          'pod-security.kubernetes.io/audit': 'restricted',
          'pod-security.kubernetes.io/audit-version': `v${release}`,
        },
      },
      ...overrides.namespace,
    });
    const metadata = { name: props.name, namespace: this.namespace.metadata.name, labels: { ...COMMON_LABELS } };
    this.quota = new ResourceQuotaV1(this, 'quota', {
      metadata,
      spec: {
        hard: {
          pods: this.maxPods.toString(),
          'requests.cpu': cores(this.maxPods * podSize.requests.cpuMillis),
          'requests.memory': mebibytes(this.maxPods * podSize.requests.memoryMiB),
          'limits.cpu': cores(this.maxPods * podSize.limits.cpuMillis),
          'limits.memory': mebibytes(this.maxPods * podSize.limits.memoryMiB),
          'services.loadbalancers': (props.loadBalancers ?? 0).toString(),
          'services.nodeports': '0',
          persistentvolumeclaims: (props.volumeClaims ?? 0).toString(),
        },
      },
      ...overrides.quota,
    });
    this.limits = new LimitRangeV1(this, 'limits', {
      metadata,
      spec: {
        limit: [
          {
            type: 'Container',
            defaultRequest: quantities(UNSAID.requests),
            default: quantities(UNSAID.limits),
            max: quantities(podSize.limits),
          },
        ],
      },
      ...overrides.limits,
    });
  }
}
