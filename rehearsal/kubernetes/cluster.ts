/**
 * A real Kubernetes on this machine: the control plane as processes, each node in namespaces of its own. It outlives the
 * command that brings it up; what a killed one left is found by name and by mark, and removed before anything else.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { POOL_LABEL } from '../../stacks/names';
import { KubernetesApi, type KubernetesObject } from './api';
import { removeGroups } from './cgroups';
import { writeCertificates } from './certificates';
import { startApiServer, startControllers, startMetricsServer } from './control-plane';
import { startControllerDaemon } from './controllers/daemon';
import { Daemons } from './daemons';
import { DebianParts } from './debian-parts';
import { prepareImages, type ClusterParts } from './images/prepare';
import type { ImageSource } from './images/store';
import { CABLES, ClusterFolder, layOutNodes, NODES, type NodeLayout, type NodeWish } from './layout';
import { makeBridge, removeNetwork, routeServices } from './network';
import { startNode } from './node';
import { apply } from './objects/apply';
import { dnsObjects } from './objects/dns';
import { metricsObjects } from './objects/metrics';
import { secretObjects } from './objects/secrets';
import { storageObjects } from './objects/storage';
import { preflight, thisMachine } from './preflight';
import { keepSettings, restoreSettings } from './settings';

export interface ClusterProps {
  /** 1 to 9. @default one in each of three zones, of the workload pool */
  readonly nodes?: readonly NodeWish[];
  /** @default {@link DEFAULT_REGION} */
  readonly region?: string;
  /** Images that its nodes have from the beginning, beside those of {@link IMAGES}. @default none */
  readonly images?: readonly ImageSource[];
}

/** What a cluster was brought up with, as it is kept beside it: enough to start a node of it again. */
interface Description {
  readonly nodes: readonly NodeLayout[];
  /** Those of Debian by their folder. */
  readonly parts: Omit<ClusterParts, 'runtime'> & { readonly runtime: string };
  readonly region: string;
}

interface Node extends KubernetesObject {
  readonly status: { readonly conditions: readonly { readonly type: string; readonly status: string }[] };
}

/** What was removed. */
export interface Removal {
  readonly processes: number;
  readonly interfaces: number;
  /** Settings of the machine that were put back. */
  readonly settings: readonly string[];
}

/** Milliseconds: on a machine that does nothing else these take some seconds. */
const READY_WITHIN = { api: 120_000, nodes: 120_000 } as const;
const DEFAULT_REGION = 'rehearsal';
const ZONES = ['zone-a', 'zone-b', 'zone-c'] as const;

/** So many nodes of the workload pool, spread over three zones. */
export function workloadNodes(count: number): readonly NodeWish[] {
  if (!Number.isInteger(count) || count < NODES.min || count > NODES.max) {
    throw new Error(`nodes (${count}) must be ${NODES.min} to ${NODES.max}; give --nodes such a number`);
  }
  return Array.from({ length: count }, (_, at) => ({
    zone: ZONES[at % ZONES.length] ?? '',
    labels: { [POOL_LABEL]: 'workload' },
  }));
}

export class LocalCluster {
  readonly folder: ClusterFolder;
  readonly #daemons: Daemons;

  /** @param root where it keeps what it has, and by which it is told from any other; on a disk, and not in /var or /etc */
  constructor(
    root: string,
    private readonly say: (line: string) => void,
  ) {
    this.folder = new ClusterFolder(root);
    this.#daemons = new Daemons(root, this.folder.logs);
  }

