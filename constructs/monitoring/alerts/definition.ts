/** How an alert is asked for, as a function of the numbers and of whom it watches. */
import type { AlertComponent, AlertSeverity, Threshold, Unit } from './alert';
import type { RuleQueries } from './queries';

/** The numbers of one severity of an alert, ready to be put into an expression. */
export interface Bound {
  /** The comparison: `> 0.05`. */
  readonly beyond: string;
  /** The value, for people: `5 %`. */
  readonly limit: string;
  /** The condition that enough is going on: `… >= 0.02`. @throws when the threshold has no floor */
  readonly enough: (vector: string) => string;
}

export interface AlertDefinition {
  readonly component: AlertComponent;
  /** One line, without numbers. */
  readonly summary: string;
  /** What rings, with its value: a template of Prometheus, in which `$labels` are those of the expression. */
  readonly description: (bound: Bound, queries: RuleQueries) => string;
  readonly expression: (queries: RuleQueries, bound: Bound) => string;
}

/**
 * The numbers of one severity.
 * @throws when the threshold has none of this severity
 */
export function boundOf(name: string, { comparison, unit, levels, floor }: Threshold, severity: AlertSeverity): Bound {
  const level = levels[severity];
  if (level === undefined) throw new Error(`${name} has no threshold of severity ${severity}; give it one`);
  return {
    beyond: `${comparison} ${level.value}`,
    limit: written(level.value, unit),
    enough: (vector) => {
      if (floor === undefined) throw new Error(`${name} has no floor; give its threshold one`);
      return `${vector} >= ${floor.value}`;
    },
  };
}

/** A number for people. */
export function written(value: number, unit: Unit): string {
  switch (unit) {
    case 'ratio':
      return `${Number((value * 100).toPrecision(6))} %`;
    case 'seconds':
      return value < 1 ? `${Number((value * 1_000).toPrecision(6))} ms` : `${value} s`;
    case 'days':
      return `${value} d`;
    case 'times':
      return `${value} times`;
    case 'per second':
      return `${value}/s`;
    case 'per hour':
      return `${value}/h`;
    case 'count':
      return String(value);
  }
}
