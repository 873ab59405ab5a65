/** Deploys an environment, cloud and cluster, as its rehearsal does, and lets drills play on it before it is taken down. */
import type { Environment } from '../../../environments';
import { Deployment } from '../../deployment';
import { KubernetesApi } from '../../kubernetes/api';
import { aloneOnLocalCluster, localCluster, REHEARSAL_ADMIN_KEY } from '../../kubernetes/environment-cluster';
import type { Toolchain } from '../../toolchain';
import type { Finding } from '../../verdict';
import { addressesOf, makeInferenceKey, writeDescription } from './description';

/**
 * @param play is given the path of the stage's description
 * @returns what the deployment found, and what the play did
 */
export function onStage(
  environment: Environment,
  toolchain: Toolchain,
  play: (file: string) => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  const options = { folder: `stage-${environment.name}` };
  return aloneOnLocalCluster(() =>
    Deployment.with(environment, toolchain, options, async (deployment) => {
      if (!(await deployment.all())) return deployment.findings;
      return [...deployment.findings, ...(await play(await describe(deployment)))];
    }),
  );
}

async function describe({ environment, workspace }: Deployment): Promise<string> {
  const { folder } = localCluster();
  const api = KubernetesApi.ofKubeconfig(folder.kubeconfig);
  try {
    const addresses = await addressesOf(api);
    return writeDescription({
      environment: environment.name,
      process: process.pid,
      cluster: folder.root,
      kubeconfig: folder.kubeconfig,
      workspace: workspace.directory,
      adminKey: REHEARSAL_ADMIN_KEY,
      inferenceKey: await makeInferenceKey(addresses.gateway),
      ...addresses,
    });
  } finally {
    api.close();
  }
}
