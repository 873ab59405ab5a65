/** Pods, nodes, database and Redis: is there enough of everything? */
import { METRICS } from '../../../app/src/metrics';
import { countOf, EXPORTER_METRICS, sumBy } from '../alerts';
import type { DashboardDefinition, Panel } from './definition';
import { PANEL_METRICS } from './metrics';
import type { PanelQueries } from './queries';
import { LEAK_STATES } from './states';
import { watched } from './watched';

export function infrastructureHealth(queries: PanelQueries): DashboardDefinition {
  return {
    name: 'infrastructure',
    sections: [
      { title: 'Pods', panels: pods(queries) },
      { title: 'Nodes and the way in', panels: nodes(queries) },
      { title: 'Database and ledger', panels: database(queries) },
      { title: 'Processes', panels: processes(queries) },
    ],
  };
}

function pods(queries: PanelQueries): readonly Panel[] {
  const { namespace, container, autoscaler: horizontalpodautoscaler } = queries.targets;
  const autoscaler = { namespace, horizontalpodautoscaler } as const;
  const ofContainer = { namespace, container } as const;
  return [
    watched(queries, 'MultipleReplicasDown', { kind: 'stat', title: 'Replicas missing', width: 6 }),
    watched(queries, 'PdbViolated', { kind: 'stat', title: 'Pods missing to the disruption budget', width: 6 }),
    watched(queries, 'HpaMaxedOut', {
      kind: 'stat',
      title: 'Of the most replicas',
      width: 6,
      emptyUntil: 'the autoscaler may scale',
    }),
    watched(queries, 'PodCrashLooping', {
      kind: 'stat',
      title: 'Containers that do not come up',
      legend: '{{pod}} {{container}}',
      width: 6,
      emptyUntil: 'a container does not come up',
    }),
    {
      kind: 'graph',
      title: 'Replicas',
      description: 'Replicas that the autoscaler wants and has, between its bounds, and those that are available.',
      unit: 'count',
      queries: [
        { expr: sumBy([], queries.exporter(EXPORTER_METRICS.autoscalerReplicas, autoscaler)), legend: 'there' },
        { expr: sumBy([], queries.exporter(PANEL_METRICS.autoscalerDesired, autoscaler)), legend: 'wanted' },
        { expr: sumBy([], queries.exporter(EXPORTER_METRICS.autoscalerLeast, autoscaler)), legend: 'least' },
        { expr: sumBy([], queries.exporter(EXPORTER_METRICS.autoscalerMost, autoscaler)), legend: 'most' },
        { expr: queries.deployment(EXPORTER_METRICS.deploymentAvailable), legend: 'available' },
      ],
      width: 12,
    },
    watched(queries, 'HighCPUUsage', {
      kind: 'graph',
      title: 'CPU of pods and nodes',
      legend: '{{pod}}{{nodename}}',
      width: 12,
    }),
    watched(queries, 'ContainerMemoryLimit', {
      kind: 'graph',
      title: 'Memory of pods',
      legend: '{{pod}}',
      width: 8,
    }),
    {
      kind: 'graph',
      title: 'CPU throttled',
      description: 'Share of the periods in which a pod had to stand still, because it had used its CPU limit up.',
      unit: 'ratio',
      queries: [
        {
          expr:
            `${sumBy(['pod'], queries.perSecond(queries.exporter(PANEL_METRICS.cpuPeriodsThrottled, ofContainer)))} / ` +
            sumBy(['pod'], queries.perSecond(queries.exporter(PANEL_METRICS.cpuPeriods, ofContainer))),
          legend: '{{pod}}',
        },
      ],
      width: 8,
      emptyUntil: 'pods have a CPU limit',
    },
    watched(queries, 'ContainerRestarting', {
      kind: 'graph',
      title: 'Restarts',
      legend: '{{pod}} {{container}}',
      width: 8,
    }),
  ];
}

function nodes(queries: PanelQueries): readonly Panel[] {
  return [
    watched(queries, 'HighMemoryUsage', { kind: 'graph', title: 'Memory of nodes', legend: '{{nodename}}', width: 8 }),
    watched(queries, 'DiskSpaceLow', {
      kind: 'graph',
      title: 'Free on disks and volumes',
      legend: '{{nodename}} {{device}}{{claim}}',
      width: 8,
    }),
    watched(queries, 'IngressControllerDown', { kind: 'graph', title: 'Replicas of the ingress controller', width: 8 }),
  ];
}

