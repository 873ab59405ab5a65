/**
 * What can go wrong with a request, one class a cause. Each knows its HTTP status, its metric label and the body that
 * OpenAI's clients expect. A message may quote what a client or the upstream said, so messages are sent, never logged.
 */

/** Values of the `error_type` label and of the log's `errorType`. */
export type ErrorType =
  | 'invalid_request'
  | 'not_found'
  | 'authentication'
  | 'permission'
  | 'rate_limited'
  | 'budget_exceeded'
  | 'overloaded'
  | 'database_unavailable'
  | 'shutting_down'
  | 'client_closed'
  | 'upstream_rejected'
  | 'upstream_rate_limited'
  | 'upstream_timeout'
  | 'upstream_unavailable'
  | 'internal';

/** OpenAI's error body. */
export interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    /** The member of the request that is at fault. */
    readonly param: string | null;
    readonly code: string | null;
  };
}

interface Detail {
  readonly code?: string | null;
  readonly param?: string | null;
  /** Seconds after which trying again makes sense; sent as `Retry-After`. */
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

export abstract class GatewayError extends Error {
  abstract readonly status: number;
  abstract readonly errorType: ErrorType;
  /** OpenAI's `error.type`. */
  abstract readonly bodyType: string;
  readonly code: string | null;
  readonly param: string | null;
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, { code = null, param = null, retryAfterSeconds, cause }: Detail = {}) {
    super(message, { cause });
    this.code = code;
    this.param = param;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  body(): ErrorBody {
    return { error: { message: this.message, type: this.bodyType, param: this.param, code: this.code } };
  }
}

/** The client's request cannot be served as it is: status 400, 413, 415 and their like. */
export class InvalidRequestError extends GatewayError {
  override readonly name: string = 'InvalidRequestError';
  override readonly errorType = 'invalid_request';
  override readonly bodyType = 'invalid_request_error';
  override readonly status: number;

  constructor(message: string, { status = 400, ...detail }: Detail & { readonly status?: number } = {}) {
    super(message, detail);
    this.status = status;
  }
}

/** No such route. */
export class NotFoundError extends GatewayError {
  override readonly name = 'NotFoundError';
  override readonly errorType = 'not_found';
  override readonly bodyType = 'invalid_request_error';
  override readonly status = 404;
}

/** No key, or one that is not known, is revoked or has expired. */
export class AuthenticationError extends GatewayError {
  override readonly name = 'AuthenticationError';
  override readonly errorType = 'authentication';
  override readonly bodyType = 'invalid_request_error';
  override readonly status = 401;
}

/** The key is known and may not do this; or the address may not. */
export class PermissionError extends GatewayError {
  override readonly name = 'PermissionError';
  override readonly errorType = 'permission';
  override readonly bodyType = 'permission_error';
  override readonly status = 403;
}

/** This gateway's own limit for the client, the user or the administrator is used up for now. */
export class RateLimitedError extends GatewayError {
  override readonly name = 'RateLimitedError';
  override readonly errorType = 'rate_limited';
  override readonly bodyType = 'rate_limit_error';
  override readonly status = 429;
}

/** What the key, or all keys together, may spend today is spent. */
export class BudgetExceededError extends GatewayError {
  override readonly name = 'BudgetExceededError';
  override readonly errorType = 'budget_exceeded';
  override readonly bodyType = 'insufficient_quota';
  override readonly status = 429;
}

/** Too many wait for the upstream's quota already, or this request has waited as long as it may. */
export class OverloadedError extends GatewayError {
  override readonly name = 'OverloadedError';
  override readonly errorType = 'overloaded';
  override readonly bodyType = 'server_error';
  override readonly status = 503;
}

/** The database does not answer, and what it has cannot be done without. */
export class DatabaseUnavailableError extends GatewayError {
  override readonly name = 'DatabaseUnavailableError';
  override readonly errorType = 'database_unavailable';
  override readonly bodyType = 'server_error';
  override readonly status = 503;

  constructor(cause?: unknown) {
    super('the database of this gateway does not answer; send the request again later', {
      code: 'database_unavailable',
      retryAfterSeconds: 2,
      cause,
    });
  }
}

/** This process is about to end; another one answers. */
export class ShuttingDownError extends GatewayError {
  override readonly name = 'ShuttingDownError';
  override readonly errorType = 'shutting_down';
  override readonly bodyType = 'server_error';
  override readonly status = 503;

  constructor() {
    super('this gateway is shutting down; send the request again', { code: 'shutting_down', retryAfterSeconds: 1 });
  }
}

/** The client went away before its answer was complete. Nobody reads this; 499 is NGINX's number for it. */
export class ClientClosedError extends GatewayError {
  override readonly name = 'ClientClosedError';
  override readonly errorType = 'client_closed';
  override readonly bodyType = 'invalid_request_error';
  override readonly status = 499;

  constructor() {
    super('the client closed the connection', { code: 'client_closed' });
  }
}

/** The upstream says that this request can never succeed; status, code and message are its own. */
export class UpstreamRejectedError extends GatewayError {
  override readonly name = 'UpstreamRejectedError';
  override readonly errorType = 'upstream_rejected';
  override readonly bodyType = 'invalid_request_error';

  constructor(
    override readonly status: number,
    message: string,
    detail: Detail,
  ) {
    super(message, detail);
  }
}

/** The upstream's limit for the account and model is used up for now. */
export class UpstreamRateLimitedError extends GatewayError {
  override readonly name = 'UpstreamRateLimitedError';
  override readonly errorType = 'upstream_rate_limited';
  override readonly bodyType = 'rate_limit_error';
  override readonly status = 429;
}

/** The upstream did not answer in time. */
export class UpstreamTimeoutError extends GatewayError {
  override readonly name = 'UpstreamTimeoutError';
  override readonly errorType = 'upstream_timeout';
  override readonly bodyType = 'server_error';
  override readonly status = 504;
}

/** The upstream cannot be reached, fails, breaks off, or does not accept this gateway's key. */
export class UpstreamUnavailableError extends GatewayError {
  override readonly name = 'UpstreamUnavailableError';
  override readonly errorType = 'upstream_unavailable';
  override readonly bodyType = 'server_error';
  override readonly status = 502;
}

/** A fault of the gateway itself; the log has the cause, the client does not. */
export class InternalError extends GatewayError {
  override readonly name = 'InternalError';
  override readonly errorType = 'internal';
  override readonly bodyType = 'server_error';
  override readonly status = 500;

  constructor(cause: unknown) {
    super('the gateway failed; the log of this request id says why', { code: 'internal_error', cause });
  }
}

/** An error as it is, or the fault of our own that any other thrown thing is. */
export const asGatewayError = (error: unknown): GatewayError =>
  error instanceof GatewayError ? error : new InternalError(error);
