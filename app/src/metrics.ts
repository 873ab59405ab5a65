/**
 * Every metric that the service exposes, as one table; the registry is built from it, and dashboards and alert rules
 * import it. Names of AI metrics follow OpenTelemetry's GenAI conventions in Prometheus form.
 */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface MetricDefinition<L extends string = string> {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly L[];
  /** Upper bounds of a histogram's buckets, in seconds. */
  readonly buckets?: readonly number[];
}

/** 5 ms to 60 s: from a health check to the longest answer. */
const HTTP_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 30, 60] as const;
/** 0.5 ms to 5 s: what a gateway may add. */
const OVERHEAD_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 3, 5] as const;
/** OpenTelemetry's advice for `gen_ai.client.operation.duration`: each bound is twice the one before. */
const GEN_AI_BUCKETS = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
] as const;

const GEN_AI_LABELS = ['gen_ai_operation_name', 'gen_ai_provider_name', 'gen_ai_request_model'] as const;

export const METRICS = {
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
    help: 'Time of a request that went to the upstream, without the upstream’s part: what the gateway itself adds.',
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
  },
  operationDuration: {
    name: 'gen_ai_client_operation_duration_seconds',
    type: 'histogram',
    help: 'Time of one upstream call, to the last byte. error_type is absent on success.',
    labels: [...GEN_AI_LABELS, 'error_type'],
    buckets: GEN_AI_BUCKETS,
  },
  timeToFirstChunk: {
    name: 'gen_ai_client_operation_time_to_first_chunk_seconds',
    type: 'histogram',
    help: 'Time from the upstream call to the first chunk of its stream.',
    labels: GEN_AI_LABELS,
    buckets: GEN_AI_BUCKETS,
  },
  inputTokens: {
    name: 'gen_ai_client_inference_usage_input_tokens_total',
    type: 'counter',
    help: 'Tokens of prompts, as the upstream counted them.',
    labels: GEN_AI_LABELS,
  },
  outputTokens: {
    name: 'gen_ai_client_inference_usage_output_tokens_total',
    type: 'counter',
    help: 'Tokens of answers, as the upstream counted them.',
    labels: GEN_AI_LABELS,
  },
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
    help: 'How late the event loop’s timers were since the last scrape, 99th percentile.',
    labels: [],
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricKey = keyof typeof METRICS;

/** The metrics themselves, by their key in {@link METRICS}, and the registry that a scrape reads. */
export type Metrics = ReturnType<typeof createMetrics>;

/** A fresh registry with every metric of {@link METRICS}. Nothing is global, so one process can hold several services. */
export const createMetrics = () => {
  const registry = new Registry();
  const registers = [registry];
  const histogram = <L extends string>({ name, help, labels, buckets }: MetricDefinition<L> & { type: 'histogram' }) =>
    new Histogram<L>({ name, help, labelNames: [...labels], buckets: [...(buckets ?? [])], registers });
  const counter = <L extends string>({ name, help, labels }: MetricDefinition<L> & { type: 'counter' }) =>
    new Counter<L>({ name, help, labelNames: [...labels], registers });
  const gauge = ({ name, help }: MetricDefinition<never> & { type: 'gauge' }) => new Gauge({ name, help, registers });

  const metrics = {
    httpRequestDuration: histogram(METRICS.httpRequestDuration),
    overhead: histogram(METRICS.overhead),
    requestsInFlight: gauge(METRICS.requestsInFlight),
    openConnections: gauge(METRICS.openConnections),
    ready: gauge(METRICS.ready),
    operationDuration: histogram(METRICS.operationDuration),
    timeToFirstChunk: histogram(METRICS.timeToFirstChunk),
    inputTokens: counter(METRICS.inputTokens),
    outputTokens: counter(METRICS.outputTokens),
    cpuSeconds: counter(METRICS.cpuSeconds),
    residentMemory: gauge(METRICS.residentMemory),
    startTime: gauge(METRICS.startTime),
    heapUsed: gauge(METRICS.heapUsed),
    heapTotal: gauge(METRICS.heapTotal),
    eventLoopLag: gauge(METRICS.eventLoopLag),
  } satisfies Record<MetricKey, unknown>;
  return { registry, ...metrics };
};
