/**
 * Where the process is between its start and its end, and the requests it still owes an answer.
 * serving → draining (readiness fails, requests are taken) → closing (requests are refused, running ones finish).
 */
import type { Exchange } from './exchange';
import { ShuttingDownError } from './errors';
import type { Metrics } from './metrics';

export type LifecycleState = 'serving' | 'draining' | 'closing';

export class Lifecycle {
  readonly #running = new Set<Exchange>();
  #state: LifecycleState = 'serving';

  constructor(private readonly metrics: Pick<Metrics, 'ready' | 'requestsInFlight'>) {
    metrics.ready.set(1);
  }

  get state(): LifecycleState {
    return this.#state;
  }

  /** Requests whose answer is not complete. */
  get running(): number {
    return this.#running.size;
  }

  /** Readiness fails from here on. */
  drain(): void {
    this.#state = 'draining';
    this.metrics.ready.set(0);
  }

  /** New requests are refused from here on. */
  refuse(): void {
    this.#state = 'closing';
  }

  /** Ends the answers that still run, each with an error that its client can read. */
  cutOff(): void {
    for (const exchange of this.#running) exchange.abort(new ShuttingDownError());
  }

  begin(exchange: Exchange): void {
    this.#running.add(exchange);
    this.metrics.requestsInFlight.set(this.#running.size);
  }

  end(exchange: Exchange): void {
    this.#running.delete(exchange);
    this.metrics.requestsInFlight.set(this.#running.size);
  }
}
