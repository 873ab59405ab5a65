/** What answers: a region of Model Studio, or the echo that stands in for it. */
import type { AbortState } from '../abort';
import type { ChatRequest, Usage } from '../chat';
import type { EmbeddingsRequest } from '../embeddings';
import type { Frame } from '../sse';

export type OperationName = 'chat' | 'embeddings';

interface Call {
  /** Asked for in place of the request's own, where that one could not answer. */
  readonly model: string;
  /** The correlation id, passed on. */
  readonly requestId: string;
  /** Ends the call, its connection and its stream, when aborted. The call then fails by the signal's reason. */
  readonly signal: AbortState;
  /** W3C trace context, passed on. */
  readonly traceparent?: string | undefined;
  /** Seconds for which the upstream may let the call wait for its turn; see `WAIT_HEADER` in `headers.ts`. */
  readonly waitSeconds?: number | undefined;
}

export interface ChatCall extends Call {
  readonly operation: 'chat';
  readonly request: ChatRequest;
}

export interface EmbeddingsCall extends Call {
  readonly operation: 'embeddings';
  readonly request: EmbeddingsRequest;
}

/** Members of the request that the gateway does not know go upstream with it. */
export type UpstreamCall = ChatCall | EmbeddingsCall;

export interface JsonAnswer {
  readonly kind: 'json';
  /** The upstream's own bytes; of embeddings, the vectors in the encoding that was asked for. */
  readonly body: Buffer;
  /** `undefined` when the upstream did not say, or nothing that makes sense. */
  readonly usage: Usage | undefined;
  /** Why each choice ended, as the upstream names it; none for embeddings. */
  readonly finishReasons: readonly string[];
  /** Whether something was wrong that does not keep it from the client. Such an answer must not be given again. */
  readonly faulty: boolean;
}

export interface StreamAnswer {
  readonly kind: 'stream';
  /** Ends after its `done` frame, or throws a `GatewayError`. Always holds usage where the upstream counts it. */
  readonly frames: AsyncIterable<Frame>;
}

export type UpstreamAnswer = JsonAnswer | StreamAnswer;

export interface Upstream {
  /** `gen_ai_provider_name` of its metrics. */
  readonly provider: 'dashscope' | 'echo';
  /** @throws GatewayError when there is no answer; of a stream, when it does not begin */
  send(call: UpstreamCall): Promise<UpstreamAnswer>;
  /** Opens a few connections ahead of the first calls. @throws Error when there is none to be had */
  warm(): Promise<void>;
  /**
   * Asks for something that costs nothing, to see whether anything answers.
   * @throws GatewayError when it does not
   */
  probe(signal: AbortState): Promise<void>;
  /** Closes its connections. */
  close(): Promise<void>;
}

/** Seconds that a client's `WAIT_HEADER` asks for, at most the total timeout; `undefined` when it asks for none. */
export const waitSecondsOf = (header: string | string[] | undefined, totalTimeoutMs: number): number | undefined => {
  if (typeof header !== 'string' || !/^[1-9]\d{0,5}$/.test(header)) return undefined;
  return Math.min(Number(header), Math.floor(totalTimeoutMs / 1_000));
};
