/**
 * What exists in the double's cloud. Each kind of thing is a {@link Kind}: a product module declares it once and
 * finds its collection in any cloud by it, so that state is typed and no two doubles share any.
 */

/** What every record has. Product modules add the fields of their own. */
export interface Entity {
  /** The id that the cloud gave it; unique within its kind. */
  readonly id: string;
  /** Ids of what it cannot live without: those refuse to be deleted while this exists. */
  readonly uses: readonly string[];
  /** Id of the thing that the cloud made it for and removes it with (a cluster's worker role); a state may adopt it. */
  readonly ownedBy?: string;
  /** When it stops being `Creating`, in ms since the epoch of the cloud's clock; `Infinity` never. */
  readyAt: number;
}

/** How a kind of thing is known outside the double. */
export interface KindNames<T extends Entity> {
  /** Singular noun, as in messages: `vSwitch`. */
  readonly noun: string;
  /** The Terraform resource that makes it. Absent for what the cloud makes by itself (a VPC's route table). */
  readonly terraform?: {
    readonly type: string;
    /** The id that `terraform import` takes. @default the record's id */
    readonly importId?: (record: T) => string;
  };
  /** The command that removes it by hand. Absent where the cloud removes it with its owner. */
  readonly removal?: (record: T) => string;
  /** Whether it was deleted and is only kept to be had back: it exists, and is in no inventory. @default never */
  readonly discarded?: (record: T) => boolean;
}

/** One thing that exists, for comparing the cloud with a state file. */
export interface InventoryItem {
  readonly noun: string;
  readonly id: string;
  /** Terraform type and import id; absent for what only the cloud makes. */
  readonly terraform?: { readonly type: string; readonly importId: string };
  /** Id of what made it and takes it along; a state may hold it all the same, and need not. */
  readonly ownedBy?: string;
  readonly removal?: string;
}

export class Kind<T extends Entity> {
  readonly #collections = new WeakMap<Store, Collection<T>>();

  constructor(readonly names: KindNames<T>) {}

  /** The records of this kind in that store. */
  in(store: Store): Collection<T> {
    let collection = this.#collections.get(store);
    if (collection === undefined) {
      collection = new Collection(this.names);
      this.#collections.set(store, collection);
      store.register(collection);
    }
    return collection;
  }
}

export class Collection<T extends Entity> {
  readonly #records = new Map<string, T>();

  constructor(readonly names: KindNames<T>) {}

  insert(record: T): T {
    if (this.#records.has(record.id)) throw new Error(`${this.names.noun} ${record.id} exists already`);
    this.#records.set(record.id, record);
    return record;
  }

  find(id: string | undefined): T | undefined {
    return id === undefined ? undefined : this.#records.get(id);
  }

  /** @throws what `missing` makes of the id when there is no such record */
  get(id: string | undefined, missing: (id: string) => Error): T {
    const record = this.find(id);
    if (record === undefined) throw missing(id ?? '');
    return record;
  }

  all(): T[] {
    return [...this.#records.values()];
  }

  where(test: (record: T) => boolean): T[] {
    return this.all().filter(test);
  }

  remove(id: string): void {
    this.#records.delete(id);
  }

  inventory(): InventoryItem[] {
    const { noun, terraform, removal, discarded } = this.names;
    return this.where((record) => discarded?.(record) !== true).map((record) => {
      const { id, ownedBy } = record;
      return {
        noun,
        id,
        ...(terraform && { terraform: { type: terraform.type, importId: terraform.importId?.(record) ?? id } }),
        ...(ownedBy === undefined ? removal && { removal: removal(record) } : { ownedBy }),
      };
    });
  }
}

/** The part of a collection that does not depend on its records' type. */
interface AnyCollection {
  readonly names: { readonly noun: string; readonly terraform?: { readonly type: string } };
  all(): Entity[];
  inventory(): InventoryItem[];
}

export class Store {
  readonly #collections: AnyCollection[] = [];

  register(collection: AnyCollection): void {
    this.#collections.push(collection);
  }

  /** `noun id` of everything that cannot live without the thing with this id. */
  usersOf(id: string): string[] {
    return this.#collections.flatMap((collection) =>
      collection
        .all()
        .filter((record) => record.uses.includes(id))
        .map((record) => `${collection.names.noun} ${record.id}`),
    );
  }

  /** The Terraform types of which there was ever one here. */
  terraformTypes(): ReadonlySet<string> {
    return new Set(this.#collections.flatMap(({ names }) => (names.terraform ? [names.terraform.type] : [])));
  }

  /** Everything that exists. */
  inventory(): InventoryItem[] {
    return this.#collections.flatMap((collection) => collection.inventory());
  }

  /** Everything that exists, whole, by noun. */
  snapshot(): Record<string, readonly Entity[]> {
    return Object.fromEntries(this.#collections.map((collection) => [collection.names.noun, collection.all()]));
  }
}
