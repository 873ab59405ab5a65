// Builds the service into app/dist: each entry point one file of plain JavaScript with the packages it uses inside it,
// beside the few packages that cannot go inside, as they load a binary. What runs there needs Node.js and nothing else:
//   node app/build.mjs && node app/dist/main.js
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const app = dirname(fileURLToPath(import.meta.url));
const source = join(app, 'src');
const output = join(app, 'dist');

/** What is started by its path: the service, and what a release runs once before it. */
const ENTRIES = ['main.ts', join('database', 'migrate.ts')];

/** Loads a binary by a path that it makes up while it runs. */
const NATIVE = 'libsql';

/** A file of ours that reads others beside it finds them by its folder, which is one folder for all once bundled. */
const ownFolders = {
  name: 'own folders',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8');
      if (!path.startsWith(source + sep) || !/\b__dirname\b/.test(contents)) return undefined;
      const folder = JSON.stringify(relative(source, dirname(path)).split(sep));
      const banner = `const sourceFolder = require('node:path').join(__dirname, ...${folder});`;
      return { contents: `${banner}\n${contents.replace(/\b__dirname\b/g, 'sourceFolder')}`, loader: 'ts' };
    });
  },
};

/** Every file of the sources that is not code goes along, at its place. */
const copyAssets = () => {
  for (const name of readdirSync(source, { recursive: true })) {
    if (!name.endsWith('.ts') && /\.\w+$/.test(name)) cpSync(join(source, name), join(output, name));
  }
};

/** Copies a package and what it needs, the binaries for this machine included; those for musl stay, if others are there. */
const copyPackage = (name, from, to) => {
  const home = packageHome(name, from);
  if (home === undefined || existsSync(join(to, name))) return;
  cpSync(home, join(to, name), { recursive: true, filter: (path) => !relative(home, path).startsWith('node_modules') });
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) {
    if (process.report.getReport().header.glibcVersionRuntime !== undefined && needed.endsWith('-musl')) continue;
    copyPackage(needed, home, to);
  }
};

/** The folder of a package as Node.js would find it; undefined when it is for another platform and so not installed. */
const packageHome = (name, from) =>
  createRequire(join(from, 'package.json'))
    .resolve.paths(name)
    .map((folder) => join(folder, name))
    .find((folder) => existsSync(join(folder, 'package.json')));

rmSync(output, { recursive: true, force: true });
await build({
  absWorkingDir: app,
  entryPoints: ENTRIES.map((entry) => join(source, entry)),
  outbase: source,
  outdir: output,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: [NATIVE],
  plugins: [ownFolders],
  sourcemap: false,
  legalComments: 'linked',
  logLevel: 'warning',
});
copyAssets();
copyPackage(NATIVE, app, join(output, 'node_modules'));
