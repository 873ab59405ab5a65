/**
 * Redis as the rest of the service sees it: there or not. No caller waits for it longer than REDIS_COMMAND_TIMEOUT_MS,
 * none fails because of it, and it comes back by itself.
 */
import type { ChainableCommander, Redis as Client } from 'ioredis';

export type { ChainableCommander };

export interface Redis {
  /** Whether commands are sent at all. */
  readonly up: boolean;
  /**
   * Runs a command, or a pipeline of them.
   * @param op what it is for, a label of few values
   * @returns its answer; `undefined` when Redis is not configured, is lost, or does not answer in time
   */
  run<T>(op: string, command: (client: Client) => Promise<T>): Promise<T | undefined>;
  /** Calls back at each change of {@link up}. */
  onChange(listener: (up: boolean) => void): void;
  close(): Promise<void>;
}
