/**
 * The books: takes entries at once, and has them in the database within a second or, at the worst, after a restart.
 *
 * An entry is in a file when {@link Ledger.record} returns, so it outlives the process however that ends; not a loss of
 * power, for which files are not waited for. From there rows go to the database in batches, in order, each once. While
 * the database is away the files grow, and memory does not. When the disk takes nothing, rows wait in memory, and beyond
 * {@link HELD_ROWS} of them stand in the log alone.
 */
import type { FastifyBaseLogger } from 'fastify';
import type { Clock, NewId } from '../clock';
import type { Database } from '../database/database';
import { DatabaseError } from '../database/database-error';
import type { LogKind } from '../log';
import type { Metrics } from '../metrics';
import type { LedgerEntry } from './entry';
import type { Journal } from './journal';
import { OwnJournal } from './journal';
import { LeftJournals } from './left-journals';
import { createRetention } from './retention';
import type { Retention } from './retention';
import type { UsageRow } from './row';
import { rowOf } from './row';
import { TRANSACTION_ROWS, writeRows } from './usage-tables';

const KIND: LogKind = 'component';
const BUSINESS: LogKind = 'business';

/** Rows that wait in memory while the disk takes none. About 10 MB. */
const HELD_ROWS = 10_000;
/** Longest wait before a database that failed is tried again, in milliseconds. It doubles from LEDGER_FLUSH_MS. */
const RETRY_MS = 5_000;
/** How long the end waits for the database. What it has not taken by then stays in the journal. */
const CLOSE_MS = 10_000;

export interface Ledger {
  /** Entries that are not in the database yet. */
  readonly pending: number;
  /** Never waits and never throws. */
  record(entry: LedgerEntry): void;
  /** Everything recorded so far is in the database, or in the journal when that is away. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface LedgerProps {
  readonly database: Database;
  /** JOURNAL_DIRECTORY. Processes may share it, on a file system that has locks. */
  readonly journalDirectory: string;
  /** LEDGER_FLUSH_MS. */
  readonly flushMs: number;
  /** LEDGER_BATCH. */
  readonly batch: number;
  /** LEDGER_DAYS. */
  readonly days: number;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: FastifyBaseLogger;
  readonly metrics: Pick<Metrics, 'ledgerPending' | 'ledgerWritten' | 'ledgerFailures' | 'ledgerJournalBytes'>;
  /**
   * Told before rows go to the database, of those that this process recorded; what it returns is told whether they are
   * there. @default nobody is
   */
  readonly onWrite?: (rows: readonly UsageRow[]) => (written: boolean) => void;
}

/** @throws Error when the journal's folder cannot be written */
export const createLedger = (props: LedgerProps): Ledger => new Books(props);

class Books implements Ledger {
  readonly #own: OwnJournal;
  readonly #retention: Retention;
  /** What dead processes have left. */
  readonly #left: LeftJournals;
  /** Rows that the disk did not take. */
  #held: UsageRow[] = [];
  /** Rows in the own journal. */
  #journaled = 0;
  /** Failures in a row. */
  #failures = 0;
  #diskFails = false;
  #closed = false;
  #draining: Promise<void> | undefined;
  #cancelDrain: (() => void) | undefined;

  constructor(private readonly props: LedgerProps) {
    const { journalDirectory: directory, clock, newId, log } = props;
    this.#own = createJournal(directory, `${clock.epochMs()}-${newId()}`);
    this.#retention = createRetention(props);
    const onLook = (): void => {
      this.#show();
      this.#schedule();
    };
    this.#left = new LeftJournals({ directory, own: this.#own.name, clock, log, onLook });
    this.#left.look();
  }

  record(entry: LedgerEntry): void {
    const row = rowOf(entry);
    if (this.#closed) this.#tell(row);
    else if (!this.#journal(row)) this.#hold(row);
    this.#show();
    this.#schedule();
  }

  async flush(): Promise<void> {
    await this.#draining;
    await this.#drain();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    let hurry = (): void => undefined;
    const late = new Promise<void>((resolve) => {
      hurry = this.props.clock.after(CLOSE_MS, resolve);
    });
    await Promise.race([this.flush(), late]);
    hurry();
    this.#closed = true;
    this.#cancelDrain?.();
    this.#left.end();
    await Promise.all([this.#draining, this.#retention.close()]);
    for (const row of this.#held.splice(0)) this.#tell(row);
    this.#left.close();
    this.#own.close();
    this.#show();
  }

  /** Rows that the database has not. */
  get pending(): number {
    return this.#journaled + this.#held.length;
  }

  #journal(row: UsageRow): boolean {
    try {
      this.#own.append(row);
      this.#journaled += 1;
      this.#diskFails = false;
      return true;
    } catch (error) {
      this.props.metrics.ledgerFailures.inc({ reason: 'journal' });
      if (!this.#diskFails) {
        const message =
          'the journal cannot be written: usage waits in memory, and a crash would lose it; free the disk';
        this.props.log.error({ kind: KIND, component: 'ledger', err: error }, message);
      }
      this.#diskFails = true;
      return false;
    }
  }

  #hold(row: UsageRow): void {
    if (this.#held.length < HELD_ROWS) this.#held.push(row);
    else this.#tell(row);
  }

  /** The last resort: the books can be completed from the log by hand. */
  #tell(usage: UsageRow): void {
    this.props.metrics.ledgerFailures.inc({ reason: 'logged' });
    this.props.log.error({ kind: BUSINESS, usage }, 'usage that is neither in the database nor in the journal');
  }

  #schedule(): void {
    if (this.#closed || this.#draining !== undefined) return;
    const full = this.#failures === 0 && this.pending >= this.props.batch;
    if (full) {
      this.#cancelDrain?.();
      void this.#drain();
    } else if (this.#cancelDrain === undefined && (this.pending > 0 || this.#left.size > 0)) {
      const waitMs = Math.min(RETRY_MS, this.props.flushMs * 2 ** this.#failures);
      this.#cancelDrain = this.props.clock.after(Math.max(waitMs, this.props.flushMs), () => void this.#drain());
    }
  }

  /** Everything that was recorded before goes to the database; or a failure, and the next try is later. */
  #drain(): Promise<void> {
    this.#cancelDrain?.();
    this.#cancelDrain = undefined;
    this.#draining ??= this.#pass().finally(() => {
      this.#draining = undefined;
      this.#show();
      this.#schedule();
    });
    return this.#draining;
  }

