/** What a rehearsal found: a row for each check, a table for people, and one word at the end. */

export interface Finding {
  /** The stack, or `all` for what holds for every one. */
  readonly stack: string;
  /** What was done: `deploy`, `second plan`. */
  readonly step: string;
  /** Resources that it was about. */
  readonly resources: number;
  readonly seconds: number;
  /** Absent when it was as it should be, else what was not. */
  readonly fault?: string;
}

const COLUMNS = ['stack', 'step', 'resources', 'seconds', 'verdict'] as const;

/** The findings as a table, and the verdict under it. */
export function renderVerdict(title: string, findings: readonly Finding[]): string {
  const rows = findings.map(({ stack, step, resources, seconds, fault }) => [
    stack,
    step,
    String(resources),
    seconds.toFixed(0),
    fault === undefined ? 'passed' : `FAILED: ${fault}`,
  ]);
  const widths = COLUMNS.map((column, at) => Math.max(column.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => (at === 2 || at === 3 ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  const failed = findings.filter(({ fault }) => fault !== undefined).length;
  const verdict =
    findings.length === 0
      ? `${title}: FAILED, nothing was checked`
      : failed === 0
        ? `${title}: passed, ${findings.length} checks`
        : `${title}: FAILED, ${failed} of ${findings.length} checks`;
  return [line(COLUMNS), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line), '', verdict].join('\n');
}

/** A rehearsal that checked nothing has not passed. */
export function hasPassed(findings: readonly Finding[]): boolean {
  return findings.length > 0 && findings.every(({ fault }) => fault === undefined);
}
