/**
 * Lets in who has a key for what is asked, before anything of the body is read. Every route below `/v1` and `/api` says
 * which permission it needs, or the process does not start: a forgotten one would be open to everybody.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Permission } from '../caller';
import { asGatewayError, AuthenticationError, PermissionError } from '../errors';
import type { GatewayError } from '../errors';
import type { Keys } from '../keys/keys';
import type { LogKind } from '../log';
import type { Metrics } from '../metrics';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a key must be allowed for this route. Needed below `/v1` and `/api`, except for probes. */
    permission?: Extract<Permission, 'inference' | 'admin'>;
  }
}

export interface AuthenticationProps {
  readonly keys: Pick<Keys, 'find'>;
  readonly metrics: Pick<Metrics, 'auth'>;
}

const KIND: LogKind = 'security';

const GUARDED = /^\/(v1|api)(\/|$)/;
const BEARER = /^bearer +(\S+) *$/i;

/** @throws Error, at a route's registration, when it says nothing of its permission */
export const authentication = (server: FastifyInstance, { keys, metrics }: AuthenticationProps): void => {
  server.decorateRequest('caller');
  server.addHook('onRoute', ({ url, method, config }) => {
    if (!GUARDED.test(url) || config?.permission !== undefined || config?.probe === true) return;
    const wayOut = "add config: { permission: 'inference' } or { permission: 'admin' }";
    throw new Error(`the route ${String(method)} ${url} must say which permission it needs; ${wayOut}`);
  });

  const granted = metrics.auth.labels({ result: 'granted' });

  server.addHook('onRequest', (request, reply, done) => {
    const { permission, url } = request.route.config;
    if (permission === undefined) {
      done();
      return;
    }
    const refuse = (result: string, error: GatewayError, keyId?: string): void => {
      metrics.auth.inc({ result });
      request.log.warn({ kind: KIND, result, route: url, keyId }, 'a request was not let in');
      if (error.status === 401) reply.header('www-authenticate', 'Bearer');
      done(error);
    };
    const secret = secretOf(request);
    if (secret === undefined) {
      refuse('missing', missingKey());
      return;
    }
    keys.find(secret).then(
      (caller) => {
        if (caller === undefined) refuse('unknown', unknownKey());
        else if (!caller.permissions.has(permission)) refuse('forbidden', forbidden(permission), caller.keyId);
        else {
          granted.inc();
          request.caller = caller;
          done();
        }
      },
      (error: unknown) => {
        metrics.auth.inc({ result: 'unavailable' });
        done(asGatewayError(error));
      },
    );
  });
};

/** The key that a request brings: OpenAI's clients send it as bearer token, others as `x-api-key`. */
const secretOf = ({ headers }: FastifyRequest): string | undefined => {
  const bearer = BEARER.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return bearer;
  const apiKey = headers['x-api-key'];
  return typeof apiKey === 'string' && apiKey !== '' ? apiKey : undefined;
};

const missingKey = (): AuthenticationError =>
  new AuthenticationError('there is no API key in the request; send one as “authorization: Bearer …”', {
    code: 'missing_api_key',
  });

const unknownKey = (): AuthenticationError =>
  new AuthenticationError('this API key is not known, is revoked or has expired; ask whoever gave it to you', {
    code: 'invalid_api_key',
  });

const forbidden = (permission: Permission): PermissionError =>
  new PermissionError(`this API key has not the permission “${permission}”; use one that has, or have it added`, {
    code: 'permission_denied',
  });
