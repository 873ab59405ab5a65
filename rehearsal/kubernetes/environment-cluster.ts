/**
 * The Kubernetes that an environment's stacks are rehearsed on: a local one with the environment's zones and pools, or
 * one that is named and only used.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ROUTES } from '../../app/src/routes';
import type { Environment } from '../../environments';
import { CHART_REPOSITORY } from '../../constructs/platform/chart';
import {
  GATEWAY_SERVICE_ACCOUNT,
  IMAGE_REPOSITORY,
  POOL_LABEL,
  PROVIDED_SECRETS,
  registryHost,
  secretName,
} from '../../stacks/names';
import type { Double } from '../cloud/double';
import type { Product } from '../cloud/product';
import { CURRENT, secrets } from '../cloud/products/kms/secrets';
import { site } from '../cloud/site';
import { preparePrograms } from '../toolchain';
import { Cache } from '../toolchain/cache';
import { thisHost } from '../toolchain/host';
import { withLock, type LockHolder } from '../toolchain/lock';
import { KubernetesApi, type KubernetesObject } from './api';
import { issueServerIdentity, type ServerIdentity } from './certificates';
import { resourceDefinitions } from './charts/definitions';
import { standInRepository } from './charts/repository';
import { CloudServices } from './cloud-services';
import { LocalCluster } from './cluster';
import { gatewayImage } from './images/gateway';
import { NETWORK, RANGES, type NodeWish } from './layout';
import { SecretStore } from './secret-store';

/** A cluster that is there already: its kubeconfig, by the command line or by this variable. */
export const KUBECONFIG_VARIABLE = 'REHEARSAL_KUBECONFIG';

/** What a person puts into KMS before a deployment; here they are made up. */
const PROVIDED_VALUES: Readonly<Record<keyof typeof PROVIDED_SECRETS, string>> = {
  admin: 'sk-rehearsal-admin-0123456789abcdef',
  upstream: 'sk-rehearsal-upstream',
  fallbackUpstream: 'sk-rehearsal-fallback-upstream',
};

/** The administrator's key of a gateway that is rehearsed. */
export const REHEARSAL_ADMIN_KEY = PROVIDED_VALUES.admin;

/** Names under which the cloud's services are asked, for their certificate. */
const SERVICE_NAMES = ['*.aliyuncs.com', '*.mysql.rds.aliyuncs.com', '*.redis.rds.aliyuncs.com'] as const;

/** Namespaces that a cluster has by itself. */
const OWN_NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'] as const;

interface Service extends KubernetesObject {
  readonly spec: { readonly clusterIP: string; readonly ports: readonly { readonly port: number }[] };
}

export interface EnvironmentCluster {
  /** For the double to hand out. */
  readonly kubeconfig: string;
  /** Addresses that no proxy may stand before. */
  readonly direct: readonly string[];
  /** What is reached through the double beside the cloud. */
  readonly sites: readonly Product[];
  /** Lets pods have the double's secrets, and what they lead to. */
  serve(double: Double): Promise<void>;
  /** What is there and was not at the beginning. */
  leftovers(): Promise<readonly string[]>;
  /** Asks the gateway, through its Service. @returns what was wrong; nothing when it answered as it should */
  ask(): Promise<string | undefined>;
  stop(): Promise<void>;
}

/** The one that the variable names, else a local one, brought up now. */
export async function clusterFor(
  environment: Environment,
  kubeconfig = process.env[KUBECONFIG_VARIABLE],
): Promise<EnvironmentCluster> {
  if (kubeconfig !== undefined && kubeconfig !== '') return new NamedCluster(kubeconfig);
  return LocalEnvironmentCluster.start(environment);
}

/** The local one that this process has brought up, or is about to. */
let ours: LocalCluster | undefined;

/** Whatever there is of a local one of this process goes: for whoever is interrupted. Another's is left alone. */
export async function removeLocalCluster(): Promise<void> {
  await ours?.down();
}

