/** Who is let through to the upstream, who waits, and who is told to come back later. */
import { reasonOf } from '../abort';
import type { FastifyBaseLogger } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Usage } from '../chat';
import type { Clock } from '../clock';
import type { QuotaConfig } from '../config/quota';
import { asGatewayError, InvalidRequestError, OverloadedError, ShuttingDownError } from '../errors';
import type { Counters } from '../limits/counters';
import type { LogKind } from '../log';
import type { Metrics } from '../metrics';
import { modelLabel } from '../models';
import type { Admission, AdmissionCall, LineStanding, Rejection, Ticket } from './admission';
import type { Grant, Refusal, Waiter } from './lane';
import { Lane } from './lane';
import type { Priority } from './priority';
import { PRIORITIES } from './priority';
import type { Quotas } from './quotas';
import { exhaustedError, fullError, secondsOf, timeoutError } from './rejection-errors';

export interface AdmissionProps {
  readonly counters: Counters;
  readonly quotas: Quotas;
  readonly config: Pick<QuotaConfig, 'queuePlaces' | 'queueTimeoutMs'>;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
  readonly metrics: Pick<Metrics, 'queueDepth' | 'queueWait' | 'queueRejected'>;
}

const KIND: LogKind = 'upstream-call';
/** Models whose line and throttling are remembered. Clients choose the names, so it must be bounded. */
const LANES_MAX = 1_000;
/** Longest time that the upstream can ask to be left alone. */
const THROTTLE_MAX_MS = 3_600_000;

/** A call in line, as the admission holds it. */
interface Place extends Waiter {
  /** Ends its wait, if it still waits. */
  reject(rejection: Rejection, error: Error): void;
}

/** A call that has come, and not been let through yet. */
interface Arrival {
  readonly call: AdmissionCall;
  readonly lane: Lane;
  readonly number: number;
  readonly priority: Priority;
}

class QuotaTicket implements Ticket {
  #settled = false;

  constructor(
    private readonly lane: Lane,
    private readonly grant: Grant,
    readonly waitedMs: number,
  ) {}

