/**
 * What was spent today, by key and by all, and whether more may be. Answered from memory: what the database said within
 * the last minute, which has what every replica wrote, and what this process booked that was not in it yet.
 *
 * A budget is a bound for what is asked next, not for what is under way: requests that run when it is reached are
 * finished and booked, and another replica learns of it within a minute.
 */
import type { FastifyBaseLogger } from 'fastify';
import type { Caller } from '../caller';
import type { Clock } from '../clock';
import { DAY_MS } from '../durations';
import type { Database } from '../database/database';
import type { UsageEntriesTable } from '../database/schema';
import { BudgetExceededError } from '../errors';
import type { LedgerEntry } from '../ledger/entry';
import type { LogKind } from '../log';
import type { Metrics } from '../metrics';
import { modelLabel } from '../models';
import { dayOf, startOf } from './day';
import { fromNanos, toNanos } from './money';
import type { Prices } from './prices';

/** What spending has to know of an entry of the books, and of the row that it becomes. */
export type Booking = Pick<LedgerEntry, 'keyId' | 'at' | 'servedModel' | 'cost' | 'currency'>;
export type BookedRow = Pick<UsageEntriesTable, 'key_id' | 'at' | 'cost' | 'currency'>;

export interface Spending {
  /** Reads what was spent so far, and again each minute. Never rejects: without the database it goes by this process alone. */
  start(): Promise<void>;
  /** @throws BudgetExceededError when the key's or everyone's daily budget is spent. From memory. */
  check(caller: Caller): void;
  /** Adds what a request cost. To be called once for each entry that the ledger records. */
  book(entry: Booking): void;
  /**
   * The ledger is about to write rows into the database, these of them booked by this process.
   * @returns to be called when it has, or could not: what is in the database is counted there and no longer here
   */
  writing(rows: readonly BookedRow[]): (stored: boolean) => void;
  /** How today stands. */
  today(): SpentToday;
  /** Reads no more. */
  close(): void;
}

export interface SpentToday {
  /** `YYYY-MM-DD` in UTC+8. */
  readonly day: string;
  readonly spent: number;
  readonly currency: string;
  /** DAILY_BUDGET; absent: no bound. */
  readonly budget: number | undefined;
  /** When the next day begins, in milliseconds since 1970. */
  readonly endsAt: number;
}

/** Of each metric what is done with it. */
export interface SpendingMetrics {
  readonly aiCost: Pick<Metrics['aiCost'], 'inc'>;
  readonly aiCostToday: Pick<Metrics['aiCostToday'], 'set'>;
  readonly budgetUsed: Pick<Metrics['budgetUsed'], 'set'>;
}

export interface SpendingProps {
  readonly database: Pick<Database, 'query'>;
  /** DAILY_BUDGET; 0: no bound. */
  readonly dailyBudget: number;
  readonly prices: Pick<Prices, 'currency'>;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
  readonly metrics: SpendingMetrics;
}

const KIND: LogKind = 'business';

/** How often the database is asked what the others spent, in milliseconds. */
export const SPENDING_REFRESH_MS = 60_000;

/** How often a read is tried again that the ledger wrote into; it writes for some milliseconds of each second. */
const READ_ATTEMPTS = 5;

/** Shares of the budget that are worth a warning, the higher one first. */
const WARNINGS = [
  { share: 1, message: 'the daily budget is spent: requests are refused until midnight in UTC+8' },
  { share: 0.8, message: 'most of the daily budget is spent' },
] as const;

/** Billionths by key. Keys are made by administrators, and a day ends: that bounds it. */
type Sums = Map<string, number>;

const add = (sums: Sums, keyId: string, nanos: number): void => void sums.set(keyId, (sums.get(keyId) ?? 0) + nanos);

const total = (sums: Sums): number => [...sums.values()].reduce((sum, nanos) => sum + nanos, 0);