/** A machine carries one local cluster: who comes second waits for the first, and says so. */
export function aloneOnLocalCluster<T>(work: () => Promise<T>): Promise<T> {
  const lock = Cache.ofUser(process.env).path('kubernetes.lock');
  const onWait = ({ pid }: LockHolder): void => {
    console.log(`process ${pid} rehearses on this machine's Kubernetes; waiting for its end`);
  };
  return withLock(lock, onWait, work);
}

/** This machine's, whether it is up or not. */
export const localCluster = (): LocalCluster =>
  new LocalCluster(Cache.ofUser(process.env).path('kubernetes'), console.log);

/** Only used: it is nobody's here to change, so it must have what pods need, secrets included. */
class NamedCluster implements EnvironmentCluster {
  readonly kubeconfig: string;
  readonly direct: readonly string[];
  readonly sites: readonly Product[] = [];
  private readonly api: KubernetesApi;
  #before: readonly string[] = [];

  constructor(file: string) {
    if (!existsSync(file))
      throw new Error(`${KUBECONFIG_VARIABLE} names ${file}, and there is no such file; correct it`);
    this.kubeconfig = readFileSync(file, 'utf8');
    this.api = KubernetesApi.ofKubeconfig(file);
    this.direct = [new URL(this.api.server).hostname];
  }

  async serve(double: Double): Promise<void> {
    this.#before = await this.#namespaces();
    console.log(`${this.api.server} is used as it is, with ${double.cloud.accountId}'s cloud beside it`);
  }

  async leftovers(): Promise<readonly string[]> {
    return (await this.#namespaces()).filter((namespace) => !this.#before.includes(namespace));
  }

  ask(): Promise<string | undefined> {
    // A Service of somebody else's cluster is in no reach from here.
    return Promise.resolve(undefined);
  }

  stop(): Promise<void> {
    this.api.close();
    return Promise.resolve();
  }

  async #namespaces(): Promise<readonly string[]> {
    return (await this.api.list<KubernetesObject>('/api/v1/namespaces')).map(({ metadata }) => metadata.name);
  }
}

class LocalEnvironmentCluster implements EnvironmentCluster {
  readonly kubeconfig: string;
  readonly direct: readonly string[] = [NETWORK.host, ...RANGES];
  readonly #api: KubernetesApi;
  readonly #services: CloudServices;
  #secretStore: SecretStore | undefined;

  private constructor(
    private readonly environment: Environment,
    private readonly cluster: LocalCluster,
    private readonly identity: ServerIdentity,
    readonly sites: readonly Product[],
  ) {
    this.kubeconfig = readFileSync(cluster.folder.kubeconfig, 'utf8');
    this.#api = KubernetesApi.ofKubeconfig(cluster.folder.kubeconfig);
    this.#services = new CloudServices(cluster.folder);
  }

  static async start(environment: Environment): Promise<EnvironmentCluster> {
    const host = thisHost();
    const cache = Cache.ofUser(host.environment);
    CloudServices.mustBeInstalled((command) => host.find(command));
    const identity = await keptIdentity(cache);
    const image = await gatewayImage(cache, imageOf(environment), identity.authority);
    const { helm } = await preparePrograms(['helm']);
    const definitions = await resourceDefinitions('prometheusOperator', host, cache);
    const charts = site(
      environment.platform.sources?.charts ?? CHART_REPOSITORY,
      standInRepository({ helm, definitions }),
    );
    const cluster = localCluster();
    ours = cluster;
    const nodes = nodesOf(environment);
    const seconds = await cluster.up({ nodes, region: environment.region, images: [image] });
    console.log(`a Kubernetes of ${nodes.length} nodes is ready after ${seconds.toFixed(1)} s`);
    return new LocalEnvironmentCluster(environment, cluster, identity, [charts]);
  }

