/** Where traces go. The names are OpenTelemetry’s own. */
import type { Reader } from './reader';
import type { VariableTable } from './variable';

export const TRACING_VARIABLES = {
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    type: 'string',
    format: 'uri',
    default: 'http://127.0.0.1:4318',
    description: 'Collector of traces, by OTLP over HTTP.',
  },
  OTEL_TRACES_SAMPLER_ARG: {
    type: 'number',
    unit: 'part of all requests',
    default: 1,
    minimum: 0,
    maximum: 1,
    description: 'Part of the requests that are traced, unless the caller has decided.',
  },
} as const satisfies VariableTable;

export const readTracing = (read: Reader) => ({
  exporterOtlpEndpoint: read.text('OTEL_EXPORTER_OTLP_ENDPOINT'),
  tracesSamplerArg: read.number('OTEL_TRACES_SAMPLER_ARG'),
});

/** What these variables say, checked. */
export type TracingConfig = ReturnType<typeof readTracing>;
