/** Requests and connections. */
import type { MetricFactory, MetricTable } from './metric';

/** 5 ms to 60 s: from a health check to the longest answer. */
const HTTP_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 3, 5, 10, 30, 60] as const;
/** 0.5 ms to 5 s: what a gateway may add. */
const OVERHEAD_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 3, 5] as const;
export const HTTP_METRICS = {
  httpRequestDuration: {
    name: 'gateway_http_request_duration_seconds',
    type: 'histogram',
    help: 'Time from a request’s headers to the last byte of its answer. Status 499: the client went away before.',
    labels: ['route', 'method', 'status'],
    buckets: HTTP_BUCKETS,
  },
  overhead: {
    name: 'gateway_overhead_seconds',
    type: 'histogram',
    help:
      'Time of a request that went to the upstream, without the upstream’s part and the wait for its quota: ' +
      'what the gateway itself adds.',
    labels: [],
    buckets: OVERHEAD_BUCKETS,
  },
  requestsInFlight: {
    name: 'gateway_http_requests_in_flight',
    type: 'gauge',
    help: 'Requests whose answer is not complete.',
    labels: [],
  },
  openConnections: {
    name: 'gateway_open_connections',
    type: 'gauge',
    help: 'Open connections of clients, idle ones included.',
    labels: [],
  },
  ready: {
    name: 'gateway_ready',
    type: 'gauge',
    help: '1 while the process wants traffic, 0 from the moment it shuts down.',
    labels: [],
    aggregator: 'min',
  },
} as const satisfies MetricTable;

export const createHttpMetrics = (make: MetricFactory) =>
  ({
    httpRequestDuration: make.histogram(HTTP_METRICS.httpRequestDuration),
    overhead: make.histogram(HTTP_METRICS.overhead),
    requestsInFlight: make.gauge(HTTP_METRICS.requestsInFlight),
    openConnections: make.gauge(HTTP_METRICS.openConnections),
    ready: make.gauge(HTTP_METRICS.ready),
  }) satisfies Record<keyof typeof HTTP_METRICS, unknown>;
