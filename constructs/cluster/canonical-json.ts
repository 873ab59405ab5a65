/**
 * JSON as the provider writes it back: keys sorted, no spaces, `<`, `>` and `&` escaped as Go's encoder does. Written
 * any other way, the configuration of an add-on differs from what is read, and every plan shows a change.
 * Source: resourceAlicloudCSKubernetesAddonRead of the provider (1.285.0), which stores the output of `json.Marshal`.
 */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Deterministic JSON of a value. Tokens inside strings are kept, for Terraform to fill in. */
export function canonicalJson(value: Json): string {
  return write(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function write(value: Json): string {
  if (isList(value)) return `[${value.map(write).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${write(member)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

/** `Array.isArray` does not narrow a readonly array out of a union. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
