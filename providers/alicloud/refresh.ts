/**
 * Writes `schema.json` anew from the real provider, after `resources.json` was changed:
 * `node --import tsx providers/alicloud/refresh.ts`
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRealSchema } from './real-schema';
import selection from './resources.json';

const FILE = join(__dirname, 'schema.json');

async function main(): Promise<void> {
  const before = existsSync(FILE) ? readFileSync(FILE, 'utf8') : '';
  const after = await readRealSchema();
  const what = `${selection.resources.length} resources and ${selection.dataSources.length} data sources`;
  const from = `${selection.provider} ${selection.version}`;
  if (after === before) {
    console.log(`schema.json is that of ${from} already: ${what}`);
    return;
  }
  writeFileSync(FILE, after);
  console.log(`schema.json is written from ${from}: ${what}; node providers/alicloud/generate.mjs makes the bindings`);
}

main().catch((fault: unknown) => {
  console.error(fault instanceof Error ? fault.message : fault);
  process.exitCode = 1;
});
