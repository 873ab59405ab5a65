/**
 * What the provider cannot recover from when the answer to a call is lost, measured by the drills and kept in one
 * table: a loss that is not here fails a drill, and so does a row that is no loss any more.
 * `docs/rehearsal/what-the-provider-cannot-recover.md` tells people the same.
 */

/**
 * - `refused`: the next apply asks for it again, and the cloud refuses, since it exists; import it
 * - `duplicate`: the next apply makes another; remove the one that no state holds
 */
export type LossForm = 'refused' | 'duplicate';

export interface KnownLoss {
  /** Type of the resource. */
  readonly resource: string;
  /** The call whose answer was lost. */
  readonly action: string;
  /** How it shows; where that is in more than one way, the reason says when which. */
  readonly forms: readonly LossForm[];
  /** Why the provider does not recover. */
  readonly reason: string;
}

export const KNOWN_LOSSES: readonly KnownLoss[] = [
  {
    resource: 'alicloud_kms_key',
    action: 'CreateKey',
    forms: ['refused', 'duplicate'],
    reason:
      'CreateKey takes no client token, and the provider calls it again: refused where an account has one key outside of KMS instances, a second key in a KMS instance',
  },
  {
    resource: 'alicloud_kms_alias',
    action: 'CreateAlias',
    forms: ['refused'],
    reason: 'the provider calls it again, and does not take the alias that exists for its own',
  },
  {
    resource: 'alicloud_log_project',
    action: 'CreateProject',
    forms: ['refused'],
    reason: 'the provider calls it again, and does not take the project that exists for its own',
  },
  {
    resource: 'alicloud_ram_policy',
    action: 'CreatePolicy',
    forms: ['refused'],
    reason: 'the provider calls it again, and does not take the policy that exists for its own',
  },
  {
    resource: 'alicloud_ram_role',
    action: 'CreateRole',
    forms: ['refused'],
    reason: 'the provider calls it again, and does not take the role that exists for its own',
  },
  {
    resource: 'alicloud_ram_role_policy_attachment',
    action: 'AttachPolicyToRole',
    forms: ['refused'],
    reason: 'the provider calls it again, and does not take the attachment that exists for its own',
  },
  {
    resource: 'alicloud_kms_secret',
    action: 'CreateSecret',
    forms: ['refused'],
    reason: 'CreateSecret takes no client token, and a name is taken once',
  },
  {
    resource: 'alicloud_db_database',
    action: 'CreateDatabase',
    forms: ['refused'],
    reason: 'CreateDatabase takes no client token, and a name is taken once in an instance',
  },
  {
    resource: 'alicloud_rds_account',
    action: 'CreateAccount',
    forms: ['refused'],
    reason: 'CreateAccount takes no client token, and a name is taken once in an instance',
  },
  {
    resource: 'alicloud_cs_managed_kubernetes',
    action: 'CreateCluster',
    forms: ['refused'],
    reason: 'CreateCluster takes no client token, and a name is taken once',
  },
  {
    resource: 'alicloud_cs_kubernetes_node_pool',
    action: 'CreateClusterNodePool',
    forms: ['refused'],
    reason: 'CreateClusterNodePool takes no client token, and a name is taken once in a cluster',
  },
];

/**
 * Types whose orphans of a killed apply are removed, and never imported. A secret holds a password that was made in the
 * same apply and is lost with its state: after the import the next apply would store a new one under the version that
 * exists already, and KMS refuses that.
 */
export const REMOVED_AFTER_A_KILL: ReadonlySet<string> = new Set(['alicloud_kms_secret']);

export const knownLoss = (action: string, table = KNOWN_LOSSES): KnownLoss | undefined =>
  table.find((row) => row.action === action);

/** What a drill of an action saw, against the table. @returns the fault, if any */
export function judge(
  action: string,
  seen: LossForm | undefined,
  detail: string,
  table: readonly KnownLoss[] = KNOWN_LOSSES,
): string | undefined {
  const row = knownLoss(action, table);
  const forms: readonly (LossForm | undefined)[] = row?.forms ?? [undefined];
  if (forms.includes(seen)) return undefined;
  const written = row?.forms.join(' or ') ?? '';
  if (seen === undefined) return `${action} is no loss any more (was: ${written}); take its row out of KNOWN_LOSSES`;
  if (row === undefined) return `${action}: a loss that is not in KNOWN_LOSSES: ${seen}: ${detail}`;
  return `${action}: KNOWN_LOSSES says ${written}, and it was ${seen}: ${detail}`;
}