/** All that is known of one day. */
class Day {
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  /** What the database said last. */
  stored: Sums = new Map();
  /** What was booked here and is not in {@link stored}. */
  own: Sums = new Map();
  /** What was booked here and is not in the database. */
  readonly unwritten: Sums = new Map();
  /** Of {@link stored} and {@link own} together. */
  totalNanos = 0;
  /** The highest of {@link WARNINGS} that was given. */
  warned = 0;
  /** Keys of which the log knows that they have spent their budget. */
  readonly refusedKeys = new Set<string>();

  constructor(nowMs: number) {
    this.name = dayOf(nowMs);
    this.startMs = startOf(this.name);
    this.endMs = this.startMs + DAY_MS;
  }

  has(epochMs: number): boolean {
    return epochMs >= this.startMs && epochMs < this.endMs;
  }

  spentBy(keyId: string): number {
    return (this.stored.get(keyId) ?? 0) + (this.own.get(keyId) ?? 0);
  }
}

export const createSpending = (props: SpendingProps): Spending => new DailySpending(props);

class DailySpending implements Spending {
  readonly #props: SpendingProps;
  readonly #budgetNanos: number | undefined;
  #day: Day;
  /** Writes of the ledger that are under way, and a number that changes when one begins or ends. */
  #writes = 0;
  #changes = 0;
  readonly #whenWritten: (() => void)[] = [];
  #cancel: () => void = () => undefined;
  #closed = false;
  #away = false;

  constructor(props: SpendingProps) {
    this.#props = props;
    this.#budgetNanos = props.dailyBudget > 0 ? toNanos(props.dailyBudget) : undefined;
    this.#day = new Day(props.clock.epochMs());
  }

  async start(): Promise<void> {
    await this.#refresh();
    if (this.#closed) return;
    this.#cancel = this.#props.clock.after(SPENDING_REFRESH_MS, () => void this.start());
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  check({ keyId, dailyBudget }: Caller): void {
    const day = this.#today();
    if (this.#budgetNanos !== undefined && day.totalNanos >= this.#budgetNanos) {
      throw this.#refusal('all keys together', day.totalNanos, this.#props.dailyBudget, 'DAILY_BUDGET', {
        code: 'daily_budget_exceeded',
      });
    }
    if (dailyBudget === undefined) return;
    const spent = day.spentBy(keyId);
    if (spent < toNanos(dailyBudget)) return;
    if (!day.refusedKeys.has(keyId)) {
      day.refusedKeys.add(keyId);
      const line = { kind: KIND, keyId, spent: fromNanos(spent), budget: dailyBudget, day: day.name };
      this.#props.log.warn(line, 'a key has spent its daily budget: its requests are refused until midnight in UTC+8');
    }
    throw this.#refusal('this key', spent, dailyBudget, 'its daily budget', { code: 'key_budget_exceeded' });
  }

