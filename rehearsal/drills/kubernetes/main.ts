/**
 * `npm run drill -- kubernetes <environment> [scenario]… [--hold | --stage FILE]`: disturbs a deployed environment, and ends
 * with 0 only if it answered on as it should.
 */
import { environments } from '../../../environments';
import { removeLocalCluster } from '../../kubernetes/environment-cluster';
import { endEverythingBelow } from '../../processes';
import { prepareToolchain } from '../../toolchain';
import type { Finding } from '../../verdict';
import { hasPassed, renderVerdict } from '../../verdict';
import { readKubernetesOptions } from './options';
import { play } from './play';
import { onStage } from './raise';

export async function drillKubernetes(words: readonly string[]): Promise<void> {
  const names = environments.map(({ name }) => name);
  const { environment: name, scenarios, hold, stage } = readKubernetesOptions(words, names);
  const environment = environments.find((each) => each.name === name);
  if (environment === undefined) throw new Error(`there is no environment ${name}`);

  let findings: readonly Finding[];
  if (stage !== undefined) {
    endEverythingBelow();
    findings = await play(name, stage, scenarios);
  } else {
    endEverythingBelow(() => removeLocalCluster());
    const toolchain = await prepareToolchain();
    for (const line of toolchain.report) console.log(line);
    findings = await onStage(environment, toolchain, async (file) => {
      console.log(`The stage stands: ${file}`);
      const found = await play(name, file, scenarios);
      if (hold) await untilInterrupted();
      return found;
    });
  }
  console.log(`\n${renderVerdict(`Drill of ${name} on Kubernetes`, findings)}`);
  if (!hasPassed(findings)) process.exitCode = 1;
}

/** Whoever interrupts this program ends the stage with it. */
function untilInterrupted(): Promise<never> {
  console.log('It is held until this program is interrupted.');
  return new Promise(() => {
    setInterval(() => undefined, 60_000);
  });
}
