/** One call of one upstream, with all that is to be known of its end: by its breaker, its health and its observer. */
import type { Usage } from '../chat';
import type { GatewayError } from '../errors';
import {
  asGatewayError,
  ClientClosedError,
  InternalError,
  UpstreamRateLimitedError,
  UpstreamTimeoutError,
} from '../errors';
import type { Frame } from '../sse';
import type { UpstreamAnswer, UpstreamCall } from '../upstream/upstream';
import { brokenOff, errorOfEvent, isTransient } from '../upstream/upstream-error';
import type { Outcome, Pass } from './breaker';
import type { GuardedTarget } from './guarded-target';

/** Sees one call. `Operation` is one. */
export interface AttemptObserver {
  /** The first frame of a stream that is no comment is there. */
  chunk(): void;
  /** The call is over. */
  end(how: { readonly usage?: Usage | undefined; readonly error?: GatewayError | undefined }): void;
}

export interface AttemptProps {
  readonly target: GuardedTarget;
  readonly pass: Pass;
  readonly call: UpstreamCall;
  readonly observer: AttemptObserver;
}

/**
 * @returns a JSON answer, or a stream whose first frame is there, so that a failure before it can be made good
 * @throws GatewayError
 */
export const attempt = async (props: AttemptProps): Promise<UpstreamAnswer> => {
  const { target, pass, call } = props;
  try {
    const answer = await target.upstream.send(call);
    if (answer.kind === 'json') {
      succeed(props, answer.usage);
      return answer;
    }
    const frames = answer.frames[Symbol.asyncIterator]();
    const first = await firstOf(frames);
    props.observer.chunk();
    pass.begun();
    return { kind: 'stream', frames: watched(props, first, frames) };
  } catch (failure) {
    const error = reasonOf(call, failure);
    fail(props, error, outcomeOf(call, error), undefined);
    throw error;
  }
};

/** An abort's own reason counts; what an aborted call throws besides is only its echo. */
const reasonOf = ({ signal }: UpstreamCall, failure: unknown): GatewayError =>
  asGatewayError(signal.aborted ? signal.reason : failure);

/** Comments before it are dropped: they keep a connection open on which nothing has been sent yet. */
const firstOf = async (frames: AsyncIterator<Frame>): Promise<Frame> => {
  for (;;) {
    const next = await frames.next();
    if (next.done === true) throw brokenOff();
    const frame = next.value;
    if (frame.failed !== undefined) {
      await frames.return?.();
      throw errorOfEvent(frame.bytes);
    }
    if (frame.comment !== true) return frame;
  }
};

/** The frames as they come. However they end, that is told once. */
async function* watched(props: AttemptProps, first: Frame, frames: AsyncIterator<Frame>): AsyncGenerator<Frame> {
  let usage: Usage | undefined;
  let error: GatewayError | undefined;
  let complete = false;
  try {
    for (let frame = first; ;) {
      if (frame.failed !== undefined) error = errorOfEvent(frame.bytes);
      // The last count is the whole; some upstreams send a running one with every chunk.
      usage = frame.usage ?? usage;
      yield frame;
      const next = await frames.next();
      if (next.done === true) break;
      frame = next.value;
    }
    complete = true;
  } catch (failure) {
    complete = true;
    error = reasonOf(props.call, failure);
    throw error;
  } finally {
    // Whoever reads no further does not want the rest.
    if (!complete) await frames.return?.();
    const { signal } = props.call;
    if (error === undefined && complete) succeed(props, usage);
    else if (error === undefined) fail(props, reasonOf(props.call, new ClientClosedError()), 'unknown', usage);
    // The total timeout of an answer that flowed says nothing about the upstream.
    else fail(props, error, signal.aborted ? 'unknown' : outcomeOf(props.call, error), usage);
  }
}

const succeed = ({ target, pass, observer }: AttemptProps, usage: Usage | undefined): void => {
  observer.end({ usage });
  pass.end('answered');
  target.recent.answered();
};

const fail = (
  { target, pass, observer }: AttemptProps,
  error: GatewayError,
  outcome: Outcome,
  usage: Usage | undefined,
): void => {
  observer.end({ usage, error });
  pass.end(outcome);
  if (outcome === 'answered') target.recent.answered();
  if (outcome === 'failed') target.recent.failed(error.errorType);
};

/** What a failed call says about the upstream. */
const outcomeOf = ({ signal }: UpstreamCall, error: GatewayError): Outcome => {
  // Of our own ends only the total timeout is the upstream's doing: it was silent until then.
  if (signal.aborted) return error instanceof UpstreamTimeoutError ? 'failed' : 'unknown';
  if (error instanceof InternalError) return 'unknown';
  return isTransient(error) && !(error instanceof UpstreamRateLimitedError) ? 'failed' : 'answered';
};
