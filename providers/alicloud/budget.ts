/** What the bindings may cost: space in every checkout, and time in every install. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const BUDGET = {
  /** Bytes of `lib/`. Above it, the check fails. */
  bytes: 5_000_000,
  /** Seconds of generation. Above it, the check only says so: a busy machine is no fault of the bindings. */
  seconds: 2,
} as const;

export interface Cost {
  readonly bytes: number;
  readonly seconds: number;
}

export interface Verdict {
  readonly line: string;
  /** `warning` is worth a look and fails nothing. */
  readonly outcome: 'passed' | 'warning' | 'failed';
}

/** One verdict on the size, one on the time. */
export function judge({ bytes, seconds }: Cost): readonly Verdict[] {
  const size = `lib/ is ${(bytes / 1e6).toFixed(1)} MB of at most ${BUDGET.bytes / 1e6} MB`;
  const time = `generation takes ${seconds.toFixed(1)} s of at most ${BUDGET.seconds} s`;
  return [
    bytes <= BUDGET.bytes
      ? { line: size, outcome: 'passed' }
      : { line: `${size}; take resources that nothing uses out of resources.json`, outcome: 'failed' },
    seconds <= BUDGET.seconds
      ? { line: time, outcome: 'passed' }
      : { line: `${time}; measure again on an idle machine`, outcome: 'warning' },
  ];
}

/** Bytes of all files below a folder. */
export function folderSize(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
