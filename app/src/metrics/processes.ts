/** The processes that answer on one port. */
import type { MetricFactory, MetricTable } from './metric';

export const PROCESS_METRICS = {
  processes: {
    name: 'gateway_processes',
    type: 'gauge',
    help: 'Processes that answer on this port, and whose numbers are added up here.',
    labels: [],
  },
  processRestarts: {
    name: 'gateway_process_restarts_total',
    type: 'counter',
    help: 'Processes that died and were replaced.',
    labels: [],
  },
} as const satisfies MetricTable;

export const createProcessMetrics = (make: MetricFactory) =>
  ({
    processes: make.gauge(PROCESS_METRICS.processes),
    processRestarts: make.counter(PROCESS_METRICS.processRestarts),
  }) satisfies Record<keyof typeof PROCESS_METRICS, unknown>;