  async serve(double: Double): Promise<void> {
    await this.#services.start(this.identity);
    const provided = new Map(
      Object.entries(PROVIDED_SECRETS).map(([noun, name]) => [
        secretName(this.environment, name),
        PROVIDED_VALUES[noun as keyof typeof PROVIDED_SECRETS],
      ]),
    );
    this.#secretStore = await SecretStore.start(this.#api, async (name) => {
      const secret = secrets.in(double.cloud.store).find(name);
      const value =
        secret?.versions.find(({ stages }) => stages.includes(CURRENT))?.data.reveal() ?? provided.get(name);
      if (value !== undefined && URL.canParse(value)) await this.#services.accept(value);
      return value;
    });
  }

  async leftovers(): Promise<readonly string[]> {
    const namespaces = await this.#api.list<KubernetesObject>('/api/v1/namespaces');
    return namespaces
      .map(({ metadata }) => metadata.name)
      .filter((name) => !OWN_NAMESPACES.some((own) => own === name))
      .map((name) => `namespace ${name}`);
  }

  async ask(): Promise<string | undefined> {
    const { namespace, name } = GATEWAY_SERVICE_ACCOUNT;
    const service = await this.#api.get<Service>(`/api/v1/namespaces/${namespace}/services/${name}`);
    const port = service?.spec.ports[0]?.port;
    if (service === undefined || port === undefined) return `there is no Service ${namespace}/${name}`;
    const response = await fetch(`http://${service.spec.clusterIP}:${port}${ROUTES.chatCompletions}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${REHEARSAL_ADMIN_KEY}` },
      body: JSON.stringify({ model: 'qwen-plus', messages: [{ role: 'user', content: QUESTION }] }),
    });
    const answer = await response.text();
    return response.ok && answer.includes(QUESTION)
      ? undefined
      : `it answered ${response.status}: ${answer.slice(0, 300)}`;
  }

  async stop(): Promise<void> {
    this.#api.close();
    await this.#secretStore?.stop();
    await this.#services.stop();
    await this.cluster.down();
    ours = undefined;
  }
}

/** What is asked, and comes back as the answer. */
const QUESTION = 'Does a pod answer for a model?';

/** The name by which the environment's pods ask for the gateway's image. */
function imageOf(environment: Environment): string {
  const { registry, workload } = environment;
  return `${registryHost(environment)}/${registry.namespace}/${IMAGE_REPOSITORY}@${workload.imageDigest}`;
}

/** Thousandths of a core that a node has for what is on every node: the node exporter, and room to be scheduled into. */
const OVERHEAD_MILLIS = 500;

/**
 * One system node in each zone, and as many of the workload pool as the gateway's least replicas ask for with one more
 * while it is rolled out. Each node has this machine's cores, of which the cloud's have more.
 */
export function nodesOf(
  { network, profile }: Pick<Environment, 'network' | 'profile'>,
  cores = availableParallelism(),
): readonly NodeWish[] {
  const pods = Math.max(1, Math.floor((cores * 1000 - OVERHEAD_MILLIS) / profile.requests.cpuMillis));
  const perZone = Math.ceil((profile.replicas.min + 1) / (pods * network.zones.length));
  return network.zones.flatMap(({ id: zone }): readonly NodeWish[] => [
    ...Array.from({ length: perZone }, () => ({ zone, labels: { [POOL_LABEL]: 'workload' } })),
    {
      zone,
      labels: { [POOL_LABEL]: 'system' },
      taints: [{ key: POOL_LABEL, value: 'system', effect: 'PreferNoSchedule' }],
    },
  ]);
}

/** What the stand-ins show, the same as long as it is kept: images are made to trust its authority. */
async function keptIdentity(cache: Cache): Promise<ServerIdentity> {
  const folder = await cache.once(
    'cloud-identity/1',
    () => undefined,
    async (partial) => {
      const identity = await issueServerIdentity(SERVICE_NAMES);
      for (const [name, content] of Object.entries<string>({ ...identity })) {
        writeFileSync(join(partial, `${name}.pem`), content, { mode: 0o600 });
      }
    },
  );
  const read = (name: keyof ServerIdentity): string => readFileSync(join(folder, `${name}.pem`), 'utf8');
  return { authority: read('authority'), certificate: read('certificate'), key: read('key') };
}
