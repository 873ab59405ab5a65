// Writes the bindings of `schema.json` to `lib/`, as the prebuilt provider packages have them:
// `lib/<resource>/index.ts` for the types and `index.js` to run. Does nothing when `lib/` is already
// the product of this schema and this generator, so that it may run at every install.
// `node generate.mjs <folder>` writes them to that folder instead, which the check of their size uses.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync, rmSync, readdirSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const read = (name) => readFileSync(join(here, name), 'utf8');

const schemaText = read('schema.json');
const { provider, version } = JSON.parse(read('resources.json'));
const generatorVersion = require('@cdktf/provider-generator/package.json').version;
const fingerprint = createHash('sha256')
  .update(schemaText)
  .update(version)
  .update(generatorVersion)
  .update(read('generate.mjs'))
  .digest('hex');

const lib = process.argv[2] ? resolve(process.argv[2]) : join(here, 'lib');
const stamp = join(lib, '.fingerprint');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== fingerprint) await generate();

async function generate() {
  const started = Date.now();
  // The generator's packages run Terraform when they are loaded, and tell the log and their vendor about every
  // trouble with it. It is not needed here: they are given a name that is nobody's, and no way to tell.
  process.env.TERRAFORM_BINARY_NAME = 'terraform-is-not-needed';
  process.env.CHECKPOINT_DISABLE = '1';
  process.env.CDKTF_LOG_LEVEL = 'off';
  const { CodeMaker, TerraformProviderConstraint, TerraformProviderGenerator } = require('@cdktf/provider-generator');
  const { transformSync } = require('esbuild');

  const code = new CodeMaker();
  const schema = { ...JSON.parse(schemaText), provider_versions: { [`registry.terraform.io/${provider}`]: version } };
  new TerraformProviderGenerator(code, schema).generate(new TerraformProviderConstraint(`${provider}@${version}`));

  // Made beside `lib/` and moved into place last, so that an interrupted install leaves no half of it.
  const fresh = `${lib}.partial`;
  rmSync(fresh, { recursive: true, force: true });
  await code.save(fresh);
  const root = join(fresh, 'providers', 'alicloud');
  // Bindings are imported one by one: what gathers them all, and the pages about each, would only be weight.
  for (const name of ['index.ts', 'lazy-index.ts']) rmSync(join(root, name), { force: true });
  const nouns = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const noun of nouns) {
    for (const name of readdirSync(join(root, noun.name))) {
      const path = join(root, noun.name, name);
      if (name === 'README.md') rmSync(path);
      if (!name.endsWith('.ts')) continue;
      const source = readFileSync(path, 'utf8');
      const { code: js } = transformSync(source, { loader: 'ts', format: 'cjs', target: 'es2022' });
      writeFileSync(path.replace(/\.ts$/, '.js'), js);
      // What is generated meets a laxer compiler than ours. Its types count, its insides are not checked.
      writeFileSync(path, `// @ts-nocheck\n${source}`);
    }
  }
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, '.fingerprint'), fingerprint);
  rmSync(lib, { recursive: true, force: true });
  renameSync(root, lib);
  rmSync(fresh, { recursive: true, force: true });
  console.log(`@cdktf/provider-alicloud: ${nouns.length} bindings in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}
