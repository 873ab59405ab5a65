/** The process and its JavaScript runtime, read once a scrape. */
import type { MetricFactory, MetricTable } from './metric';

export const RUNTIME_METRICS = {
  cpuSeconds: {
    name: 'process_cpu_seconds_total',
    type: 'counter',
    help: 'User and system CPU time of the process.',
    labels: [],
  },
  residentMemory: {
    name: 'process_resident_memory_bytes',
    type: 'gauge',
    help: 'Resident memory of the process.',
    labels: [],
  },
  startTime: {
    name: 'process_start_time_seconds',
    type: 'gauge',
    help: 'When the process started, in seconds since 1970.',
    labels: [],
    aggregator: 'min',
  },
  heapUsed: {
    name: 'nodejs_heap_size_used_bytes',
    type: 'gauge',
    help: 'JavaScript heap in use.',
    labels: [],
  },
  heapTotal: {
    name: 'nodejs_heap_size_total_bytes',
    type: 'gauge',
    help: 'JavaScript heap taken from the system.',
    labels: [],
  },
  eventLoopLag: {
    name: 'nodejs_eventloop_lag_p99_seconds',
    type: 'gauge',
    help: 'How late the event loop’s timers were within the last 30 to 60 seconds, 99th percentile.',
    labels: [],
    aggregator: 'max',
  },
} as const satisfies MetricTable;

export const createRuntimeMetrics = (make: MetricFactory) =>
  ({
    cpuSeconds: make.counter(RUNTIME_METRICS.cpuSeconds),
    residentMemory: make.gauge(RUNTIME_METRICS.residentMemory),
    startTime: make.gauge(RUNTIME_METRICS.startTime),
    heapUsed: make.gauge(RUNTIME_METRICS.heapUsed),
    heapTotal: make.gauge(RUNTIME_METRICS.heapTotal),
    eventLoopLag: make.gauge(RUNTIME_METRICS.eventLoopLag),
  }) satisfies Record<keyof typeof RUNTIME_METRICS, unknown>;
