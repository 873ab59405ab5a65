/** One node: namespaces of this machine in which containerd, a kubelet and kube-proxy run as on a machine of their own. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { groupOf, makeGroup } from './cgroups';
import type { Daemons } from './daemons';
import type { DebianParts } from './debian-parts';
import { containerdConfig, copyStore } from './images/store';
import { NETWORK, SECRET_STORE_URL, type ClusterFolder, type NodeLayout } from './layout';
import { connect } from './network';

const SCRIPT = join(__dirname, 'node.sh');
const SOCKETS = '/run/containerd';
const NAMESPACES = ['--net', '--mount', '--pid', '--ipc', '--uts'] as const;
/** Milliseconds until the first process of a node is in its namespaces. */
const BORN_WITHIN = 5_000;

export interface NodeProps {
  readonly layout: NodeLayout;
  readonly others: readonly NodeLayout[];
  readonly folder: ClusterFolder;
  readonly parts: DebianParts;
  /** Path of the executable with all of Kubernetes in it. */
  readonly kube: string;
  /** Path of the driver that mounts secrets. */
  readonly secretsDriver: string;
  /** The images that it has from the beginning. */
  readonly store: string;
  readonly region: string;
}

/** Starts the node; it is ready some seconds later. */
export async function startNode(props: NodeProps, daemons: Daemons): Promise<void> {
  const { layout, others, folder, parts, kube } = props;
  const home = folder.node(layout);
  makeGroup(layout);
  mkdirSync(home, { recursive: true });
  // One that is started again has its images, and what it has made of them.
  if (!existsSync(join(home, 'containerd'))) copyStore(props.store, join(home, 'containerd'));
  writeConfiguration(props, home);
  const labels = {
    'topology.kubernetes.io/zone': layout.zone,
    'topology.kubernetes.io/region': props.region,
    ...layout.labels,
  };
  const parent = daemons.start(
    layout.name,
    'unshare',
    [...NAMESPACES, '--fork', '--kill-child', '--mount-proc', SCRIPT],
    {
      ...parts.environment,
      FOLDER: home,
      NAME: layout.name,
      ADDRESS: layout.address,
      GATEWAY: NETWORK.host,
      ROUTES: others.map(({ pods, address }) => `${pods} ${address}`).join('\n'),
      KUBE: kube,
      CONTAINERD: parts.containerd,
      CTR: parts.ctr,
      SECRETS: props.secretsDriver,
      SECRETS_STORE: SECRET_STORE_URL,
      LABELS: Object.entries(labels)
        .map(([label, value]) => `${label}=${value}`)
        .join(','),
    },
  );
  connect(layout, await firstProcessBelow(parent));
}

/** The child of `unshare`, once it is in a network namespace of its own. */
async function firstProcessBelow(parent: number): Promise<number> {
  const until = Date.now() + BORN_WITHIN;
  const own = readlinkSync('/proc/self/ns/net');
  while (Date.now() < until) {
    try {
      const [child] = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').split(' ');
      if (child !== undefined && child !== '' && readlinkSync(`/proc/${child}/ns/net`) !== own) return Number(child);
    } catch {
      // Not there yet.
    }
    await sleep(10);
  }
  throw new Error(`the node's first process did not start within ${BORN_WITHIN} ms`);
}

function writeConfiguration({ layout, folder, parts }: NodeProps, home: string): void {
  const network = join(home, 'network');
  mkdirSync(network, { recursive: true });
  const write = (name: string, content: object): void => {
    writeFileSync(join(home, name), JSON.stringify(content, null, 2));
  };
  const secret = (name: string): string => join(folder.certificates, name);
  copyFileSync(secret(`${layout.name}.kubeconfig`), join(home, 'kubeconfig'));
  writeFileSync(
    join(home, 'containerd.toml'),
    containerdConfig({ parts, root: join(home, 'containerd'), state: SOCKETS, network }),
  );
  write('network/10-pods.conflist', podNetwork(layout));
  write('kubelet.yaml', kubeletConfig(layout, home, secret));
  write('proxy.yaml', proxyConfig(secret('proxy.kubeconfig')));
}

/** Pods of a node share a bridge; those of another are reached by a route. Source: CNI specification, `bridge` plugin. */
const podNetwork = ({ pods }: NodeLayout): object => ({
  cniVersion: '1.0.0',
  name: 'pods',
  plugins: [
    {
      type: 'bridge',
      bridge: 'cni0',
      isGateway: true,
      // Pods are reached and seen under their own addresses, also from the machine.
      ipMasq: false,
      hairpinMode: true,
      ipam: { type: 'host-local', ranges: [[{ subnet: pods }]], routes: [{ dst: '0.0.0.0/0' }] },
    },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
});

/** Source: KubeletConfiguration, v1beta1. */
const kubeletConfig = (node: NodeLayout, home: string, secret: (name: string) => string): object => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  failCgroupV1: false,
  cgroupDriver: 'cgroupfs',
  cgroupRoot: groupOf(node),
  containerRuntimeEndpoint: `unix://${SOCKETS}/containerd.sock`,
  authentication: {
    anonymous: { enabled: false },
    webhook: { enabled: true },
    x509: { clientCAFile: secret('ca.crt') },
  },
  authorization: { mode: 'Webhook' },
  tlsCertFile: secret(`${node.name}.crt`),
  tlsPrivateKeyFile: secret(`${node.name}.key`),
  registerWithTaints: node.taints,
  clusterDNS: [NETWORK.dnsService],
  clusterDomain: 'cluster.local',
  resolvConf: '',
  failSwapOn: false,
  // Lowering a score needs a capability that a container does not have.
  oomScoreAdj: 0,
  makeIPTablesUtilChains: false,
  podLogsDir: join(home, 'pod-logs'),
  // Each node sees the whole machine's disk and memory, and three times as much goes on there.
  evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
  // What is in the store can be had from nowhere else.
  imageGCHighThresholdPercent: 100,
  nodeStatusUpdateFrequency: '5s',
});

/** Source: KubeProxyConfiguration, v1alpha1. */
const proxyConfig = (kubeconfig: string): object => ({
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  mode: 'iptables',
  clientConnection: { kubeconfig },
  clusterCIDR: NETWORK.pods,
  oomScoreAdj: 0,
  // The machine's own limits of connections are not the cluster's to set.
  conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  iptables: { syncPeriod: '30s', minSyncPeriod: '200ms' },
});
