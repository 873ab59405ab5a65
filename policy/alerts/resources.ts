/** Nodes, disks, pods. */
import { DEFAULT_TARGETS, EXPORTER_METRICS } from '../../constructs/monitoring/alerts';
import type { Samples, Scenario, Seen } from './scenario';
import { nameOf, ofAutoscaler, ofContainer, ofDisruptionBudget, SELECTORS } from './scenario';

const NODE = '10.30.0.17:9100';
const NODE_NAME = 'cn-hangzhou.10.30.0.17';
const NODE_LABELS = { instance: NODE, nodename: NODE_NAME } as const;
const NAMED = nameOf(NODE, NODE_NAME);

const cores = (idle: Samples): Seen => ({
  [SELECTORS.exporter(EXPORTER_METRICS.nodeCpu, { instance: NODE, cpu: '0', mode: 'idle' })]: idle,
  [SELECTORS.exporter(EXPORTER_METRICS.nodeCpu, { instance: NODE, cpu: '1', mode: 'idle' })]: idle,
  ...NAMED,
});

const memory = (available: Samples): Seen => ({
  [SELECTORS.exporter(EXPORTER_METRICS.nodeMemoryAvailable, { instance: NODE })]: available,
  [SELECTORS.exporter(EXPORTER_METRICS.nodeMemory, { instance: NODE })]: '100x60',
  ...NAMED,
});

const limited = (resource: 'cpu' | 'memory', limit: Samples): Seen => ({
  [ofContainer(EXPORTER_METRICS.containerLimit, 'gateway-a', { resource, node: NODE_NAME })]: limit,
});

const disk = (available: Samples, mountpoint: string, readOnly: Samples): Seen => {
  const labels = { instance: NODE, device: '/dev/vda1', fstype: 'ext4', mountpoint };
  return {
    [SELECTORS.exporter(EXPORTER_METRICS.nodeDiskAvailable, labels)]: available,
    [SELECTORS.exporter(EXPORTER_METRICS.nodeDisk, labels)]: '100x60',
    [SELECTORS.exporter(EXPORTER_METRICS.nodeDiskReadOnly, labels)]: readOnly,
    ...NAMED,
  };
};

const volume = (namespace: string, available: Samples): Seen => {
  const labels = { namespace, persistentvolumeclaim: 'data' };
  return {
    [SELECTORS.exporter(EXPORTER_METRICS.volumeAvailable, labels)]: available,
    [SELECTORS.exporter(EXPORTER_METRICS.volumeCapacity, labels)]: '100x60',
  };
};

const replicas = (current: Samples, most: Samples, least: Samples): Seen => ({
  [ofAutoscaler(EXPORTER_METRICS.autoscalerReplicas)]: current,
  [ofAutoscaler(EXPORTER_METRICS.autoscalerMost)]: most,
  [ofAutoscaler(EXPORTER_METRICS.autoscalerLeast)]: least,
});

const disruption = (wanted: Samples, healthy: Samples): Seen => ({
  [ofDisruptionBudget(EXPORTER_METRICS.disruptionWanted)]: wanted,
  [ofDisruptionBudget(EXPORTER_METRICS.disruptionHealthy)]: healthy,
});

const restarts = (samples: Samples): Seen => ({
  [ofContainer(EXPORTER_METRICS.containerRestarts, 'gateway-a')]: samples,
});

const waiting = (reason: string, samples: Samples): Seen => ({
  [ofContainer(EXPORTER_METRICS.containerWaiting, 'gateway-a', { reason })]: samples,
});

const IN_GATEWAY = { pod: 'gateway-a', container: DEFAULT_TARGETS.container } as const;

