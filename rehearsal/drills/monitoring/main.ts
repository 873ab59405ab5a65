/** `npm run drill -- monitoring [environment]`: the real things that watch, and everything that they must notice. */
import { parseArgs } from 'node:util';
import { environments } from '../../../environments';
import { endEverythingBelow } from '../../processes';
import { hasPassed, renderVerdict } from '../../verdict';
import { Workspace } from '../../workspace';
import { deploymentOf } from './deployment';
import { drillMonitoring } from './drill';
import { FAULTS } from './faults';

export const USAGE = 'npm run drill -- monitoring [environment] [--hurry TIMES] [--only TEXT]';

export interface MonitoringOptions {
  readonly environment: string;
  /** How many times sooner alerts ring than rendered. */
  readonly hurry: number;
  /** Faults whose name has this text in it. @default all */
  readonly only?: string;
}

/** The environment that has every channel. */
const USUAL_ENVIRONMENT = 'prod';
const MOST_HURRY = 60;

/** @throws Error that says what was not understood, and how it is written */
export function readMonitoringOptions(words: readonly string[], names: readonly string[]): MonitoringOptions {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { hurry: { type: 'string', default: '1' }, only: { type: 'string' } },
  });
  const [environment = USUAL_ENVIRONMENT, ...more] = positionals;
  if (!names.includes(environment) || more.length > 0) {
    throw new Error(`${positionals.join(' ')} is no environment, which are ${names.join(', ')}; ${USAGE}`);
  }
  const hurry = Number(values.hurry);
  if (!Number.isInteger(hurry) || hurry < 1 || hurry > MOST_HURRY) {
    throw new Error(`--hurry is a whole number from 1 to ${MOST_HURRY}, not ${values.hurry}; ${USAGE}`);
  }
  const { only } = values;
  if (only !== undefined && !FAULTS.some(({ name }) => name.includes(only))) {
    throw new Error(
      `no fault has ${only} in its name, which are ${FAULTS.map(({ name }) => name).join('; ')}; ${USAGE}`,
    );
  }
  return { environment, hurry, ...(only !== undefined && { only }) };
}

/** @param words those of the command line behind `monitoring` */
export async function runMonitoringDrill(words: readonly string[]): Promise<void> {
  const {
    environment: name,
    hurry,
    only = '',
  } = readMonitoringOptions(
    words,
    environments.map((each) => each.name),
  );
  const environment = environments.find((each) => each.name === name);
  if (environment === undefined) throw new Error(`there is no environment ${name}`);
  endEverythingBelow();
  const { directory } = Workspace.create(`drill-${name}-monitoring`);
  console.log(
    hurry === 1
      ? 'Alerts ring as they are rendered: this takes three quarters of an hour.'
      : `Alerts that must last longer than a minute ring ${hurry} times sooner than rendered; what they ask is as rendered.`,
  );
  const findings = await drillMonitoring({
    deployment: deploymentOf(environment),
    faults: FAULTS.filter((fault) => fault.name.includes(only)),
    hurry,
    folder: `${directory}/stage`,
  });
  console.log(
    `\n${renderVerdict(`Drill of ${name}, monitoring${hurry === 1 ? '' : `, hurried ${hurry} times`}`, findings)}`,
  );
  if (!hasPassed(findings)) process.exitCode = 1;
}
