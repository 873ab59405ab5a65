/**
 * The process that answers nobody: it starts the workers, replaces one that dies, keeps what they share, and ends when
 * all of them have ended.
 */
import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from '../clock';
import { answerBatch } from '../limits/hub-counters';
import { createLocalCounters } from '../limits/local-counters';
import type { LogKind } from '../log';
import type { OrderMessage, ToPrimary, ToWorker } from './messages';
import { MetricsSum } from './metrics-sum';

/** A worker, as the operating system has it. */
export interface Worker {
  /** Never given twice. */
  readonly id: number;
  /** Harmless when the worker is gone. */
  send(message: ToWorker): void;
  /** Ends it at once. */
  kill(): void;
}

export interface WorkerEvents {
  message(message: ToPrimary): void;
  /** @param code of its exit; not 0 when a signal has ended it */
  exit(code: number): void;
}

export interface Serving {
  /** Where it answers; the same for all. */
  readonly url: string;
  readonly provider: string;
}

export interface PrimaryProps {
  readonly workers: number;
  readonly fork: (events: WorkerEvents) => Worker;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
  /** How long the workers may take to end gracefully, in milliseconds; after that they are ended hard. */
  readonly endMs: number;
  /** Called once, when every worker answers. */
  readonly onServing: (serving: Serving) => void;
  /** Called with why the first workers cannot start, once. */
  readonly onFailedStart: (message: string) => void;
}

export interface Primary {
  /** The exit code, when all have ended: 0 when each has ended as it should. */
  readonly ended: Promise<number>;
  /** Ends all gracefully. @param drain whether to wait for load balancers to notice */
  end(drain: boolean): void;
  /** Ends all at once, with a code that is not 0. */
  endHard(): void;
}

const KIND: LogKind = 'lifecycle';

/** Wait before a worker is replaced: after one death the first, twice that after each more within a minute. */
const RESTART_MS = { first: 100, longest: 10_000, within: 60_000 } as const;

/** Workers that die in a row before they answer, after which there is no use in trying. */
const FAILED_STARTS = 5;

/** How long a worker may take to say its numbers; after that its last ones stand for it. */
const READING_MS = 1_000;

interface Running {
  readonly worker: Worker;
  serving: boolean;
}

export const createPrimary = (props: PrimaryProps): Primary => new Herd(props);

class Herd implements Primary {
  readonly ended: Promise<number>;
  readonly #props: PrimaryProps;
  readonly #counters;
  readonly #sum = new MetricsSum();
  readonly #running = new Map<number, Running>();
  /** Whose numbers are waited for, by the id of the collection. */
  readonly #readings = new Map<number, { readonly missing: Set<number>; readonly done: () => void }>();
  /** The last order to each upstream's circuit breaker, for workers that start later. Workers know few upstreams. */
  readonly #orders = new Map<string, OrderMessage>();
  readonly #cancels = new Set<() => void>();
  #resolve: (code: number) => void = () => undefined;
  #collections = 0;
  #deathsMs: number[] = [];
  #failedStarts = 0;
  /** Whether every worker has answered once. */
  #served = false;
  #ending = false;
  #code = 0;

