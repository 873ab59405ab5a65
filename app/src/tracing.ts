/**
 * Traces as the rest of the service sees them. Off: the caller's W3C trace context is passed on, and nothing of
 * OpenTelemetry is loaded. On: a span for each request and one for each upstream call.
 */
import type { FastifyBaseLogger } from 'fastify';
import type { Usage } from './chat';
import type { FeaturesConfig } from './config/features';
import type { TracingConfig } from './config/tracing';
import type { ErrorType } from './errors';
import { createOpenTelemetry } from './tracing/open-telemetry';
import { parseTraceparent } from './tracing/traceparent';
import type { OperationName, Upstream } from './upstream/upstream';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `plugins/tracing.ts`. */
    trace: RequestTrace;
  }
}

/** One call of the upstream, as it begins. */
export interface TracedCall {
  readonly operation: OperationName;
  readonly provider: Upstream['provider'];
  readonly model: string;
}

/** How it ended. */
export interface TracedOutcome {
  readonly usage?: Usage | undefined;
  readonly errorType?: ErrorType | undefined;
}

export interface CallTrace {
  /** Only the first end counts. */
  end(outcome: TracedOutcome): void;
}

export interface RequestTrace {
  /** For the upstream and for the client: `undefined` when there is no trace. */
  readonly traceparent: string | undefined;
  /** The call begins now. */
  call(call: TracedCall): CallTrace;
  /** The answer is complete, or its client is gone. */
  end(outcome: { readonly status: number; readonly errorType: ErrorType | undefined }): void;
}

/** A request, as it begins. */
export interface TracedRequest {
  readonly method: string;
  /** Its route's pattern, never its path. */
  readonly route: string;
  readonly requestId: string;
  /** The caller's, as it was sent. */
  readonly traceparent: string | undefined;
}

export interface Tracing {
  begin(request: TracedRequest): RequestTrace;
  /** Sends what was not sent yet. Never fails. */
  close(): Promise<void>;
}

export interface TracingProps {
  readonly features: Pick<FeaturesConfig, 'tracing'>;
  readonly config: TracingConfig;
  readonly log: FastifyBaseLogger;
}

const nothing = (): void => undefined;
const UNTRACED_CALL: CallTrace = { end: nothing };
const untraced = (traceparent: string | undefined): RequestTrace => ({
  traceparent,
  call: () => UNTRACED_CALL,
  end: nothing,
});
/** Of a request that nobody traces. */
export const UNTRACED = untraced(undefined);

/** Passes a trace on that others keep. */
const passOn: Tracing = {
  begin: ({ traceparent }) => (parseTraceparent(traceparent) === undefined ? UNTRACED : untraced(traceparent)),
  close: () => Promise.resolve(),
};

export const createTracing = ({ features, config, log }: TracingProps): Promise<Tracing> =>
  features.tracing ? createOpenTelemetry({ config, log }) : Promise.resolve(passOn);
