/**
 * How CI enters the account without a long-lived key: RAM trusts the tokens of CI's own issuer, for one audience and for
 * exact subjects, and lets their bearer be a role that may do what {@link ciPermissions} lists and nothing else.
 *
 * The oss backend cannot exchange such a token by itself: the pipeline does (`AssumeRoleWithOIDC`) and hands Terraform
 * the temporary credentials. Source: provider documentation of `alicloud_ims_oidc_provider`, `alicloud_ram_role`,
 * `alicloud_ram_policy` and `alicloud_ram_role_policy_attachment` (1.285.0); RAM documentation, "OIDC-based SSO".
 */
import { Construct } from 'constructs';
import { ImsOidcProvider } from '@cdktf/provider-alicloud/lib/ims-oidc-provider';
import { RamPolicy } from '@cdktf/provider-alicloud/lib/ram-policy';
import type { RamRoleConfig } from '@cdktf/provider-alicloud/lib/ram-role';
import { RamRole } from '@cdktf/provider-alicloud/lib/ram-role';
import { RamRolePolicyAttachment } from '@cdktf/provider-alicloud/lib/ram-role-policy-attachment';
import type { Permission, Permissions, PermissionScope } from './ci-permissions';
import { ciPermissions } from './ci-permissions';

/** Bytes of one policy document. Source: RAM documentation, "Limits". */
const POLICY_BYTES = 6_144;
/** Seconds that a session may last. */
const SESSION_SECONDS = { min: 3_600, max: 43_200 } as const;

export interface CiIdentityProps {
  /** Name of the identity provider and the role, and first part of the policies': letters, digits and hyphens. ForceNew. */
  readonly name: string;
  /** Issuer of the tokens, an `https://` address. ForceNew. */
  readonly issuer: string;
  /** The audience that tokens must name. */
  readonly audience: string;
  /** The exact subjects let in, such as `repo:acme/gateway:environment:prod`. A wildcard is refused. */
  readonly subjects: readonly string[];
  /** SHA-1 fingerprints (40 hex digits) of the issuer's certificate authorities, 1–5. */
  readonly fingerprints: readonly string[];
  /** Names that CI's rights are bound to. */
  readonly scope: PermissionScope;
  /** What CI may do. @default {@link ciPermissions} of the scope */
  readonly permissions?: Permissions;
  /** Seconds that a session may last, 3600–43200: longer than the longest apply (a cluster takes up to 90 minutes). @default 10800 */
  readonly sessionSeconds?: number;
  /** The last word on the role's own arguments. @default none */
  readonly overrides?: Partial<RamRoleConfig>;
}

export class CiIdentity extends Construct {
  readonly provider: ImsOidcProvider;
  /** The role; its ARN is what the pipeline asks for. */
  readonly role: RamRole;
  readonly policies: readonly RamPolicy[];
  readonly attachments: readonly RamRolePolicyAttachment[];

  constructor(scope: Construct, id: string, props: CiIdentityProps) {
    super(scope, id);
    const { sessionSeconds = 10_800, permissions = ciPermissions(props.scope) } = props;
    checkTrust(props);
    if (
      !Number.isInteger(sessionSeconds) ||
      sessionSeconds < SESSION_SECONDS.min ||
      sessionSeconds > SESSION_SECONDS.max
    ) {
      throw new Error(
        `ciIdentity.sessionSeconds (${sessionSeconds}) must be a whole number from ${SESSION_SECONDS.min} to ${SESSION_SECONDS.max}`,
      );
    }
    Object.entries(permissions).forEach(([name, statements]) => {
      checkStatements(name, statements);
    });

    this.provider = new ImsOidcProvider(this, 'provider', {
      oidcProviderName: props.name,
      description: `Tokens of ${props.issuer}, for CI`,
      issuerUrl: props.issuer,
      clientIds: [props.audience],
      fingerprints: [...props.fingerprints],
      issuanceLimitTime: 1,
    });
    this.role = new RamRole(this, 'role', {
      roleName: props.name,
      description: `CI: ${props.subjects.join(', ')}`,
      assumeRolePolicyDocument: trust(this.provider.arn, props),
      maxSessionDuration: sessionSeconds,
      force: false,
      ...props.overrides,
    });
    const granted = Object.entries(permissions).map(([name, statements]) => {
      const policy = new RamPolicy(this, `policy-${name}`, {
        policyName: `${props.name}-${name}`,
        description: `What CI may do: ${name}`,
        policyDocument: policyDocument(name, statements),
        // RAM keeps five versions of a policy, and refuses a sixth.
        rotateStrategy: 'DeleteOldestNonDefaultVersionWhenLimitExceeded',
        force: false,
      });
      const attachment = new RamRolePolicyAttachment(this, `attachment-${name}`, {
        roleName: this.role.id,
        policyName: policy.policyName,
        policyType: 'Custom',
      });
      return { policy, attachment };
    });
    this.policies = granted.map(({ policy }) => policy);
    this.attachments = granted.map(({ attachment }) => attachment);
  }
}

