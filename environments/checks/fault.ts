/** What a check finds, and what a check is. */
import type { Environment } from '../environment';

/** One thing that is wrong. */
export interface Fault {
  /** The field that is to be changed, such as `network.zones[0].podCidr`. */
  readonly path: string;
  /** The field, its value, the bound and the way out, as one sentence that begins with the path. */
  readonly message: string;
}

/** Looks at one environment and yields every fault that it finds. It never throws: what it cannot read, another check reports. */
export type Check = (environment: Environment) => Iterable<Fault>;

/** A fault that reads `path (value) complaint`. */
export function fault(path: string, value: string | number | boolean | readonly string[], complaint: string): Fault {
  const text = Array.isArray(value) ? value.join(', ') || 'none' : String(value);
  return { path, message: `${path} (${text === '' ? 'empty' : text}) ${complaint}` };
}

/** A number that has to lie within bounds, both ends included. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** A fault when a value is not a whole number within its bounds; `wayOut` says what to do. */
export function* whole(path: string, value: number, bounds: Bounds, wayOut: string): Iterable<Fault> {
  if (!Number.isInteger(value) || value < bounds.min || value > bounds.max) {
    yield fault(path, value, `must be a whole number from ${bounds.min} to ${bounds.max}; ${wayOut}`);
  }
}

/** A fault when a text does not have its form; `form` says what is asked for. */
export function* shaped(path: string, value: string, pattern: RegExp, form: string): Iterable<Fault> {
  if (!pattern.test(value)) {
    yield fault(path, value, `must be ${form}`);
  }
}

/** A fault for each value that an earlier one of the list already has. */
export function* distinct(path: string, values: readonly string[], wayOut: string): Iterable<Fault> {
  for (const value of new Set(values.filter((each, index) => values.indexOf(each) !== index))) {
    yield fault(path, values, `names ${value} more than once; ${wayOut}`);
  }
}
