/**
 * Which addresses may ask: ALLOWED_CIDRS for everything but probes, ADMIN_ALLOWED_CIDRS besides for what only an
 * operator has to see. The address is that of the connection, or what as many proxies as are trusted say it is.
 */
import type { FastifyInstance } from 'fastify';
import { addressRanges } from '../address-ranges';
import { PermissionError } from '../errors';
import type { LogKind } from '../log';
import type { Metrics } from '../metrics';
import { ROUTES } from '../routes';

export interface AddressRulesProps {
  /** Ranges that may ask at all. Empty: every address. */
  readonly allowed: readonly string[];
  /** Ranges that may ask for what is administration. Empty: every address. */
  readonly adminAllowed: readonly string[];
  readonly metrics: Pick<Metrics, 'addressRefusals'>;
}

const KIND: LogKind = 'security';
const ADMIN_PREFIX = '/api/';

/** By the route's pattern, which no spelling of the path gets around. */
const isAdmin = (route: string | undefined): boolean =>
  route !== undefined && (route.startsWith(ADMIN_PREFIX) || route === ROUTES.detailed);

export const addressRules = (server: FastifyInstance, { allowed, adminAllowed, metrics }: AddressRulesProps): void => {
  const rules = [
    { rule: 'any', variable: 'ALLOWED_CIDRS', ranges: addressRanges(allowed), concerns: () => true },
    { rule: 'admin', variable: 'ADMIN_ALLOWED_CIDRS', ranges: addressRanges(adminAllowed), concerns: isAdmin },
  ] as const;
  for (const { rule } of rules) metrics.addressRefusals.inc({ rule }, 0);
  const active = rules.filter(({ ranges }) => !ranges.empty);
  if (active.length === 0) return;
  server.addHook('onRequest', (request, _reply, done) => {
    const { url, config } = request.route;
    const broken =
      config.probe === true
        ? undefined
        : active.find(({ ranges, concerns }) => concerns(url) && !ranges.includes(request.ip));
    if (broken === undefined) {
      done();
      return;
    }
    metrics.addressRefusals.inc({ rule: broken.rule });
    request.log.warn({ kind: KIND, address: request.ip, rule: broken.rule, route: url }, 'address refused');
    const message = `requests from your address are not answered; have it added to ${broken.variable}`;
    done(new PermissionError(message, { code: 'address_not_allowed' }));
  });
};
