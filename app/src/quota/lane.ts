/**
 * The calls of one model: takes their quota, and holds those in line for which there is none. Nobody polls: one timer
 * goes off when the first in line may fit, and goes off sooner when a call gives quota back.
 */
import type { Usage } from '../chat';
import type { Clock } from '../clock';
import { DAY_MS } from '../durations';
import { InvalidRequestError } from '../errors';
import type { Charge, Counters } from '../limits/counters';
import type { AdmissionCall } from './admission';
import type { Quota, QuotaWindow, Quotas } from './quotas';
import type { Placed } from './waiting-line';
import { WaitingLine } from './waiting-line';

export interface LaneProps {
  readonly quotas: Pick<Quotas, 'of'>;
  readonly counters: Pick<Counters, 'take' | 'adjust'>;
  readonly clock: Clock;
  /** How long a call may wait. */
  readonly timeoutMs: number;
}

/** Quota that was taken for a call. */
export interface Grant {
  readonly granted: true;
  readonly quota: Quota;
  readonly tokens: number;
  /** By the monotonic clock. */
  readonly takenAt: number;
  /** Whether its answer tells what answers of this model come to. */
  readonly teaches: boolean;
}

/** There is not enough at present. */
export interface Refusal {
  readonly granted: false;
  readonly retryAfterMs: number;
  /** The window that stands in the way, when it will do so for longer than a call may wait. */
  readonly exhausted: QuotaWindow | undefined;
}

/** A call in line. */
export interface Waiter extends Placed {
  readonly call: AdmissionCall;
  admit(grant: Grant): void;
  /** A day's quota is used up. */
  exhausted(refusal: Refusal): void;
  /** It can never be let through, or could not be tried. */
  fail(error: unknown): void;
}

/** The first in line is tried no more often than this, whatever the counts say of the time that is left. */
const RETRY_MIN_MS = 10;
/** And no less often: other processes give quota back, and do not say so. */
const RETRY_MAX_MS = 1_000;
/** After something was given back: counters gather that for some milliseconds before they count it. */
const GIVEN_BACK_MS = 20;
/** Calls of the line that are tried at once, when all before went through: else a round trip each would bound them. */
const BATCH_MAX = 32;
/** How much the newest answer weighs in the average. */
const NEWEST_WEIGHT = 0.05;

export class Lane {
  readonly #props: LaneProps;
  readonly #line = new WaitingLine<Waiter>();
  #answerTokens: number | undefined;
  #throttledUntil = 0;
  #fullUntil = 0;
  #serving = false;
  /** Counts what was given back. */
  #returns = 0;
  /** Counts the calls of {@link wake}: a refusal is out of date once it has risen. */
  #wakes = 0;
  #timer: { readonly at: number; readonly cancel: () => void } | undefined;

  constructor(props: LaneProps) {
    this.#props = props;
  }

