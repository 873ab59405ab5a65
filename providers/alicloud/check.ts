/**
 * Fails when `schema.json` is not exactly the real provider's, cut to `resources.json`, or when the bindings
 * of it are too heavy: `node --import tsx providers/alicloud/check.ts`
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { thisHost } from '../../rehearsal/toolchain/host';
import { folderSize, judge, type Cost, type Verdict } from './budget';
import { readRealSchema } from './real-schema';
import { compareSchemas } from './schema';

const REMEDY = 'node --import tsx providers/alicloud/refresh.ts writes it anew';

async function checkSchema(): Promise<readonly Verdict[]> {
  const committed = readFileSync(join(__dirname, 'schema.json'), 'utf8');
  const faults = compareSchemas(committed, await readRealSchema());
  if (faults.length === 0) return [{ line: "schema.json is the real provider's", outcome: 'passed' }];
  return [...faults, REMEDY].map((line) => ({ line, outcome: 'failed' }));
}

/** Generates the bindings aside, so that those in use stay as they are. */
async function measureBindings(): Promise<Cost> {
  const folder = mkdtempSync(join(os.tmpdir(), 'alicloud-bindings-'));
  try {
    const lib = join(folder, 'lib');
    const started = Date.now();
    const { code, stderr } = await thisHost().run(process.execPath, [join(__dirname, 'generate.mjs'), lib]);
    if (code !== 0) throw new Error(`the bindings cannot be generated:\n${stderr}`);
    return { bytes: folderSize(lib), seconds: (Date.now() - started) / 1000 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const verdicts = [...(await checkSchema()), ...judge(await measureBindings())];
  for (const { outcome, line } of verdicts) console.log(`${outcome}: ${line}`);
  if (verdicts.some(({ outcome }) => outcome === 'failed')) process.exitCode = 1;
}

main().catch((fault: unknown) => {
  console.error(fault instanceof Error ? fault.message : fault);
  process.exitCode = 1;
});
