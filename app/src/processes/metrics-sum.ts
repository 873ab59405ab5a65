/**
 * Adds the metrics of several processes up, each by its own aggregator. What a process that is gone has counted stays in
 * the sum: Prometheus takes a counter that falls for one that began anew, and would count the rest twice.
 */
import { AggregatorRegistry, Registry } from 'prom-client';
import { metricFactory } from '../metrics/metric';
import { createProcessMetrics } from '../metrics/processes';
import type { Reading } from './messages';

export class MetricsSum {
  readonly #last = new Map<number, Reading>();
  /** The counters of those that are gone. */
  #departed: Reading = [];
  /** One after the other, so that none is left out of the sum or in it twice. */
  #departing = Promise.resolve();
  /** What this process counts itself. */
  readonly #own = new Registry();
  readonly #restarts = createProcessMetrics(metricFactory(this.#own)).processRestarts;

  restarted(): void {
    this.#restarts.inc();
  }

  update(process: number, reading: Reading): void {
    this.#last.set(process, reading);
  }

  depart(process: number): Promise<void> {
    this.#departing = this.#departing.then(() => this.#foldIn(process));
    return this.#departing;
  }

  /** In Prometheus's text format. */
  async text(): Promise<string> {
    await this.#departing;
    const own: Reading = await this.#own.getMetricsAsJSON();
    const readings = [own, ...this.#last.values(), this.#departed];
    return AggregatorRegistry.aggregate(readings.map((reading) => [...reading])).metrics();
  }

  async #foldIn(process: number): Promise<void> {
    // A gauge says how something is, and here nothing is any more. The type is a word, whatever its declaration says.
    const counted = this.#last.get(process)?.filter(({ type }) => String(type) !== 'gauge') ?? [];
    const sum = await AggregatorRegistry.aggregate([[...this.#departed], counted]).getMetricsAsJSON();
    this.#last.delete(process);
    this.#departed = sum;
  }
}
