/** What answers a chat completion: Model Studio, or the echo that stands in for it. */
import type { ChatRequest, Usage } from '../chat';
import type { Frame } from '../sse';

export interface ChatCall {
  readonly request: ChatRequest;
  /** The correlation id, passed on. */
  readonly requestId: string;
  /** Ends the call, its connection and its stream, when aborted. The call then fails by the signal's reason. */
  readonly signal: AbortSignal;
}

export interface JsonAnswer {
  readonly kind: 'json';
  /** The upstream's own bytes. */
  readonly body: Buffer;
  /** `undefined` when the upstream did not say. */
  readonly usage: Usage | undefined;
}

export interface StreamAnswer {
  readonly kind: 'stream';
  /** Ends after its `done` frame, or throws a `GatewayError`. Always holds usage where the upstream counts it. */
  readonly frames: AsyncIterable<Frame>;
}

export interface Upstream {
  /** `gen_ai_provider_name` of its metrics. */
  readonly provider: 'dashscope' | 'echo';
  /** @throws GatewayError when there is no answer; of a stream, when it does not begin */
  chat(call: ChatCall): Promise<JsonAnswer | StreamAnswer>;
  /** Closes its connections. */
  close(): Promise<void>;
}