  async #pass(): Promise<void> {
    try {
      await this.#left.writeOut((journal) => this.#writeNext(journal));
      this.#journalHeld();
      let due = this.#journaled;
      // What comes meanwhile waits for the next pass, unless it is a whole batch.
      while (!this.#closed && (due > 0 || this.#journaled >= this.props.batch)) {
        const taken = await this.#writeNext(this.#own);
        if (taken === 0) {
          // Somebody has removed files: what was in them is not there to be written.
          if (this.#own.bytes === 0) this.#journaled = 0;
          break;
        }
        this.#journaled -= taken;
        due -= taken;
      }
      while (!this.#closed && this.#held.length > 0) await this.#writeHeld();
      this.#succeeded();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** @returns how many lines of a journal were dealt with; 0 at its end */
  async #writeNext(journal: Journal): Promise<number> {
    const chunk = await journal.next(this.#most);
    if (chunk === undefined) return 0;
    if (chunk.damaged > 0) {
      this.props.metrics.ledgerFailures.inc({ reason: 'damaged' }, chunk.damaged);
      const fields = { kind: KIND, component: 'ledger', journal: journal.name, lines: chunk.damaged };
      this.props.log.error(fields, 'lines of a journal cannot be read; they are left out');
    }
    await this.#write(chunk.rows, journal === this.#own ? chunk.rows : []);
    journal.taken(chunk);
    this.#show();
    return chunk.rows.length + chunk.damaged;
  }

  async #writeHeld(): Promise<void> {
    const rows = this.#held.slice(0, this.#most);
    await this.#write(rows, rows);
    this.#held.splice(0, rows.length);
  }

  /** Back to the files, when the disk takes them again. */
  #journalHeld(): void {
    let [row] = this.#held;
    while (row !== undefined && this.#journal(row)) {
      this.#held.shift();
      [row] = this.#held;
    }
  }

  /** @param own those of the rows that this process recorded */
  async #write(rows: readonly UsageRow[], own: readonly UsageRow[]): Promise<void> {
    const { metrics, log, database, onWrite } = this.props;
    const tell = onWrite?.(own);
    const { written, refused } = await writeRows(database, rows).catch((error: unknown) => {
      tell?.(false);
      throw error;
    });
    tell?.(true);
    metrics.ledgerWritten.inc(written);
    for (const usage of refused) {
      metrics.ledgerFailures.inc({ reason: 'refused' });
      log.error({ kind: BUSINESS, usage }, 'usage that the database refuses');
    }
  }

  get #most(): number {
    return Math.min(this.props.batch, TRANSACTION_ROWS[this.props.database.kind]);
  }

  #succeeded(): void {
    if (this.#failures > 0) {
      this.props.log.info(
        { kind: KIND, component: 'ledger', pending: this.pending },
        'usage goes to the database again',
      );
    }
    this.#failures = 0;
  }

  #failed(error: unknown): void {
    const { metrics, log } = this.props;
    this.#failures += 1;
    metrics.ledgerFailures.inc({ reason: error instanceof DatabaseError ? 'database' : 'journal' });
    if (this.#failures > 1) return;
    const fields = { kind: KIND, component: 'ledger', err: error, pending: this.pending };
    log.warn(fields, 'usage does not reach the database: it stays in the journal, and is tried again');
  }

  #show(): void {
    const { ledgerPending, ledgerJournalBytes } = this.props.metrics;
    ledgerPending.set(this.pending);
    ledgerJournalBytes.set(this.#left.bytes + this.#own.bytes);
  }
}

const createJournal = (directory: string, id: string): OwnJournal => {
  try {
    return OwnJournal.create(directory, id);
  } catch (error) {
    const wayOut = 'give this user a folder that it may write to, or set JOURNAL_DIRECTORY to another';
    throw new Error(`JOURNAL_DIRECTORY (${directory}) cannot be written; ${wayOut}`, { cause: error });
  }
};
