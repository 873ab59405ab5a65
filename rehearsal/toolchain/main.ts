/**
 * Prepares Terraform and its providers, and says what it did:
 * `node --import tsx rehearsal/toolchain/main.ts [--providers registry|build]`
 * With names, prepares those programs instead, and prints `name=path` for each: `… main.ts promtool amtool`
 */
import { parseArgs } from 'node:util';
import { isProgramName, PROGRAMS } from './programs';
import { formatSeconds } from './progress';
import { Interrupted, originOf, preparePrograms, prepareToolchain, ToolchainFailure } from './toolchain';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { providers: { type: 'string' } }, allowPositionals: true });
  if (positionals.length > 0) {
    for (const [name, path] of Object.entries(await programs(positionals))) console.log(`${name}=${path}`);
    return;
  }
  const started = Date.now();
  const toolchain = await prepareToolchain({ origin: originOf(values.providers) });
  for (const line of toolchain.report) console.log(line);
  for (const [name, value] of Object.entries(toolchain.environment)) console.log(`${name}=${value}`);
  console.log(`Ready after ${formatSeconds((Date.now() - started) / 1000)}`);
}

async function programs(names: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const unknown = names.filter((name) => !isProgramName(name));
  if (unknown.length > 0) {
    throw new ToolchainFailure(`no such program: ${unknown.join(', ')}; there are ${Object.keys(PROGRAMS).join(', ')}`);
  }
  return preparePrograms(names.filter(isProgramName));
}

main().catch((fault: unknown) => {
  if (fault instanceof Interrupted) {
    console.error(fault.message);
    process.exitCode = 130;
    return;
  }
  console.error(fault instanceof ToolchainFailure ? fault.message : fault);
  process.exitCode = 1;
});
