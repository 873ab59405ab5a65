/** PromQL from typed metrics: a label that a metric does not have does not compile. */
import type { Duration } from './alert';

/** What a query needs to know of a metric. */
export interface Metric {
  readonly name: string;
  readonly labels: readonly string[];
}

/** A metric with buckets; its three series are made by {@link bucketsOf} and {@link countOf}. */
export interface Histogram extends Metric {
  readonly buckets: readonly number[];
}

/** Labels that Prometheus gives to everything that it scrapes from a pod. */
export const TARGET_LABELS = ['namespace', 'job', 'pod', 'container', 'service', 'endpoint', 'instance'] as const;

export type TargetLabel = (typeof TARGET_LABELS)[number];

/** How a label is matched: equal to a text, or otherwise. */
export type Match = string | { readonly not: string } | { readonly like: string } | { readonly unlike: string };

/** What is matched of a metric's labels. */
export type Matchers<M extends Metric> = Partial<Readonly<Record<M['labels'][number] | TargetLabel, Match>>>;

/** `name{label="value"}`. */
export function select<const M extends Metric>(metric: M, matchers: Matchers<M> = {}): string {
  return selector(metric.name, matchers);
}

/** As {@link select}, for labels that are known to fit. */
export function selector(name: string, matchers: Readonly<Record<string, Match | undefined>>): string {
  const written = Object.entries(matchers).flatMap(([label, match]) =>
    match === undefined ? [] : [`${label}${operation(match)}`],
  );
  return written.length === 0 ? name : `${name}{${written.join(',')}}`;
}

function operation(match: Match): string {
  if (typeof match === 'string') return `=${JSON.stringify(match)}`;
  if ('not' in match) return `!=${JSON.stringify(match.not)}`;
  if ('like' in match) return `=~${JSON.stringify(match.like)}`;
  return `!~${JSON.stringify(match.unlike)}`;
}

/** One of several texts, none of which is read as a pattern. */
export function anyOf(values: readonly string[]): Match {
  return { like: values.map((value) => value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|') };
}

/** The buckets of a histogram. */
export function bucketsOf<const M extends Histogram>(
  histogram: M,
): { readonly name: string; readonly labels: readonly (M['labels'][number] | 'le')[] } {
  return { name: `${histogram.name}_bucket`, labels: [...histogram.labels, 'le'] };
}

/** How often a histogram was observed. */
export function countOf<const M extends Histogram>(
  histogram: M,
): { readonly name: string; readonly labels: readonly M['labels'][number][] } {
  return { name: `${histogram.name}_count`, labels: histogram.labels };
}

/**
 * The bucket of one bound. Prometheus 2 keeps a bound as it was exposed (`1`), Prometheus 3 writes it as a float (`1.0`);
 * a match of one form alone finds nothing in the other.
 * @throws when the histogram has no such bound
 */
export function bound(histogram: Histogram, value: number): Match {
  if (!histogram.buckets.includes(value)) {
    throw new Error(
      `${histogram.name} has no bucket that ends at ${value}; take one of ${histogram.buckets.join(', ')}`,
    );
  }
  return Number.isInteger(value) ? { like: `${value}([.]0)?` } : String(value);
}

/** What a counter gains a second. */
export const rate = (selector: string, window: Duration): string => `rate(${selector}[${window}])`;

/** What a counter has gained. */
export const increase = (selector: string, window: Duration): string => `increase(${selector}[${window}])`;

/** `sum by (…) (…)`; without labels the sum of all. */
export const sumBy = (labels: readonly string[], vector: string): string => aggregated('sum', labels, vector);

/** `max by (…) (…)`. */
export const maxBy = (labels: readonly string[], vector: string): string => aggregated('max', labels, vector);

/** `min by (…) (…)`. */
export const minBy = (labels: readonly string[], vector: string): string => aggregated('min', labels, vector);

function aggregated(operator: string, labels: readonly string[], vector: string): string {
  return labels.length === 0 ? `${operator}(${vector})` : `${operator} by (${labels.join(', ')}) (${vector})`;
}

/** A quantile over rates of buckets that are summed by `le` and more. */
export const quantile = (share: number, buckets: string): string => `histogram_quantile(${share}, ${buckets})`;
