/** A deployed environment as its drills see it: its pods, who is in its Service, and load on it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { GATEWAY, GATEWAY_SELECTOR } from '../../../constructs/workload';
import { runCommand } from '../../command';
import { KubernetesApi } from '../../kubernetes/api';
import { LocalCluster } from '../../kubernetes/cluster';
import type { StageDescription } from './description';
import { isReady, isRolledOut } from './gateway-objects';
import type { Autoscaler, ClusterEvent, Deployment, EndpointSlice, Pod } from './gateway-objects';
import { Load } from './load/load';
import type { LoadPlan } from './load/plan';

const SELECTOR = encodeURIComponent(
  Object.entries(GATEWAY_SELECTOR)
    .map(([label, value]) => `${label}=${value}`)
    .join(','),
);

/** Seconds until every pod is back after a disturbance, on a machine where all nodes share two cores. */
const SETTLED_WITHIN = 300;

/** What a load may differ in from drill to drill. */
export type LoadWish = Pick<LoadPlan, 'perSecond'> & Partial<Pick<LoadPlan, 'retries'>>;

export class StandingStage {
  readonly api: KubernetesApi;
  /** The local cluster that it stands on. */
  readonly cluster: LocalCluster;

  constructor(readonly description: StageDescription) {
    this.api = KubernetesApi.ofKubeconfig(description.kubeconfig);
    this.cluster = new LocalCluster(description.cluster, console.log);
  }

  close(): void {
    this.api.close();
  }

  /**
   * Path of a collection of the gateway's namespace, or of an object in it.
   * @param plural the kind, as paths name it: `pods`
   * @param group what it belongs to, with the version
   */
  path(plural: string, name?: string, group = 'api/v1'): string {
    const collection = `/${group}/namespaces/${this.description.namespace}/${plural}`;
    return name === undefined ? collection : `${collection}/${name}`;
  }

  get deploymentPath(): string {
    return this.path('deployments', GATEWAY, 'apis/apps/v1');
  }

  get autoscalerPath(): string {
    return this.path('horizontalpodautoscalers', GATEWAY, 'apis/autoscaling/v2');
  }

  deployment(): Promise<Deployment> {
    return this.#must<Deployment>(this.deploymentPath);
  }

  autoscaler(): Promise<Autoscaler> {
    return this.#must<Autoscaler>(this.autoscalerPath);
  }

  /** The gateway's pods, those that end among them. */
  pods(): Promise<readonly Pod[]> {
    return this.api.list<Pod>(`${this.path('pods')}?labelSelector=${SELECTOR}`);
  }

  async readyPods(): Promise<readonly Pod[]> {
    return (await this.pods()).filter(isReady);
  }

  pod(name: string): Promise<Pod | undefined> {
    return this.api.get<Pod>(this.path('pods', name));
  }

  /** Addresses that the Service hands connections to. */
  async endpoints(): Promise<readonly string[]> {
    const label = encodeURIComponent(`kubernetes.io/service-name=${GATEWAY}`);
    const slices = await this.api.list<EndpointSlice>(
      `${this.path('endpointslices', undefined, 'apis/discovery.k8s.io/v1')}?labelSelector=${label}`,
    );
    return slices
      .flatMap(({ endpoints }) => endpoints ?? [])
      .filter(({ conditions }) => conditions.ready === true)
      .flatMap(({ addresses }) => addresses);
  }

  /** What was said of a pod. */
  async events(pod: string): Promise<readonly ClusterEvent[]> {
    const field = encodeURIComponent(`involvedObject.name=${pod}`);
    return this.api.list<ClusterEvent>(`${this.path('events')}?fieldSelector=${field}`);
  }

  /** The real kubectl. @returns its exit code */
  async kubectl(parameters: readonly string[]): Promise<number> {
    const { kubeconfig, workspace } = this.description;
    const { code } = await runCommand(this.cluster.kube, ['kubectl', `--kubeconfig=${kubeconfig}`, ...parameters], {
      cwd: workspace,
      environment: {},
      log: `${workspace}/logs/kubectl.log`,
    });
    return code;
  }

  /** @returns seconds until it was so @throws Error when it is not so in time */
  async until(what: string, seconds: number, check: () => Promise<boolean>): Promise<number> {
    const started = Date.now();
    for (;;) {
      const isSo = await check();
      const elapsed = (Date.now() - started) / 1000;
      if (isSo) return elapsed;
      if (elapsed > seconds) throw new Error(`not so within ${seconds} s: ${what}`);
      await sleep(250);
    }
  }

  /** Waits until the fewest pods that the autoscaler keeps are ready, of one revision, and none is ending. */
  settled(): Promise<number> {
    return this.until('every pod is back', SETTLED_WITHIN, async () => {
      const [deployment, pods, endpoints] = await Promise.all([this.deployment(), this.pods(), this.endpoints()]);
      const { replicas } = deployment.spec;
      return (
        isRolledOut(deployment) && pods.length === replicas && pods.every(isReady) && endpoints.length === replicas
      );
    });
  }

  /**
   * Plays with a load beside it, and ends the load whatever becomes of the play.
   * @param play is given the load
   */
  async underLoad<T>({ perSecond, retries = false }: LoadWish, play: (load: Load) => Promise<T>): Promise<T> {
    const { gateway, inferenceKey: key } = this.description;
    const load = new Load({ gateway, key, perSecond, retries });
    try {
      // Connections are open and code is compiled before anything is disturbed.
      await this.until('the load has begun', 60, () => Promise.resolve(load.count > perSecond * 5));
      return await play(load);
    } finally {
      load.end();
    }
  }

  async #must<T extends Pod | Deployment | Autoscaler>(path: string): Promise<T> {
    const found = await this.api.get<T>(path);
    if (found === undefined) throw new Error(`there is no ${path}`);
    return found;
  }
}
