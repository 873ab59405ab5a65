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

/** Everything that is wrong with changes, as `HighErrorRate.warning (7) …`: the value, the bound, the way out. */
export function* faultsOfChanges(thresholds: ThresholdChanges, objectives: ObjectiveChanges): Generator<string> {
  for (const name of ALERT_NAMES) {
    const change = thresholds[name];
    if (change !== undefined) yield* faultsOfChange(name, change);
  }
  for (const slo of SLO_NAMES) {
    const objective = objectives[slo];
    if (objective !== undefined && !(objective > LEAST_OBJECTIVE && objective < 1)) {
      yield `${slo} (${objective}) must be above ${LEAST_OBJECTIVE.toFixed(3)} and below 1: with a larger budget the fastest burn rate never rings, and with none every failure does`;
    }
  }
}

function* faultsOfChange(name: AlertName, change: ThresholdChange): Generator<string> {
  const threshold: Threshold = ALERT_THRESHOLDS[name];
  const { levels, floor, unit, buckets } = threshold;
  const most = MOST[unit];
  for (const severity of CHANGEABLE) {
    const value = change[severity];
    if (value === undefined) continue;
    const where = `${name}.${severity} (${value})`;
    if (levels[severity] === undefined) {
      yield `${where} has no rule: the alert rings as ${ALERT_SEVERITIES.filter((one) => levels[one]).join(' and ')} only; leave it out`;
    } else if (!(value > 0)) {
      yield `${where} must be above 0; leave it out for ${levels[severity].value}`;
    } else if (most !== undefined && value > most) {
      yield `${where} must be at most ${most}, as it is a share; write 0.05 for 5 %`;
    } else if (buckets !== undefined && !buckets.includes(value)) {
      yield `${where} is between two buckets, where a quantile is a guess; take one of ${buckets.join(', ')}`;
    }
  }
  if (change.floor !== undefined) {
    if (floor === undefined) yield `${name}.floor (${change.floor}) is of no use: the alert has none; leave it out`;
    else if (!(change.floor >= 0))
      yield `${name}.floor (${change.floor}) must be 0 or more; leave it out for ${floor.value}`;
  }
  yield* faultsOfOrder(name, change, threshold);
}

/** A warning must ring before what it warns of. */
function* faultsOfOrder(
  name: AlertName,
  change: ThresholdChange,
  { levels, comparison }: Threshold,
): Generator<string> {
  const warning = change.warning ?? levels.warning?.value;
  const critical = change.critical ?? levels.critical?.value;
  if (levels.warning === undefined || levels.critical === undefined) return;
  if (warning === undefined || critical === undefined) return;
  const above = comparison !== '<';
  if (above ? warning >= critical : warning <= critical) {
    const [relation, way] = above ? ['below', 'lower'] : ['above', 'raise'];
    yield `${name}.warning (${warning}) must be ${relation} ${name}.critical (${critical}), or it never rings first; ${way} it`;
  }
}
