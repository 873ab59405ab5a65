// Makes the image's bill of materials (CycloneDX) of npm's: the packages that are installed here, for this platform, and
// what the image has besides them: Node.js with the libraries inside it, and the system's C libraries.
// Run by the image's own Node.js: `node sbom.mjs NPM_BILL ROOT`
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [npmBill, root] = process.argv.slice(2);
const { node, ...inside } = process.versions;
const bill = JSON.parse(readFileSync(npmBill, 'utf8'));

const library = (name, version) => ({
  type: 'library',
  'bom-ref': `node-${name}@${version}`,
  name,
  version,
  purl: `pkg:generic/${name}@${version}`,
});

const runtime = {
  type: 'application',
  'bom-ref': `node@${node}`,
  name: 'node',
  version: node,
  purl: `pkg:generic/node@${node}`,
  cpe: `cpe:2.3:a:nodejs:node.js:${node}:*:*:*:*:*:*:*`,
  components: Object.entries(inside).map(([name, version]) => library(name, version)),
};

const file = (path) => ({
  type: 'file',
  'bom-ref': path,
  name: path,
  hashes: [
    {
      alg: 'SHA-256',
      content: createHash('sha256')
        .update(readFileSync(join(root, path)))
        .digest('hex'),
    },
  ],
});

const system = readdirSync(root, { recursive: true })
  .filter((path) => /\.so(\.|$)/.test(path) && !path.startsWith('app'))
  .sort()
  .map((path) => file(`/${path}`));

/** npm lists the binaries for every platform. */
const isInstalled = ({ properties = [] }) =>
  properties.every(({ name, value }) => name !== 'cdx:npm:package:path' || existsSync(value));

const components = [...bill.components.filter(isInstalled), runtime, ...system];
const known = new Set([bill.metadata.component, ...components].map((component) => component['bom-ref']));
const dependencies = bill.dependencies
  .filter(({ ref }) => known.has(ref))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((each) => known.has(each)) }));
process.stdout.write(`${JSON.stringify({ ...bill, components, dependencies }, null, 2)}\n`);
