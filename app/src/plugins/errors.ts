/** Every failure leaves as OpenAI's error body, with its status, and `Retry-After` where waiting helps. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError, InternalError, InvalidRequestError, NotFoundError } from '../errors';
import type { LogKind } from '../log';
import { REQUEST_ID_HEADER, ROUTES } from '../routes';

const KIND: LogKind = 'request';

export const errors = (server: FastifyInstance, { bodyLimitBytes }: { bodyLimitBytes: number }): void => {
  server.setErrorHandler((error: unknown, request, reply) => {
    const known = request.exchange.abortReason ?? toGatewayError(error, request, bodyLimitBytes);
    request.exchange.error = known;
    if (known instanceof InternalError) request.log.error({ kind: KIND, err: known }, 'the gateway failed');
    if (known.retryAfterSeconds !== undefined) reply.header('retry-after', known.retryAfterSeconds);
    return reply.code(known.status).send(known.body());
  });
  server.setNotFoundHandler((request) => {
    const message = `there is nothing at this path for ${request.method}; GET ${ROUTES.openapi} says what there is`;
    throw new NotFoundError(message, { code: 'unknown_url' });
  });
};

/** Answers what the router cannot read. No hook has run for it. */
export const answerUnroutable = (_error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
  const known = new InvalidRequestError('the path must be a valid, percent-encoded URL path', { code: 'invalid_url' });
  void reply.code(known.status).header(REQUEST_ID_HEADER, request.id).send(known.body());
};

const BROKEN_STATUS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Answers what is no HTTP at all, or took too long to arrive, and closes the connection. */
export const answerBroken = (error: Error & { readonly code?: string }, socket: Socket): void => {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status = BROKEN_STATUS[error.code ?? ''] ?? 400;
  const reason = STATUS_CODES[status] ?? '';
  const known = new InvalidRequestError(`the request is not complete, valid HTTP (${reason})`, { status });
  const body = JSON.stringify(known.body());
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    'connection: close',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
};

/** What a member of the body must be, by the keyword of JSON Schema that it breaks. */
const CODES: Readonly<Record<string, string>> = {
  required: 'missing_required_parameter',
  type: 'invalid_type',
};

const toGatewayError = (error: unknown, request: FastifyRequest, bodyLimitBytes: number): GatewayError => {
  if (error instanceof GatewayError) return error;
  if (!isFastifyError(error)) return new InternalError(error);
  const fault = error.validation?.[0];
  if (fault !== undefined) {
    const missing = fault.params.missingProperty;
    const names = [...fault.instancePath.split('/').slice(1), ...(typeof missing === 'string' ? [missing] : [])];
    const param = names
      .map((name) => (/^\d+$/.test(name) ? `[${name}]` : `.${name}`))
      .join('')
      .replace(/^\./, '');
    const message =
      typeof missing === 'string'
        ? `${param} is missing; add it`
        : `${param || 'the body'} ${fault.message ?? 'is invalid'}`;
    return new InvalidRequestError(message, { code: CODES[fault.keyword] ?? 'invalid_value', param: param || null });
  }
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new InvalidRequestError(
        `the body must be at most ${bodyLimitBytes} bytes; send less, or raise BODY_LIMIT_BYTES`,
        {
          status: 413,
          code: 'request_too_large',
        },
      );
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new InvalidRequestError('the content-type must be application/json; set it', {
        status: 415,
        code: 'unsupported_media_type',
      });
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new InvalidRequestError('the body must be one JSON object, and it is not valid JSON; correct it', {
        code: 'invalid_json',
      });
    default: {
      const status = error.statusCode ?? 500;
      return status >= 400 && status < 500
        ? new InvalidRequestError(`${request.method} failed with ${error.code}`, { status, code: error.code })
        : new InternalError(error);
    }
  }
};

const isFastifyError = (error: unknown): error is FastifyError =>
  error instanceof Error && 'code' in error && typeof error.code === 'string';
