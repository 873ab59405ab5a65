/**
 * The keys of one region: the first is used; one that was refused or limited rests, and the next is used meanwhile.
 * Limits and permissions are per model, so a key rests for one model, unless it was refused altogether.
 */
import type { FastifyBaseLogger } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock';
import type { LogKind } from '../log';
import { createCensor } from '../log/censor';
import type { UpstreamMetrics } from '../metrics/upstream';
import type { Secret } from '../secret';

const KIND: LogKind = 'security';

/** How long a key rests that was refused, in milliseconds: until then somebody may have set it right. */
const REFUSED_REST_MS = 300_000;
/** The longest rest of a key that was limited, in milliseconds, whatever the upstream asks for. */
const LIMITED_REST_MAX_MS = 60_000;
/** Most rests that are remembered. Clients name models, so there is no other bound. */
const RESTS_MAX = 1_000;

/** Why a key is not used for a while; the label `reason`. */
export type RestReason = 'refused' | 'limited';

/** One key. Its number is its place in the variable, from 1: the only thing of it that is ever told. */
export interface Credential {
  readonly number: number;
  readonly key: Secret;
}

export interface CredentialsProps {
  /** In the order in which they are used; at least one. */
  readonly keys: readonly Secret[];
  /** Whose keys they are, for the log. */
  readonly upstream: string;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
  readonly metrics: Pick<UpstreamMetrics, 'upstreamKeyRests'>;
}

export interface Credentials {
  /** Those to try for a model, in turn: the rested ones, or the one whose rest ends first when none is. */
  forModel(model: string): readonly Credential[];
  /** The upstream refused the key altogether. */
  refused(credential: Credential): void;
  /** The upstream refused the key for this model. */
  refusedFor(credential: Credential, model: string): void;
  /** The upstream's limit for the key and this model is used up. */
  limited(credential: Credential, model: string, retryAfterMs: number): void;
  /** What the upstream says of a failure, for a client: without the keys, should it quote them. */
  censored(words: string): string;
}

export const createCredentials = ({ keys, upstream, clock, log, metrics }: CredentialsProps): Credentials => {
  const all: readonly Credential[] = keys.map((key, at) => ({ number: at + 1, key }));
  const restedAt = new LRUCache<string, number>({ max: RESTS_MAX });
  const restOf = ({ number }: Credential, model: string): number =>
    Math.max(restedAt.get(`${number}`) ?? 0, restedAt.get(`${number} ${model}`) ?? 0);

  const rest = (credential: Credential, model: string | undefined, reason: RestReason, ms: number): void => {
    const name = model === undefined ? `${credential.number}` : `${credential.number} ${model}`;
    const now = clock.monotonicMs();
    const wasResting = (restedAt.get(name) ?? 0) > now;
    restedAt.set(name, now + ms);
    metrics.upstreamKeyRests.inc({ upstream, reason });
    // Told once a rest: every request would say the same.
    if (reason === 'limited' || wasResting) return;
    log.warn({ kind: KIND, upstream, keyNumber: credential.number, restMs: ms }, 'the upstream refused a key');
  };

  return {
    forModel: (model) => {
      if (all.length === 1 || restedAt.size === 0) return all;
      const now = clock.monotonicMs();
      const rested = all.filter((credential) => restOf(credential, model) <= now);
      if (rested.length > 0) return rested;
      return [...all].sort((a, b) => restOf(a, model) - restOf(b, model)).slice(0, 1);
    },
    refused: (credential) => {
      rest(credential, undefined, 'refused', REFUSED_REST_MS);
    },
    refusedFor: (credential, model) => {
      rest(credential, model, 'refused', REFUSED_REST_MS);
    },
    limited: (credential, model, retryAfterMs) => {
      rest(credential, model, 'limited', Math.min(retryAfterMs, LIMITED_REST_MAX_MS));
    },
    censored: createCensor(keys),
  };
};
