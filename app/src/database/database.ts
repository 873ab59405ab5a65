/**
 * The database as the rest of the service sees it: SQLite or MySQL behind one interface, no query without an end to it,
 * and a state for readiness. It is looked at every few seconds, and comes back by itself.
 */
import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from '../clock';
import type { LogKind } from '../log';
import type { Metrics } from '../metrics';
import type { Secret } from '../secret';
import type { DatabaseKind } from './address';
import { readAddress } from './address';
import { asDatabaseError, DatabaseError } from './database-error';
import { Deadline } from './deadline';
import type { Engine, Queries } from './engine';
import { openEngine } from './engine';
import { migrate, standing } from './migrations';
import type { Standing } from './migrations';

export type { Queries };

const KIND: LogKind = 'component';

/** How often a database is looked at that answers, and one that does not, in milliseconds. */
const LOOK_MS = { up: 5_000, other: 1_000 } as const;
/** How long a query that found SQLite locked waits before it tries again, in milliseconds. */
const LOCKED_MS = 10;

/**
 * - `starting`: not looked at yet
 * - `down`: does not answer
 * - `older`, `newer`: answers, and has not the tables that this program needs
 */
export type DatabaseState = 'starting' | 'up' | 'down' | Exclude<Standing, 'current'>;

export interface Database {
  readonly kind: DatabaseKind;
  /** Without an end to its queries: for migrations and tests. */
  readonly db: Queries;
  readonly state: DatabaseState;
  /** Whether it answers and has the tables that this program needs: for readiness. */
  readonly up: boolean;
  /** What is wrong, and the way out, in a sentence; `undefined` while it is up. */
  readonly problem: string | undefined;
  /**
   * Runs one statement, or one transaction. It is run again when SQLite was locked, so it must not do anything else.
   * @param op what it is for, a label of few values
   * @param timeoutMs when it is given up, and its connection cut @default DATABASE_TIMEOUT_MS
   * @throws DatabaseError; at once while the database is `down`
   */
  query<T>(op: string, run: (db: Queries) => Promise<T>, timeoutMs?: number): Promise<T>;
  /** Brings the tables to this version. @returns the versions that ran */
  migrate(): Promise<readonly string[]>;
  /** Looks at it now. @returns {@link up} */
  ping(): Promise<boolean>;
  /**
   * Looks at it for the first time, and from then on every few seconds. Makes the tables of SQLite.
   * @throws DatabaseError when SQLite cannot be brought to this version; what is wrong with MySQL is in {@link problem}
   */
  open(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseProps {
  /** DATABASE_URL. */
  readonly url: Secret | undefined;
  /** Most connections to MySQL. */
  readonly pool: number;
  /** Longest query, a wait for a connection included. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
  readonly metrics: Pick<
    Metrics,
    'databaseUp' | 'databaseQueryDuration' | 'databaseErrors' | 'databasePoolConnections'
  >;
}

/** @throws Error when the URL is wrong, or SQLite's file cannot be opened; neither quotes the URL of a server */
export const createDatabase = (props: DatabaseProps): Database => new Connected(props);

class Connected implements Database {
  readonly kind: DatabaseKind;
  readonly db: Queries;
  readonly #engine: Engine;
  #state: DatabaseState = 'starting';
  #cancelLook: () => void = () => undefined;
  #looking: Promise<boolean> | undefined;
  #closed: Promise<void> | undefined;
  /** Whether {@link open} has made the tables that were missing. */
  #made = false;

  constructor(private readonly props: DatabaseProps) {
    const { url, pool, timeoutMs, clock, metrics } = props;
    this.#engine = openEngine(readAddress(url), { connections: pool, connectMs: timeoutMs });
    this.kind = this.#engine.kind;
    this.db = this.#engine.within(new Deadline(clock, undefined));
    metrics.databaseUp.set(0);
    this.#showPool();
  }

  get state(): DatabaseState {
    return this.#state;
  }

  get up(): boolean {
    return this.#state === 'up';
  }

  get problem(): string | undefined {
    return PROBLEMS[this.#state];
  }

  async query<T>(op: string, run: (db: Queries) => Promise<T>, timeoutMs = this.props.timeoutMs): Promise<T> {
    const { clock, metrics } = this.props;
    const begunMs = clock.monotonicMs();
    const deadline = new Deadline(clock, timeoutMs);
    try {
      // Nobody waits for what is known to be away; the next look is soon.
      if (this.#state === 'down' && op !== LOOK) throw new DatabaseError(op, { class: 'connection', code: 'DOWN' });
      const db = this.#engine.within(deadline);
      return await deadline.race(() => this.#unlocked(op, () => run(db), deadline));
    } catch (error) {
      const failure = asDatabaseError(op, error);
      metrics.databaseErrors.inc({ class: failure.class });
      // Whether it is the database or this query alone is seen by a look.
      if (failure.class === 'connection' || failure.class === 'timeout') this.#lookSoon(op);
      throw failure;
    } finally {
      // A query whose time is over keeps its deadline: what it still tries is refused.
      if (!deadline.over) deadline.end();
      metrics.databaseQueryDuration.observe({ op }, (clock.monotonicMs() - begunMs) / 1_000);
      this.#showPool();
    }
  }

  ping(): Promise<boolean> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async open(): Promise<void> {
    if (this.kind === 'sqlite' && (await this.query('versions', standing)) === 'older') {
      const versions = await this.migrate();
      this.props.log.info({ ...this.#fields, versions }, 'the tables of this version were made');
    }
    this.#made = true;
    await this.ping();
  }

  migrate(): Promise<readonly string[]> {
    return this.query('migrate', (db) => migrate(db, this.kind), MIGRATION_MS);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#cancelLook();
    await this.#looking;
    await this.#engine.close();
  }

  /** Tries again while somebody else writes to SQLite, without stopping the process meanwhile. */
  async #unlocked<T>(op: string, run: () => Promise<T>, deadline: Deadline): Promise<T> {
    for (;;) {
      try {
        return await run();
      } catch (error) {
        const locked = this.kind === 'sqlite' && asDatabaseError(op, error).class === 'locked';
        if (!locked || deadline.over) throw error;
        await new Promise<void>((resolve) => void this.props.clock.after(LOCKED_MS, resolve));
      }
    }
  }

  async #look(): Promise<boolean> {
    this.#cancelLook();
    try {
      // Once they fit, tables are not looked at again: the migration of a newer version, which is made for both, would
      // otherwise take every pod of this one away at once.
      if (this.up) await this.query(LOOK, (db) => db.selectNoFrom((make) => make.lit(1).as('one')).execute());
      else this.#become(STATES[await this.query(LOOK, standing)]);
    } catch (error) {
      this.#become('down', asDatabaseError(LOOK, error));
    }
    if (this.#closed === undefined) {
      this.#cancelLook = this.props.clock.after(this.up ? LOOK_MS.up : LOOK_MS.other, () => void this.ping());
    }
    return this.up;
  }

  #lookSoon(op: string): void {
    if (op !== LOOK && this.up && this.#closed === undefined) void this.ping();
  }

  #become(state: DatabaseState, error?: DatabaseError): void {
    if (state === this.#state) return;
    const { log, metrics } = this.props;
    this.#state = state;
    metrics.databaseUp.set(this.up ? 1 : 0);
    const fields = { ...this.#fields, ...(error === undefined ? {} : { err: error }) };
    if (this.up) log.info(fields, 'the database answers');
    else if (state === 'older' && this.kind === 'sqlite' && !this.#made)
      log.info(fields, 'the tables are still to be made');
    else log.error(fields, this.problem);
  }

  /** What every line of the log says of it. */
  get #fields() {
    return { kind: KIND, component: 'database', dialect: this.kind, state: this.#state } as const;
  }

  #showPool(): void {
    const gauge = this.props.metrics.databasePoolConnections;
    const { used, idle, limit } = this.#engine.size;
    gauge.set({ state: 'used' }, used);
    gauge.set({ state: 'idle' }, idle);
    gauge.set({ state: 'limit' }, limit);
  }
}

const LOOK = 'ping';
/** A migration may rewrite large tables, and others wait for the one that does. */
const MIGRATION_MS = 600_000;

const STATES: Readonly<Record<Standing, DatabaseState>> = { current: 'up', older: 'older', newer: 'newer' };

const PROBLEMS: Readonly<Record<DatabaseState, string | undefined>> = {
  starting: 'the database was not looked at yet; wait',
  up: undefined,
  down: 'the database does not answer; see the log for the reason, and whether DATABASE_URL leads to it',
  older: 'the database has not the tables that this version needs; run app/src/database/migrate.ts',
  newer: 'the database has tables of a newer version; run that version, or restore the database from before it',
};
