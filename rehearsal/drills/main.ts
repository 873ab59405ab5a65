/**
 * `npm run drill -- <environment> [faults|interrupts|kill]…`: disturbs applies, and ends with 0 only if all recovered.
 * `npm run drill -- kubernetes …` disturbs what was applied, `npm run drill -- monitoring …` what is watched.
 */
import { relative } from 'node:path';
import { DECOMMISSION_VARIABLE, environments } from '../../environments';
import type { Environment } from '../../environments';
import { runCommand } from '../command';
import { endEverythingBelow } from '../processes';
import { prepareToolchain } from '../toolchain';
import type { Finding } from '../verdict';
import { hasPassed, renderVerdict } from '../verdict';
import { PROJECT, Workspace } from '../workspace';
import { Drill } from './drill';
import { drillKubernetes } from './kubernetes/main';
import { runMonitoringDrill } from './monitoring/main';
import type { Options } from './options';
import { readOptions } from './options';

/** Drills of something else than applies, by their first word. */
const OTHERS: ReadonlyMap<string, (words: readonly string[]) => Promise<void>> = new Map([
  ['kubernetes', drillKubernetes],
  ['monitoring', runMonitoringDrill],
]);

async function main(): Promise<void> {
  const words = process.argv.slice(2);
  const [first = '', ...rest] = words;
  const other = OTHERS.get(first);
  await (other === undefined ? drillApplies(words) : other(rest));
}

async function drillApplies(words: readonly string[]): Promise<void> {
  const names = environments.map(({ name }) => name);
  const options = readOptions(words, names, Date.now() % 1_000_000);
  const environment = environments.find(({ name }) => name === options.environment);
  if (environment === undefined) throw new Error(`there is no environment ${options.environment}`);
  endEverythingBelow();

  console.log(`Seed ${options.seed}: the same drill again with ${commandOf(options)}`);
  const toolchain = await prepareToolchain();
  for (const line of toolchain.report) console.log(line);
  const workspace = Workspace.create(`drill-${environment.name}-${options.seed}`);
  await synthesize(environment, workspace);

  const findings: Finding[] = [];
  const losses: string[] = [];
  for (const stack of options.stacks) {
    const report = await Drill.run({ environment, options, workspace, toolchain }, `${environment.name}-${stack}`);
    findings.push(...report.findings);
    losses.push(...report.losses);
  }
  console.log(`\n${renderVerdict(`Drill of ${environment.name}, seed ${options.seed}`, findings)}`);
  if (losses.length > 0) console.log(`\nNot recovered by Terraform alone, as known:\n${losses.join('\n')}`);
  if (!hasPassed(findings)) process.exitCode = 1;
}

/** Where data is protected the stacks are drilled as released, since every scenario ends with their destruction. */
async function synthesize(environment: Environment, workspace: Workspace): Promise<void> {
  const released = environment.protection.data ? { [DECOMMISSION_VARIABLE]: environment.name } : {};
  const main = relative(workspace.directory, `${PROJECT}/main.ts`);
  const log = `${workspace.logs}/synth.log`;
  const { code } = await runCommand(process.execPath, ['--import', 'tsx', main], {
    cwd: workspace.directory,
    environment: released,
    log,
  });
  if (code !== 0) throw new Error(`the stacks could not be synthesized; see ${log}`);
}

const commandOf = ({ environment, drills, seed, stacks }: Options): string =>
  `npm run drill -- ${environment} ${drills.join(' ')} --seed ${seed} --stacks ${stacks.join(',')}`;

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
