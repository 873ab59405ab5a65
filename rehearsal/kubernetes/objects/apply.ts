/** Writes objects by server-side apply, so that it may be done again. */
import type { KubernetesApi, KubernetesObject } from '../api';

/** Who owns the fields that the rehearsal writes. */
export const FIELD_MANAGER = 'rehearsal';

/** An object to be written: what it is, and anything else. */
export type Manifest = KubernetesObject & { readonly apiVersion: string; readonly kind: string };

export async function apply(api: KubernetesApi, manifests: readonly Manifest[]): Promise<void> {
  for (const manifest of manifests) {
    await api.must('PATCH', `${pathOf(manifest)}?fieldManager=${FIELD_MANAGER}&force=true`, manifest, 'apply');
  }
}

/** Where the API keeps an object. Source: Kubernetes API concepts, resource URIs. */
export function pathOf({ apiVersion, kind, metadata: { name, namespace } }: Manifest): string {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = namespace === undefined ? '' : `/namespaces/${namespace}`;
  return `${group}${scope}/${pluralOf(kind)}/${name}`;
}

/** The name of a collection: the kind in lower case, in English plural. */
export function pluralOf(kind: string): string {
  const noun = kind.toLowerCase();
  if (/(s|x|ch)$/.test(noun)) return `${noun}es`;
  return noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}
