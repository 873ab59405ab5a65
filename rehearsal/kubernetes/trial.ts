/** A trial of the local cluster: pods in every zone, a Service and its name, an address, a volume, figures; then nothing. */
import { Resolver } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { KubernetesApi, type KubernetesObject } from './api';
import { IMAGES, PAUSE_IMAGE } from './images/catalogue';
import { NETWORK } from './layout';
import { apply, type Manifest } from './objects/apply';

const NAMESPACE = 'trial';
const NAME = 'web';
const LABELS = { app: NAME } as const;
const KEEPER = 'keeper';
const PORT = 8080;
/** Milliseconds until each thing must be so. */
const WITHIN = 90_000;
const [, { reference: IMAGE }] = IMAGES;

type Object = Manifest & { readonly spec?: object; readonly data?: object };

interface Service extends KubernetesObject {
  readonly spec: { readonly clusterIP: string };
  readonly status: { readonly loadBalancer: { readonly ingress?: readonly { readonly ip: string }[] } };
}

interface Pod extends KubernetesObject {
  readonly spec: { readonly nodeName?: string };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** @throws Error at the first thing that is not so */
export async function tryCluster(kubeconfig: string, zones: number, say: (line: string) => void): Promise<void> {
  const api = KubernetesApi.ofKubeconfig(kubeconfig);
  const must = async (what: string, check: () => Promise<boolean>): Promise<void> => {
    const started = Date.now();
    while (!(await check())) {
      if (Date.now() - started > WITHIN) throw new Error(`NOT so within ${WITHIN / 1000} s: ${what}`);
      await sleep(200);
    }
    say(`  ${what}: after ${((Date.now() - started) / 1000).toFixed(1)} s`);
  };
  const path = `/api/v1/namespaces/${NAMESPACE}`;
  try {
    await apply(api, objects(zones));
    await must(`a pod is ready on each of ${zones} nodes`, async () => {
      const pods = await api.list<Pod>(`${path}/pods?labelSelector=app%3D${NAME}`);
      const ready = pods.filter(({ status }) => isReady(status));
      return ready.length === zones && new Set(ready.map(({ spec }) => spec.nodeName)).size === zones;
    });
    const service = await api.get<Service>(`${path}/services/${NAME}`);
    const { clusterIP = '' } = service?.spec ?? {};
    await must(`the Service answers on its address, ${clusterIP}`, () => answers(clusterIP));
    const resolver = new Resolver({ timeout: 1_000, tries: 1 });
    resolver.setServers([NETWORK.dnsService]);
    const resolves = async (name: string, address: string): Promise<boolean> =>
      (await resolver.resolve4(name).catch((): string[] => [])).includes(address);
    const name = `${NAME}.${NAMESPACE}.svc.cluster.local`;
    await must(`the cluster's DNS knows ${name}`, () => resolves(name, clusterIP));
    await must('… and the names of the cloud', () => resolves('anything.mysql.rds.aliyuncs.com', NETWORK.host));
    await must('the Service answers on the address of its load balancer', async () => {
      const balanced = await api.get<Service>(`${path}/services/${NAME}`);
      const address = balanced?.status.loadBalancer.ingress?.[0]?.ip;
      return address !== undefined && answers(address);
    });
    await must('a pod runs with the volume that it claims', async () => {
      const pods = await api.list<Pod>(`${path}/pods?labelSelector=app%3D${KEEPER}`);
      return pods.some(({ status }) => isReady(status));
    });
    await must('there are figures of every node', async () => {
      const { status, body } = await api.ask('GET', '/apis/metrics.k8s.io/v1beta1/nodes');
      return status === 200 && (JSON.parse(body) as { readonly items: readonly object[] }).items.length >= zones;
    });
  } finally {
    await api.ask('DELETE', path).catch(() => undefined);
    api.close();
  }
}

const isReady = ({ conditions = [] }: Pod['status']): boolean =>
  conditions.some(({ type, status }) => type === 'Ready' && status === 'True');

async function answers(address: string): Promise<boolean> {
  try {
    return (await fetch(`http://${address}/health`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

/** A server out of the image that is there in any case: CoreDNS tells its health by HTTP. */
function objects(replicas: number): readonly Object[] {
  const metadata = { name: NAME, namespace: NAMESPACE };
  const spread = {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'DoNotSchedule',
    labelSelector: { matchLabels: LABELS },
  };
  const container = {
    name: NAME,
    image: IMAGE,
    imagePullPolicy: 'IfNotPresent',
    args: ['-conf', '/config/Corefile'],
    readinessProbe: { httpGet: { path: '/health', port: PORT }, periodSeconds: 1 },
    volumeMounts: [{ name: 'config', mountPath: '/config' }],
  };
  const pod = {
    topologySpreadConstraints: [spread],
    terminationGracePeriodSeconds: 0,
    containers: [container],
    volumes: [{ name: 'config', configMap: { name: NAME } }],
  };
  const keeper = {
    terminationGracePeriodSeconds: 0,
    containers: [{ name: KEEPER, image: PAUSE_IMAGE, volumeMounts: [{ name: 'kept', mountPath: '/kept' }] }],
    volumes: [{ name: 'kept', persistentVolumeClaim: { claimName: 'kept' } }],
  };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { Corefile: `.:1053 {\n  health :${PORT}\n}\n` } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { replicas, selector: { matchLabels: LABELS }, template: { metadata: { labels: LABELS }, spec: pod } },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { type: 'LoadBalancer', selector: LABELS, ports: [{ port: 80, targetPort: PORT }] },
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'kept', namespace: NAMESPACE },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: KEEPER, namespace: NAMESPACE },
      spec: {
        selector: { matchLabels: { app: KEEPER } },
        template: { metadata: { labels: { app: KEEPER } }, spec: keeper },
      },
    },
  ];
}
