/**
 * One flight an answer: the first who asks for it goes to the upstream, those who come meanwhile wait. When the first
 * one fails or its client leaves, the next who waits goes.
 */
import { reasonOf } from '../abort';
import type { AbortState } from '../abort';

/** Most answers that are waited for at once. Beyond it nobody waits for another: more work, and the same answers. */
const FLIGHTS_MAX = 10_000;

interface Waiting<T> {
  readonly arrive: (answer: T | undefined) => void;
}

/** Who is on the way, and who waits for it. */
class Flight<T> {
  readonly waiting = new Set<Waiting<T>>();
}

/** The right to ask, and the duty to say how it ended. */
export interface Lead<T> {
  /** The answer is there, for all. */
  land(answer: T): void;
  /** There is an answer that is only for who asked: all others ask by themselves. */
  release(): void;
  /** There is no answer: the next one asks. Harmless after any other end. */
  giveUp(): void;
}

export type Boarded<T> = { readonly answer: T } | { readonly lead: Lead<T> | undefined };

export class Flights<T> {
  readonly #flights = new Map<string, Flight<T>>();

  /** Answers that are on their way. */
  get size(): number {
    return this.#flights.size;
  }

  /**
   * Leads, or waits for whoever does. A lead whose signal is aborted is given up.
   * @returns another's answer, or the lead; without one, this call asks for itself alone
   * @throws the signal's reason when it is aborted while waiting
   */
  async board(key: string, signal: AbortState): Promise<Boarded<T>> {
    signal.throwIfAborted();
    const flight = this.#flights.get(key);
    if (flight === undefined) {
      if (this.#flights.size >= FLIGHTS_MAX) return { lead: undefined };
      const opened = new Flight<T>();
      this.#flights.set(key, opened);
      return { lead: this.#lead(key, opened, signal) };
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        flight.waiting.delete(waiting);
        reject(reasonOf(signal));
      };
      const waiting: Waiting<T> = {
        arrive: (answer) => {
          signal.removeEventListener('abort', leave);
          if (answer !== undefined) resolve({ answer });
          else resolve({ lead: this.#flights.get(key) === flight ? this.#lead(key, flight, signal) : undefined });
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      flight.waiting.add(waiting);
    });
  }

  #lead(key: string, flight: Flight<T>, signal: AbortState): Lead<T> {
    let ended = false;
    const end = (next: () => void): void => {
      if (ended) return;
      ended = true;
      signal.removeEventListener('abort', giveUp);
      next();
    };
    const all = (answer: T | undefined): void => {
      this.#flights.delete(key);
      for (const { arrive } of flight.waiting) arrive(answer);
      flight.waiting.clear();
    };
    const giveUp = (): void => {
      end(() => {
        const [next] = flight.waiting;
        if (next === undefined) {
          this.#flights.delete(key);
          return;
        }
        flight.waiting.delete(next);
        next.arrive(undefined);
      });
    };
    signal.addEventListener('abort', giveUp, { once: true });
    return {
      land: (answer) => {
        end(() => {
          all(answer);
        });
      },
      release: () => {
        end(() => {
          all(undefined);
        });
      },
      giveUp,
    };
  }
}
