/**
 * What refuses to be destroyed. A construct that holds data says so with {@link preventDestroy} and with the service's
 * own flag; the Aspect {@link DataProtection} finds whoever forgot.
 */
import type { IAspect, TerraformResourceLifecycle } from 'cdktf';
import { TerraformResource, Tokenization } from 'cdktf';
import type { IConstruct } from 'constructs';

/**
 * The lifecycle of a resource that holds data: Terraform refuses any plan that would destroy it. Written out when it is
 * off, too, so that a plan shows the day somebody turns it off.
 */
export function preventDestroy(protect: boolean): TerraformResourceLifecycle {
  return { preventDestroy: protect };
}

/** The service's own refusal: the argument, in Terraform's spelling, and the value that switches it on. */
interface CloudGuard {
  readonly argument: string;
  readonly value: boolean | string;
}

/**
 * Types whose loss is a loss of data, and the argument by which the service itself refuses deletion where it has one.
 * Source: the provider's documentation of each.
 */
export const HOLDS_DATA: Readonly<Record<string, readonly CloudGuard[]>> = {
  alicloud_db_instance: [{ argument: 'deletion_protection', value: true }],
  alicloud_db_database: [],
  alicloud_kvstore_instance: [{ argument: 'instance_release_protection', value: true }],
  alicloud_kms_key: [{ argument: 'deletion_protection', value: 'Enabled' }],
  alicloud_kms_secret: [],
  alicloud_oss_bucket: [{ argument: 'force_destroy', value: false }],
  alicloud_ots_instance: [],
  alicloud_ots_table: [],
  alicloud_log_project: [],
  alicloud_log_store: [],
  alicloud_cr_ee_namespace: [],
  alicloud_cr_ee_repo: [],
};

/**
 * Fails the synthesis of a stack in which something that holds data could be destroyed. It sets nothing: what protects a
 * resource must be read where the resource is made.
 */
export class DataProtection implements IAspect {
  visit(node: IConstruct): void {
    if (!(node instanceof TerraformResource)) {
      return;
    }
    const guards = HOLDS_DATA[node.terraformResourceType];
    if (guards === undefined) {
      return;
    }
    node.node.addValidation({ validate: () => [...unprotected(node), ...unguarded(node, guards)] });
  }
}

function unprotected(resource: TerraformResource): readonly string[] {
  return resource.lifecycle?.preventDestroy === true
    ? []
    : [
        `${resource.terraformResourceType} holds data and its lifecycle.preventDestroy is ` +
          `${String(resource.lifecycle?.preventDestroy)}; set it, or leave data unprotected for the whole environment`,
      ];
}

function unguarded(resource: TerraformResource, guards: readonly CloudGuard[]): readonly string[] {
  if (guards.length === 0) return [];
  const written = argumentsOf(resource);
  return guards.flatMap(({ argument, value }) => {
    const actual = written[argument] ?? (value === false ? false : undefined);
    return actual === value || Tokenization.isResolvable(actual)
      ? []
      : [
          `${resource.terraformResourceType}.${argument} is ${JSON.stringify(actual)} and must be ${JSON.stringify(value)} where data is protected; set it`,
        ];
  });
}

/** The arguments as they go into the document. */
function argumentsOf(resource: TerraformResource): Readonly<Record<string, unknown>> {
  const document: unknown = resource.toTerraform();
  const byType = property(property(document, 'resource'), resource.terraformResourceType);
  const body = property(byType, resource.friendlyUniqueId);
  return typeof body === 'object' && body !== null ? { ...body } : {};
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : undefined;
}
