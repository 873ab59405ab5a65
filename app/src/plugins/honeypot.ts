/**
 * Paths that only somebody asks for who looks for a way in. They are answered like any path that there is not, and
 * whoever asked is turned away for a while, on every path but the probes.
 */
import type { FastifyInstance } from 'fastify';
import { LRUCache } from 'lru-cache';
import { addressRanges } from '../address-ranges';
import type { Clock } from '../clock';
import { PermissionError } from '../errors';
import type { LogKind } from '../log';
import type { Metrics } from '../metrics';

export interface HoneypotProps {
  readonly paths: readonly string[];
  /** How long an address is turned away, in milliseconds; 0: it is only counted. */
  readonly blockMs: number;
  /**
   * Ranges that are counted, but never turned away. The operator's own network: a proxy within it speaks for everybody
   * when no proxy is trusted to say whom it speaks for.
   */
  readonly spared: readonly string[];
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'honeypotHits' | 'honeypotRefusals'>;
}

const KIND: LogKind = 'security';

/** Addresses that are remembered. One more, and the one that was longest quiet is forgotten. */
const ADDRESSES_MAX = 10_000;

const pathOf = (url: string): string => {
  const end = url.indexOf('?');
  return (end === -1 ? url : url.slice(0, end)).toLowerCase();
};

export const honeypot = (server: FastifyInstance, { paths, blockMs, spared, clock, metrics }: HoneypotProps): void => {
  const baits = new Set(paths.map((path) => path.toLowerCase()));
  const trusted = addressRanges(spared);
  const until = new LRUCache<string, number>({ max: ADDRESSES_MAX });

  const isTurnedAway = (address: string): boolean => {
    if (until.size === 0) return false;
    const end = until.get(address);
    if (end === undefined) return false;
    if (clock.monotonicMs() < end) return true;
    until.delete(address);
    return false;
  };

  server.addHook('onRequest', (request, _reply, done) => {
    if (request.route.config.probe === true) {
      done();
      return;
    }
    const { ip: address } = request;
    if (isTurnedAway(address)) {
      metrics.honeypotRefusals.inc();
      const seconds = Math.ceil(((until.get(address) ?? 0) - clock.monotonicMs()) / 1_000);
      const message = `requests from your address are not answered for ${seconds} s, after one for a path that nothing but an attack asks for`;
      done(new PermissionError(message, { code: 'address_turned_away', retryAfterSeconds: seconds }));
      return;
    }
    if (baits.has(pathOf(request.url))) {
      metrics.honeypotHits.inc();
      const blocks = blockMs > 0 && !trusted.includes(address);
      if (blocks) until.set(address, clock.monotonicMs() + blockMs);
      request.log.warn({ kind: KIND, address, turnedAwayMs: blocks ? blockMs : 0 }, 'honeypot path asked for');
    }
    // From here on it is a path like any other, and its answer the same 404.
    done();
  });
};
