/** Stacks of these tests: with the providers that the workload's objects need. */
import { HelmProvider } from '@cdktf/provider-helm/lib/provider';
import { KubernetesProvider } from '@cdktf/provider-kubernetes/lib/provider';
import type { TerraformStack } from 'cdktf';
import { synthesize, type SynthesizedStack } from '../../synthesize';

/** Synthesizes what `build` makes beside the providers of Kubernetes and Helm. */
export function synthesizeWorkload(build: (scope: TerraformStack) => unknown): SynthesizedStack {
  return synthesize(
    (scope) => {
      new KubernetesProvider(scope, 'kubernetes', { configPath: '~/.kube/config' });
      new HelmProvider(scope, 'helm', {});
      build(scope);
    },
    { alarmRoute: false },
  );
}
