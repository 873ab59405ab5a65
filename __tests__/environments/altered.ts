/** A copy of an environment with something changed: the one way in which these tests plant a fault. */
import type { Environment } from '../../environments';

/** The same shape, open to assignment; a list can be replaced and its elements changed, but not grown in place. */
export type Draft<T> = T extends readonly (infer Element)[]
  ? readonly Draft<Element>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Draft<T[Key]> }
    : T;

/** What changes a copy. */
export type Alteration = (draft: Draft<Environment>) => void;

/** A deep copy of the environment, altered; the original stays as it is. */
export function altered(environment: Environment, ...alterations: readonly Alteration[]): Environment {
  const draft: Draft<Environment> = structuredClone(environment);
  for (const alter of alterations) {
    alter(draft);
  }
  return draft;
}

/** The element at a place of a list that is known to have one. */
export function at<T>(list: readonly T[], index: number): T {
  const element = list[index];
  if (element === undefined) {
    throw new Error(`the list has ${list.length} elements, so it has none at ${index}; plant the fault elsewhere`);
  }
  return element;
}
