/** Counts what became of a load's requests, and says it in a line. */

/** A request, from its first try to its end. */
export interface RequestRecord {
  /** When it began, in milliseconds since 1970. */
  readonly at: number;
  /** Milliseconds until its last byte, or until it was given up. */
  readonly ms: number;
  /** How often it was tried: 1 and as many more as it was retried. */
  readonly tries: number;
  /** Why the first try failed. @default it did not */
  readonly firstFault?: string;
  /** Why it failed in the end. @default it did not */
  readonly fault?: string;
}

export interface LoadReport {
  readonly requests: number;
  /** Those that failed in the end. */
  readonly failed: number;
  /** Those whose first try failed, whatever became of them. */
  readonly firstTriesFailed: number;
  /** Seconds from the beginning of the first to that of the last request whose first try failed. */
  readonly failingSeconds: number;
  /** Why tries failed, and how often: of first tries and of requests. */
  readonly faults: Readonly<Record<string, number>>;
  /** Seconds from the first request to the end of the last. */
  readonly seconds: number;
  /** Milliseconds. */
  readonly median: number;
  readonly p99: number;
  readonly longest: number;
  /** Requests that were not sent in their turn, as too many were under way. */
  readonly heldBack: number;
}

export class Tally {
  readonly #records: RequestRecord[] = [];
  #heldBack = 0;

  get count(): number {
    return this.#records.length;
  }

  add(record: RequestRecord): void {
    this.#records.push(record);
  }

  holdBack(): void {
    this.#heldBack += 1;
  }

  report(): LoadReport {
    const records = this.#records;
    const durations = records.map(({ ms }) => ms).sort((a, b) => a - b);
    const part = (share: number): number => durations[Math.ceil(durations.length * share) - 1] ?? 0;
    const failing = records.filter(({ firstFault }) => firstFault !== undefined).map(({ at }) => at);
    const faults = new Map<string, number>();
    for (const { firstFault, fault } of records) {
      for (const each of new Set([firstFault, fault])) {
        if (each !== undefined) faults.set(each, (faults.get(each) ?? 0) + 1);
      }
    }
    const start = least(records.map(({ at }) => at));
    return {
      requests: records.length,
      failed: records.filter(({ fault }) => fault !== undefined).length,
      firstTriesFailed: failing.length,
      failingSeconds: failing.length === 0 ? 0 : (most(failing) - least(failing)) / 1000,
      faults: Object.fromEntries(faults),
      seconds: records.length === 0 ? 0 : (most(records.map(({ at, ms }) => at + ms)) - start) / 1000,
      median: part(0.5),
      p99: part(0.99),
      longest: durations.at(-1) ?? 0,
      heldBack: this.#heldBack,
    };
  }
}

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);

/** For people: how many, how fast, and what failed. */
export function describeLoad(report: LoadReport): string {
  const { requests, seconds, failed, firstTriesFailed, failingSeconds, median, p99, longest, heldBack } = report;
  const rate = seconds === 0 ? 0 : requests / seconds;
  return [
    `${requests} requests at ${rate.toFixed(0)}/s`,
    ...(firstTriesFailed > 0 ? [`${firstTriesFailed} first tries failed within ${failingSeconds.toFixed(1)} s`] : []),
    `${failed} failed`,
    `median ${median.toFixed(0)} ms`,
    `99 % ${p99.toFixed(0)} ms`,
    `longest ${longest.toFixed(0)} ms`,
    ...(heldBack > 0 ? [`${heldBack} held back`] : []),
    ...reasons(report),
  ].join(', ');
}

const reasons = ({ faults }: LoadReport): readonly string[] =>
  Object.entries(faults).map(([fault, times]) => `${times} times ${fault}`);

/** What is wrong with a load of which no request may fail, not even at its first try. */
export function faultsWithoutRetry(report: LoadReport): readonly string[] {
  if (report.requests === 0) return ['no request was sent'];
  if (report.firstTriesFailed === 0 && report.failed === 0) return [];
  return [`${Math.max(report.failed, report.firstTriesFailed)} requests failed: ${reasons(report).join(', ')}`];
}

/** What is wrong with a load whose client tries again: it may not fail in the end. */
export function faultsWithRetry(report: LoadReport): readonly string[] {
  if (report.requests === 0) return ['no request was sent'];
  if (report.failed === 0) return [];
  return [`${report.failed} requests failed in spite of retries: ${reasons(report).join(', ')}`];
}
