/**
 * Has Helm lint and render our charts with the values of every gateway stack, and holds what comes out against the
 * definitions of those who read it and against what went in; and sees faulty values and objects refused.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resourceDefinitions } from '../rehearsal/kubernetes/charts/definitions';
import { preparePrograms } from '../rehearsal/toolchain';
import { Cache } from '../rehearsal/toolchain/cache';
import { thisHost } from '../rehearsal/toolchain/host';
import { GATEWAY_SERVICE_ACCOUNT } from '../stacks/names';
import { CustomResources } from './custom-resources';
import { gatewayStacks } from './gateway-stacks';
import { Helm } from './helm';
import { faultsOfMonitoring, refusesFaultyMonitoring } from './monitoring-chart';
import { faultsOfSecrets, inBothStores, refusesFaultySecrets } from './secrets-chart';

const { namespace } = GATEWAY_SERVICE_ACCOUNT;

async function main(): Promise<void> {
  const host = thisHost();
  const cache = Cache.ofUser(host.environment);
  const [operator, secretsStore, externalSecrets] = [
    await resourceDefinitions('prometheusOperator', host, cache),
    await resourceDefinitions('secretsStore', host, cache),
    await resourceDefinitions('externalSecrets', host, cache),
  ];
  const definitions = new CustomResources([operator, secretsStore, externalSecrets]);
  const { helm: path } = await preparePrograms(['helm']);
  const folder = mkdtempSync(join(tmpdir(), 'bailian-gateway-charts-'));
  try {
    const helm = new Helm(path, folder);
    const stacks = gatewayStacks();
    const [first] = stacks;
    if (first === undefined) throw new Error('there is no gateway stack, so nothing was checked; see main.ts');
    const faults: string[] = [];
    let objects = 0;
    for (const { node, monitoring, secrets } of stacks) {
      const found = [];
      const ofMonitoring = await helm.render('gateway-monitoring', namespace, monitoring.values);
      found.push(...faultsOfMonitoring(monitoring.values, ofMonitoring, definitions));
      objects += ofMonitoring.length;
      for (const values of inBothStores(secrets.values)) {
        const ofSecrets = await helm.render('gateway-secrets', namespace, values);
        found.push(...faultsOfSecrets(values, ofSecrets, definitions));
        objects += ofSecrets.length;
      }
      faults.push(...found.map((fault) => `${node.id}: ${fault}`));
    }
    for (const fault of faults) console.error(fault);
    if (faults.length > 0) process.exitCode = 1;
    const planted =
      (await refusesFaultyMonitoring(helm, definitions, first.monitoring.values)) +
      (await refusesFaultySecrets(helm, definitions, first.secrets.values));
    console.log(
      `helm: ${objects} objects of two charts and ${stacks.length} stacks rendered, ${faults.length} faults; ` +
        `${planted} planted ones are refused`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((fault: unknown) => {
  console.error(fault instanceof Error ? fault.message : fault);
  process.exitCode = 1;
});