function database(queries: PanelQueries): readonly Panel[] {
  const asked = countOf(METRICS.databaseQueryDuration);
  return [
    watched(queries, 'DatabaseConnectionPoolExhausted', {
      kind: 'graph',
      title: 'Connections used',
      legend: '{{pod}}',
      width: 8,
      emptyUntil: 'the database is MySQL',
    }),
    watched(queries, 'SlowDatabaseQueries', { kind: 'graph', title: 'Queries, P95', legend: '{{op}}', width: 8 }),
    {
      kind: 'graph',
      title: 'Queries',
      description: 'Queries and transactions a second.',
      unit: 'perSecond',
      queries: [{ expr: sumBy(['op'], queries.perSecond(queries.gateway(asked))), legend: '{{op}}' }],
      width: 8,
      isStacked: true,
    },
    {
      kind: 'graph',
      title: 'Ledger: not in the database yet',
      description:
        'Requests whose usage waits to be written. It grows while the database is away, and must shrink after.',
      unit: 'count',
      queries: [{ expr: sumBy(['pod'], queries.gateway(METRICS.ledgerPending)), legend: '{{pod}}' }],
      width: 8,
      isStacked: true,
    },
    {
      kind: 'graph',
      title: 'Ledger: journal',
      description: 'Journal on disk that is not in the database yet.',
      unit: 'bytes',
      queries: [{ expr: sumBy(['pod'], queries.gateway(METRICS.ledgerJournalBytes)), legend: '{{pod}}' }],
      width: 8,
      isStacked: true,
    },
    {
      kind: 'graph',
      title: 'Ledger: written and failed',
      description: 'Rows written a second, and what went wrong.',
      unit: 'perSecond',
      queries: [
        { expr: sumBy([], queries.perSecond(queries.gateway(METRICS.ledgerWritten))), legend: 'written' },
        {
          expr: sumBy(['reason'], queries.perSecond(queries.gateway(METRICS.ledgerFailures))),
          legend: 'failed: {{reason}}',
        },
      ],
      width: 8,
      emptyUntil: 'a row has been written',
    },
  ];
}

function processes(queries: PanelQueries): readonly Panel[] {
  return [
    {
      kind: 'graph',
      title: 'Event loop, P99 late',
      description: 'How late timers are: above 0.1 s the process has more to do than its CPU lets it.',
      unit: 'seconds',
      queries: [{ expr: `max by (pod) (${queries.gateway(METRICS.eventLoopLag)})`, legend: '{{pod}}' }],
      width: 8,
    },
    {
      kind: 'graph',
      title: 'Memory of processes',
      description: 'Resident memory, and the JavaScript heap in use and taken, of all processes of a pod.',
      unit: 'bytes',
      queries: [
        { expr: sumBy(['pod'], queries.gateway(METRICS.residentMemory)), legend: '{{pod}} resident' },
        { expr: sumBy(['pod'], queries.gateway(METRICS.heapUsed)), legend: '{{pod}} heap used' },
        { expr: sumBy(['pod'], queries.gateway(METRICS.heapTotal)), legend: '{{pod}} heap taken' },
      ],
      width: 8,
    },
    {
      kind: 'graph',
      title: 'CPU of processes',
      description: 'Processors that the processes of a pod keep busy.',
      unit: 'count',
      queries: [{ expr: sumBy(['pod'], queries.perSecond(queries.gateway(METRICS.cpuSeconds))), legend: '{{pod}}' }],
      width: 8,
    },
    {
      kind: 'stat',
      title: 'Memory leak',
      description:
        'Whether the heap that is left after garbage collection has been growing for too long in any replica.',
      unit: 'count',
      queries: [{ expr: `max by (pod) (${queries.gateway(METRICS.leakSuspected)})`, legend: '{{pod}}' }],
      width: 8,
      states: LEAK_STATES,
    },
    {
      kind: 'graph',
      title: 'Growth of the heap in an hour',
      description: 'Growth of what is left after garbage collection; negative while it shrinks.',
      unit: 'bytes',
      queries: [{ expr: `max by (pod) (${queries.gateway(METRICS.heapTrend)})`, legend: '{{pod}}' }],
      width: 8,
    },
    {
      kind: 'graph',
      title: 'Processes and their restarts',
      description: 'Processes that answer, and how many died and were replaced in all the time that is shown.',
      unit: 'count',
      queries: [
        { expr: sumBy(['pod'], queries.gateway(METRICS.processes)), legend: '{{pod}}' },
        { expr: sumBy(['pod'], queries.inAll(queries.gateway(METRICS.processRestarts))), legend: '{{pod}} replaced' },
      ],
      width: 8,
    },
  ];
}
