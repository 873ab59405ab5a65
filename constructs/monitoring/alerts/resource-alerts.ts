/** Nodes, disks and the gateway’s containers. */
import type { AlertDefinition } from './definition';
import { EXPORTER_METRICS } from './exporters';
import { increase, maxBy, minBy, rate, sumBy } from './promql';
import type { RuleQueries } from './queries';
import type { AlertName } from './thresholds';

/** File systems that are in memory, or only another view of one that is counted. */
const NO_DISK = { unlike: 'tmpfs|ramfs|overlay|squashfs|nsfs|rootfs|iso9660' } as const;

/** Another view of a node’s disk: what pods and containers have mounted. */
const MOUNTED = { unlike: '/(run|var/lib/(kubelet|containerd|docker))/.*' } as const;

const limitOf = (queries: RuleQueries, resource: 'cpu' | 'memory'): string => {
  const { namespace, container } = queries.targets;
  return maxBy(['pod'], queries.exporter(EXPORTER_METRICS.containerLimit, { namespace, container, resource }));
};

const ofNodeDisk = (queries: RuleQueries, metric: 'nodeDiskAvailable' | 'nodeDisk' | 'nodeDiskReadOnly'): string =>
  queries.exporter(EXPORTER_METRICS[metric], { fstype: NO_DISK, mountpoint: MOUNTED });

