/**
 * Checks objects against the definitions of those who read them, as strictly as `kubectl apply --validate=strict`:
 * a field that no definition knows is a fault, where the API server would drop it and say nothing.
 */
import Ajv, { type ValidateFunction } from 'ajv';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** A Kubernetes object, as far as it is looked at. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

type Schema = Readonly<Record<string, unknown>>;

interface Definition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }[];
  };
}

export class CustomResources {
  readonly #validators = new Map<string, ValidateFunction>();

  /** @param folders where the definitions are, a YAML file each */
  constructor(folders: readonly string[]) {
    // Formats such as int32 are numbers of Go, and `x-kubernetes-…` are words of Kubernetes' own.
    const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
    const files = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
    for (const file of files.filter((name) => name.endsWith('.yaml'))) {
      const { spec } = parse(readFileSync(file, 'utf8')) as Definition;
      for (const { name, schema } of spec.versions) {
        const { kind } = spec.names;
        const closed = closedSchema(schema.openAPIV3Schema);
        this.#validators.set(
          `${spec.group}/${name} ${kind}`,
          ajv.compile(kind === 'AlertmanagerConfig' ? withNestedRoutes(closed) : closed),
        );
      }
    }
  }

  /** What is wrong with an object. An object that has no definition here is a fault. */
  faultsOf(object: KubernetesObject): readonly string[] {
    const { apiVersion, kind, metadata } = object;
    const validate = this.#validators.get(`${apiVersion} ${kind}`);
    if (validate === undefined) return [`${kind} ${metadata.name}: ${apiVersion} has no definition of it`];
    if (validate(object)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message = 'is wrong', params }) =>
        `${kind} ${metadata.name}: ${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
    );
  }
}

/** A schema that allows no field beside those it names, unless it says that it does. */
function closedSchema(schema: Schema): Schema {
  const { properties, items, additionalProperties, pattern, ...rest } = schema;
  const isOpen = rest['x-kubernetes-preserve-unknown-fields'] === true || rest['x-kubernetes-int-or-string'] === true;
  return {
    ...rest,
    ...(typeof pattern === 'string' && isPattern(pattern) && { pattern }),
    ...(isSchema(items) && { items: closedSchema(items) }),
    ...(isSchema(additionalProperties) && { additionalProperties: closedSchema(additionalProperties) }),
    ...(isSchema(properties) && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, property]) => [name, isSchema(property) ? closedSchema(property) : {}]),
      ),
      // The metadata is Kubernetes' own, and its definition an empty one.
      additionalProperties: isOpen,
    }),
  };
}

/** Patterns are Go's: one with a flag inside, such as those of time intervals, is none to JavaScript and not checked. */
function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'u').source !== '';
  } catch {
    return false;
  }
}

/** The definition leaves routes below the first open, as a schema of Kubernetes cannot name itself; the operator does not. */
function withNestedRoutes(schema: Schema): Schema {
  const path = ['properties', 'spec', 'properties', 'route', 'properties', 'routes', 'items'] as const;
  return replaced(schema, path, { $ref: '#/properties/spec/properties/route' });
}

function replaced(schema: Schema, [step, ...further]: readonly string[], by: Schema): Schema {
  if (step === undefined) return by;
  const inner = schema[step];
  if (!isSchema(inner))
    throw new Error(`the definition has no ${step}; it is another than the one this is written for`);
  return { ...schema, [step]: replaced(inner, further, by) };
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
