/** What is played on a deployed environment, and what became of it. */
import type { StandingStage } from './standing-stage';

/** In the order in which they are played where nobody says otherwise: what takes most away goes last. */
export const SCENARIO_NAMES = [
  'probes',
  'rolling-update',
  'drain',
  'deleted-pod',
  'autoscaling-requests',
  'autoscaling-cpu',
  'killed-process',
  'lost-zone',
  'monitoring',
] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

export interface ClusterOutcome {
  /** What was measured, in short words. */
  readonly figures: readonly string[];
  /** What was not as it should be; empty when all was. */
  readonly faults: readonly string[];
  /** Requests of the load, where there was one. @default none */
  readonly requests?: number;
}

/** Plays it, and leaves the stage as it was. */
export type ClusterScenario = (stage: StandingStage) => Promise<ClusterOutcome>;
