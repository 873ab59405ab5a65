/**
 * A namespace whose pods keep one of Kubernetes' security standards.
 * Source: Kubernetes documentation, Pod Security Admission.
 */
import { NamespaceV1, type NamespaceV1Config } from '@cdktf/provider-kubernetes/lib/namespace-v1';
import { Construct } from 'constructs';
import { preventDestroy } from '../policy';

/** The standards, from "anything" to "nothing that is not needed". */
export type PodSecurityLevel = 'privileged' | 'baseline' | 'restricted';

export interface NamespaceProps {
  /** Changing it replaces the namespace, and everything in it is gone. */
  readonly name: string;
  /** What the API server refuses below. */
  readonly enforce: PodSecurityLevel;
  /** What it warns of, and writes to the audit log. @default restricted, or `privileged` where that is enforced */
  readonly warn?: PodSecurityLevel;
  /** Refuses its destruction in Terraform: with a namespace go its claims. @default false */
  readonly protect?: boolean;
  /** The last word on the resource's own arguments. @default none */
  readonly overrides?: Partial<NamespaceV1Config>;
}

export class Namespace extends Construct {
  /** The resource, for what the props do not offer. */
  readonly namespace: NamespaceV1;
  /** The name, which is there only once the namespace is. */
  readonly name: string;

  constructor(scope: Construct, id: string, props: NamespaceProps) {
    super(scope, id);
    const { enforce, protect = false } = props;
    const { warn = enforce === 'privileged' ? 'privileged' : 'restricted' } = props;
    this.name = props.name;
    this.namespace = new NamespaceV1(this, 'namespace', {
      metadata: {
        name: props.name,
        labels: {
          'app.kubernetes.io/part-of': 'bailian-gateway',
          'app.kubernetes.io/managed-by': 'terraform',
          'pod-security.kubernetes.io/enforce': enforce,
          'pod-security.kubernetes.io/warn': warn,
          'pod-security.kubernetes.io/audit': warn,
        },
      },
      lifecycle: preventDestroy(protect),
      ...props.overrides,
    });
  }
}
