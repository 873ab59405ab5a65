/** A worker's end of the channel to its primary process. */
import type { Clock } from '../clock';
import { createHubCounters } from '../limits/hub-counters';
import type { HubAnswer } from '../limits/hub-counters';
import { createLocalCounters } from '../limits/local-counters';
import type { OrderMessage, Reading, ToPrimary, ToWorker } from './messages';
import type { Processes } from './processes';

export interface Channel {
  /** False when the primary process cannot be told. */
  send(message: ToPrimary): boolean;
  onMessage(listener: (message: ToWorker) => void): void;
}

export interface WorkerProcesses extends Processes {
  /** Calls back when the primary process wants this one to end gracefully; at once when it has said so already. */
  onEnd(listener: (drain: boolean) => void): void;
}

/** How long the primary process is waited for, in milliseconds: it does little, and that at once. */
const COUNT_MS = 250;
const COLLECT_MS = 3_000;

export const createWorkerProcesses = (channel: Channel, clock: Clock): WorkerProcesses => {
  let ids = 0;
  const counted = new Map<number, (answer: HubAnswer | undefined) => void>();
  const collected = new Map<number, (text: string | undefined) => void>();
  let hear: (message: OrderMessage) => void = () => undefined;
  let read: () => Promise<Reading> = () => Promise.resolve([]);
  let end: ((drain: boolean) => void) | undefined;
  /** Told before anybody listened, as it was still starting. */
  let told: boolean | undefined;

  /** Sends, and waits for whoever resolves what stands under the id; `undefined` when nobody does in time. */
  const ask = <T>(
    waiting: Map<number, (answer: T | undefined) => void>,
    ms: number,
    message: (id: number) => ToPrimary,
  ) =>
    new Promise<T | undefined>((resolve) => {
      const id = (ids += 1);
      const done = (answer: T | undefined): void => {
        cancel();
        waiting.delete(id);
        resolve(answer);
      };
      const cancel = clock.after(ms, () => {
        done(undefined);
      });
      waiting.set(id, done);
      if (!channel.send(message(id))) done(undefined);
    });

  channel.onMessage((message) => {
    switch (message.type) {
      case 'gateway:end':
        told = message.drain;
        end?.(message.drain);
        break;
      case 'gateway:counted':
        counted.get(message.id)?.(message.answer);
        break;
      case 'gateway:order':
        hear(message);
        break;
      case 'gateway:collected':
        collected.get(message.id)?.(message.text);
        break;
      case 'gateway:read':
        void read().then((reading) => channel.send({ type: 'gateway:reading', id: message.id, reading }));
        break;
    }
  });

  return {
    counters: createHubCounters({
      ask: (batch) => ask(counted, COUNT_MS, (id) => ({ type: 'gateway:count', id, batch })),
      local: createLocalCounters(clock),
    }),
    orders: {
      tell: (upstream, order) => {
        channel.send({ type: 'gateway:order', upstream, order });
      },
      onOrder: (listener) => {
        hear = ({ upstream, order }) => {
          listener(upstream, order);
        };
      },
    },
    joinMetrics: (registry, refresh) => {
      read = async () => {
        await refresh();
        return registry.getMetricsAsJSON();
      };
      return async () => {
        const text = await ask(collected, COLLECT_MS, (id) => ({ type: 'gateway:collect', id }));
        // This process's own numbers in place of the sum would look like every counter beginning anew.
        if (text === undefined) throw new Error('the primary process did not say the sum of all metrics in time');
        return text;
      };
    },
    onEnd: (listener) => {
      end = listener;
      if (told !== undefined) listener(told);
    },
  };
};
