/** The load that must not notice anything: so much a second that two cores carry it beside a whole cluster. */
import type { ScenarioName } from './scenario';

/** Requests a second. */
export const STEADY_PER_SECOND = 100;

/** Requests of each scenario at least; the autoscaler's send what they come to while they wait. */
export const STEADY_REQUESTS = 20_000;

/** Of whose requests none may fail: a rolling update, a drain, deleted pods, and two scale-downs. */
export const STEADY_SCENARIOS: readonly ScenarioName[] = [
  'rolling-update',
  'drain',
  'deleted-pod',
  'autoscaling-requests',
  'autoscaling-cpu',
];

/** Requests that all of them send together at least. */
const IN_ALL = 100_000;

export interface SteadyTotal {
  readonly requests: number;
  /** Absent when there were enough. */
  readonly fault?: string;
}

/**
 * How many requests the scenarios sent together; undefined where not all of them were played.
 * @param sent requests of each scenario that was played
 */
export function steadyTotal(sent: ReadonlyMap<ScenarioName, number>): SteadyTotal | undefined {
  if (!STEADY_SCENARIOS.every((name) => sent.has(name))) return undefined;
  const requests = STEADY_SCENARIOS.reduce((sum, name) => sum + (sent.get(name) ?? 0), 0);
  return requests >= IN_ALL ? { requests } : { requests, fault: `${requests} are fewer than ${IN_ALL}` };
}
