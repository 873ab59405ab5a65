/** Calls to a model. Names follow OpenTelemetry’s GenAI conventions in Prometheus form. */
import type { MetricFactory, MetricTable } from './metric';

/** OpenTelemetry's advice for `gen_ai.client.operation.duration`: each bound is twice the one before. */
const GEN_AI_BUCKETS = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
] as const;

const GEN_AI_LABELS = ['gen_ai_operation_name', 'gen_ai_provider_name', 'gen_ai_request_model'] as const;

export const GEN_AI_METRICS = {
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
} as const satisfies MetricTable;

export const createGenAiMetrics = (make: MetricFactory) =>
  ({
    operationDuration: make.histogram(GEN_AI_METRICS.operationDuration),
    timeToFirstChunk: make.histogram(GEN_AI_METRICS.timeToFirstChunk),
    inputTokens: make.counter(GEN_AI_METRICS.inputTokens),
    outputTokens: make.counter(GEN_AI_METRICS.outputTokens),
  }) satisfies Record<keyof typeof GEN_AI_METRICS, unknown>;

export type GenAiMetrics = ReturnType<typeof createGenAiMetrics>;
