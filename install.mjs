// Brings a fresh checkout to where every other command starts from: the locked packages, and the
// provider bindings generated from their schema. Uses Node alone, and does nothing when that is done.
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const stamp = join(root, 'node_modules', '.installed');
const manifests = [
  'package-lock.json',
  'app/package.json',
  'providers/alicloud/package.json',
  'rehearsal/package.json',
];

const fingerprint = manifests
  .reduce((hash, name) => hash.update(readFileSync(join(root, name))), createHash('sha256'))
  .update(process.version)
  .digest('hex');

const run = (command, ...args) => {
  // npm is a script on Windows, and only a shell starts those.
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
};

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== fingerprint) {
  console.log('Installing the packages of package-lock.json (once; about a minute)');
  // No package here needs its install script, and some would download a binary from elsewhere.
  run('npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error');
  writeFileSync(stamp, fingerprint);
}
run(process.execPath, join('providers', 'alicloud', 'generate.mjs'));
