/** What was measured, as Markdown: medians over the rounds, beside what they are compared with. */
import type { Figures, Scenario } from './scenarios';
import { median } from './statistics';
import type { SubjectName } from './subjects';

/** One measurement of one subject. */
export interface Measured {
  readonly figures: Figures;
  /** Resident memory right after the load, in MB; `undefined` where there is no process. */
  readonly residentMb: number | undefined;
  /** From the start of the process to its first answer, in ms. */
  readonly startMs: number | undefined;
}

export type Rounds = ReadonlyMap<SubjectName, readonly Measured[]>;

/** Those that the others are compared with. A latency is compared only with one that was reached at the same rate. */
const YARDSTICKS: Readonly<Record<'ratio' | 'difference', readonly SubjectName[]>> = {
  ratio: ['pipe', 'portkey', 'litellm'],
  difference: ['pipe'],
};

/** A table of one scenario. */
export const tableOf = (scenario: Scenario, rounds: Rounds): string => {
  const yardsticks =
    scenario.compared === undefined ? [] : YARDSTICKS[scenario.compared.by].filter((name) => rounds.has(name));
  const mark = scenario.compared?.by === 'ratio' ? 'of' : 'over';
  const head = [
    '',
    ...Object.keys(scenario.columns),
    'RSS MB',
    'start ms',
    ...yardsticks.map((name) => `${mark} ${name}`),
  ];
  const rows = [...rounds].map(([name, measured]) => rowOf(scenario, name, measured, rounds, yardsticks));
  return [head, head.map((_, at) => (at === 0 ? '---' : '--:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
};

const rowOf = (
  scenario: Scenario,
  name: SubjectName,
  measured: readonly Measured[],
  rounds: Rounds,
  yardsticks: readonly SubjectName[],
): readonly string[] => {
  const columns = Object.entries(scenario.columns).map(([column, digits]) => shown(middle(measured, column), digits));
  const resident = measured.flatMap(({ residentMb }) => residentMb ?? []);
  const starts = measured.flatMap(({ startMs }) => startMs ?? []);
  const comparisons = yardsticks.map((yardstick) => compare(scenario, measured, rounds.get(yardstick) ?? []));
  return [name, ...columns, shown(median(resident), 0), shown(median(starts), 0), ...comparisons];
};

const middle = (measured: readonly Measured[], column: string): number =>
  median(measured.flatMap(({ figures }) => figures[column] ?? []));

const compare = ({ compared }: Scenario, measured: readonly Measured[], yardstick: readonly Measured[]): string => {
  if (compared === undefined) return '';
  const [own, other] = [middle(measured, compared.column), middle(yardstick, compared.column)];
  if (compared.by === 'ratio') return `${shown(own / other, 2)} ×`;
  return `${own < other ? '−' : '+'}${shown(Math.abs(own - other), 1)} ms`;
};

/** A number with so many digits behind the point; a dash for none. */
const shown = (value: number, digits: number): string => (Number.isFinite(value) ? value.toFixed(digits) : '–');
