/**
 * Where an orphan belongs: the address in the configuration that would make it again. A type that is planned once is
 * its address; where it is planned more often, the values that the plan knows decide (name, CIDR, port range).
 */
import type { InventoryItem, Store } from '../cloud/store';

/** Something that exists, that a Terraform resource makes and that no state knows. */
export interface Stray {
  readonly noun: string;
  readonly id: string;
  readonly type: string;
  readonly importId: string;
  /** The command that removes it by hand. */
  readonly removal: string | undefined;
  /** Every value of its record, for telling it from its like. */
  readonly values: ReadonlySet<string>;
}

/** A resource that a plan would make. */
export interface PlannedCreation {
  readonly address: string;
  readonly type: string;
  /** The values that the plan knows. */
  readonly values: ReadonlySet<string>;
}

/** A stray, and the address that it belongs to. */
export interface Adoption {
  readonly stray: Stray;
  readonly address: string;
}

export interface Placement {
  readonly adoptions: readonly Adoption[];
  /** Those that could belong to more than one address, or to none: a duplicate of what a state has already. */
  readonly homeless: readonly Stray[];
}

/** The strays among what exists. @param known `type importId` of everything that a state holds */
export function straysOf(store: Store, known: ReadonlySet<string>): readonly Stray[] {
  const records = store.snapshot();
  return (
    store
      .inventory()
      .flatMap((item: InventoryItem) => (item.terraform ? [{ ...item, terraform: item.terraform }] : []))
      // What the cloud made by itself goes with its owner.
      .filter(
        ({ terraform, ownedBy }) => ownedBy === undefined && !known.has(`${terraform.type} ${terraform.importId}`),
      )
      .map(({ noun, id, terraform, removal }) => ({
        noun,
        id,
        type: terraform.type,
        importId: terraform.importId,
        removal,
        values: valuesOf(records[noun]?.find((record) => record.id === id)),
      }))
  );
}

/** Gives each stray the address that fits it best; two that fit equally well are no answer. */
export function place(strays: readonly Stray[], creations: readonly PlannedCreation[]): Placement {
  const fits = (stray: Stray, creation: PlannedCreation): number =>
    [...creation.values].filter((value) => stray.values.has(value)).length;
  const best = <T>(items: readonly T[], score: (item: T) => number): T | undefined => {
    const scored = items.map((item) => ({ item, score: score(item) })).sort((a, b) => b.score - a.score);
    const [first, second] = scored;
    return first !== undefined && first.score !== second?.score ? first.item : undefined;
  };

  const adoptions: Adoption[] = [];
  for (const stray of strays) {
    const planned = creations.filter(({ type }) => type === stray.type);
    const home = best(planned, (creation) => fits(stray, creation));
    if (home === undefined) continue;
    const rivals = strays.filter(({ type }) => type === stray.type);
    // It must fit both ways: of two duplicates of one address neither is the one.
    if (best(rivals, (rival) => fits(rival, home)) === stray) adoptions.push({ stray, address: home.address });
  }
  const adopted = new Set(adoptions.map(({ stray }) => stray));
  return { adoptions, homeless: strays.filter((stray) => !adopted.has(stray)) };
}

/** Every text and number in a value, however deep; what is empty or a switch tells nothing apart. */
export function valuesOf(value: unknown): ReadonlySet<string> {
  if (typeof value === 'string') return new Set(value === '' ? [] : [value]);
  if (typeof value === 'number') return new Set([String(value)]);
  if (typeof value !== 'object' || value === null) return new Set();
  return new Set(Object.values(value).flatMap((each) => [...valuesOf(each)]));
}

/** The command that brings a stray under its address. */
export const importCommand = ({ stray, address }: Adoption): string =>
  `terraform import '${address}' '${stray.importId}'`;

/** A line for people: what it is, and what to do about it. */
export function describeStray(stray: Stray, address: string | undefined): string {
  const ways = [
    ...(address === undefined ? [] : [importCommand({ stray, address })]),
    ...(stray.removal === undefined ? [] : [stray.removal]),
  ];
  return `${stray.noun} ${stray.id}: ${ways.join('  or  ')}`;
}