  constructor(props: PrimaryProps) {
    this.#props = props;
    this.#counters = createLocalCounters(props.clock);
    this.ended = new Promise((resolve) => (this.#resolve = resolve));
    for (let index = 0; index < props.workers; index += 1) this.#start();
  }

  end(drain: boolean): void {
    if (this.#ending) return;
    this.#ending = true;
    for (const cancel of this.#cancels) cancel();
    for (const { worker } of this.#running.values()) worker.send({ type: 'gateway:end', drain });
    this.#props.clock.after(this.#props.endMs, () => {
      this.endHard();
    });
    this.#finish();
  }

  endHard(): void {
    this.#code = 1;
    this.#ending = true;
    for (const cancel of this.#cancels) cancel();
    for (const { worker } of this.#running.values()) worker.kill();
    this.#finish();
  }

  #start(): void {
    const running: Running = {
      serving: false,
      worker: this.#props.fork({
        message: (message) => {
          this.#hear(running, message);
        },
        exit: (code) => {
          this.#lost(running, code);
        },
      }),
    };
    this.#running.set(running.worker.id, running);
  }

  #hear(running: Running, message: ToPrimary): void {
    const { worker } = running;
    switch (message.type) {
      case 'gateway:serving':
        running.serving = true;
        this.#failedStarts = 0;
        for (const order of this.#orders.values()) worker.send(order);
        this.#tellServing(message);
        break;
      case 'gateway:failed':
        if (this.#served) this.#props.log.error({ kind: KIND, worker: worker.id }, 'a worker could not start');
        // All first ones fail for the same reason; it is told once.
        else if (!this.#ending) this.#props.onFailedStart(message.message);
        if (!this.#served) this.endHard();
        break;
      case 'gateway:count':
        worker.send({ type: 'gateway:counted', id: message.id, answer: answerBatch(this.#counters, message.batch) });
        break;
      case 'gateway:order':
        this.#orders.set(message.upstream, message);
        for (const other of this.#running.values()) if (other !== running) other.worker.send(message);
        break;
      case 'gateway:collect':
        void this.#collect().then((text) => {
          worker.send({ type: 'gateway:collected', id: message.id, text });
        });
        break;
      case 'gateway:reading': {
        this.#sum.update(worker.id, message.reading);
        this.#heardFrom(worker.id, message.id);
        break;
      }
    }
  }

  #tellServing({ url, provider }: Serving): void {
    if (this.#served || [...this.#running.values()].some(({ serving }) => !serving)) return;
    this.#served = true;
    this.#props.onServing({ url, provider });
  }

  #lost({ worker, serving }: Running, code: number): void {
    this.#running.delete(worker.id);
    for (const id of this.#readings.keys()) this.#heardFrom(worker.id, id);
    void this.#sum.depart(worker.id);
    if (this.#ending) {
      if (code !== 0) this.#code = 1;
      this.#finish();
      return;
    }
    const { log } = this.#props;
    if (!serving && !this.#served) {
      this.#props.onFailedStart(`a worker ended with ${code} before it answered`);
      this.endHard();
      return;
    }
    if (!serving) this.#failedStarts += 1;
    if (this.#failedStarts >= FAILED_STARTS) {
      log.fatal({ kind: KIND, failedStarts: this.#failedStarts }, 'no worker can be started any more: giving up');
      this.#code = 1;
      this.end(true);
      return;
    }
    const delayMs = this.#restartDelayMs();
    log.error({ kind: KIND, worker: worker.id, code, delayMs }, 'a worker died, and is replaced');
    this.#after(delayMs, () => {
      this.#sum.restarted();
      this.#start();
    });
  }

  #restartDelayMs(): number {
    const nowMs = this.#props.clock.monotonicMs();
    this.#deathsMs = [...this.#deathsMs.filter((at) => nowMs - at < RESTART_MS.within), nowMs];
    return Math.min(RESTART_MS.longest, RESTART_MS.first * 2 ** (this.#deathsMs.length - 1));
  }

  /** The numbers of all, each worker's of this moment. */
  async #collect(): Promise<string> {
    const id = (this.#collections += 1);
    const asked = [...this.#running.values()].filter(({ serving }) => serving).map(({ worker }) => worker);
    await new Promise<void>((resolve) => {
      const cancel = this.#after(READING_MS, resolve);
      const done = (): void => {
        cancel();
        resolve();
      };
      this.#readings.set(id, { missing: new Set(asked.map((worker) => worker.id)), done });
      for (const worker of asked) worker.send({ type: 'gateway:read', id });
    });
    this.#readings.delete(id);
    return this.#sum.text();
  }

  #heardFrom(workerId: number, id: number): void {
    const reading = this.#readings.get(id);
    if (reading?.missing.delete(workerId) === true && reading.missing.size === 0) reading.done();
  }

  #after(ms: number, run: () => void): () => void {
    const cancel = this.#props.clock.after(ms, () => {
      this.#cancels.delete(cancel);
      run();
    });
    this.#cancels.add(cancel);
    return () => {
      this.#cancels.delete(cancel);
      cancel();
    };
  }

  #finish(): void {
    if (this.#running.size === 0) this.#resolve(this.#code);
  }
}
