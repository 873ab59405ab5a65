/** One upstream call as metrics and log see it: counted and told exactly once, however it ends. */
import type { FastifyBaseLogger } from 'fastify';
import type { Usage } from './chat';
import type { Clock } from './clock';
import { ClientClosedError } from './errors';
import type { GatewayError } from './errors';
import type { Exchange } from './exchange';
import type { LogKind } from './log';
import { logMs } from './log';
import type { GenAiMetrics } from './metrics/gen-ai';
import { modelLabel } from './models';
import type { CallTrace, RequestTrace } from './tracing';
import type { TargetName } from './upstream/targets';
import type { OperationName, Upstream } from './upstream/upstream';

const KIND: LogKind = 'upstream-call';

export interface OperationProps {
  readonly clock: Clock;
  readonly metrics: GenAiMetrics;
  readonly log: FastifyBaseLogger;
  readonly trace: RequestTrace;
  readonly exchange: Exchange;
  readonly provider: Upstream['provider'];
  readonly operation: OperationName;
  /** The upstream's name. */
  readonly upstream: TargetName;
  /** The model that is asked for. */
  readonly model: string;
  /** Which call of its request this is, from 1. */
  readonly attempt: number;
}

export class Operation {
  readonly #props: OperationProps;
  readonly #startedAt: number;
  readonly #labels: {
    readonly gen_ai_operation_name: OperationName;
    readonly gen_ai_provider_name: Upstream['provider'];
    readonly gen_ai_request_model: string;
  };
  readonly #span: CallTrace;
  #firstChunkMs: number | undefined;
  #ended = false;

  /** The call begins now. When the exchange ends before the call, so does the call. */
  constructor(props: OperationProps) {
    this.#props = props;
    this.#startedAt = props.clock.monotonicMs();
    this.#span = props.trace.call(props);
    this.#labels = {
      gen_ai_operation_name: props.operation,
      gen_ai_provider_name: props.provider,
      gen_ai_request_model: modelLabel(props.model),
    };
    props.exchange.onEnd(() => {
      // An error is built with its stack, which is too much for each call that went well.
      if (!this.#ended) this.end({ error: props.exchange.abortReason ?? new ClientClosedError() });
    });
  }

  /** A chunk of the stream is here. Only the first one counts. */
  chunk(): void {
    if (this.#firstChunkMs !== undefined) return;
    this.#firstChunkMs = this.#elapsedMs();
    this.#props.metrics.timeToFirstChunk.observe(this.#labels, this.#firstChunkMs / 1_000);
  }

  /** The call is over. Only the first end counts. */
  end({ usage, error }: { readonly usage?: Usage | undefined; readonly error?: GatewayError | undefined }): void {
    if (this.#ended) return;
    this.#ended = true;
    const { metrics, exchange, log, provider, upstream, attempt } = this.#props;
    const durationMs = this.#elapsedMs();
    exchange.addUpstreamMs(durationMs);
    this.#span.end({ usage, errorType: error?.errorType });
    const outcome = error === undefined ? this.#labels : { ...this.#labels, error_type: error.errorType };
    metrics.operationDuration.observe(outcome, durationMs / 1_000);
    if (usage !== undefined) {
      metrics.inputTokens.inc(this.#labels, usage.inputTokens);
      metrics.outputTokens.inc(this.#labels, usage.outputTokens);
    }
    const line = {
      kind: KIND,
      provider,
      upstream,
      attempt,
      model: this.#labels.gen_ai_request_model,
      durationMs: logMs(durationMs),
      firstChunkMs: this.#firstChunkMs === undefined ? undefined : logMs(this.#firstChunkMs),
      inputTokens: usage?.inputTokens,
      outputTokens: usage?.outputTokens,
      cachedTokens: usage?.cachedTokens,
      reasoningTokens: usage?.reasoningTokens,
      err: error,
    };
    if (error === undefined) log.info(line, 'upstream answered');
    else log.warn(line, 'upstream call failed');
  }

  #elapsedMs(): number {
    return this.#props.clock.monotonicMs() - this.#startedAt;
  }
}
