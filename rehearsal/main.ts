/** `npm run rehearse -- <environment>…`: rehearses each, prints what was found, and ends with 0 only if all passed. */
import { environments } from '../environments';
import { endEverythingBelow } from './processes';
import { Rehearsal } from './rehearsal';
import { prepareToolchain } from './toolchain';
import { hasPassed, renderVerdict } from './verdict';

async function main(): Promise<void> {
  const names = process.argv.slice(2);
  const known = environments.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (names.length === 0 || unknown.length > 0) {
    const asked = unknown.length > 0 ? `${unknown.join(', ')}: no such environment` : 'which environment?';
    throw new Error(`${asked}; npm run rehearse -- ${known.join(' | ')}`);
  }

  endEverythingBelow();
  const toolchain = await prepareToolchain();
  for (const line of toolchain.report) console.log(line);
  for (const environment of environments.filter(({ name }) => names.includes(name))) {
    const findings = await Rehearsal.run(environment, toolchain);
    console.log(`\n${renderVerdict(`Rehearsal of ${environment.name}`, findings)}\n`);
    if (!hasPassed(findings)) process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