  get throttledMs(): number {
    return Math.max(0, this.#throttledUntil - this.#props.clock.monotonicMs());
  }

  /** Milliseconds after which there is likely to be quota again. */
  get retryAfterMs(): number {
    return Math.max(this.throttledMs, this.#fullUntil - this.#props.clock.monotonicMs(), 0);
  }

  throttle(ms: number): void {
    this.#throttledUntil = Math.max(this.#throttledUntil, this.#props.clock.monotonicMs() + ms);
  }

  /** Whether a call may not even try. */
  mustWait(placed: Placed): boolean {
    return this.#line.isBehind(placed) || (this.#throttledUntil > 0 && this.throttledMs > 0);
  }

  /**
   * Takes what a call needs, all of it or nothing.
   * @throws InvalidRequestError when its quota never has so much
   */
  async take(call: AdmissionCall): Promise<Grant | Refusal> {
    const quota = this.#props.quotas.of(call.model);
    const tokens = this.#tokensOf(call, quota);
    const takenAt = this.#props.clock.monotonicMs();
    const grant: Grant = { granted: true, quota, tokens, takenAt, teaches: (call.guessedTokens ?? 0) > 0 };
    if (quota.windows.length === 0) return grant;
    const charges = quota.windows.map((window) => chargeOf(window, window.counts === 'requests' ? 1 : tokens));
    const { allowed, refusedBy, retryAfterMs } = await this.#props.counters.take(charges);
    if (allowed) return grant;
    this.#fullUntil = this.#props.clock.monotonicMs() + retryAfterMs;
    // What a minute's window lacks, calls that end may give back any moment; of a day's that is not to be hoped for.
    const window = quota.windows[refusedBy ?? 0];
    const hopeless = window?.windowMs === DAY_MS && retryAfterMs > this.#props.timeoutMs;
    return { granted: false, retryAfterMs, exhausted: hopeless ? window : undefined };
  }

  /** Corrects what a call took by what it used. */
  settle(grant: Grant, usage: Usage | undefined): void {
    if (usage === undefined) {
      this.#adjust(grant, -1, -grant.tokens);
      this.#expectMore();
      return;
    }
    if (grant.teaches && usage.outputTokens > 0) {
      const known = this.#answerTokens ?? usage.outputTokens;
      this.#answerTokens = known + NEWEST_WEIGHT * (usage.outputTokens - known);
    }
    const difference = usage.inputTokens + usage.outputTokens - grant.tokens;
    this.#adjust(grant, 0, difference);
    if (difference < 0) this.#expectMore();
  }

  /** @param retryAfterMs when its own try may succeed; absent when it has not tried */
  join(waiter: Waiter, retryAfterMs?: number): void {
    this.#line.add(waiter);
    if (!this.#serving) this.#arm(retryAfterMs ?? this.retryAfterMs);
    else if (this.#line.head === waiter) this.#wakes += 1;
  }

  leave(waiter: Waiter): void {
    const first = this.#line.head === waiter;
    // The next one may need less.
    if (!this.#line.remove(waiter)) return;
    if (this.#line.size === 0) this.#disarm();
    else if (first) this.wake();
  }

  /** There may be more quota than there was. */
  wake(): void {
    this.#wakes += 1;
    if (!this.#serving && this.#line.size > 0) void this.#serve();
  }

  /** Quota was given back: who is first is tried once that counts. */
  #expectMore(): void {
    this.#returns += 1;
    if (!this.#serving && this.#line.size > 0) this.#arm(GIVEN_BACK_MS);
  }

  /** Tries those in line from the front, until one is refused. */
  async #serve(): Promise<void> {
    this.#serving = true;
    const returns = this.#returns;
    this.#disarm();
    let batch = 1;
    let waitMs: number | undefined;
    while (this.#line.size > 0 && waitMs === undefined) {
      if (this.throttledMs > 0) {
        waitMs = this.throttledMs;
        break;
      }
      const wakes = this.#wakes;
      const refusal = await this.#try(this.#line.first(batch));
      batch = refusal === undefined ? Math.min(batch * 2, BATCH_MAX) : 1;
      if (refusal !== undefined && wakes === this.#wakes) waitMs = refusal.retryAfterMs;
    }
    this.#serving = false;
    if (waitMs !== undefined && this.#line.size > 0) this.#arm(returns === this.#returns ? waitMs : GIVEN_BACK_MS);
  }

  /** @returns the first refusal; who stands behind it goes back, though there was enough for the less that it needs */
  async #try(waiters: readonly Waiter[]): Promise<Refusal | undefined> {
    const tries = await Promise.allSettled(waiters.map(({ call }) => this.take(call)));
    let refusal: Refusal | undefined;
    for (const [index, waiter] of waiters.entries()) {
      const tried = tries[index];
      if (tried === undefined) continue;
      if (tried.status === 'rejected') {
        if (this.#line.remove(waiter)) waiter.fail(tried.reason);
      } else if (!tried.value.granted) {
        if (tried.value.exhausted === undefined) refusal ??= tried.value;
        else if (this.#line.remove(waiter)) waiter.exhausted(tried.value);
      } else if (refusal === undefined && this.#line.remove(waiter)) {
        waiter.admit(tried.value);
      } else {
        this.#adjust(tried.value, -1, -tried.value.tokens);
      }
    }
    return refusal;
  }

  #tokensOf({ estimatedTokens, guessedTokens = 0, model }: AdmissionCall, { tokensPerCall }: Quota): number {
    const known = Math.ceil(estimatedTokens - guessedTokens);
    if (known > tokensPerCall) {
      const bound = `must be at most ${tokensPerCall} tokens, prompt and max_tokens, as ${model} has no more in its quota`;
      const message = `the request (${known}) ${bound}; shorten it, lower max_tokens, or have QUOTA_FILE say what the account has`;
      throw new InvalidRequestError(message, { code: 'request_exceeds_quota' });
    }
    const guess = guessedTokens === 0 ? 0 : Math.ceil(this.#answerTokens ?? guessedTokens);
    return Math.max(1, Math.min(known + guess, tokensPerCall));
  }

  /** Counts so many more requests and tokens than were taken. */
  #adjust({ quota, takenAt }: Grant, requests: number, tokens: number): void {
    const { clock, counters } = this.#props;
    const age = clock.monotonicMs() - takenAt;
    const charges = quota.windows
      .map((window) => ({ window, amount: window.counts === 'requests' ? requests : tokens }))
      // What a window has forgotten already cannot be given back to it: that would hide what others use.
      .filter(({ window, amount }) => amount > 0 || (amount < 0 && age < window.windowMs))
      .map(({ window, amount }) => chargeOf(window, amount));
    if (charges.length > 0) counters.adjust(charges);
  }

  #arm(ms: number): void {
    const { clock } = this.#props;
    const at = clock.monotonicMs() + Math.min(Math.max(ms, RETRY_MIN_MS), RETRY_MAX_MS);
    if (this.#timer !== undefined && this.#timer.at <= at) return;
    this.#disarm();
    const cancel = clock.after(at - clock.monotonicMs(), () => {
      this.#timer = undefined;
      this.wake();
    });
    this.#timer = { at, cancel };
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}

const chargeOf = ({ key, rule }: QuotaWindow, amount: number): Charge => ({ key, rule, amount });