/** Who may be the role: the issuer's tokens, for the audience, with one of the subjects, letter by letter. */
function trust(providerArn: string, props: CiIdentityProps): string {
  return JSON.stringify({
    Version: '1',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Federated: [providerArn] },
        Condition: {
          StringEquals: { 'oidc:iss': [props.issuer], 'oidc:aud': [props.audience], 'oidc:sub': [...props.subjects] },
        },
      },
    ],
  });
}

/**
 * A policy as RAM reads it.
 * @throws when it has more bytes than RAM takes
 */
function policyDocument(name: string, statements: readonly Permission[]): string {
  const document = JSON.stringify({
    Version: '1',
    Statement: statements.map(({ actions, resources }) => ({
      Effect: 'Allow',
      Action: [...actions],
      Resource: 'unscoped' in resources ? ['*'] : [...resources],
    })),
  });
  const bytes = Buffer.byteLength(document);
  if (bytes > POLICY_BYTES) {
    throw new Error(
      `ciIdentity.permissions.${name} has ${bytes} bytes and RAM takes ${POLICY_BYTES}; make two policies of it`,
    );
  }
  return document;
}

function checkTrust(props: CiIdentityProps): void {
  if (!/^[A-Za-z0-9-]{1,64}$/.test(props.name)) {
    throw new Error(`ciIdentity.name (${props.name}) must be 1 to 64 letters, digits and hyphens`);
  }
  if (props.name.startsWith(props.scope.workloadPrefix)) {
    throw new Error(
      `ciIdentity.name (${props.name}) starts with scope.workloadPrefix (${props.scope.workloadPrefix}), so CI could change its own rights; rename one`,
    );
  }
  if (!props.issuer.startsWith('https://')) {
    throw new Error(`ciIdentity.issuer (${props.issuer}) must be an https:// address; RAM checks its certificate`);
  }
  if (props.audience === '') {
    throw new Error('ciIdentity.audience is empty; name the one that CI asks its tokens for');
  }
  if (props.subjects.length === 0) {
    throw new Error('ciIdentity.subjects is empty, so nobody could deploy; name repository and environment');
  }
  const open = props.subjects.filter((subject) => /[*?]/.test(subject) || subject.trim() === '');
  if (open.length > 0) {
    throw new Error(
      `ciIdentity.subjects (${open.join(', ')}) must be exact: a wildcard lets in whoever can make a branch; write each out`,
    );
  }
  if (props.fingerprints.length < 1 || props.fingerprints.length > 5) {
    throw new Error(`ciIdentity.fingerprints has ${props.fingerprints.length} and must have 1 to 5`);
  }
  const bad = props.fingerprints.filter((fingerprint) => !/^[0-9a-fA-F]{40}$/.test(fingerprint));
  if (bad.length > 0) {
    throw new Error(`ciIdentity.fingerprints (${bad.join(', ')}) must be SHA-1: 40 hex digits, without colons`);
  }
}

function checkStatements(name: string, statements: readonly Permission[]): void {
  for (const { actions, resources } of statements) {
    const wild = actions.filter((action) => !/^[a-z]+:[A-Za-z]+$/.test(action));
    if (wild.length > 0 || actions.length === 0) {
      throw new Error(
        `ciIdentity.permissions.${name} allows ${wild.join(', ') || 'nothing'}; name each action as product:Action, without a wildcard`,
      );
    }
    if (!('unscoped' in resources)) {
      const loose = resources.filter((resource) => !/^acs:[a-z]+:[a-z0-9*-]*:\d+:.+$/.test(resource));
      if (loose.length > 0 || resources.length === 0) {
        throw new Error(
          `ciIdentity.permissions.${name} reaches ${loose.join(', ') || 'nothing'}; name resources as acs:product:region:account:…, or say why not by unscoped`,
        );
      }
    }
  }
}
