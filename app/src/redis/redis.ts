/**
 * Redis as the rest of the service sees it: there or not. No caller waits for it longer than REDIS_COMMAND_TIMEOUT_MS,
 * none fails because of it, and it comes back by itself.
 */
import type { FastifyBaseLogger } from 'fastify';
import type { ChainableCommander, Redis as Client } from 'ioredis';
import type { Clock } from '../clock';
import type { LogKind } from '../log';
import type { Metrics } from '../metrics';
import type { Secret } from '../secret';
import { isSick, openConnection, reasonOf, wordFor } from './connection';
import type { Connection, FailureReason } from './connection';

export type { ChainableCommander };

export interface Redis {
  /** Whether commands are sent at all. */
  readonly up: boolean;
  /**
   * Runs a command, or a pipeline of them.
   * @param op what it is for, a label of few values
   * @returns its answer; `undefined` when Redis is not configured, is lost, refuses, or does not answer in time
   */
  run<T>(op: string, command: (client: Client) => Promise<T>): Promise<T | undefined>;
  /** Calls back at each change of {@link up}. */
  onChange(listener: (up: boolean) => void): void;
  close(): Promise<void>;
}

export interface RedisProps {
  /** `redis://` or `rediss://` (TLS), one endpoint: a server, or the proxy of a cluster. Absent: Redis is never up. */
  readonly url: Secret | undefined;
  /** Longest wait for one command, in milliseconds. */
  readonly commandTimeoutMs: number;
  /** How often a lost Redis is tried again, in milliseconds. */
  readonly retryMs: number;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
  readonly metrics: Pick<Metrics, 'redisUp' | 'redisCommandDuration' | 'redisFailures'>;
}

const KIND: LogKind = 'component';
const COMPONENT = 'redis';

/**
 * Timeouts in a row after which nothing is sent any more. One is an accident; each more costs a request the whole wait.
 */
const FAILURES_IN_A_ROW = 2;

export const createRedis = ({ url, ...props }: RedisProps): Redis =>
  url === undefined ? withoutRedis(props) : new GuardedRedis(url, props);

const withoutRedis = ({ metrics }: Omit<RedisProps, 'url'>): Redis => {
  metrics.redisUp.set(0);
  return {
    up: false,
    run: () => Promise.resolve(undefined),
    onChange: () => undefined,
    close: () => Promise.resolve(),
  };
};

class GuardedRedis implements Redis {
  readonly #url: Secret;
  readonly #props: Omit<RedisProps, 'url'>;
  readonly #listeners: ((up: boolean) => void)[] = [];
  /** The connection that has proved itself; a new one each time, since one that has stalled may never recover. */
  #connection: Connection | undefined;
  #failuresInARow = 0;
  /** What was told last; nothing before the first try has ended. */
  #told: boolean | undefined;
  #cancelRetry: () => void = () => undefined;
  readonly #closing = new AbortController();

  constructor(url: Secret, props: Omit<RedisProps, 'url'>) {
    this.#url = url;
    this.#props = props;
    props.metrics.redisUp.set(0);
    void this.#connect();
  }

  get up(): boolean {
    return this.#connection !== undefined;
  }

  onChange(listener: (up: boolean) => void): void {
    this.#listeners.push(listener);
  }

  run<T>(op: string, command: (client: Client) => Promise<T>): Promise<T | undefined> {
    const connection = this.#connection;
    if (connection === undefined) return Promise.resolve(undefined);
    const { clock, metrics, commandTimeoutMs } = this.#props;
    const startedMs = clock.monotonicMs();
    return new Promise((resolve) => {
      let ended = false;
      const end = (): boolean => {
        if (ended) return false;
        ended = true;
        cancel();
        metrics.redisCommandDuration.observe({ op }, (clock.monotonicMs() - startedMs) / 1_000);
        return true;
      };
      const fail = (reason: FailureReason, error?: unknown): void => {
        if (!end()) return;
        metrics.redisFailures.inc({ op, reason });
        resolve(undefined);
        // A refusal is an answer, and a quick one; only some of them say that nothing else will do better.
        if (reason !== 'refused' || isSick(error)) this.#failed(connection, wordFor(reason, error));
      };
      const cancel = clock.after(commandTimeoutMs, () => {
        // Where this process was too busy to read it, the answer lies in the socket: it is read before this goes on.
        setImmediate(() => {
          fail('timeout');
        });
      });
      const answered = async (): Promise<void> => {
        try {
          const value = await command(connection.client);
          if (!end()) return;
          if (connection === this.#connection) this.#failuresInARow = 0;
          resolve(value);
        } catch (error) {
          fail(reasonOf(error), error);
        }
      };
      void answered();
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#cancelRetry();
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.quit();
  }

  async #connect(): Promise<void> {
    const { signal } = this.#closing;
    try {
      const connection = await openConnection({ url: this.#url, ...this.#props, signal });
      this.#connection = connection;
      this.#failuresInARow = 0;
      this.#tell(true);
      connection.onEnd((word) => {
        this.#lost(connection, word);
      });
    } catch (error) {
      if (!signal.aborted) this.#retryAfter(wordFor(reasonOf(error), error));
    }
  }

  #failed(connection: Connection, word: string): void {
    if (connection !== this.#connection) return;
    this.#failuresInARow += 1;
    if (this.#failuresInARow >= FAILURES_IN_A_ROW) this.#lost(connection, word);
  }

  #lost(connection: Connection, word: string): void {
    if (connection !== this.#connection) return;
    this.#connection = undefined;
    connection.close();
    this.#retryAfter(word);
  }

  #retryAfter(word: string): void {
    this.#tell(false, word);
    this.#cancelRetry = this.#props.clock.after(this.#props.retryMs, () => void this.#connect());
  }

  /** Says a change, once. @param reason in one word, since the words of an error may hold what was sent */
  #tell(up: boolean, reason?: string): void {
    if (this.#told === up) return;
    this.#told = up;
    const { log, metrics } = this.#props;
    metrics.redisUp.set(up ? 1 : 0);
    if (up) log.info({ kind: KIND, component: COMPONENT }, 'Redis answers');
    else log.warn({ kind: KIND, component: COMPONENT, reason }, 'Redis is lost: this machine goes on without it');
    for (const listener of this.#listeners) listener(up);
  }
}
