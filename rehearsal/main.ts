/**
 * `npm run rehearse -- <environment>… [--kubeconfig FILE | --cloud-only]`: rehearses each, prints what was found, and ends
 * with 0 only if all passed. Without a kubeconfig, a Kubernetes is brought up for each and removed after it, which needs
 * root on Linux; `--cloud-only` leaves out the stacks that are deployed into one.
 */
import { parseArgs } from 'node:util';
import { environments } from '../environments';
import { aloneOnLocalCluster, KUBECONFIG_VARIABLE, removeLocalCluster } from './kubernetes/environment-cluster';
import { endEverythingBelow } from './processes';
import { Rehearsal } from './rehearsal';
import { prepareToolchain } from './toolchain';
import { hasPassed, renderVerdict } from './verdict';

async function main(): Promise<void> {
  const { values, positionals: names } = parseArgs({
    options: { kubeconfig: { type: 'string' }, 'cloud-only': { type: 'boolean' } },
    allowPositionals: true,
  });
  const known = environments.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (names.length === 0 || unknown.length > 0) {
    const asked = unknown.length > 0 ? `${unknown.join(', ')}: no such environment` : 'which environment?';
    throw new Error(`${asked}; npm run rehearse -- ${known.join(' | ')}`);
  }

  const { kubeconfig = process.env[KUBECONFIG_VARIABLE], 'cloud-only': cloudOnly = false } = values;
  const needsLocal = !cloudOnly && (kubeconfig === undefined || kubeconfig === '');
  endEverythingBelow(() => removeLocalCluster());
  const toolchain = await prepareToolchain();
  for (const line of toolchain.report) console.log(line);
  for (const environment of environments.filter(({ name }) => names.includes(name))) {
    const findings = await (needsLocal ? aloneOnLocalCluster : now)(() =>
      Rehearsal.run(environment, toolchain, { kubeconfig, cloudOnly }),
    );
    console.log(`\n${renderVerdict(`Rehearsal of ${environment.name}`, findings)}\n`);
    if (!hasPassed(findings)) process.exitCode = 1;
  }
}

const now = <T>(work: () => Promise<T>): Promise<T> => work();

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
