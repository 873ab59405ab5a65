/** What is asked of a drill of a deployed environment on the command line. */
import { parseArgs } from 'node:util';
import { SCENARIO_NAMES } from './scenario';
import type { ScenarioName } from './scenario';

export interface KubernetesOptions {
  readonly environment: string;
  /** In the order in which they are played. */
  readonly scenarios: readonly ScenarioName[];
  /** Whether the stage is left standing after them, until it is interrupted. */
  readonly hold: boolean;
  /** Description of a stage that stands. @default one is raised, and taken down after the drill */
  readonly stage?: string;
}

export const KUBERNETES_USAGE = `npm run drill -- kubernetes <environment> [${SCENARIO_NAMES.join(' | ')}]… [--hold | --stage FILE]`;

/** @throws Error that says what was not understood, and how it is written */
export function readKubernetesOptions(words: readonly string[], environments: readonly string[]): KubernetesOptions {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { hold: { type: 'boolean' }, stage: { type: 'string' } },
  });
  const [environment, ...asked] = positionals;
  if (environment === undefined || !environments.includes(environment)) {
    throw new Error(
      `${environment ?? 'nothing'} is no environment, which are ${environments.join(', ')}; ${KUBERNETES_USAGE}`,
    );
  }
  const { hold = false, stage } = values;
  if (hold && stage !== undefined) {
    throw new Error(`--hold is for a stage of its own, and --stage for one that stands; ${KUBERNETES_USAGE}`);
  }
  const scenarios = asked.map((word) => {
    const found = SCENARIO_NAMES.find((name) => name === word);
    if (found === undefined) throw new Error(`${word} is no scenario; ${KUBERNETES_USAGE}`);
    return found;
  });
  return {
    environment,
    // Held without a word on what to play, it is for others to play on.
    scenarios: scenarios.length > 0 || hold ? scenarios : SCENARIO_NAMES,
    hold,
    ...(stage !== undefined && { stage }),
  };
}
