/** Models of the published shape for what no published package has, written from the vendor's API reference. */
import type { ModelClass } from './model';
import { Empty } from './roa';

interface Scalars {
  readonly string: string;
  readonly number: number;
  readonly boolean: boolean;
}

/** Text by name. */
export const TEXT_MAP = { type: 'map' } as const;

type Single = keyof Scalars | ModelClass<unknown>;

/** A field's type as the packages write it. */
type FieldType = Single | { readonly type: 'array'; readonly itemType: Single } | typeof TEXT_MAP;

type FieldTypes = Readonly<Record<string, FieldType>>;

type ValueOf<Type> = Type extends keyof Scalars
  ? Scalars[Type]
  : Type extends ModelClass<infer Inner>
    ? Inner
    : Type extends { readonly itemType: infer Item }
      ? ValueOf<Item>[]
      : Type extends typeof TEXT_MAP
        ? Record<string, string>
        : never;

/** A property for each wire name, which begins with a small letter as in the packages. */
type Defined<Types extends FieldTypes> = {
  [Name in keyof Types & string as Uncapitalize<Name>]?: ValueOf<Types[Name]>;
};

/** A list of that type. */
export const listOf = <const Item extends Single>(itemType: Item) => ({ type: 'array', itemType }) as const;

/** @param fields the type of each field, by its wire name */
export function defineModel<const Types extends FieldTypes>(fields: Types): ModelClass<Defined<Types>>;
export function defineModel(fields: FieldTypes): ModelClass<object> {
  return withFields(fields, Empty);
}

/** A published model with the fields that the API has gained since it was published. */
export function extendModel<Base, const Types extends FieldTypes>(
  base: ModelClass<Base>,
  fields: Types,
): ModelClass<Base & Defined<Types>>;
export function extendModel(base: ModelClass<object>, fields: FieldTypes): ModelClass<object> {
  return withFields(fields, base);
}

/** The result descends from its base, so that what the vendor says of the base can be found by it. */
function withFields(fields: FieldTypes, base: ModelClass<object>): ModelClass<object> {
  const property = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
  const names = { ...base.names(), ...Object.fromEntries(Object.keys(fields).map((name) => [property(name), name])) };
  const types = {
    ...base.types(),
    ...Object.fromEntries(Object.entries(fields).map(([name, type]) => [property(name), type])),
  };
  return class extends base {
    static override names(): Record<string, string> {
      return names;
    }

    static override types(): Record<string, unknown> {
      return types;
    }
  };
}
