/** How the process does, as it sees itself: its components, its memory over time, who uses it, what is switched on. */
import type { MetricFactory, MetricTable } from './metric';

export const PERFORMANCE_METRICS = {
  componentHealth: {
    name: 'gateway_component_health',
    type: 'gauge',
    help: '1 while a component is healthy, 0.5 while it is degraded, 0 while it is unhealthy.',
    labels: ['component'],
    aggregator: 'min',
  },
  leakSuspected: {
    name: 'gateway_memory_leak_suspected',
    type: 'gauge',
    help: '1 while the heap that is left after garbage collection has been growing for too long.',
    labels: [],
    aggregator: 'max',
  },
  heapTrend: {
    name: 'gateway_heap_trend_bytes_per_hour',
    type: 'gauge',
    help: 'Growth of the heap that is left after garbage collection; negative while it shrinks.',
    labels: [],
    aggregator: 'max',
  },
  activeUsers: {
    name: 'gateway_active_users',
    type: 'gauge',
    help:
      'Distinct users of the last five minutes, to within 2 %. Whoever reaches several processes counts in each, ' +
      'so the greatest value is a lower bound of all, and the sum an upper one.',
    labels: [],
    aggregator: 'max',
  },
  featureEnabled: {
    name: 'gateway_feature_enabled',
    type: 'gauge',
    help: '1 while the variable ENABLE_… of this name is true, else 0.',
    labels: ['flag'],
    aggregator: 'min',
  },
} as const satisfies MetricTable;

export const createPerformanceMetrics = (make: MetricFactory) =>
  ({
    componentHealth: make.gauge(PERFORMANCE_METRICS.componentHealth),
    leakSuspected: make.gauge(PERFORMANCE_METRICS.leakSuspected),
    heapTrend: make.gauge(PERFORMANCE_METRICS.heapTrend),
    activeUsers: make.gauge(PERFORMANCE_METRICS.activeUsers),
    featureEnabled: make.gauge(PERFORMANCE_METRICS.featureEnabled),
  }) satisfies Record<keyof typeof PERFORMANCE_METRICS, unknown>;
