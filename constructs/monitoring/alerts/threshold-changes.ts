/** Numbers that differ in one deployment, laid over the table, and what is wrong with them. */
import type { AlertSeverity, Threshold, Unit } from './alert';
import { ALERT_SEVERITIES } from './alert';
import { LEAST_OBJECTIVE } from './burn-rate';
import type { Objectives, SloName } from './slo';
import { SLO_NAMES, SLOS } from './slo';
import type { AlertName, Thresholds } from './thresholds';
import { ALERT_NAMES, ALERT_THRESHOLDS } from './thresholds';

/** New values of one alert, in its own units; what is left out stays. */
export interface ThresholdChange {
  /** The value from which it is critical. */
  readonly critical?: number;
  /** The value from which it is a warning. */
  readonly warning?: number;
  /** How much must be going on for the alert to mean anything. */
  readonly floor?: number;
}

/** New values, by alert. */
export type ThresholdChanges = Partial<Readonly<Record<AlertName, ThresholdChange>>>;

/** New objectives, by name. */
export type ObjectiveChanges = Partial<Objectives>;

const CHANGEABLE = ['critical', 'warning'] as const satisfies readonly AlertSeverity[];

/** The largest value that makes sense in a unit. */
const MOST: Partial<Readonly<Record<Unit, number>>> = { ratio: 1 };

/** The table with the changes in it. */
export function changedThresholds(changes: ThresholdChanges): Thresholds {
  const changed = (name: AlertName): Threshold => {
    const threshold: Threshold = ALERT_THRESHOLDS[name];
    const { floor, ...values } = changes[name] ?? {};
    const levels = Object.fromEntries(
      ALERT_SEVERITIES.flatMap((severity) => {
        const level = threshold.levels[severity];
        const value = severity === 'info' ? undefined : values[severity];
        return level === undefined ? [] : [[severity, { ...level, value: value ?? level.value }]];
      }),
    );
    return {
      ...threshold,
      levels,
      ...(threshold.floor === undefined
        ? {}
        : { floor: { ...threshold.floor, value: floor ?? threshold.floor.value } }),
    };
  };
  return Object.fromEntries(ALERT_NAMES.map((name) => [name, changed(name)])) as Record<AlertName, Threshold>;
}

/** The objectives with the changes in them. */
export function changedObjectives(changes: ObjectiveChanges): Objectives {
  return Object.fromEntries(SLO_NAMES.map((slo) => [slo, changes[slo] ?? SLOS[slo].objective])) as Record<
    SloName,
    number
  >;
}

/** One thing that is wrong with changes. */
export interface ChangeFault {
  /** What is to be changed: `thresholds.HighErrorRate.warning`. */
  readonly field: string;
  readonly value: number | string;
  /** The bound and the way out; `field (value) complaint` is a sentence. */
  readonly complaint: string;
}

/** Everything that is wrong with changes. */
export function* faultsOfChanges(thresholds: ThresholdChanges, objectives: ObjectiveChanges): Iterable<ChangeFault> {
  for (const name of ALERT_NAMES) {
    for (const fault of faultsOfChange(ALERT_THRESHOLDS[name], thresholds[name] ?? {})) {
      yield { ...fault, field: `thresholds.${name}.${fault.field}` };
    }
  }
  for (const slo of SLO_NAMES) {
    const value = objectives[slo];
    if (value !== undefined && !(value > LEAST_OBJECTIVE && value < 1)) {
      yield {
        field: `objectives.${slo}`,
        value,
        complaint:
          `must be above ${LEAST_OBJECTIVE.toFixed(3)}, or the fastest burn rate never rings, ` +
          `and below 1, or every failure does; leave it out for ${SLOS[slo].objective}`,
      };
    }
  }
}

function* faultsOfChange(threshold: Threshold, change: ThresholdChange): Iterable<ChangeFault> {
  for (const severity of CHANGEABLE) {
    const value = change[severity];
    if (value === undefined) continue;
    const complaint = complaintOf(threshold, severity, value);
    if (complaint !== undefined) yield { field: severity, value, complaint };
  }
  const { floor: value } = change;
  if (value !== undefined) {
    if (threshold.floor === undefined) {
      yield { field: 'floor', value, complaint: 'is read by nothing, as the alert has no floor; leave it out' };
    } else if (!(value >= 0)) {
      yield { field: 'floor', value, complaint: `must be 0 or more; leave it out for ${threshold.floor.value}` };
    }
  }
  yield* faultsOfOrder(threshold, change);
}

function complaintOf({ levels, unit, buckets }: Threshold, severity: AlertSeverity, value: number): string | undefined {
  const level = levels[severity];
  const most = MOST[unit];
  if (level === undefined) {
    const others = ALERT_SEVERITIES.filter((other) => levels[other] !== undefined).join(' and ');
    return `makes no rule, as the alert is ${others} only; leave it out`;
  }
  if (!(value > 0)) return `must be above 0; leave it out for ${level.value}`;
  if (most !== undefined && value > most) return `must be at most ${most}, as it is a share; 5 % is 0.05`;
  if (buckets !== undefined && !buckets.includes(value)) {
    return `must be where a bucket ends, as a quantile is a guess elsewhere; take one of ${buckets.join(', ')}`;
  }
  return undefined;
}

/** A warning must ring before what it warns of. */
function* faultsOfOrder({ levels, comparison }: Threshold, change: ThresholdChange): Iterable<ChangeFault> {
  if (levels.warning === undefined || levels.critical === undefined) return;
  const warning = change.warning ?? levels.warning.value;
  const critical = change.critical ?? levels.critical.value;
  const [relation, way] = comparison === '<' ? ['above', 'raise'] : ['below', 'lower'];
  if (comparison === '<' ? warning <= critical : warning >= critical) {
    yield {
      field: 'warning',
      value: warning,
      complaint: `must be ${relation} critical (${critical}), or it never rings first; ${way} it`,
    };
  }
}
