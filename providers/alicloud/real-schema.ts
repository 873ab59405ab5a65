/** The schema as the real provider tells it, cut to what this project uses. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { prepareToolchain } from '../../rehearsal/toolchain';
import { lastLines, ToolchainFailure } from '../../rehearsal/toolchain/failure';
import { thisHost } from '../../rehearsal/toolchain/host';
import { requireProvider } from '../../rehearsal/toolchain/registry';
import selection from './resources.json';
import { cutSchema, parseJson, renderSchema } from './schema';

/** The text that `schema.json` must have. Takes seconds, or minutes where the provider must first be built. */
export async function readRealSchema(): Promise<string> {
  const toolchain = await prepareToolchain({ providers: ['aliyun/alicloud'] });
  const host = thisHost();
  const folder = mkdtempSync(join(os.tmpdir(), 'alicloud-schema-'));
  const terraform = async (...args: string[]): Promise<string> => {
    const { environment } = toolchain;
    const { code, stdout, stderr } = await host.run(toolchain.terraform, args, { cwd: folder, environment });
    if (code !== 0) throw new ToolchainFailure(`terraform ${args.join(' ')} failed:\n${lastLines(stderr)}`);
    return stdout;
  };
  try {
    const provider = { source: selection.provider, version: selection.version };
    writeFileSync(join(folder, 'main.tf.json'), JSON.stringify(requireProvider(provider)));
    await terraform('init', '-backend=false', '-input=false', '-no-color');
    return renderSchema(cutSchema(parseJson(await terraform('providers', 'schema', '-json')), selection));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
