/**
 * MySQL by mysql2, in the form that Kysely wants, with a time for each query. When it is over, the connection is cut:
 * the driver itself would wait for an answer as long as the server's host answers.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { MysqlPool, MysqlPoolConnection, MysqlQueryResult, MysqlStream } from 'kysely';
import { createPool } from 'mysql2';
import type { PoolConnection, PoolOptions, ResultSetHeader, RowDataPacket } from 'mysql2';
import type { MysqlAddress } from './address';
import type { Deadline } from './deadline';
import { DeadlineError } from './deadline';

/** How long a connection that nobody uses is kept; below the server's `wait_timeout` by far. */
const IDLE_MS = 60_000;
const KEEP_ALIVE_MS = 30_000;
/** How long the server has to take its leave. */
const END_MS = 1_000;
/** Nothing is cut or rounded in silence, and a backslash escapes, as the driver believes; whatever the server's default. */
const SESSION = "set session sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'";

/** What Kysely is given together with an error; it never looks at it. */
const NO_CONNECTION: MysqlPoolConnection = {
  query: (): never => {
    throw new DeadlineError('there is no connection');
  },
  release: () => undefined,
};

export interface MysqlSize {
  readonly used: number;
  readonly idle: number;
}

/** Options for mysql2. The socket is ours, so that it can be cut. */
export const poolOptions = (
  address: MysqlAddress,
  { connections, connectMs }: { readonly connections: number; readonly connectMs: number },
): PoolOptions => ({
  host: address.host,
  port: address.port,
  user: address.user,
  password: address.password,
  database: address.database,
  ...(address.ssl === undefined ? {} : { ssl: address.ssl }),
  charset: 'utf8mb4',
  timezone: 'Z',
  // Sums are of this type; all that are kept fit into a number.
  decimalNumbers: true,
  connectionLimit: connections,
  maxIdle: connections,
  idleTimeout: IDLE_MS,
  connectTimeout: connectMs,
});

export class Mysql {
  readonly #sockets = new Set<Socket>();
  readonly #socketOf = new WeakMap<object, Socket>();
  readonly #waiting = new Set<() => void>();
  readonly #pool: ReturnType<typeof createPool>;
  /** Places that are taken, those included whose connection is not there yet. */
  #used = 0;
  private readonly connections: number;

  constructor(address: MysqlAddress, bounds: { readonly connections: number; readonly connectMs: number }) {
    this.connections = bounds.connections;
    const stream = ({ config }: { readonly config: object }): Socket => {
      const socket = connect({ host: address.host, port: address.port, noDelay: true });
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      this.#socketOf.set(config, socket);
      return socket;
    };
    this.#pool = createPool({ ...poolOptions(address, bounds), stream });
    this.#pool.on('connection', (connection) => {
      // The pool hears the first error alone; a second one would end the process.
      connection.on('error', () => undefined);
      connection.query(SESSION, (error) => {
        if (error !== null) this.cut(connection);
      });
    });
  }

  get size(): MysqlSize {
    return { used: this.#used, idle: Math.max(0, this.#sockets.size - this.#used) };
  }

  /** The pool as one query sees it, for as long as its time lasts. */
  within(deadline: Deadline): MysqlPool {
    return {
      getConnection: (callback) => {
        this.#take(deadline, (error, connection) => {
          if (connection === undefined) callback(error, NO_CONNECTION);
          else callback(null, new Lease(this, connection, deadline));
        });
      },
      end: (callback) => {
        callback(null);
      },
    };
  }

  /** Ends a connection without a word to the server, which then takes back what was not committed. */
  cut(connection: PoolConnection): void {
    connection.destroy();
    this.#socketOf.get(connection.config)?.destroy();
  }

  /** A lease is over: its place is the next one's. */
  returned(): void {
    this.#used -= 1;
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    next();
  }

  /**
   * Waits for a place, and then for a connection. The driver's own queue would keep those that have given up, without
   * an end while the server is away.
   */
  #take(deadline: Deadline, done: (error: unknown, connection?: PoolConnection) => void): void {
    let waiting = true;
    const seek = (): void => {
      this.#used += 1;
      this.#pool.getConnection((error, connection) => {
        if (waiting && error === null) {
          waiting = false;
          stop();
          done(null, connection);
          return;
        }
        // It comes too late for this query, and in time for another one.
        if (error === null) connection.release();
        this.returned();
        if (!waiting) return;
        waiting = false;
        stop();
        done(error);
      });
    };
    const stop = deadline.onExpiry(() => {
      waiting = false;
      this.#waiting.delete(seek);
      done(new DeadlineError('no connection in time'));
    });
    if (deadline.over) return;
    if (this.#used < this.connections) seek();
    else this.#waiting.add(seek);
  }

  async close(): Promise<void> {
    let hurry = (): void => undefined;
    const late = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, END_MS);
      hurry = () => {
        clearTimeout(timer);
      };
    });
    const ended = new Promise<void>((resolve) => {
      this.#pool.end(() => {
        resolve();
      });
    });
    await Promise.race([ended, late]);
    hurry();
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** A connection while one query has it. */
class Lease implements MysqlPoolConnection {
  #lost = false;
  #fail: ((error: Error) => void) | undefined;
  readonly #stop: () => void;

  constructor(
    private readonly mysql: Mysql,
    private readonly connection: PoolConnection,
    deadline: Deadline,
  ) {
    this.#stop = deadline.onExpiry(() => {
      this.#lost = true;
      mysql.cut(connection);
      this.#fail?.(new DeadlineError('no answer in time'));
    });
  }

  query(sql: string, parameters: unknown[]): { stream: <T>() => MysqlStream<T> };
  query(sql: string, parameters: unknown[], callback: (error: unknown, result: MysqlQueryResult) => void): void;
  query(
    sql: string,
    parameters: unknown[],
    callback?: (error: unknown, result: MysqlQueryResult) => void,
  ): { stream: <T>() => MysqlStream<T> } {
    const unsupported = {
      stream: (): never => {
        throw new Error('rows are read at once; use execute() in place of stream()');
      },
    };
    if (callback === undefined) return unsupported;
    const settle = (error: unknown, result: MysqlQueryResult): void => {
      if (this.#fail === undefined) return;
      this.#fail = undefined;
      callback(error, result);
    };
    this.#fail = (error) => {
      settle(error, []);
    };
    if (this.#lost) this.#fail(new DeadlineError('the connection was cut'));
    else this.connection.query<RowDataPacket[] | ResultSetHeader>({ sql, values: parameters }, settle);
    return unsupported;
  }

  release(): void {
    this.#stop();
    this.mysql.returned();
    if (!this.#lost) this.connection.release();
  }
}
