/** Workers and their channel by `node:cluster`: the primary process accepts connections and deals them out in turn. */
import cluster from 'node:cluster';
import type { Environment } from '../config';
import { isToPrimary, isToWorker } from './messages';
import type { ToPrimary } from './messages';
import type { Worker, WorkerEvents } from './primary';
import type { Channel } from './worker';

/** What stands for the exit code of a worker that a signal has ended. */
const KILLED = 1;

export const isWorker = (): boolean => cluster.isWorker;

/** @param env more than this process's own environment */
export const forkWorker =
  (env: Environment) =>
  (events: WorkerEvents): Worker => {
    const worker = cluster.fork(env);
    worker.on('message', (message: unknown) => {
      if (isToPrimary(message)) events.message(message);
    });
    worker.on('exit', (code: number | null) => {
      events.exit(code ?? KILLED);
    });
    // A channel that breaks while something is sent is that of a worker that ends; its exit is told anyway.
    worker.on('error', () => undefined);
    return {
      id: worker.id,
      send: (message) => {
        if (worker.isConnected()) worker.send(message);
      },
      kill: () => {
        worker.process.kill('SIGKILL');
      },
    };
  };

/** A worker's own end. */
export const primaryChannel = (): Channel => ({
  send: (message) => {
    if (!process.connected) return false;
    // What the callback is told is that the primary process is gone, and then this one ends, too.
    process.send?.(message, undefined, undefined, () => undefined);
    return true;
  },
  onMessage: (listener) => {
    process.on('message', (message: unknown) => {
      if (isToWorker(message)) listener(message);
    });
  },
});

/** Ends a worker that could not start, once the primary process has heard why. */
export const failWorker = (message: string): void => {
  const failed: ToPrimary = { type: 'gateway:failed', message };
  process.send?.(failed, undefined, undefined, () => process.exit(1));
};
