/**
 * A RAM role that the pods of one service account take on, and nobody else (RRSA): no access key exists. The trust names
 * the cluster's issuer, the audience, and the one account; the policy names its actions.
 * Source: "Use RRSA to authorize different pods" of the ACK documentation, and the provider documentation of
 * `alicloud_ram_role`, `alicloud_ram_policy` and `alicloud_ram_role_policy_attachment` (1.285.0).
 */
import { Construct } from 'constructs';
import { RamPolicy, type RamPolicyConfig } from '@cdktf/provider-alicloud/lib/ram-policy';
import { RamRole, type RamRoleConfig } from '@cdktf/provider-alicloud/lib/ram-role';
import {
  RamRolePolicyAttachment,
  type RamRolePolicyAttachmentConfig,
} from '@cdktf/provider-alicloud/lib/ram-role-policy-attachment';

/** What the cluster tells of its issuer of identities. */
export interface OidcIssuer {
  /** ARN of the RAM OIDC provider that ACK made. */
  readonly providerArn: string;
  /** URL of the issuer. */
  readonly issuerUrl: string;
}

/** One permission: these actions on these resources. */
export interface PolicyStatement {
  /** Each in full, e.g. `kms:GetSecretValue`. A wildcard is refused. */
  readonly actions: readonly string[];
  /** ARNs. A bare `*` is refused; one inside an ARN is not. */
  readonly resources: readonly string[];
  /** Further conditions, by operator and key. @default none */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

export interface ServiceAccountRoleProps {
  /** Name of the role and of its policy within the account. Changing it replaces both. */
  readonly name: string;
  readonly issuer: OidcIssuer;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** What the role may do. */
  readonly statements: readonly PolicyStatement[];
  /** What it is for, shown in the console. */
  readonly description: string;
  /** Longest session in seconds, 3600 to 43200. @default 3600 */
  readonly maxSessionSeconds?: number;
  /** The last word on each child's own arguments. @default none */
  readonly overrides?: {
    readonly role?: Partial<RamRoleConfig>;
    readonly policy?: Partial<RamPolicyConfig>;
    readonly attachment?: Partial<RamRolePolicyAttachmentConfig>;
  };
}

/** The audience of the tokens that ACK projects into pods. */
export const RRSA_AUDIENCE = 'sts.aliyuncs.com';

const SESSION_SECONDS = { min: 3600, max: 43_200 } as const;
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

export class ServiceAccountRole extends Construct {
  readonly role: RamRole;
  readonly policy: RamPolicy;
  readonly attachment: RamRolePolicyAttachment;
  /** Name for the annotation `pod-identity.alibabacloud.com/role-name` of the service account. */
  readonly roleName: string;
  readonly arn: string;
  /** `system:serviceaccount:<namespace>:<name>`, the only subject that is trusted. */
  readonly subject: string;

  constructor(scope: Construct, id: string, props: ServiceAccountRoleProps) {
    super(scope, id);
    const { maxSessionSeconds = SESSION_SECONDS.min, overrides = {} } = props;
    this.subject = `system:serviceaccount:${props.namespace}:${props.serviceAccount}`;
    const faults = [...nameFaults(props), ...props.statements.flatMap(statementFaults)];
    if (props.statements.length === 0) faults.push('serviceAccountRole.statements is empty; name what the role may do');
    if (maxSessionSeconds < SESSION_SECONDS.min || maxSessionSeconds > SESSION_SECONDS.max) {
      faults.push(
        `serviceAccountRole.maxSessionSeconds (${maxSessionSeconds}) must be ${SESSION_SECONDS.min} to ` +
          `${SESSION_SECONDS.max}; leave it out for the shortest`,
      );
    }
    if (faults.length > 0) throw new Error(faults.join('\n'));

    this.role = new RamRole(this, 'role', {
      roleName: props.name,
      description: props.description,
      maxSessionDuration: maxSessionSeconds,
      assumeRolePolicyDocument: trustDocument(props.issuer, this.subject),
      ...overrides.role,
    });
    this.policy = new RamPolicy(this, 'policy', {
      policyName: props.name,
      description: props.description,
      policyDocument: policyDocument(props.statements),
      // A policy holds five versions; without this the sixth change of its document fails.
      rotateStrategy: 'DeleteOldestNonDefaultVersionWhenLimitExceeded',
      ...overrides.policy,
    });
    this.attachment = new RamRolePolicyAttachment(this, 'attachment', {
      roleName: this.role.roleName,
      policyName: this.policy.policyName,
      policyType: 'Custom',
      ...overrides.attachment,
    });
    this.roleName = props.name;
    this.arn = this.role.arn;
  }
}

/** Trust in one subject of one issuer, for one audience. Every condition is StringEquals: a pattern would trust more. */
function trustDocument(issuer: OidcIssuer, subject: string): string {
  return JSON.stringify({
    Statement: [
      {
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'oidc:aud': [RRSA_AUDIENCE], 'oidc:iss': [issuer.issuerUrl], 'oidc:sub': [subject] },
        },
        Effect: 'Allow',
        Principal: { Federated: [issuer.providerArn] },
      },
    ],
    Version: '1',
  });
}

function policyDocument(statements: readonly PolicyStatement[]): string {
  return JSON.stringify({
    Statement: statements.map(({ actions, resources, conditions }) => ({
      Action: actions,
      ...(conditions === undefined ? {} : { Condition: conditions }),
      Effect: 'Allow',
      Resource: resources,
    })),
    Version: '1',
  });
}

function nameFaults({ name, namespace, serviceAccount }: ServiceAccountRoleProps): string[] {
  const faults: string[] = [];
  if (!/^[A-Za-z0-9-]{1,64}$/.test(name)) {
    faults.push(`serviceAccountRole.name (${name}) must be 1 to 64 letters, digits or hyphens; shorten or respell it`);
  }
  for (const [prop, value] of Object.entries({ namespace, serviceAccount })) {
    if (!DNS_LABEL.test(value)) {
      faults.push(
        `serviceAccountRole.${prop} (${value}) must be one exact Kubernetes name; a pattern would trust others too`,
      );
    }
  }
  return faults;
}

function statementFaults({ actions, resources }: PolicyStatement): string[] {
  const faults = actions
    .filter((action) => !/^[a-z0-9-]+:[A-Za-z0-9]+$/.test(action))
    .map(
      (action) =>
        `serviceAccountRole action ${action} is not one action of one service; name each, e.g. kms:GetSecretValue`,
    );
  if (actions.length === 0) faults.push('serviceAccountRole has a statement without actions; name them or drop it');
  if (resources.length === 0)
    faults.push(`serviceAccountRole allows ${actions.join(', ')} on nothing; name the resources`);
  if (resources.includes('*')) {
    faults.push(
      `serviceAccountRole allows ${actions.join(', ')} on every resource; name them, e.g. acs:kms:*:*:secret/name`,
    );
  }
  return faults;
}
