/** Plays scenarios on a stage that stands, one after the other, and notes what each found. */
import type { Finding } from '../../verdict';
import { readDescription } from './description';
import type { ClusterOutcome, ScenarioName } from './scenario';
import { SCENARIOS } from './scenarios';
import { StandingStage } from './standing-stage';

/** @param file the stage's description */
export async function play(file: string, names: readonly ScenarioName[]): Promise<readonly Finding[]> {
  const stage = new StandingStage(readDescription(file));
  const findings: Finding[] = [];
  try {
    for (const name of names) {
      const started = Date.now();
      const {
        figures,
        faults,
        requests = 0,
      } = await SCENARIOS[name](stage).catch((error: unknown): ClusterOutcome => ({
        figures: [],
        faults: [error instanceof Error ? error.message : String(error)],
      }));
      const seconds = (Date.now() - started) / 1000;
      const step = `${name}${figures.length > 0 ? ` (${figures.join(', ')})` : ''}`;
      findings.push({
        stack: `${stage.description.environment}-gateway`,
        step,
        resources: requests,
        seconds,
        ...(faults.length > 0 && { fault: faults.join('; ') }),
      });
      console.log(
        `${step}: ${faults.length === 0 ? 'passed' : `FAILED: ${faults.join('; ')}`} (${seconds.toFixed(0)} s)`,
      );
    }
  } finally {
    stage.close();
  }
  return findings;
}