  /** Makes what is needed and kept between clusters: programs and images. Minutes the first time. */
  prepare(images: readonly ImageSource[] = []): Promise<ClusterParts> {
    preflight(thisMachine(), this.folder.root);
    mkdirSync(this.folder.root, { recursive: true });
    return prepareImages(this.#daemons, images);
  }

  /**
   * Brings it up, after removing what an earlier one left. Whatever fails leaves nothing but its logs.
   * @returns seconds that it took
   */
  async up(props: ClusterProps = {}): Promise<number> {
    const nodes = layOutNodes(props.nodes ?? workloadNodes(NODES.usual));
    const parts = await this.prepare(props.images);
    await this.down();
    const started = Date.now();
    try {
      await this.#start(nodes, parts, props);
    } catch (fault) {
      await this.#remove({ keepLogs: true });
      throw fault;
    }
    return (Date.now() - started) / 1000;
  }

  /** Removes it, whatever is left of it. */
  down(): Promise<Removal> {
    return this.#remove({ keepLogs: false });
  }

  /** Path of the executable with all of Kubernetes in it, kubectl too. */
  get kube(): string {
    return this.#described().parts.kube;
  }

  /** The nodes that it was brought up with. */
  nodes(): readonly NodeLayout[] {
    return this.#described().nodes;
  }

  /** The node by which this machine reaches Services and load balancers: while it is lost, they are in no reach from here. */
  entry(): NodeLayout {
    const [first] = this.nodes();
    if (first === undefined) throw new Error('a cluster has a node at least');
    return first;
  }

  /** A power cut: everything of a node ends at once, kubelet and pods, and nobody is told. @throws Error when it is not up */
  async loseNode(name: string): Promise<void> {
    // Of what carries the node's name, that which is below no other is its first process; with it goes the rest.
    const pid = this.#daemons.first({ NAME: name });
    if (pid === undefined) throw new Error(`node ${name} is not up, so it cannot be lost`);
    await this.#daemons.stop(pid);
  }

  /** Starts a lost one again, with the disk that it had. It is ready some seconds later. */
  async startAgain(name: string): Promise<void> {
    const description = this.#described();
    const layout = description.nodes.find((node) => node.name === name);
    if (layout === undefined) throw new Error(`there is no node ${name}`);
    await this.#startNode(layout, description);
  }

  /** Its nodes, each with whether it is ready; undefined when there is no cluster that answers. */
  async status(): Promise<readonly { readonly name: string; readonly ready: boolean }[] | undefined> {
    if (!existsSync(this.folder.kubeconfig) || this.#daemons.running().length === 0) return undefined;
    const api = KubernetesApi.ofKubeconfig(this.folder.kubeconfig);
    try {
      if (!(await api.isReady())) return undefined;
      const nodes = await api.list<Node>('/api/v1/nodes');
      return nodes.map((node) => ({ name: node.metadata.name, ready: isReady(node) }));
    } finally {
      api.close();
    }
  }

  async #start(nodes: readonly NodeLayout[], parts: ClusterParts, props: ClusterProps): Promise<void> {
    const { folder } = this;
    const daemons = this.#daemons;
    mkdirSync(folder.root, { recursive: true });
    keepSettings(folder.settings);
    const kept = { ...parts, runtime: parts.runtime.root };
    const description: Description = { nodes, parts: kept, region: props.region ?? DEFAULT_REGION };
    writeFileSync(folder.description, JSON.stringify(description));
    await writeCertificates(folder, nodes);
    makeBridge();
    const plane = { folder, kube: parts.kube };
    startApiServer(plane, daemons);
    // While the API server starts, the nodes do: their kubelets ask until it answers.
    for (const layout of nodes) await this.#startNode(layout, description);
    const [first] = nodes;
    if (first !== undefined) routeServices(first);
    const api = KubernetesApi.ofKubeconfig(folder.kubeconfig);
    try {
      await this.#until('the API server', READY_WITHIN.api, () => api.isReady());
      startControllers(plane, daemons);
      startMetricsServer(plane, daemons);
      await apply(api, [...storageObjects(), ...secretObjects(), ...dnsObjects(), ...metricsObjects()]);
      startControllerDaemon(folder, daemons);
      await this.#until('the nodes', READY_WITHIN.nodes, async () => {
        const known = await api.list<Node>('/api/v1/nodes');
        return known.filter(isReady).length === nodes.length;
      });
    } finally {
      api.close();
    }
  }

  #startNode(layout: NodeLayout, { nodes, parts, region }: Description): Promise<void> {
    const others = nodes.filter(({ name }) => name !== layout.name);
    const { runtime, kube, secretsDriver, store } = parts;
    const { folder } = this;
    const debian = new DebianParts(runtime);
    return startNode({ layout, others, folder, parts: debian, kube, secretsDriver, store, region }, this.#daemons);
  }

  #described(): Description {
    const { description } = this.folder;
    if (!existsSync(description)) throw new Error(`there is no cluster in ${this.folder.root}; bring one up first`);
    return JSON.parse(readFileSync(description, 'utf8')) as Description;
  }

  async #until(what: string, milliseconds: number, check: () => Promise<boolean>): Promise<void> {
    const until = Date.now() + milliseconds;
    while (!(await check())) {
      this.#daemons.mustLive();
      if (Date.now() > until) {
        throw new Error(`${what} did not get ready within ${milliseconds / 1000} s; see ${this.folder.logs}`);
      }
      await sleep(100);
    }
  }

  async #remove({ keepLogs }: { readonly keepLogs: boolean }): Promise<Removal> {
    const { folder } = this;
    const processes = await this.#daemons.end();
    const interfaces = removeNetwork(CABLES);
    await removeGroups();
    const settings = restoreSettings(folder.settings);
    // Restored: kept any longer they would be taken for those of before.
    rmSync(folder.settings, { force: true });
    const left = existsSync(folder.description)
      ? (JSON.parse(readFileSync(folder.description, 'utf8')) as Description).nodes.map((node) => folder.node(node))
      : [];
    if (keepLogs) {
      this.say(`what its parts said is in ${folder.logs} and ${left.map((home) => `${home}/*.log`).join(', ')}`);
    } else {
      rmSync(folder.root, { recursive: true, force: true });
    }
    return { processes, interfaces, settings };
  }
}

const isReady = ({ status }: Node): boolean =>
  status.conditions.some(({ type, status: value }) => type === 'Ready' && value === 'True');
