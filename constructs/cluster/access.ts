/**
 * Who may do what in the cluster: RAM identities bound to Kubernetes roles, by configuration. Whoever is granted access
 * fetches a credential of their own, valid for minutes, from the API; no kubeconfig is written anywhere by this project.
 * Source: provider documentation and source of `alicloud_cs_kubernetes_permissions` (1.285.0). Its read fetches no
 * permissions back, so a grant that is changed behind Terraform's back is not seen in a plan.
 */
import { Construct } from 'constructs';
import {
  CsKubernetesPermissions,
  type CsKubernetesPermissionsConfig,
} from '@cdktf/provider-alicloud/lib/cs-kubernetes-permissions';

/** ACK's own roles, most powerful first: all; operate, not authorise; develop in a namespace; read. */
export type AccessRole = 'admin' | 'ops' | 'dev' | 'restricted';

export interface AccessGrant {
  /** What the reviewer reads, and the logical id. Changing it makes the grant anew. */
  readonly name: string;
  /** The RAM user's or role's id: digits. */
  readonly uid: string;
  /** `uid` is of a RAM role, as single sign-on and CI have. @default false */
  readonly isRamRole?: boolean;
  readonly role: AccessRole;
  /** Only in these namespaces. @default the whole cluster */
  readonly namespaces?: readonly string[];
}

export interface AccessProps {
  readonly clusterId: string;
  readonly grants: readonly AccessGrant[];
  /** The last word on the resource of the grant of that name. @default none */
  readonly overrides?: Readonly<Record<string, Partial<CsKubernetesPermissionsConfig>>>;
}

export class Access extends Construct {
  /** The resource of each grant, by its name. */
  readonly permissions: Readonly<Record<string, CsKubernetesPermissions>>;

  constructor(scope: Construct, id: string, props: AccessProps) {
    super(scope, id);
    const faults = props.grants.flatMap((grant, position) => faultsOf(grant, props.grants.slice(0, position)));
    if (faults.length > 0) throw new Error(faults.join('\n'));

    this.permissions = Object.fromEntries(
      props.grants.map((grant) => [
        grant.name,
        this.grant(grant, props.clusterId, props.overrides?.[grant.name] ?? {}),
      ]),
    );
  }

  private grant(
    { name, uid, role, namespaces, isRamRole = false }: AccessGrant,
    cluster: string,
    overrides: Partial<CsKubernetesPermissionsConfig>,
  ): CsKubernetesPermissions {
    const common = { cluster, roleName: role, isCustom: false, isRamRole };
    return new CsKubernetesPermissions(this, name, {
      uid,
      permissions:
        namespaces === undefined
          ? [{ ...common, roleType: 'cluster' }]
          : namespaces.map((namespace) => ({ ...common, roleType: 'namespace', namespace })),
      ...overrides,
    });
  }
}

function faultsOf(grant: AccessGrant, earlier: readonly AccessGrant[]): string[] {
  const faults: string[] = [];
  if (!/^\d+$/.test(grant.uid)) {
    faults.push(
      `access.${grant.name}.uid (${grant.uid}) must be the id of a RAM user or role, digits only; look it up in RAM`,
    );
  }
  const twin = earlier.find(({ uid }) => uid === grant.uid);
  if (twin) {
    // One resource is the whole truth about an identity: two would take turns in undoing each other.
    faults.push(`access.${grant.name} and access.${twin.name} are for one uid (${grant.uid}); put them into one grant`);
  }
  if (earlier.some(({ name }) => name === grant.name)) {
    faults.push(`access has two grants named ${grant.name}; rename one`);
  }
  if (grant.namespaces?.length === 0) {
    faults.push(`access.${grant.name}.namespaces is empty and would grant nothing; name one, or leave it out for all`);
  }
  if (grant.role === 'admin' && grant.namespaces !== undefined) {
    faults.push(
      `access.${grant.name}.role (admin) is of the whole cluster; use dev for ${grant.namespaces.join(', ')}`,
    );
  }
  return faults;
}
