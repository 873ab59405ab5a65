/** How long things took, in buckets that grow by a twelfth each: of fixed size, however many are counted. */

/** Upper bound of the first bucket, in milliseconds. */
const FIRST_MS = 0.1;
/** Buckets to each doubling. A percentile is off by at most half a bucket, 4.5 %. */
const PER_DOUBLING = 8;
/** 0.1 ms to an hour. */
const BUCKETS = 1 + PER_DOUBLING * 25;

const bucketOf = (ms: number): number =>
  ms <= FIRST_MS ? 0 : Math.min(BUCKETS - 1, Math.ceil(Math.log2(ms / FIRST_MS) * PER_DOUBLING));

/** The middle of a bucket, in milliseconds. */
const middleOf = (bucket: number): number => FIRST_MS * 2 ** ((bucket - 0.5) / PER_DOUBLING);

export interface Latencies {
  readonly count: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

const round = (ms: number): number => Math.round(ms * 1_000) / 1_000;

export class LatencyHistogram {
  readonly #counts = new Uint32Array(BUCKETS);
  #count = 0;
  #maxMs = 0;

  get count(): number {
    return this.#count;
  }

  record(ms: number): void {
    const bucket = bucketOf(ms);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count += 1;
    if (ms > this.#maxMs) this.#maxMs = ms;
  }

  add(other: LatencyHistogram): void {
    other.#counts.forEach((count, bucket) => {
      this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count;
    });
    this.#count += other.#count;
    this.#maxMs = Math.max(this.#maxMs, other.#maxMs);
  }

  clear(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#maxMs = 0;
  }

  /** The time below which `part` of all were; 0 when there are none. */
  percentile(part: number): number {
    const rank = Math.max(1, Math.ceil(part * this.#count));
    let seen = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      seen += count;
      if (count > 0 && seen >= rank) return Math.min(middleOf(bucket), this.#maxMs);
    }
    return 0;
  }

  summary(): Latencies {
    return {
      count: this.#count,
      p50Ms: round(this.percentile(0.5)),
      p90Ms: round(this.percentile(0.9)),
      p95Ms: round(this.percentile(0.95)),
      p99Ms: round(this.percentile(0.99)),
      maxMs: round(this.#maxMs),
    };
  }
}
