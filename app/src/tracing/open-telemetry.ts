/**
 * Traces by OpenTelemetry, with the attributes of its HTTP and GenAI conventions, sent by OTLP over HTTP. A span holds
 * names, numbers and ids: no prompt, no answer, no address, no path. OpenTelemetry itself is loaded only when it is on.
 */
import type { Attributes, Span } from '@opentelemetry/api';
import type { SpanExporter } from '@opentelemetry/sdk-trace-node';
import type { FastifyBaseLogger } from 'fastify';
import type { TracingConfig } from '../config/tracing';
import type { LogKind } from '../log';
import { modelLabel } from '../models';
import type { TracedCall, TracedOutcome, TracedRequest, Tracing } from '../tracing';
import { parseTraceparent } from './traceparent';

const KIND: LogKind = 'component';
const SERVICE = 'bailian-gateway';
/** Where a collector takes traces, below its endpoint. Source: OTLP, OTLP/HTTP Request. */
const TRACES_PATH = '/v1/traces';

export const EXPORT = {
  /** How often what has ended is sent, in milliseconds. */
  delayMs: 2_000,
  /** Longest wait for the collector, in milliseconds: also what it may hold up the end of the process. */
  timeoutMs: 2_000,
  /** Spans that wait to be sent; more are dropped. */
  queue: 4_096,
  batch: 512,
} as const;

export interface OpenTelemetryProps {
  readonly config: TracingConfig;
  readonly log: FastifyBaseLogger;
}

const callAttributes = ({ operation, provider, model }: TracedCall): Attributes => ({
  'gen_ai.operation.name': operation,
  'gen_ai.provider.name': provider,
  // As in the log and the metrics: any other name is a client's own words.
  'gen_ai.request.model': modelLabel(model),
});

const usageAttributes = ({ usage }: TracedOutcome): Attributes =>
  usage === undefined
    ? {}
    : { 'gen_ai.usage.input_tokens': usage.inputTokens, 'gen_ai.usage.output_tokens': usage.outputTokens };

const traceparentOf = (span: Span): string => {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
};

/** Says a change of the collector, once: traces are lost while it is away, and nothing else. */
const telling = (exporter: SpanExporter, log: FastifyBaseLogger): SpanExporter => {
  let up = true;
  return {
    export: (spans, done) => {
      exporter.export(spans, (result) => {
        const works = result.error === undefined;
        const line = { kind: KIND, component: 'tracing' };
        if (works && !up) log.info(line, 'the collector of traces answers again');
        if (!works && up) log.warn({ ...line, err: result.error }, 'the collector of traces does not answer');
        up = works;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
};

export const createOpenTelemetry = async ({ config, log }: OpenTelemetryProps): Promise<Tracing> => {
  const [{ ROOT_CONTEXT, SpanKind, SpanStatusCode, trace }, { OTLPTraceExporter }, { resourceFromAttributes }, sdk] =
    await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/sdk-trace-node'),
    ]);
  const { BasicTracerProvider, BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler } = sdk;
  const url = `${config.exporterOtlpEndpoint.replace(/\/+$/, '')}${TRACES_PATH}`;
  const exporter = telling(new OTLPTraceExporter({ url, timeoutMillis: EXPORT.timeoutMs }), log);
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': SERVICE }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(config.tracesSamplerArg) }),
    spanProcessors: [
      new BatchSpanProcessor(exporter, {
        scheduledDelayMillis: EXPORT.delayMs,
        exportTimeoutMillis: EXPORT.timeoutMs,
        maxQueueSize: EXPORT.queue,
        maxExportBatchSize: EXPORT.batch,
      }),
    ],
  });
  const tracer = provider.getTracer(SERVICE);

  const contextOf = (traceparent: string | undefined) => {
    const parent = parseTraceparent(traceparent);
    return parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true });
  };
  const fail = (span: Span, errorType: string): void => {
    span.setAttribute('error.type', errorType);
    span.setStatus({ code: SpanStatusCode.ERROR });
  };

  const begin = ({ method, route, requestId, traceparent }: TracedRequest) => {
    const attributes = { 'http.request.method': method, 'http.route': route, 'gateway.request_id': requestId };
    const span = tracer.startSpan(`${method} ${route}`, { kind: SpanKind.SERVER, attributes }, contextOf(traceparent));
    const within = trace.setSpan(ROOT_CONTEXT, span);
    return {
      traceparent: traceparentOf(span),
      call: (call: TracedCall) => {
        const inner = tracer.startSpan(
          `${call.operation} ${modelLabel(call.model)}`,
          { kind: SpanKind.CLIENT, attributes: callAttributes(call) },
          within,
        );
        return {
          end: (outcome: TracedOutcome) => {
            if (!inner.isRecording()) return;
            inner.setAttributes(usageAttributes(outcome));
            if (outcome.errorType !== undefined) fail(inner, outcome.errorType);
            inner.end();
          },
        };
      },
      end: ({ status, errorType }: { readonly status: number; readonly errorType: string | undefined }) => {
        span.setAttribute('http.response.status_code', status);
        // A client's fault is none of the server's. Source: OpenTelemetry, HTTP spans.
        if (status >= 500) fail(span, errorType ?? String(status));
        span.end();
      },
    };
  };

  return {
    begin,
    close: async () => {
      // A collector that is away was told of already, and is no reason not to end.
      await provider.shutdown().catch(() => undefined);
    },
  };
};
