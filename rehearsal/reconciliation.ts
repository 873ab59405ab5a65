/** Compares what exists in the cloud with what the states hold, one by one. */
import type { Store } from './cloud/store';
import type { StateResource } from './terraform';

export interface Reconciliation {
  /** Things that exist and that no state knows, each with the commands that bring it in or away. */
  readonly orphans: readonly Orphan[];
  /** Addresses whose thing does not exist. */
  readonly missing: readonly string[];
  /** Addresses of each thing that is held more than once: the first to destroy it takes it from the others. */
  readonly duplicates: readonly (readonly string[])[];
}

export interface Orphan {
  readonly noun: string;
  readonly id: string;
  /** `terraform import …`, with the address left to whoever knows where it belongs. */
  readonly importCommand: string;
  /** What removes it by hand. */
  readonly removalCommand: string | undefined;
}

const keyOf = (type: string, id: string): string => `${type} ${id}`;

/** A state also holds what is no thing of its own in the cloud (`random_password`): its types are not compared. */
export function reconcile(
  store: Pick<Store, 'inventory' | 'terraformTypes'>,
  resources: readonly StateResource[],
): Reconciliation {
  const held = new Map<string, string[]>();
  const compared = store.terraformTypes();
  for (const { type, id, address } of resources) {
    if (!compared.has(type)) continue;
    const key = keyOf(type, id);
    held.set(key, [...(held.get(key) ?? []), address]);
  }
  const made = store.inventory().flatMap((item) => (item.terraform ? [{ ...item, terraform: item.terraform }] : []));
  const existing = new Set(made.map(({ terraform }) => keyOf(terraform.type, terraform.importId)));
  return {
    orphans: made
      // What the cloud made by itself goes with its owner, whether or not a state has adopted it.
      .filter(({ terraform, ownedBy }) => ownedBy === undefined && !held.has(keyOf(terraform.type, terraform.importId)))
      .map(({ noun, id, terraform, removal }) => ({
        noun,
        id,
        importCommand: `terraform import '${terraform.type}.<name>' '${terraform.importId}'`,
        removalCommand: removal,
      })),
    missing: [...held].flatMap(([key, addresses]) => (existing.has(key) ? [] : addresses)),
    duplicates: [...held.values()].filter(({ length }) => length > 1),
  };
}
