/**
 * Says when memory leaks: the heap that is left right after full collections, over the last hours, by the line of least
 * squares through it. What a collection leaves is what the program still holds; between two it says nothing.
 */
import { HOUR_MS } from '../durations';

export const LEAK = {
  /** Stretches of time of which the lowest value is kept, and how many of them, in milliseconds: six hours. */
  stretchMs: 120_000,
  stretches: 180,
  /** Below either of these nothing is said: a cache fills for a while after the start. */
  minimumSamples: 15,
  minimumSpanMs: 3_600_000,
  /** How fast it grows, in bytes an hour: a pod with 512 MiB of heap lives two days at it. */
  bytesPerHour: 10 * 1_024 * 1_024,
  /** How much it has grown over the window, as a part of where it began. */
  growth: 0.2,
  /** How well the line fits (R²). A leak is steady; load that comes and goes is not. */
  fit: 0.7,
} as const;

interface Sample {
  readonly at: number;
  readonly bytes: number;
}

export interface LeakVerdict {
  readonly suspected: boolean;
  readonly samples: number;
  readonly spanMs: number;
  readonly bytesPerHour: number;
  /** As a part of where the line begins. */
  readonly growth: number;
  /** R²: 1 when every sample lies on the line. */
  readonly fit: number;
}

const NOTHING = { suspected: false, spanMs: 0, bytesPerHour: 0, growth: 0, fit: 0 } as const;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

export class LeakDetector {
  #samples: readonly Sample[] = [];

  /** @param at milliseconds on a clock that never goes back @param bytes of heap in use, right after a full collection */
  sample(at: number, bytes: number): void {
    const stretch = Math.floor(at / LEAK.stretchMs);
    const last = this.#samples.at(-1);
    if (last !== undefined && Math.floor(last.at / LEAK.stretchMs) === stretch) {
      if (bytes < last.bytes) this.#samples = [...this.#samples.slice(0, -1), { at, bytes }];
      return;
    }
    this.#samples = [...this.#samples, { at, bytes }].slice(-LEAK.stretches);
  }

  verdict(): LeakVerdict {
    const samples = this.#samples;
    const [first] = samples;
    const last = samples.at(-1);
    if (first === undefined || last === undefined || samples.length < 2) return { ...NOTHING, samples: samples.length };
    const spanMs = last.at - first.at;
    const meanAt = mean(samples.map(({ at }) => at));
    const meanBytes = mean(samples.map(({ bytes }) => bytes));
    const spread = samples.reduce((sum, { at }) => sum + (at - meanAt) ** 2, 0);
    const together = samples.reduce((sum, { at, bytes }) => sum + (at - meanAt) * (bytes - meanBytes), 0);
    const variance = samples.reduce((sum, { bytes }) => sum + (bytes - meanBytes) ** 2, 0);
    const slope = together / spread;
    const fit = variance === 0 ? 0 : together ** 2 / (spread * variance);
    const begin = meanBytes + slope * (first.at - meanAt);
    const growth = begin <= 0 ? 0 : (slope * spanMs) / begin;
    const bytesPerHour = slope * HOUR_MS;
    const suspected =
      samples.length >= LEAK.minimumSamples &&
      spanMs >= LEAK.minimumSpanMs &&
      bytesPerHour >= LEAK.bytesPerHour &&
      growth >= LEAK.growth &&
      fit >= LEAK.fit;
    return { suspected, samples: samples.length, spanMs, bytesPerHour, growth, fit };
  }
}