export const RESOURCE_ALERTS = {
  HighCPUUsage: {
    component: 'resources',
    summary: 'CPU is short',
    description: ({ limit }) =>
      `{{ with $labels.pod }}Pod {{ . }} uses {{ $value | humanizePercentage }} of its CPU limit` +
      `{{ else }}Node {{ $labels.nodename }} uses {{ $value | humanizePercentage }} of its CPU{{ end }} (limit ${limit}).`,
    expression: (queries, { beyond }) => {
      const { namespace, container } = queries.targets;
      const idle = rate(queries.exporter(EXPORTER_METRICS.nodeCpu, { mode: 'idle' }), '5m');
      const used = rate(queries.exporter(EXPORTER_METRICS.containerCpu, { namespace, container }), '5m');
      return (
        `${queries.namedNodes(`1 - avg by (instance) (${idle})`)} ${beyond}\n` +
        `or ${sumBy(['pod'], used)} / ${limitOf(queries, 'cpu')} ${beyond}`
      );
    },
  },
  HighMemoryUsage: {
    component: 'resources',
    summary: 'Memory of a node is short',
    description: ({ limit }) =>
      `Node {{ $labels.nodename }} uses {{ $value | humanizePercentage }} of its memory (limit ${limit}).`,
    expression: (queries, { beyond }) => {
      const free = queries.exporter(EXPORTER_METRICS.nodeMemoryAvailable);
      const all = queries.exporter(EXPORTER_METRICS.nodeMemory);
      return `${queries.namedNodes(`1 - ${maxBy(['instance'], free)} / ${maxBy(['instance'], all)}`)} ${beyond}`;
    },
  },
  ContainerMemoryLimit: {
    component: 'resources',
    summary: 'A pod is about to be killed for its memory',
    description: ({ limit }) =>
      `Pod {{ $labels.pod }} uses {{ $value | humanizePercentage }} of its memory limit (limit ${limit}); at 100 % it is killed.`,
    expression: (queries, { beyond }) => {
      const { namespace, container } = queries.targets;
      const used = queries.exporter(EXPORTER_METRICS.containerMemory, { namespace, container });
      return `${maxBy(['pod'], used)} / ${limitOf(queries, 'memory')} ${beyond}`;
    },
  },
  DiskSpaceLow: {
    component: 'resources',
    summary: 'A disk is nearly full',
    description: ({ limit }) =>
      `{{ with $labels.claim }}Volume {{ . }}{{ else }}Disk {{ $labels.device }} of node {{ $labels.nodename }}{{ end }} ` +
      `has {{ $value | humanizePercentage }} free (limit ${limit}).`,
    expression: (queries, { beyond }) => {
      const writable = `${ofNodeDisk(queries, 'nodeDiskReadOnly')} == 0`;
      const disks = minBy(
        ['instance', 'device'],
        `${ofNodeDisk(queries, 'nodeDiskAvailable')} / ${ofNodeDisk(queries, 'nodeDisk')} and ${writable}`,
      );
      const free = queries.exporter(EXPORTER_METRICS.volumeAvailable);
      const all = queries.exporter(EXPORTER_METRICS.volumeCapacity);
      // The label `namespace` of the alert is the gateway's, and two namespaces may have a claim of one name.
      const volumes = `label_join(${free} / ${all}, "claim", "/", "namespace", "persistentvolumeclaim")`;
      return `${queries.namedNodes(disks)} ${beyond}\nor ${minBy(['claim'], volumes)} ${beyond}`;
    },
  },
  ContainerRestarting: {
    component: 'pods',
    summary: 'A container keeps ending',
    description: () =>
      'Container {{ $labels.container }} of pod {{ $labels.pod }} was restarted {{ $value | printf "%.0f" }} times in half an hour.',
    expression: (queries, { beyond }) => {
      const { namespace } = queries.targets;
      const restarts = increase(queries.exporter(EXPORTER_METRICS.containerRestarts, { namespace }), '30m');
      return `${sumBy(['pod', 'container'], restarts)} ${beyond}`;
    },
  },
  PodCrashLooping: {
    component: 'pods',
    summary: 'A pod does not come up',
    description: () =>
      'Container {{ $labels.container }} of pod {{ $labels.pod }} ends again and again; Kubernetes waits longer each time before it starts it.',
    expression: (queries, { beyond }) => {
      const { namespace } = queries.targets;
      const looping = (metric: 'containerWaiting' | 'initContainerWaiting'): string =>
        // A container that loops runs for a moment in between.
        maxBy(
          ['pod', 'container'],
          `max_over_time(${queries.exporter(EXPORTER_METRICS[metric], { namespace, reason: 'CrashLoopBackOff' })}[5m])`,
        );
      return `${looping('containerWaiting')} ${beyond}\nor ${looping('initContainerWaiting')} ${beyond}`;
    },
  },
  HpaMaxedOut: {
    component: 'resources',
    summary: 'The autoscaler can add no more pods',
    description: (_, { targets }) =>
      `${targets.namespace}/${targets.autoscaler} has been at {{ $value | humanizePercentage }} of its most replicas for a quarter of an hour.`,
    expression: (queries, { beyond }) => {
      const { namespace, autoscaler: horizontalpodautoscaler } = queries.targets;
      const of = (metric: 'autoscalerReplicas' | 'autoscalerMost' | 'autoscalerLeast'): string =>
        sumBy([], queries.exporter(EXPORTER_METRICS[metric], { namespace, horizontalpodautoscaler }));
      // One that may not scale is always at its most.
      return `${of('autoscalerReplicas')} / ${of('autoscalerMost')} ${beyond}\nand ${of('autoscalerMost')} > ${of('autoscalerLeast')}`;
    },
  },
  PdbViolated: {
    component: 'pods',
    summary: 'Fewer pods are healthy than must be',
    description: (_, { targets }) =>
      `{{ $value }} healthy pods are missing to what ${targets.namespace}/${targets.disruptionBudget} wants; no node can be drained.`,
    expression: (queries, { beyond }) => {
      const { namespace, disruptionBudget: poddisruptionbudget } = queries.targets;
      const of = (metric: 'disruptionWanted' | 'disruptionHealthy'): string =>
        sumBy([], queries.exporter(EXPORTER_METRICS[metric], { namespace, poddisruptionbudget }));
      return `${of('disruptionWanted')} - ${of('disruptionHealthy')} ${beyond}`;
    },
  },
} as const satisfies Partial<Record<AlertName, AlertDefinition>>;