export const RESOURCE_SCENARIOS: readonly Scenario[] = [
  {
    alert: 'HighCPUUsage',
    title: 'a node is at eighty percent',
    seen: cores('0+12x30'),
    at: '25m',
    rings: [
      {
        severity: 'warning',
        labels: NODE_LABELS,
        description: 'Node cn-hangzhou.10.30.0.17 uses 80% of its CPU (limit 70 %).',
      },
    ],
  },
  {
    alert: 'HighCPUUsage',
    title: 'a pod uses nine tenths of its limit',
    seen: {
      [ofContainer(EXPORTER_METRICS.containerCpu, 'gateway-a')]: '0+108x30',
      ...limited('cpu', '2x30'),
      ...cores('0+40x30'),
    },
    at: '25m',
    rings: [
      {
        severity: 'critical',
        labels: { pod: 'gateway-a' },
        description: 'Pod gateway-a uses 90% of its CPU limit (limit 85 %).',
      },
      {
        severity: 'warning',
        labels: { pod: 'gateway-a' },
        description: 'Pod gateway-a uses 90% of its CPU limit (limit 70 %).',
      },
    ],
  },
  { alert: 'HighCPUUsage', title: 'a node is at sixty percent', seen: cores('0+24x30'), at: '25m', rings: [] },
  {
    alert: 'HighMemoryUsage',
    title: 'a node has fifteen percent left',
    seen: memory('15x60'),
    at: '15m',
    rings: [
      {
        severity: 'warning',
        labels: NODE_LABELS,
        description: 'Node cn-hangzhou.10.30.0.17 uses 85% of its memory (limit 80 %).',
      },
    ],
  },
  {
    alert: 'HighMemoryUsage',
    title: 'a node has five percent left',
    seen: memory('5x60'),
    at: '15m',
    rings: [
      {
        severity: 'critical',
        labels: NODE_LABELS,
        description: 'Node cn-hangzhou.10.30.0.17 uses 95% of its memory (limit 90 %).',
      },
      {
        severity: 'warning',
        labels: NODE_LABELS,
        description: 'Node cn-hangzhou.10.30.0.17 uses 95% of its memory (limit 80 %).',
      },
    ],
  },
  { alert: 'HighMemoryUsage', title: 'a node has a quarter left', seen: memory('25x60'), at: '15m', rings: [] },
  {
    alert: 'ContainerMemoryLimit',
    title: 'a pod is at ninety-five percent of its limit',
    seen: { [ofContainer(EXPORTER_METRICS.containerMemory, 'gateway-a')]: '950x30', ...limited('memory', '1000x30') },
    at: '10m',
    rings: [
      {
        severity: 'warning',
        labels: { pod: 'gateway-a' },
        description: 'Pod gateway-a uses 95% of its memory limit (limit 90 %); at 100 % it is killed.',
      },
    ],
  },
  {
    alert: 'ContainerMemoryLimit',
    title: 'a pod is at eighty percent of its limit',
    seen: { [ofContainer(EXPORTER_METRICS.containerMemory, 'gateway-a')]: '800x30', ...limited('memory', '1000x30') },
    at: '10m',
    rings: [],
  },
  {
    alert: 'DiskSpaceLow',
    title: 'a node’s disk has ten percent free',
    seen: disk('10x60', '/', '0x60'),
    at: '20m',
    rings: [
      {
        severity: 'warning',
        labels: { ...NODE_LABELS, device: '/dev/vda1' },
        description: 'Disk /dev/vda1 of node cn-hangzhou.10.30.0.17 has 10% free (limit 15 %).',
      },
    ],
  },
  {
    alert: 'DiskSpaceLow',
    title: 'volumes of one name in two namespaces have three percent free',
    seen: { ...volume('monitoring', '3x60'), ...volume('bailian-gateway', '3x60') },
    at: '20m',
    rings: ['bailian-gateway/data', 'monitoring/data'].flatMap((claim) => [
      { severity: 'critical', labels: { claim }, description: `Volume ${claim} has 3% free (limit 5 %).` },
      { severity: 'warning', labels: { claim }, description: `Volume ${claim} has 3% free (limit 15 %).` },
    ]),
  },
  {
    alert: 'DiskSpaceLow',
    title: 'what is full can only be read, or is what a pod has mounted',
    seen: { ...disk('0x60', '/mnt/image', '1x60'), ...disk('1x60', '/var/lib/kubelet/pods/1/volumes/2', '0x60') },
    at: '20m',
    rings: [],
  },
  {
    alert: 'HpaMaxedOut',
    title: 'the autoscaler has made all that it may',
    seen: replicas('3x5 10x30', '10x35', '3x35'),
    at: '25m',
    rings: [
      {
        severity: 'warning',
        description: 'bailian-gateway/gateway has been at 100% of its most replicas for a quarter of an hour.',
      },
    ],
  },
  {
    alert: 'HpaMaxedOut',
    title: 'one more may be made',
    seen: replicas('9x35', '10x35', '3x35'),
    at: '25m',
    rings: [],
  },
  { alert: 'HpaMaxedOut', title: 'the number is fixed', seen: replicas('3x35', '3x35', '3x35'), at: '25m', rings: [] },
  {
    alert: 'PdbViolated',
    title: 'one healthy pod is left where two must be',
    seen: disruption('2x20', '1x20'),
    at: '10m',
    rings: [
      {
        severity: 'critical',
        description: '1 healthy pods are missing to what bailian-gateway/gateway wants; no node can be drained.',
      },
    ],
  },
  {
    alert: 'PdbViolated',
    title: 'just enough pods are healthy',
    seen: disruption('2x20', '2x20'),
    at: '10m',
    rings: [],
  },
  {
    alert: 'ContainerRestarting',
    title: 'a container was restarted three times',
    seen: restarts('0x5 1x5 2x5 3x20'),
    at: '25m',
    rings: [
      {
        severity: 'warning',
        labels: IN_GATEWAY,
        description: 'Container gateway of pod gateway-a was restarted 3 times in half an hour.',
      },
    ],
  },
  {
    alert: 'ContainerRestarting',
    title: 'a container was restarted once',
    seen: restarts('0x5 1x30'),
    at: '25m',
    rings: [],
  },
  {
    alert: 'PodCrashLooping',
    title: 'a container waits, runs for a moment and waits again',
    seen: waiting('CrashLoopBackOff', '1 1 _ 1 1 1 _ _ 1 1 1 1 _ 1 1 1'),
    at: '12m',
    rings: [
      {
        severity: 'critical',
        labels: IN_GATEWAY,
        description:
          'Container gateway of pod gateway-a ends again and again; Kubernetes waits longer each time before it starts it.',
      },
    ],
  },
  {
    alert: 'PodCrashLooping',
    title: 'the migration fails',
    seen: {
      [SELECTORS.exporter(EXPORTER_METRICS.initContainerWaiting, {
        namespace: DEFAULT_TARGETS.namespace,
        pod: 'gateway-a',
        container: 'migration',
        reason: 'CrashLoopBackOff',
      })]: '1x20',
    },
    at: '12m',
    rings: [
      {
        severity: 'critical',
        labels: { pod: 'gateway-a', container: 'migration' },
        description:
          'Container migration of pod gateway-a ends again and again; Kubernetes waits longer each time before it starts it.',
      },
    ],
  },
  {
    alert: 'PodCrashLooping',
    title: 'a container waits for its image',
    seen: waiting('ContainerCreating', '1x20'),
    at: '12m',
    rings: [],
  },
];
