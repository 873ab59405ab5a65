/**
 * `npm start`: shows on this machine alone what the project does. Synthesizes every environment, says what each would
 * create, and serves the gateway on its embedded defaults until it is interrupted.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Manifest {
  readonly stacks: Record<string, { readonly name: string; readonly synthesizedStackPath: string }>;
}

interface SynthesizedStack {
  readonly resource?: Record<string, Record<string, unknown>>;
}

const OUTPUT = 'cdktf.out';

function synthesize(): void {
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', 'main.ts'], {
    cwd: __dirname,
    stdio: 'inherit',
    env: { ...process.env, CDKTF_OUTDIR: OUTPUT },
  });
  if (status !== 0) process.exit(status ?? 1);
}

/** A line a stack: how many resources, and of which types, the most frequent first. */
function plannedResources(): string[] {
  const manifest = JSON.parse(readFileSync(join(__dirname, OUTPUT, 'manifest.json'), 'utf8')) as Manifest;
  const stacks = Object.values(manifest.stacks);
  const width = Math.max(...stacks.map(({ name }) => name.length));
  return stacks.map(({ name, synthesizedStackPath }) => {
    const file = join(__dirname, OUTPUT, synthesizedStackPath);
    const { resource = {} } = JSON.parse(readFileSync(file, 'utf8')) as SynthesizedStack;
    const types = Object.entries(resource)
      .map(([type, instances]) => ({ type: type.replace(/^alicloud_/, ''), count: Object.keys(instances).length }))
      .sort((a, b) => b.count - a.count || a.type.localeCompare(b.type));
    const total = types.reduce((sum, { count }) => sum + count, 0);
    const list = types.map(({ type, count }) => (count === 1 ? type : `${type} ×${count}`)).join(', ');
    return `  ${name.padEnd(width)}  ${String(total).padStart(3)}  ${list}`;
  });
}

console.log('Synthesizing every environment');
synthesize();
console.log('\nWhat each stack would create (stack, resources, types):');
for (const line of plannedResources()) console.log(line);
console.log(`\nThe Terraform is in ${OUTPUT}/; nothing was deployed. Now the gateway, on its embedded defaults:\n`);

const gateway = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
  cwd: join(__dirname, 'app'),
  stdio: 'inherit',
});
// An interrupt at the terminal reaches the gateway by itself; one that is sent to this process alone does not.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    gateway.kill(signal);
  });
}
gateway.on('exit', (code) => {
  process.exitCode = code ?? 0;
});
