/**
 * What the gateway's pods are: a service account that the cloud knows, and that the cluster allows nothing. The gateway
 * asks the Kubernetes API for nothing, so there is no Role, no RoleBinding, and no token in its pods.
 *
 * The cloud role is for the secret store's driver, which reads the pod's secrets in the pod's name: the kubelet hands it
 * a token of this account for each mount, and the pod itself has none. So pods need no injected token either, and the
 * namespace has no label that would ask for one.
 * Source: README of secrets-store-csi-driver-provider-alibaba-cloud 0.6, "Pod SA RRSA".
 */
import { ServiceAccountV1, type ServiceAccountV1Config } from '@cdktf/provider-kubernetes/lib/service-account-v1';
import { Construct } from 'constructs';
import { GATEWAY_LABELS } from './names';

/** The annotation in which the driver finds the role of an account. */
export const ROLE_ANNOTATION = 'ack.alibabacloud.com/role-arn';

export interface GatewayServiceAccountProps {
  readonly namespace: string;
  /** Its name. The cloud role trusts exactly this account of exactly this namespace. */
  readonly name: string;
  /** ARN of the role by which its secrets are read. @default none: somebody else reads them */
  readonly roleArn?: string;
  /** The last word on the resource's own arguments. @default none */
  readonly overrides?: Partial<ServiceAccountV1Config>;
}

export class GatewayServiceAccount extends Construct {
  /** The resource, for what the props do not offer. */
  readonly serviceAccount: ServiceAccountV1;
  readonly name: string;

  constructor(scope: Construct, id: string, props: GatewayServiceAccountProps) {
    super(scope, id);
    const { namespace, name, roleArn } = props;
    if (roleArn !== undefined && !/^acs:ram::\d+:role\/[a-z0-9.-]+$/.test(roleArn)) {
      throw new Error(
        `serviceAccount.roleArn (${roleArn}) must be an ARN such as acs:ram::1000000000000001:role/workload-dev-gateway`,
      );
    }
    this.name = name;
    this.serviceAccount = new ServiceAccountV1(this, 'service-account', {
      metadata: {
        name,
        namespace,
        labels: { ...GATEWAY_LABELS },
        ...(roleArn === undefined ? {} : { annotations: { [ROLE_ANNOTATION]: roleArn } }),
      },
      automountServiceAccountToken: false,
      ...props.overrides,
    });
  }
}
