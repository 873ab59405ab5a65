/** The control plane, as processes of this machine beside the nodes: etcd, API server, controllers, scheduler. */
import { join } from 'node:path';
import type { Daemons } from './daemons';
import { NETWORK, PORTS, type ClusterFolder } from './layout';

export interface ControlPlaneProps {
  readonly folder: ClusterFolder;
  /** Path of the executable with all of Kubernetes in it. */
  readonly kube: string;
}

const LOOPBACK = '127.0.0.1';
const ETCD = `http://${LOOPBACK}:${PORTS.etcd}`;

/** As flags: `{ a: 'b' }` is `--a=b`. */
const flags = (values: Readonly<Record<string, string | number | boolean>>): readonly string[] =>
  Object.entries(values).map(([name, value]) => `--${name}=${value}`);

/** Starts etcd and the API server, which retries until etcd answers. */
export function startApiServer({ folder, kube }: ControlPlaneProps, daemons: Daemons): void {
  const secret = (name: string): string => join(folder.certificates, name);
  const peer = `http://${LOOPBACK}:${PORTS.etcdPeer}`;
  daemons.start('etcd', kube, [
    'etcd',
    ...flags({
      'data-dir': join(folder.root, 'etcd'),
      'listen-client-urls': ETCD,
      'advertise-client-urls': ETCD,
      'listen-peer-urls': peer,
      'initial-advertise-peer-urls': peer,
      'initial-cluster': `default=${peer}`,
      // What a rehearsal stores need not survive the machine.
      'unsafe-no-fsync': true,
      'log-level': 'warn',
    }),
  ]);
  daemons.start('apiserver', kube, [
    'kube-apiserver',
    ...flags({
      'etcd-servers': ETCD,
      // On the bridge, for nodes and pods; no other machine has a route to that.
      'bind-address': NETWORK.host,
      'secure-port': PORTS.api,
      'advertise-address': NETWORK.host,
      'tls-cert-file': secret('apiserver.crt'),
      'tls-private-key-file': secret('apiserver.key'),
      'client-ca-file': secret('ca.crt'),
      'service-account-key-file': secret('accounts.pub'),
      'service-account-signing-key-file': secret('accounts.key'),
      'service-account-issuer': 'https://kubernetes.default.svc.cluster.local',
      'service-cluster-ip-range': NETWORK.services,
      'authorization-mode': 'Node,RBAC',
      'enable-admission-plugins': 'NodeRestriction',
      'kubelet-client-certificate': secret('kubelet-client.crt'),
      'kubelet-client-key': secret('kubelet-client.key'),
      'kubelet-certificate-authority': secret('ca.crt'),
      'kubelet-preferred-address-types': 'InternalIP',
      'requestheader-client-ca-file': secret('ca.crt'),
      'requestheader-allowed-names': 'front-proxy-client',
      'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
      'requestheader-group-headers': 'X-Remote-Group',
      'requestheader-username-headers': 'X-Remote-User',
      'proxy-client-cert-file': secret('front-proxy.crt'),
      'proxy-client-key-file': secret('front-proxy.key'),
      // The machine has routes to pods, and none to what only rules on a node know.
      'enable-aggregator-routing': true,
      'allow-privileged': true,
      profiling: false,
    }),
  ]);
}

/** Starts what acts on the API: they need it to answer. */
export function startControllers({ folder, kube }: ControlPlaneProps, daemons: Daemons): void {
  const secret = (name: string): string => join(folder.certificates, name);
  daemons.start('controller-manager', kube, [
    'kube-controller-manager',
    ...flags({
      kubeconfig: secret('controller-manager.kubeconfig'),
      'service-account-private-key-file': secret('accounts.key'),
      'root-ca-file': secret('ca.crt'),
      'use-service-account-credentials': true,
      'leader-elect': false,
      'bind-address': LOOPBACK,
      'cluster-signing-cert-file': secret('ca.crt'),
      'cluster-signing-key-file': secret('ca.key'),
      // The nodes' ranges of pods are laid out beforehand.
      controllers: '*,-node-ipam-controller',
      // Quicker than a cluster's 15 s, 30 s and 5 min: a rehearsal need not wait; how it scales is the object's own.
      'horizontal-pod-autoscaler-sync-period': '5s',
      'horizontal-pod-autoscaler-initial-readiness-delay': '10s',
      'horizontal-pod-autoscaler-cpu-initialization-period': '20s',
    }),
  ]);
  daemons.start('scheduler', kube, [
    'kube-scheduler',
    ...flags({ kubeconfig: secret('scheduler.kubeconfig'), 'leader-elect': false, 'bind-address': LOOPBACK }),
  ]);
}

/** metrics-server beside the API server, which reaches it as if it were a Service's pod. */
export function startMetricsServer({ folder, kube }: ControlPlaneProps, daemons: Daemons): void {
  const { kubeconfig } = folder;
  daemons.start('metrics-server', kube, [
    'metrics-server',
    ...flags({
      kubeconfig,
      'authentication-kubeconfig': kubeconfig,
      'authorization-kubeconfig': kubeconfig,
      'cert-dir': join(folder.root, 'metrics-server'),
      'secure-port': PORTS.metrics,
      'bind-address': NETWORK.host,
      'kubelet-preferred-address-types': 'InternalIP',
      'kubelet-certificate-authority': join(folder.certificates, 'ca.crt'),
      'metric-resolution': '10s',
      // Must be below the resolution, or it does not start.
      'kubelet-request-timeout': '5s',
    }),
  ]);
}
