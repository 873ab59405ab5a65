/**
 * What went wrong upstream, in the gateway's terms: which class of error a status, a code or a broken connection is.
 * Source: Model Studio, Error codes; undici, Errors.
 */
import { isNativeError } from 'node:util/types';
import { codeOf, parseObject } from '../chat';
import {
  GatewayError,
  InternalError,
  UpstreamRateLimitedError,
  UpstreamRejectedError,
  UpstreamTimeoutError,
  UpstreamUnavailableError,
} from '../errors';

/** The account has unpaid bills: a 400 by status, but no fault of the request. */
const ARREARAGE = 'Arrearage';

/** Longest `Retry-After` that is passed on, in seconds. */
const RETRY_AFTER_MAX_SECONDS = 3_600;

/** An answer of the upstream that is an error. */
export interface ErrorAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
}

/** The code and message of an error body: OpenAI's shape, or DashScope's own with both at the top. */
const read = (body: string): { readonly code: string | null; readonly message: string | undefined } => {
  const answer = parseObject(body);
  const error =
    answer !== undefined && 'error' in answer && typeof answer.error === 'object' && answer.error !== null
      ? answer.error
      : (answer ?? {});
  return {
    code: codeOf(error),
    message: 'message' in error && typeof error.message === 'string' ? error.message : undefined,
  };
};

const secondsOf = (retryAfter: string | undefined): number =>
  retryAfter !== undefined && /^\d+$/.test(retryAfter) ? Math.min(Number(retryAfter), RETRY_AFTER_MAX_SECONDS) : 1;

/** The error behind an answer whose status, or whose body, says that it is one. */
export const errorOfAnswer = ({ status, retryAfter, body }: ErrorAnswer): GatewayError => {
  const { code, message } = read(body);
  const said = message ?? `the upstream answered with status ${status}`;
  if (status === 429) return new UpstreamRateLimitedError(said, { code, retryAfterSeconds: secondsOf(retryAfter) });
  if (status === 401) {
    // The client's key is not what was refused, so the client must not be told to change it.
    return new UpstreamUnavailableError(
      'the upstream refused the gateway’s own key; its operator has to check DASHSCOPE_API_KEY and the region of DASHSCOPE_BASE_URL',
      { code: 'upstream_authentication' },
    );
  }
  if (code === ARREARAGE) return new UpstreamUnavailableError('the upstream account is in arrears', { code });
  if (status === 408 || status === 504) return new UpstreamTimeoutError(said, { code });
  if (status >= 400 && status < 500) return new UpstreamRejectedError(status, said, { code });
  return new UpstreamUnavailableError(said, { code: code ?? 'upstream_error' });
};

const TIMEOUTS: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: 'did not accept a connection within UPSTREAM_CONNECT_TIMEOUT_MS',
  UND_ERR_HEADERS_TIMEOUT: 'did not begin to answer within UPSTREAM_HEADERS_TIMEOUT_MS',
  UND_ERR_BODY_TIMEOUT: 'fell silent for UPSTREAM_IDLE_TIMEOUT_MS',
};

/** The error behind a call that threw: a timeout, a broken connection, or a fault of our own. */
export const errorOfFailure = (cause: unknown): GatewayError => {
  if (cause instanceof GatewayError) return cause;
  const code = isNativeError(cause) && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  // Faults of a connection carry a code of undici or of the operating system; a fault of this program carries none.
  if (code === undefined) return new InternalError(cause);
  const timeout = TIMEOUTS[code];
  if (timeout !== undefined) {
    return new UpstreamTimeoutError(`the upstream ${timeout}; try again`, { code: 'upstream_timeout', cause });
  }
  return new UpstreamUnavailableError('the connection to the upstream failed; try again', {
    code: 'upstream_connection',
    cause,
  });
};
