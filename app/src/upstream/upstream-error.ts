/**
 * What went wrong upstream, in the gateway's terms: which class of error a status, a code or a broken connection is.
 * Source: Model Studio, Error codes; undici, Errors.
 */
import { isNativeError } from 'node:util/types';
import { errors } from 'undici';
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
/** The gateway's own key was refused. */
const AUTHENTICATION = 'upstream_authentication';

/** Codes of failures that are the account's: no request gets through until its operator has done something. */
const ACCOUNT_CODES: ReadonlySet<string | null> = new Set([ARREARAGE, AUTHENTICATION]);
/** Codes of answers that are too long for the gateway, and would be again. */
const TOO_LARGE_CODES: ReadonlySet<string | null> = new Set(['upstream_answer_too_large', 'upstream_event_too_large']);

/** Whether the account is at fault, which somebody has to be told. Another region may have another account. */
export const isAccountFault = (error: GatewayError): boolean =>
  error instanceof UpstreamUnavailableError && ACCOUNT_CODES.has(error.code);

/** Whether the same call may well succeed a moment later. */
export const isTransient = (error: GatewayError): boolean =>
  error instanceof UpstreamRateLimitedError ||
  error instanceof UpstreamTimeoutError ||
  (error instanceof UpstreamUnavailableError && !ACCOUNT_CODES.has(error.code) && !TOO_LARGE_CODES.has(error.code));

/** Failures that come with status 200, by their code: the status that they should have had. */
const HIDDEN: readonly (readonly [codes: RegExp, status: number])[] = [
  [/^Throttling|^limit_|^rate_limit|^insufficient_quota$/i, 429],
  [/^invalid_?api_?key$/i, 401],
  [/^AccessDenied|^access_denied/i, 403],
  [/^Model_?NotFound/i, 404],
  [/^Arrearage$|^invalid_?parameter|^invalid_request|^data_?inspection_?failed/i, 400],
];
const HIDDEN_UNKNOWN = 502;

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
      { code: AUTHENTICATION },
    );
  }
  if (code === ARREARAGE) return new UpstreamUnavailableError('the upstream account is in arrears', { code });
  if (status === 408 || status === 504) return new UpstreamTimeoutError(said, { code });
  if (status >= 400 && status < 500) return new UpstreamRejectedError(status, said, { code });
  return new UpstreamUnavailableError(said, { code: code ?? 'upstream_error' });
};

/** The error behind an answer whose status says that it is none: a body, or an event of a stream. */
export const errorOfHidden = (body: string): GatewayError => {
  const { code } = read(body);
  const status = HIDDEN.find(([codes]) => code !== null && codes.test(code))?.[1] ?? HIDDEN_UNKNOWN;
  return errorOfAnswer({ status, retryAfter: undefined, body });
};

/** The error behind an event of a stream that reports a failure. */
export const errorOfEvent = (event: Buffer): GatewayError =>
  errorOfHidden(event.toString('utf8').replace(/^data:/gm, ''));

export const brokenOff = (): GatewayError =>
  new UpstreamUnavailableError('the upstream broke off its answer; what came is incomplete, ask again', {
    code: 'upstream_truncated',
  });

/** Codes by which undici says that it was used wrongly. */
const OWN_FAULTS: ReadonlySet<string> = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED', 'UND_ERR_CLOSED']);

const TIMEOUTS: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: 'did not accept a connection within UPSTREAM_CONNECT_TIMEOUT_MS',
  UND_ERR_HEADERS_TIMEOUT: 'did not begin to answer within UPSTREAM_HEADERS_TIMEOUT_MS',
  UND_ERR_BODY_TIMEOUT: 'fell silent for UPSTREAM_IDLE_TIMEOUT_MS',
};

/** The error behind a call that threw: a timeout, a broken connection, or a fault of our own. */
export const errorOfFailure = (cause: unknown): GatewayError => {
  if (cause instanceof GatewayError) return cause;
  const code = isNativeError(cause) && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  // Faults of a connection carry a code of undici or of the operating system; a fault of this program carries none, and
  // what is no HTTP at all carries none either.
  const broken = code === undefined ? cause instanceof errors.HTTPParserError : !OWN_FAULTS.has(code);
  if (!broken) return new InternalError(cause);
  const timeout = code === undefined ? undefined : TIMEOUTS[code];
  if (timeout !== undefined) {
    return new UpstreamTimeoutError(`the upstream ${timeout}; try again`, { code: 'upstream_timeout', cause });
  }
  return new UpstreamUnavailableError('the connection to the upstream failed; try again', {
    code: 'upstream_connection',
    cause,
  });
};
