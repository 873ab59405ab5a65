/** What a metric is, and how one is made from its definition. */
import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

export interface MetricDefinition<L extends string = string> {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly L[];
  /** Upper bounds of a histogram's buckets, in seconds. */
  readonly buckets?: readonly number[];
  /** How the values of several processes become one. @default sum */
  readonly aggregator?: 'sum' | 'max' | 'min' | 'first';
}

export type MetricTable = Readonly<Record<string, MetricDefinition>>;

type Definition<L extends string, T extends MetricDefinition['type']> = MetricDefinition<L> & { readonly type: T };

/** Makes metrics in one registry. */
export interface MetricFactory {
  counter<L extends string>(definition: Definition<L, 'counter'>): Counter<L>;
  gauge<L extends string>(definition: Definition<L, 'gauge'>): Gauge<L>;
  histogram<L extends string>(definition: Definition<L, 'histogram'>): Histogram<L>;
}

export const metricFactory = (registry: Registry): MetricFactory => {
  const registers = [registry];
  return {
    counter: ({ name, help, labels, aggregator = 'sum' }) =>
      new Counter({ name, help, labelNames: [...labels], aggregator, registers }),
    gauge: ({ name, help, labels, aggregator = 'sum' }) =>
      new Gauge({ name, help, labelNames: [...labels], aggregator, registers }),
    histogram: ({ name, help, labels, buckets = [], aggregator = 'sum' }) =>
      new Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], aggregator, registers }),
  };
};
