/**
 * A process that traces a few requests, says the traceparent of each in a line, and its log at the end. Apart from the
 * tests' own, as OpenTelemetry's exporter loads modules in a way that Jest does not allow.
 */
import pino from 'pino';
import { createTracing } from '../src/tracing';
import type { TracedCall, TracedOutcome } from '../src/tracing';
import { UpstreamTimeoutError } from '../src/errors';

export interface Script {
  readonly endpoint: string;
  readonly sampler: number;
  readonly requests: readonly {
    readonly traceparent?: string;
    readonly call: TracedCall & TracedOutcome;
    readonly fails?: boolean;
  }[];
}

export const run = async ({ endpoint, sampler, requests }: Script): Promise<void> => {
  const config = { exporterOtlpEndpoint: endpoint, tracesSamplerArg: sampler };
  const tracing = await createTracing({ features: { tracing: true }, config, log: pino() });
  for (const { traceparent, call, fails = false } of requests) {
    const trace = tracing.begin({ method: 'POST', route: '/v1/x/:id', requestId: 'mine', traceparent });
    process.stdout.write(`${trace.traceparent ?? ''}\n`);
    const span = trace.call(call);
    span.end(call);
    // Only the first end counts: a client that leaves ends what is over already, too.
    span.end({ errorType: 'client_closed' });
    const error = fails ? new UpstreamTimeoutError('never sent') : undefined;
    trace.end({ status: error?.status ?? 200, errorType: error?.errorType });
  }
  await tracing.close();
};
