/** An admission over counters in memory and a clock that is moved by hand, and calls whose end can be looked at. */
import pino from 'pino';
import { createMetrics } from '../src/metrics';
import type { Charge, Counters } from '../src/limits/counters';
import { createLocalCounters } from '../src/limits/local-counters';
import type { Admission, AdmissionCall, Ticket } from '../src/quota/admission';
import type { ModelQuota } from '../src/quota/model-quotas';
import { createAdmission } from '../src/quota/quota-admission';
import { quotaOf } from '../src/quota/quotas';
import type { Quota, Quotas } from '../src/quota/quotas';
import type { VirtualClock } from './virtual-clock';
import { virtualClock } from './virtual-clock';

/** One quota for every model, which a test may change. */
export interface FixedQuotas extends Quotas {
  change(limits: ModelQuota): void;
}

export const fixedQuotas = (limits: ModelQuota): FixedQuotas => {
  const listeners: (() => void)[] = [];
  const quotas = new Map<string, Quota>();
  let current = limits;
  return {
    of: (model) => {
      const quota = quotas.get(model) ?? quotaOf(model, current);
      quotas.set(model, quota);
      return quota;
    },
    all: () => [...quotas.values()],
    onChange: (listener) => void listeners.push(listener),
    change: (next) => {
      current = next;
      quotas.clear();
      for (const listener of listeners) listener();
    },
    close: () => undefined,
  };
};

/** How a call stands. */
export interface Asked {
  readonly call: AdmissionCall;
  readonly abort: (reason: Error) => void;
  readonly askedAt: number;
  enteredAt?: number;
  state: 'waiting' | 'entered' | 'refused';
  ticket?: Ticket;
  error?: unknown;
}

export interface AdmissionUnderTest {
  readonly admission: Admission;
  readonly clock: VirtualClock;
  readonly quotas: FixedQuotas;
  readonly counters: Counters;
  readonly metrics: ReturnType<typeof createMetrics>;
  /** How often quota was asked for. */
  readonly takes: () => number;
  /** Calls that entered, in the order in which they did. */
  readonly entered: readonly Asked[];
  /** Asks, and goes on. */
  readonly ask: (call?: Partial<AdmissionCall>) => Asked;
}

export interface UnderTestProps {
  readonly limits: ModelQuota;
  readonly places?: number;
  readonly timeoutMs?: number;
  readonly clock?: VirtualClock;
  /** Stands between the admission and the counters, for tests in which those are slow or fail. */
  readonly between?: (counters: Counters) => Counters;
}

export const admissionUnderTest = (props: UnderTestProps): AdmissionUnderTest => {
  const {
    limits,
    places = 100,
    timeoutMs = 30_000,
    clock = virtualClock(),
    between = (same: Counters) => same,
  } = props;
  const local = createLocalCounters(clock);
  const metrics = createMetrics();
  const quotas = fixedQuotas(limits);
  const entered: Asked[] = [];
  let takes = 0;
  const counters = between({
    ...local,
    take: (charges: readonly Charge[]) => {
      takes += 1;
      return local.take(charges);
    },
  });
  const config = { queuePlaces: places, queueTimeoutMs: timeoutMs };
  const admission = createAdmission({ counters, quotas, config, clock, log: pino({ level: 'silent' }), metrics });
  const ask = (call: Partial<AdmissionCall> = {}): Asked => {
    const controller = new AbortController();
    const whole = { model: 'm', priority: 'medium', estimatedTokens: 1, signal: controller.signal, ...call } as const;
    const asked: Asked = {
      call: whole,
      abort: (reason) => {
        controller.abort(reason);
      },
      askedAt: clock.monotonicMs(),
      state: 'waiting',
    };
    admission.enter(whole).then(
      (ticket) => {
        asked.state = 'entered';
        asked.ticket = ticket;
        asked.enteredAt = clock.monotonicMs();
        entered.push(asked);
      },
      (error: unknown) => {
        asked.state = 'refused';
        asked.error = error;
      },
    );
    return asked;
  };
  return { admission, clock, quotas, counters, metrics, takes: () => takes, entered, ask };
};
