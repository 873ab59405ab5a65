/** Plays scenarios on a stage that stands, one after the other, and notes what each found. */
import type { Finding } from '../../verdict';
import { readDescription } from './description';
import type { ClusterOutcome, ScenarioName } from './scenario';
import { SCENARIOS } from './scenarios';
import { StandingStage } from './standing-stage';
import { steadyTotal } from './steady-load';

/**
 * @param environment its name
 * @param file the stage's description
 */
export async function play(
  environment: string,
  file: string,
  names: readonly ScenarioName[],
): Promise<readonly Finding[]> {
  const stage = new StandingStage(readDescription(file, environment));
  const stack = `${stage.description.environment}-gateway`;
  const findings: Finding[] = [];
  const sent = new Map<ScenarioName, number>();
  try {
    for (const name of names) {
      const started = Date.now();
      const { figures, faults, requests } = await SCENARIOS[name](stage).catch((error: unknown): ClusterOutcome => ({
        figures: [],
        faults: [error instanceof Error ? error.message : String(error)],
      }));
      if (requests !== undefined) sent.set(name, requests);
      const seconds = (Date.now() - started) / 1000;
      const verdict = faults.length === 0 ? 'passed' : `FAILED: ${faults.join('; ')}`;
      console.log([`${name}: ${verdict} (${seconds.toFixed(0)} s)`, ...figures].join('\n  '));
      const fault = faults.join('; ');
      findings.push({ stack, step: name, resources: 0, seconds, ...(fault !== '' && { fault }) });
    }
  } finally {
    stage.close();
  }
  const total = steadyTotal(sent);
  if (total !== undefined) {
    const step = `${total.requests} requests of which none may fail`;
    findings.push({ stack, step, resources: 0, seconds: 0, ...(total.fault !== undefined && { fault: total.fault }) });
  }
  return findings;
}
