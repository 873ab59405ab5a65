/**
 * The circuit breaker of one upstream: after some transient failures in a row it is not asked for a while, then by one
 * request on trial. An answer that the upstream refuses with (400, 429 and their like) shows that it works.
 *
 * closed → open after `failures` in a row; open → half-open when `openMs` are over and somebody asks; half-open → closed
 * when the trial is answered, → open when it fails. An operator's order holds it open or closed until it is taken back.
 */
import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from '../clock';
import type { LogKind } from '../log';
import type { UpstreamMetrics } from '../metrics/upstream';

const KIND: LogKind = 'upstream-call';

export type BreakerState = 'closed' | 'half-open' | 'open';

/** What an operator has said: hold it open, hold it closed, or let it judge by itself. */
export const ORDERS = ['open', 'closed', 'automatic'] as const;
export type Order = (typeof ORDERS)[number];

/** What {@link UPSTREAM_METRICS.circuitState} reads. */
const VALUES: Readonly<Record<BreakerState, number>> = { closed: 0, 'half-open': 1, open: 2 };

/** `unknown`: it ended for a reason that says nothing about the upstream. */
export type Outcome = 'answered' | 'failed' | 'unknown';

/** The leave to make one call. */
export interface Pass {
  /** The answer has begun, which is enough for a trial. */
  begun(): void;
  /** The call is over. Only the first end counts. */
  end(outcome: Outcome): void;
}

export interface BreakerStanding {
  readonly state: BreakerState;
  readonly order: Order;
  /** Transient failures since the last answer. */
  readonly failures: number;
  /** Milliseconds until it is tried again; 0 while it is asked; `undefined` while an order holds it open. */
  readonly retryAfterMs: number | undefined;
}

export interface Breaker {
  /** Leave for one call; `undefined` while the upstream is not to be asked. */
  enter(): Pass | undefined;
  standing(): BreakerStanding;
  /** Holds it open or closed until the next order; `automatic` closes it, and forgets what has failed. */
  order(order: Order): void;
}

export interface BreakerProps {
  /** The upstream's name, in metrics and log. */
  readonly name: string;
  /** Transient failures in a row that open it. */
  readonly failures: number;
  /** How long it is open, in milliseconds. */
  readonly openMs: number;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
  readonly metrics: Pick<UpstreamMetrics, 'circuitState'>;
}

export const createBreaker = (props: BreakerProps): Breaker => {
  const { name, openMs, clock, log } = props;
  const gauge = props.metrics.circuitState.labels({ upstream: name });
  let state: BreakerState = 'closed';
  let ordered: Order = 'automatic';
  let failures = 0;
  let openedAt = 0;
  let onTrial = false;
  /** Counts the changes of state: a call that began before the last one says nothing about the present. */
  let era = 0;
  gauge.set(VALUES.closed);

  const become = (next: BreakerState): void => {
    onTrial = false;
    era++;
    if (next === 'open') openedAt = clock.monotonicMs();
    if (next === state) return;
    const line = { kind: KIND, upstream: name, from: state, to: next, order: ordered, failures };
    state = next;
    gauge.set(VALUES[next]);
    if (next === 'open') log.error(line, 'circuit open: the upstream is not asked');
    else log.warn(line, `circuit ${next}`);
  };

  const waitMs = (): number | undefined => {
    if (ordered !== 'automatic') return ordered === 'open' ? undefined : 0;
    return state === 'open' ? Math.max(0, openedAt + openMs - clock.monotonicMs()) : 0;
  };

  const admits = (): boolean => {
    if (ordered !== 'automatic') return ordered === 'closed';
    if (state === 'open' && waitMs() === 0) become('half-open');
    return state === 'closed' || (state === 'half-open' && !onTrial);
  };

  const pass = (): Pass => {
    let began = era;
    let ended = false;
    const close = (): void => {
      failures = 0;
      become('closed');
      began = era;
    };
    return {
      begun: () => {
        if (!ended && began === era && state === 'half-open') close();
      },
      end: (outcome) => {
        if (ended) return;
        ended = true;
        if (began !== era) return;
        if (state === 'half-open') {
          onTrial = false;
          if (outcome === 'answered') close();
          if (outcome === 'failed') become('open');
          return;
        }
        if (outcome === 'answered') failures = 0;
        if (outcome !== 'failed') return;
        failures++;
        if (failures >= props.failures && ordered === 'automatic') become('open');
      },
    };
  };

  return {
    enter: () => {
      if (!admits()) return undefined;
      onTrial = state === 'half-open';
      return pass();
    },
    standing: () => ({ state, order: ordered, failures, retryAfterMs: waitMs() }),
    order: (order) => {
      if (order === ordered && order !== 'automatic') return;
      ordered = order;
      failures = 0;
      become(order === 'open' ? 'open' : 'closed');
    },
  };
};