  book({ keyId, at, servedModel, cost, currency }: Booking): void {
    if (cost === 0) return;
    this.#props.metrics.aiCost.inc({ model: modelLabel(servedModel), currency }, cost);
    const day = this.#today();
    // Sums of two currencies mean nothing, and what ended yesterday is yesterday's.
    if (currency !== this.#props.prices.currency || !day.has(at)) return;
    const nanos = toNanos(cost);
    add(day.own, keyId, nanos);
    add(day.unwritten, keyId, nanos);
    day.totalNanos += nanos;
    this.#show(day);
  }

  writing(rows: readonly BookedRow[]): (stored: boolean) => void {
    this.#writes += 1;
    this.#changes += 1;
    let over = false;
    return (stored) => {
      if (over) return;
      over = true;
      this.#writes -= 1;
      this.#changes += 1;
      if (stored) this.#forget(rows);
      if (this.#writes === 0) for (const resume of this.#whenWritten.splice(0)) resume();
    };
  }

  today(): SpentToday {
    const day = this.#today();
    return {
      day: day.name,
      spent: fromNanos(day.totalNanos),
      currency: this.#props.prices.currency,
      budget: this.#budgetNanos === undefined ? undefined : this.#props.dailyBudget,
      endsAt: day.endMs,
    };
  }

  #today(): Day {
    const now = this.#props.clock.epochMs();
    if (!this.#day.has(now)) {
      this.#day = new Day(now);
      this.#show(this.#day);
    }
    return this.#day;
  }

  #forget(rows: readonly BookedRow[]): void {
    const day = this.#today();
    for (const { key_id: keyId, at, cost, currency } of rows) {
      if (cost === 0 || currency !== this.#props.prices.currency || !day.has(at)) continue;
      // A row was rounded on its way into the journal, if at all, by less than is counted.
      const left = Math.max(0, (day.unwritten.get(keyId) ?? 0) - toNanos(cost));
      if (left === 0) day.unwritten.delete(keyId);
      else day.unwritten.set(keyId, left);
    }
  }

  /**
   * Takes over what the database has. A write of this process that is neither wholly before the read nor wholly after it
   * could be counted twice or not at all, so such a read is not believed, and tried again.
   */
  async #refresh(): Promise<void> {
    for (let attempt = 0; attempt < READ_ATTEMPTS; attempt += 1) {
      if (this.#writes > 0) await new Promise<void>((resolve) => void this.#whenWritten.push(resolve));
      const changes = this.#changes;
      const day = this.#today();
      const stored = await this.#read(day.name);
      if (stored === undefined) return;
      if (changes !== this.#changes || day !== this.#today()) continue;
      day.stored = stored;
      day.own = new Map(day.unwritten);
      day.totalNanos = total(day.stored) + total(day.own);
      this.#show(day);
      return;
    }
  }

  /** By key; `undefined` when the database does not say. */
  async #read(day: string): Promise<Sums | undefined> {
    const { database, prices, log } = this.#props;
    try {
      const rows = await database.query('spending', (db) =>
        db
          .selectFrom('usage_days')
          .select(({ fn }) => ['key_id', fn.sum('cost').as('cost')])
          .where('day', '=', day)
          .where('currency', '=', prices.currency)
          .groupBy('key_id')
          .execute(),
      );
      if (this.#away) log.info({ kind: KIND }, 'what the other replicas spend is known again');
      this.#away = false;
      return new Map(rows.map((row) => [row.key_id, toNanos(Number(row.cost))]));
    } catch (error) {
      if (!this.#away) log.warn({ kind: KIND, err: error }, 'what the other replicas spend is not known for now');
      this.#away = true;
      return undefined;
    }
  }

  /** Brings metrics up to date, and warns once a day at each share of the budget. */
  #show(day: Day): void {
    const { metrics, prices, dailyBudget, log } = this.#props;
    const spent = fromNanos(day.totalNanos);
    metrics.aiCostToday.set({ currency: prices.currency }, spent);
    if (this.#budgetNanos === undefined) return;
    const share = day.totalNanos / this.#budgetNanos;
    metrics.budgetUsed.set({ scope: 'all' }, share);
    const warning = WARNINGS.find((candidate) => share >= candidate.share);
    if (warning === undefined || warning.share <= day.warned) return;
    day.warned = warning.share;
    const line = { kind: KIND, spent, budget: dailyBudget, currency: prices.currency, day: day.name };
    log.warn(line, warning.message);
  }

  #refusal(who: string, spentNanos: number, bound: number, name: string, { code }: { readonly code: string }) {
    const { clock, prices } = this.#props;
    const retryAfterSeconds = Math.max(1, Math.ceil((this.#day.endMs - clock.epochMs()) / 1_000));
    const spent = fromNanos(spentNanos);
    const message =
      `${who} spent ${spent} ${prices.currency} today, and ${name} is ${bound}; ` +
      'ask again after midnight in UTC+8, or have it raised';
    return new BudgetExceededError(message, { code, retryAfterSeconds });
  }
}
