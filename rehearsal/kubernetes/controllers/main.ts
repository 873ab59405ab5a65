/**
 * What a cloud's own controllers do for a cluster, as far as the rehearsal's local cluster needs it: addresses for load
 * balancers and volumes for claims. Beside them, metrics of the API's objects. `node --import tsx controllers/main.ts FOLDER` runs until it is ended.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { KubernetesApi } from '../api';
import { ClusterFolder } from '../layout';
import { LoadBalancers } from './load-balancers';
import { serveStateMetrics } from './state-metrics';
import { Volumes } from './volumes';

/** Looks at what is wanted, and brings about one step towards it. */
export interface Controller {
  readonly name: string;
  reconcile(): Promise<void>;
}

/** Milliseconds between two looks. */
const EVERY = 500;

async function main(root: string): Promise<never> {
  const folder = new ClusterFolder(root);
  const api = KubernetesApi.ofKubeconfig(folder.kubeconfig);
  const controllers: readonly Controller[] = [new LoadBalancers(api), new Volumes(api, folder)];
  serveStateMetrics(api);
  for (;;) {
    for (const controller of controllers) {
      await controller.reconcile().catch((fault: unknown) => {
        // The next look tries again; what changed meanwhile is seen then.
        console.error(`${controller.name}: ${fault instanceof Error ? fault.message : String(fault)}`);
      });
    }
    await sleep(EVERY);
  }
}

const [, , root] = process.argv;
if (root === undefined) throw new Error('which cluster? give its folder');
void main(root);