  settle(usage: Usage | undefined): void {
    if (this.#settled) return;
    this.#settled = true;
    this.lane.settle(this.grant, usage);
  }
}

/** Admission by the quotas of the account, counted over all that share the counters. */
export const createAdmission = (props: AdmissionProps): Admission => new QuotaAdmission(props);

class QuotaAdmission implements Admission {
  readonly #props: AdmissionProps;
  readonly #lanes = new LRUCache<string, Lane>({ max: LANES_MAX });
  readonly #places: Readonly<Record<Priority, Set<Place>>> = {
    critical: new Set(),
    high: new Set(),
    medium: new Set(),
    low: new Set(),
  };
  readonly #rejected: Record<Rejection, number> = {
    full: 0,
    timeout: 0,
    too_large: 0,
    exhausted: 0,
    throttled: 0,
    aborted: 0,
    closing: 0,
  };
  #taken = 0;
  #arrivals = 0;
  #waited = 0;
  #closed = false;

  constructor(props: AdmissionProps) {
    this.#props = props;
    for (const priority of PRIORITIES) props.metrics.queueDepth.set({ priority }, 0);
    props.quotas.onChange(() => {
      for (const lane of this.#lanes.values()) lane.wake();
    });
  }

  async enter(call: AdmissionCall): Promise<Ticket> {
    const lane = this.#laneOf(call.model);
    this.#checkOpen(call, lane);
    this.#arrivals += 1;
    const arrival: Arrival = { call, lane, number: this.#arrivals, priority: call.priority };
    if (lane.mustWait(arrival)) return this.#wait(arrival);
    const outcome = await this.#take(arrival);
    // While it was asked for: did its client leave, or somebody who came before turn out to have to wait?
    if (outcome.granted && (call.signal.aborted || this.#closed || lane.mustWait(arrival))) {
      lane.settle(outcome, undefined);
    } else if (outcome.granted) {
      return new QuotaTicket(lane, outcome, 0);
    } else if (outcome.exhausted !== undefined) {
      throw this.#count('exhausted', exhaustedError(call, outcome));
    }
    this.#checkOpen(call, lane);
    return this.#wait(arrival, outcome.granted ? undefined : outcome.retryAfterMs);
  }

  async enterNow(call: AdmissionCall): Promise<Ticket | undefined> {
    const lane = this.#laneOf(call.model);
    this.#arrivals += 1;
    const placed = { priority: call.priority, number: this.#arrivals };
    const barred = (): boolean => this.#closed || call.signal.aborted || lane.mustWait(placed);
    if (barred()) return undefined;
    try {
      const outcome = await lane.take(call);
      if (!outcome.granted) return undefined;
      if (!barred()) return new QuotaTicket(lane, outcome, 0);
      lane.settle(outcome, undefined);
      return undefined;
    } catch (error) {
      // It is larger than this quota ever is; another's may be larger.
      if (error instanceof InvalidRequestError) return undefined;
      throw error;
    }
  }

  penalize(model: string, retryAfterMs: number): void {
    const lane = this.#laneOf(model);
    const ms = Math.min(retryAfterMs, THROTTLE_MAX_MS);
    if (lane.throttledMs === 0) {
      const line = { kind: KIND, model: modelLabel(model), throttledMs: ms };
      this.#props.log.warn(line, 'the upstream refused a call by its own limits: the next ones wait');
    }
    lane.throttle(ms);
  }

  throttledMs(model: string): number {
    return this.#lanes.peek(model)?.throttledMs ?? 0;
  }

  line(): LineStanding {
    const { queuePlaces, queueTimeoutMs } = this.#props.config;
    const { critical, high, medium, low } = this.#places;
    return {
      places: queuePlaces,
      timeoutMs: queueTimeoutMs,
      waiting: { critical: critical.size, high: high.size, medium: medium.size, low: low.size },
      waited: this.#waited,
      rejected: { ...this.#rejected },
    };
  }

  close(): void {
    this.#closed = true;
    // From the end, so that nobody is tried because the one before has gone.
    for (const priority of PRIORITIES.toReversed()) {
      for (const place of [...this.#places[priority]].reverse()) place.reject('closing', new ShuttingDownError());
    }
  }

  #laneOf(model: string): Lane {
    const known = this.#lanes.get(model);
    if (known !== undefined) return known;
    const { counters, quotas, clock, config } = this.#props;
    const lane = new Lane({ counters, quotas, clock, timeoutMs: config.queueTimeoutMs });
    this.#lanes.set(model, lane);
    return lane;
  }

  /** @throws when the call need not even try, or wait */
  #checkOpen({ signal, model }: AdmissionCall, lane: Lane): void {
    if (this.#closed) throw this.#count('closing', new ShuttingDownError());
    if (signal.aborted) throw this.#count('aborted', reasonOf(signal));
    const ms = lane.throttledMs;
    if (ms <= this.#props.config.queueTimeoutMs) return;
    const message = `the upstream takes no more calls of ${model} for ${secondsOf(ms)} s, which is longer than a request may wait (QUEUE_TIMEOUT_MS)`;
    const detail = { code: 'upstream_throttled', retryAfterSeconds: secondsOf(ms) };
    throw this.#count('throttled', new OverloadedError(`${message}; try again then, or use another model`, detail));
  }

  async #take({ call, lane }: Arrival): Promise<Grant | Refusal> {
    try {
      return await lane.take(call);
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** Puts a call in line, if there is a place for it. */
  #wait(arrival: Arrival, retryAfterMs?: number): Promise<Ticket> {
    const { call, lane, priority, number } = arrival;
    const { config, clock, metrics } = this.#props;
    if (this.#taken >= config.queuePlaces && !this.#makeRoom(priority)) {
      throw this.#count('full', fullError(call, lane, config.queuePlaces));
    }
    const places = this.#places[priority];
    const since = clock.monotonicMs();
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        place.reject('aborted', reasonOf(call.signal));
      };
      const cancel = clock.after(config.queueTimeoutMs, () => {
        place.reject('timeout', timeoutError(call, lane, config.queueTimeoutMs));
      });
      /** @returns whether it was still in line */
      const leave = (): boolean => {
        if (!places.delete(place)) return false;
        this.#taken -= 1;
        metrics.queueDepth.set({ priority }, places.size);
        cancel();
        call.signal.removeEventListener('abort', onAbort);
        lane.leave(place);
        return true;
      };
      const place: Place = {
        call,
        priority,
        number,
        admit: (grant) => {
          leave();
          const waitedMs = clock.monotonicMs() - since;
          this.#waited += 1;
          metrics.queueWait.observe(waitedMs / 1_000);
          resolve(new QuotaTicket(lane, grant, waitedMs));
        },
        exhausted: (refusal) => {
          place.reject('exhausted', exhaustedError(call, refusal));
        },
        fail: (error) => {
          if (leave()) reject(this.#failed(error));
        },
        reject: (rejection, error) => {
          if (leave()) reject(this.#count(rejection, error));
        },
      };
      places.add(place);
      this.#taken += 1;
      metrics.queueDepth.set({ priority }, places.size);
      call.signal.addEventListener('abort', onAbort, { once: true });
      lane.join(place, retryAfterMs);
    });
  }

  /** Who came last of the lowest priority goes, when that is lower than `priority`. */
  #makeRoom(priority: Priority): boolean {
    for (const lowest of PRIORITIES.toReversed()) {
      if (lowest === priority) return false;
      const last = [...this.#places[lowest]].at(-1);
      if (last === undefined) continue;
      const message = `its place among the ${this.#props.config.queuePlaces} (QUEUE_PLACES) that wait for quota was given to a request of priority ${priority}`;
      last.reject(
        'full',
        new OverloadedError(`${message}; try again later`, { code: 'queue_full', retryAfterSeconds: 1 }),
      );
      return true;
    }
    return false;
  }

  /** Counts what a take failed by. @returns it */
  #failed(failure: unknown): Error {
    const error = asGatewayError(failure);
    return error instanceof InvalidRequestError ? this.#count('too_large', error) : error;
  }

  /** Counts a rejection. @returns what it is told as */
  #count<E extends Error>(rejection: Rejection, error: E): E {
    this.#rejected[rejection] += 1;
    this.#props.metrics.queueRejected.inc({ reason: rejection });
    return error;
  }
}
