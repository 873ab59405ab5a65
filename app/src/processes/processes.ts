/** What a process that answers knows of the others that answer on the same port. */
import type { Registry } from 'prom-client';
import type { Clock } from '../clock';
import type { Counters } from '../limits/counters';
import { createLocalCounters } from '../limits/local-counters';
import type { OrderSiblings } from '../resilience/breaker-orders';

export interface Processes {
  /** One set of counts for all processes of this machine: where limits are kept while there is no Redis. */
  readonly counters: Counters;
  /** Carries what circuit breakers are ordered to do to all processes of this machine. */
  readonly orders: OrderSiblings;
  /**
   * Has a registry added to those of the others. Once a process.
   * @param refresh brings what is read only when it is asked for up to date
   * @returns what gives the numbers of all processes, in Prometheus's text format
   */
  joinMetrics(registry: Registry, refresh: () => Promise<void>): () => Promise<string>;
}

/** There are no others. */
export const createSingleProcess = (clock: Clock): Processes => ({
  counters: createLocalCounters(clock),
  orders: { tell: () => undefined, onOrder: () => undefined },
  joinMetrics: (registry, refresh) => async () => {
    await refresh();
    return registry.metrics();
  },
});
