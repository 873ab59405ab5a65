/**
 * Prepares Terraform and its providers, and says what it did:
 * `node --import tsx rehearsal/toolchain/main.ts [--providers registry|build]`
 */
import { parseArgs } from 'node:util';
import { formatSeconds } from './progress';
import { Interrupted, originOf, prepareToolchain, ToolchainFailure } from './toolchain';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { providers: { type: 'string' } } });
  const started = Date.now();
  const toolchain = await prepareToolchain({ origin: originOf(values.providers) });
  for (const line of toolchain.report) console.log(line);
  for (const [name, value] of Object.entries(toolchain.environment)) console.log(`${name}=${value}`);
  console.log(`Ready after ${formatSeconds((Date.now() - started) / 1000)}`);
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
