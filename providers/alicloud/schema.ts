/**
 * The provider's schema, cut to the resources that this project uses, and the text in which the cut is
 * committed: sorted, so that a refresh of the same provider writes the same bytes.
 */

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** What of the provider is wanted: `resources.json`. */
export interface Selection {
  /** `namespace/name` of the provider. */
  readonly provider: string;
  /** The exact version that the schema is of. */
  readonly version: string;
  /** Types of the resources, such as `alicloud_vpc`. */
  readonly resources: readonly string[];
  /** Types of the data sources. */
  readonly dataSources: readonly string[];
}

/** Under which the generator of the bindings looks a provider up, whichever registry it came from. */
const REGISTRY = 'registry.terraform.io';
/** How many names a message offers for one that does not exist. */
const SUGGESTIONS = 3;

/** Cuts the answer of `terraform providers schema -json`. Throws when the provider lacks something selected. */
export function cutSchema(answer: Json, selection: Selection): JsonObject {
  const schemas = objectIn(answer, 'provider_schemas');
  const schema = Object.entries(schemas).find(([name]) => name.endsWith(`/${selection.provider}`))?.[1];
  if (schema === undefined) {
    const given = Object.keys(schemas).join(', ') || 'none';
    throw new Error(
      `the schema must have ${selection.provider} and has ${given}; ask a configuration that requires it`,
    );
  }
  const name = `${REGISTRY}/${selection.provider}`;
  return {
    format_version: '1.0',
    provider_schemas: {
      [name]: {
        provider: objectIn(schema, 'provider'),
        resource_schemas: pick(objectIn(schema, 'resource_schemas'), selection.resources, 'resource', selection),
        ...(selection.dataSources.length > 0 && {
          data_source_schemas: pick(
            objectIn(schema, 'data_source_schemas'),
            selection.dataSources,
            'data source',
            selection,
          ),
        }),
      },
    },
  };
}

/** The text of `schema.json`: keys sorted, one space of indent, a newline at the end. */
export function renderSchema(schema: JsonObject): string {
  return `${JSON.stringify(sorted(schema), null, 1)}\n`;
}

/** How two texts of a schema differ, a line for each attribute; nothing when they are the same bytes. */
export function compareSchemas(committed: string, real: string): readonly string[] {
  if (committed === real) return [];
  const found = differences(parseJson(committed), parseJson(real), []);
  return found.length > 0 ? found : ['schema.json says the same as the provider in another order or layout'];
}

/** The names between a resource and what differs in it that only repeat the form of a schema. */
const FORM = ['provider_schemas', 'resource_schemas', 'data_source_schemas', 'block', 'attributes', 'block_types'];

function differences(committed: Json | undefined, real: Json | undefined, path: readonly string[]): readonly string[] {
  if (isObject(committed) && isObject(real)) {
    const keys = [...new Set([...Object.keys(committed), ...Object.keys(real)])].sort();
    return keys.flatMap((key) => differences(committed[key], real[key], [...path, key]));
  }
  if (JSON.stringify(committed) === JSON.stringify(real)) return [];
  const where = path.filter((name) => !FORM.includes(name) && !name.startsWith(`${REGISTRY}/`)).join('.');
  return [`${where}: ${brief(committed)} in schema.json, ${brief(real)} in the provider`];
}

/** Reads text as JSON. */
export function parseJson(text: string): Json {
  const value: unknown = JSON.parse(text);
  if (isJson(value)) return value;
  throw new Error('JSON text gave something that is not JSON');
}

/** The object under a key. Throws when there is none. */
function objectIn(value: Json, key: string): JsonObject {
  const found = isObject(value) ? value[key] : undefined;
  if (isObject(found)) return found;
  throw new Error(`"${key}" is missing in the schema; it must be the answer of terraform providers schema -json`);
}

/** The selected types only. Says every one that is missing at once. */
function pick(
  from: JsonObject,
  types: readonly string[],
  kind: 'resource' | 'data source',
  { provider, version }: Selection,
): JsonObject {
  const missing = types.filter((type) => !Object.hasOwn(from, type));
  if (missing.length > 0) {
    const faults = missing.map((type) => {
      const near = nearest(type, Object.keys(from)).join(', ');
      return `${provider} ${version} has no ${kind} ${type}; correct it in resources.json (nearest: ${near || 'none'})`;
    });
    throw new Error(faults.join('\n'));
  }
  return Object.fromEntries(types.map((type) => [type, from[type] ?? null]));
}

function nearest(name: string, among: readonly string[]): readonly string[] {
  return among
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .sort((a, b) => a.distance - b.distance || a.candidate.localeCompare(b.candidate))
    .slice(0, SUGGESTIONS)
    .map(({ candidate }) => candidate);
}

/** Insertions, deletions and replacements that turn one into the other. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let line = 1; line <= from.length; line += 1) {
    const next = [line];
    for (let column = 1; column <= to.length; column += 1) {
      const replace = (row[column - 1] ?? 0) + (from[line - 1] === to[column - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map((entry: Json) => sorted(entry));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key] ?? null)]),
  );
}

function isJson(value: unknown): value is Json {
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isJson);
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function brief(value: Json | undefined): string {
  if (value === undefined) return 'absent';
  return isObject(value) ? 'present' : JSON.stringify(value);
}
