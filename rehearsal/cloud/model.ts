/**
 * The published SDK packages describe every action's request and response as a class that knows its wire names
 * and types. This file turns wire parameters into such a request and a plain answer into wire JSON, so that a
 * handler is typed by the vendor's own model and a field that the real API does not have is found here.
 */
import { ApiError } from './api-error';

/** A model class of a published SDK package (`@alicloud/*`), or of the same shape where no package exists. */
export interface ModelClass<T> {
  new (map?: Record<string, unknown>): T;
  /** Property name → wire name. */
  names(): Record<string, string>;
  /** Property name → `'string'`, `'number'`, …, a model class, or `{ type: 'array', itemType }`. */
  types(): Record<string, unknown>;
}

type Primitive = string | number | boolean | null | undefined;
type Callable = (...parameters: never[]) => unknown;

/**
 * What a model carries, without its methods: the shape a handler reads and answers with. The index signature that
 * every published model inherits is left out too, or any name at all would pass for a field.
 */
export type Fields<T> = {
  [Key in keyof T as string extends Key ? never : T[Key] extends Callable ? never : Key]?: Plain<T[Key]> | undefined;
};

/** A model's field, and what is inside it, without methods; a map stays one. */
export type Plain<T> = T extends Primitive
  ? T
  : T extends readonly (infer Item)[]
    ? Plain<Item>[]
    : [keyof Fields<T>] extends [never]
      ? { [key: string]: unknown extends T[keyof T] ? unknown : Plain<T[keyof T]> }
      : Fields<T>;

type Wire = Record<string, unknown>;

const isWire = (value: unknown): value is Wire => typeof value === 'object' && value !== null && !Array.isArray(value);

const isModelClass = (type: unknown): type is ModelClass<unknown> =>
  typeof type === 'function' && 'names' in type && 'types' in type;

/**
 * Reads a request of the given model from wire parameters.
 * @param extra parameters that clients send although the published model lacks them
 * @throws ApiError `UnsupportedParameter` for a parameter that the model does not have, `InvalidParameter` for a
 *   value that is not of its type
 */
export function decode<T>(model: ModelClass<T>, wire: Wire, extra: readonly string[] = []): Fields<T> {
  const result: Wire = {};
  const byWireName = new Map(Object.entries(model.names()).map(([property, name]) => [name, property]));
  const types = model.types();
  for (const [name, value] of Object.entries(wire)) {
    const property = byWireName.get(name);
    if (property === undefined) {
      if (extra.includes(name)) continue;
      throw new ApiError('UnsupportedParameter', `The parameter ${name} is not supported by this action.`);
    }
    result[property] = decodeValue(types[property], value, name);
  }
  // The one place where the wire becomes the model's type: every property was checked against the model above.
  return result as Fields<T>;
}

function decodeValue(type: unknown, value: unknown, name: string): unknown {
  if (value === null || value === undefined) return value;
  if (isModelClass(type)) return decode(type, asObject(value, name));
  if (isWire(type) && type.type === 'array') {
    const items = typeof value === 'string' ? parseJson(value, name) : value;
    if (!Array.isArray(items)) throw invalid(name, 'a list');
    return items.map((item) => decodeValue(type.itemType, item, name));
  }
  if (isWire(type) && type.type === 'map') return asObject(value, name);
  switch (type) {
    case 'number': {
      const number = typeof value === 'string' && value !== '' ? Number(value) : value;
      if (typeof number !== 'number' || Number.isNaN(number)) throw invalid(name, 'a number');
      return number;
    }
    case 'boolean':
      if (value === true || value === 'true') return true;
      if (value === false || value === 'false') return false;
      throw invalid(name, 'true or false');
    case 'string':
      return typeof value === 'string' ? value : JSON.stringify(value);
    default:
      return value;
  }
}

function asObject(value: unknown, name: string): Wire {
  const object = typeof value === 'string' ? parseJson(value, name) : value;
  if (!isWire(object)) throw invalid(name, 'an object');
  return object;
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(name, 'JSON');
  }
}

const invalid = (name: string, kind: string): ApiError =>
  new ApiError('InvalidParameter', `The parameter ${name} is not ${kind}.`);

/** The fields of a request or answer, for what looks at all of them. */
export const entriesOf = (fields: object): [string, unknown][] => Object.entries(fields);

/** Writes a plain answer in the wire names of its model. */
export function encode<T>(model: ModelClass<T>, plain: Fields<T>): Wire {
  const names = model.names();
  const types = model.types();
  const wire: Wire = {};
  for (const [property, value] of entriesOf(plain)) {
    if (value === undefined) continue;
    const name = names[property];
    if (name === undefined)
      throw new Error(`${property} is no property of the response model ${JSON.stringify(names)}`);
    wire[name] = encodeValue(types[property], value);
  }
  return wire;
}

function encodeValue(type: unknown, value: unknown): unknown {
  if (isModelClass(type) && isWire(value)) return encode(type, value);
  if (isWire(type) && type.type === 'array' && Array.isArray(value)) {
    return value.map((item) => encodeValue(type.itemType, item));
  }
  return value;
}

/** Turns `Tag.1.Key=a&Tag.1.Value=b` into `{ Tag: [{ Key: 'a', Value: 'b' }] }`, the nesting of RPC parameters. */
export function unflatten(parameters: Iterable<readonly [string, string]>): Wire {
  const root = emptyWire();
  for (const [key, value] of parameters) {
    const segments = key.split('.');
    let node = root;
    for (const segment of segments.slice(0, -1)) {
      const next = node[segment];
      const child = isWire(next) ? next : emptyWire();
      node[segment] = child;
      node = child;
    }
    node[segments.at(-1) ?? key] = value;
  }
  return mapValues(root, listed);
}

/** Without a prototype, or a parameter called `__proto__` would write to every object there is. */
function emptyWire(): Wire {
  const wire: Wire = {};
  Object.setPrototypeOf(wire, null);
  return wire;
}

const mapValues = (object: Wire, change: (value: unknown) => unknown): Wire =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));

/** Objects whose keys are all positions (`1`, `2`, …) are lists. */
function listed(value: unknown): unknown {
  if (!isWire(value)) return value;
  const keys = Object.keys(value);
  if (keys.every((key) => /^\d+$/.test(key))) {
    return keys.sort((a, b) => Number(a) - Number(b)).map((key) => listed(value[key]));
  }
  return mapValues(value, listed);
}
