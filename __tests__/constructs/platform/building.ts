/** What these tests have in common: stacks with the providers of the cluster, and values of a chart read back. */
import { HelmProvider } from '@cdktf/provider-helm/lib/provider';
import { KubernetesProvider } from '@cdktf/provider-kubernetes/lib/provider';
import type { TerraformStack } from 'cdktf';
import { parse } from 'yaml';
import { synthesize, type Block, type SynthesizedStack } from '../../synthesize';

/** Synthesizes what `build` makes beside the providers of Kubernetes and Helm. */
export function synthesizePlatform(build: (scope: TerraformStack) => unknown): SynthesizedStack {
  return synthesize((scope) => {
    new KubernetesProvider(scope, 'kubernetes', {});
    new HelmProvider(scope, 'helm', {});
    build(scope);
  });
}

/** What a release's chart is told. */
export function valuesOf(release: Block): unknown {
  const [values, ...others] = Array.isArray(release.values) ? (release.values as unknown[]) : [];
  if (typeof values !== 'string' || others.length > 0) {
    throw new Error(`${String(release.name)} has not one document of values`);
  }
  return parse(values);
}
